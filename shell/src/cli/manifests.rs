//! `kyklos manifests`: everything that an installation consists of.

use std::io::{self, Write};

use anyhow::Context;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::Failure;
use super::failure::say;
use crate::install::{DEFAULT_NAMESPACE, Image, Install, NamespaceName, Platform};
use crate::target::Resource;

/// Print what an installation in a cluster consists of, for kubectl apply --server-side -f -
///
/// That is the CRDs, the namespace, the service account with its rights, and the Deployment of two Pods, one of which acts. A program can't hold the digest
/// of the image that it is part of, so the image is always given; the release's notes have it.
#[derive(Debug, Args)]
#[command(override_usage = "kyklos manifests --image <IMAGE@DIGEST> [OPTIONS]")]
pub(super) struct Manifests {
    /// The image, pinned by its digest
    #[arg(long, value_name = "IMAGE@DIGEST")]
    image: Option<String>,
    /// Take an image by its tag alone, although somebody can move that to another image
    #[arg(long)]
    allow_tag: bool,
    /// Run on nodes of this platform, which the image has; repeated, of all of these [default: linux/amd64 and linux/arm64]
    #[arg(long = "platform", value_name = "PLATFORM")]
    platforms: Vec<Platform>,
    /// Run the controller in this namespace
    #[arg(long, value_name = "NS", default_value = DEFAULT_NAMESPACE)]
    namespace: NamespaceName,
    /// Look at this namespace alone, with rights in no other; when it is the one that the controller runs in, it isn't printed
    #[arg(long, value_name = "NS")]
    watch_namespace: Option<NamespaceName>,
    /// The kinds that may be scaled, by their resources, with commas between: deployments, statefulsets, replicasets, hpas, cronjobs,
    /// scaledobjects, or RESOURCE.GROUP of a custom kind
    #[arg(long, value_name = "RESOURCES", value_delimiter = ',', default_value = "deployments,statefulsets")]
    targets: Vec<Resource>,
    /// Look at the cluster's own namespaces, too: kube-system and the others whose names begin with kube-
    #[arg(long, conflicts_with = "watch_namespace")]
    include_kube_namespaces: bool,
    /// Have the API server refuse schedules of those who may not scale the targets themselves: a ValidatingAdmissionPolicy, which
    /// takes an administrator of the cluster
    #[arg(long)]
    authorize: bool,
    /// Have the API server refuse overrides that name somebody else than who makes them as the one who asked: a
    /// ValidatingAdmissionPolicy, which takes an administrator of the cluster
    #[arg(long)]
    verify_requesters: bool,
    /// Leave out the CRDs, which a cluster's administrator installs: `kyklos crd` prints them alone
    #[arg(long)]
    without_crd: bool,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value_t = Output::Yaml)]
    output: Output,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Output {
    Yaml,
    Json,
}

impl Manifests {
    pub(super) fn run(self) -> Result<(), Failure> {
        let image = self.image()?;
        let install = Install {
            namespace: self.namespace,
            watched: self.watch_namespace,
            targets: unique(self.targets),
            image,
            platforms: if self.platforms.is_empty() { Platform::OF_A_RELEASE.to_vec() } else { self.platforms },
            crd: !self.without_crd,
            authorize: self.authorize,
            verify_requesters: self.verify_requesters,
            kube_namespaces: self.include_kube_namespaces,
        };
        let objects = install.objects().context("the manifests")?;
        let notes = notes(&install.targets);
        let text = match self.output {
            Output::Yaml => yaml(&notes, &objects)?,
            Output::Json => {
                notes.iter().for_each(|note| say(format_args!("note: {note}")));
                format!("{:#}\n", json!({ "apiVersion": "v1", "kind": "List", "items": objects }))
            }
        };
        Ok(io::stdout().lock().write_all(text.as_bytes())?)
    }

    fn image(&self) -> Result<Image, Failure> {
        let wrong = |message: String| Failure::Input(vec![format!("--image: {message}")]);
        let Some(image) = &self.image else {
            let missing = "it is missing, and this program can't know the digest of the image that it is part of: write \
                           --image ghcr.io/kyklos/kyklos:VERSION@sha256:DIGEST with those from the release's notes";
            return Err(wrong(missing.to_owned()));
        };
        let image = if self.allow_tag { Image::tagged(image) } else { Image::pinned(image) };
        image.map_err(|error| wrong(error.to_string()))
    }
}

fn unique(mut kinds: Vec<Resource>) -> Vec<Resource> {
    kinds.sort();
    kinds.dedup();
    kinds
}

/// What some rights amount to beyond what they are for.
fn notes(kinds: &[Resource]) -> Vec<String> {
    let own = kinds.iter().filter_map(Resource::own);
    own.filter_map(|own| Some(format!("{}: {}", own.short.unwrap_or(own.plural), own.amounts_to?))).collect()
}

fn yaml(notes: &[String], objects: &[Value]) -> Result<String, Failure> {
    // A reference of an image stays on its line, where whoever looks for it finds it.
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    let mut text = format!("# Printed by `kyklos manifests` of version {}.\n", env!("CARGO_PKG_VERSION"));
    notes.iter().for_each(|note| text.push_str(&format!("# {note}.\n")));
    for object in objects {
        text.push_str("---\n");
        text.push_str(&serde_saphyr::to_string_with_options(object, options.clone()).context("the manifests as YAML")?);
    }
    Ok(text)
}
