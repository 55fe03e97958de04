//! What hangs on an image in the registry: signatures and SBOMs.
//!
//! Looked at here is that they are there and speak of this very digest. Whether the right identity has signed is for
//! `cosign verify` to say, which has the certificates.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oci_spec::image::{Descriptor, ImageManifest};
use serde::Deserialize;

use super::Report;
use crate::digest::Digest;
use crate::registry::Registry;
use crate::source::{Image, Source};
use crate::tag::{Attachment, Tag};

/// What is said about a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Said {
    Signature,
    Sbom,
    Other,
}

/// The layer types of cosign's signatures, of its attestations, and of the bundles of sigstore.
const SIMPLE_SIGNING: &str = "application/vnd.dev.cosign.simplesigning.v1+json";
const ENVELOPE: &str = "application/vnd.dsse.envelope.v1+json";
const BUNDLE: &str = "application/vnd.dev.sigstore.bundle.v";
const CYCLONEDX: &str = "application/vnd.cyclonedx";

/// The predicates of the statements that count. The last is how a signature stands in a bundle.
const PREDICATES: [(&str, Said); 2] =
    [("https://cyclonedx.org/bom", Said::Sbom), ("https://sigstore.dev/cosign/sign/", Said::Signature)];

/// Everything has a signature, and each platform an SBOM. Where it comes from is for GitHub's own store to say, of which no
/// registry has a copy.
pub(super) fn check(registry: &Registry, image: &Image, report: &mut Report) -> Result<()> {
    require(registry, report, "index", &image.index.digest, &[Said::Signature])?;
    for child in &image.platforms {
        require(registry, report, &child.platform, &child.manifest.digest, &[Said::Signature, Said::Sbom])?;
    }
    Ok(())
}

fn require(registry: &Registry, report: &mut Report, of: &str, digest: &Digest, wanted: &[Said]) -> Result<()> {
    let (said, unclear) = said_of(registry, digest, wanted)?;
    for kind in wanted {
        let (check, attachment, how) = match kind {
            Said::Signature => ("signature", Attachment::Signature, "`cosign sign --recursive`"),
            _ => ("SBOM", Attachment::Attestation, "`cosign attest --type cyclonedx`"),
        };
        let missing = || {
            let name = Tag::Attached(digest.clone(), attachment);
            let asked = unclear.as_ref().map(|said| format!(" (its list of referrers: {said})")).unwrap_or_default();
            format!("none speaks of {digest}, neither under `{name}` nor as a referrer{asked}; {how} makes it")
        };
        report.add(of, check, if said.contains(kind) { Ok("present".to_owned()) } else { Err(missing()) });
    }
    Ok(())
}

/// What is said about a digest, whichever way it is attached; and what the registry answers when it is asked for its list of
/// referrers, if that is none. It is asked only where something of what is wanted isn't under a tag.
fn said_of(registry: &Registry, digest: &Digest, wanted: &[Said]) -> Result<(BTreeSet<Said>, Option<String>)> {
    let mut all = under_tags(registry, digest)?;
    if wanted.iter().all(|kind| all.contains(kind)) {
        return Ok((all, None));
    }
    let listed = match registry.referrers(digest) {
        Ok(listed) => listed,
        Err(said) => return Ok((all, Some(said))),
    };
    for referrer in listed {
        all.extend(said_by_referrer(registry, &referrer, digest)?);
    }
    Ok((all, None))
}

/// What is said under the tags of cosign, and under the one that stands in for a list of referrers.
fn under_tags(registry: &Registry, digest: &Digest) -> Result<BTreeSet<Said>> {
    let mut all = BTreeSet::new();
    for kind in Attachment::ALL {
        let tag = Tag::Attached(digest.clone(), kind).to_string();
        let Some(manifest) = registry.manifest_at(&tag)? else { continue };
        if kind == Attachment::Referrers {
            for referrer in manifest.as_index()?.manifests() {
                all.extend(said_by_referrer(registry, referrer, digest)?);
            }
        } else {
            all.extend(said_by(registry, &manifest.as_image()?, digest, kind == Attachment::Sbom)?);
        }
    }
    Ok(all)
}

/// Whether a digest has a signature that needs no list of referrers to be found.
pub(crate) fn is_signed_under_tags(registry: &Registry, digest: &Digest) -> Result<bool> {
    Ok(under_tags(registry, digest)?.contains(&Said::Signature))
}

fn said_by_referrer(registry: &Registry, referrer: &Descriptor, digest: &Digest) -> Result<Vec<Said>> {
    match registry.manifest(&Digest::try_from(referrer.digest())?)? {
        // Of any kind at all: only manifests with layers are ours.
        Some(manifest) => manifest.as_image().map_or(Ok(Vec::new()), |image| said_by(registry, &image, digest, false)),
        None => Ok(Vec::new()),
    }
}

/// What the layers of one attached manifest say about a digest.
fn said_by(registry: &Registry, manifest: &ImageManifest, digest: &Digest, named: bool) -> Result<Vec<Said>> {
    let said = manifest.layers().iter().map(|layer| said_in(registry, layer, digest, named));
    Ok(said.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
}

fn said_in(registry: &Registry, layer: &Descriptor, digest: &Digest, named: bool) -> Result<Option<Said>> {
    let kind = layer.media_type().to_string();
    if kind.starts_with(CYCLONEDX) {
        // It speaks of no digest: its tag does.
        return Ok(named.then_some(Said::Sbom));
    }
    if kind != SIMPLE_SIGNING && kind != ENVELOPE && !kind.starts_with(BUNDLE) {
        return Ok(None);
    }
    let bytes = registry.blob(layer)?;
    let said = if kind == SIMPLE_SIGNING { signed(&bytes, digest) } else { stated(&bytes, digest) };
    said.with_context(|| format!("the `{kind}` {} of {}", layer.digest(), registry.place()))
}

/// Whether a payload of cosign's is about this digest.
fn signed(bytes: &[u8], digest: &Digest) -> Result<Option<Said>> {
    #[derive(Deserialize)]
    struct Payload {
        critical: Critical,
    }
    #[derive(Deserialize)]
    struct Critical {
        image: Identity,
    }
    #[derive(Deserialize)]
    struct Identity {
        #[serde(rename = "docker-manifest-digest")]
        digest: String,
    }
    let payload: Payload = serde_json::from_slice(bytes)?;
    Ok((payload.critical.image.digest == digest.to_string()).then_some(Said::Signature))
}

/// What an in-toto statement says about this digest, in an envelope or in a bundle.
fn stated(bytes: &[u8], digest: &Digest) -> Result<Option<Said>> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Outer {
        payload: Option<String>,
        dsse_envelope: Option<Inner>,
    }
    #[derive(Deserialize)]
    struct Inner {
        payload: String,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Statement {
        predicate_type: String,
        subject: Vec<Subject>,
    }
    #[derive(Deserialize)]
    struct Subject {
        digest: Algorithms,
    }
    #[derive(Deserialize)]
    struct Algorithms {
        sha256: Option<String>,
    }
    let outer: Outer = serde_json::from_slice(bytes)?;
    let Some(payload) = outer.payload.or(outer.dsse_envelope.map(|inner| inner.payload)) else { return Ok(None) };
    let statement: Statement = serde_json::from_slice(&STANDARD.decode(payload)?)?;
    if !statement.subject.iter().any(|subject| subject.digest.sha256.as_deref() == Some(digest.hex())) {
        return Ok(None);
    }
    let known = PREDICATES.iter().find(|(predicate, _)| statement.predicate_type.starts_with(predicate));
    Ok(Some(known.map_or(Said::Other, |(_, said)| *said)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(predicate: &str, digest: &Digest) -> String {
        let statement = serde_json::json!({
            "_type": "https://in-toto.io/Statement/v0.1", "predicateType": predicate,
            "subject": [{"name": "x", "digest": {"sha256": digest.hex()}}], "predicate": {},
        });
        let payload = STANDARD.encode(statement.to_string());
        serde_json::json!({"payloadType": "application/vnd.in-toto+json", "payload": payload, "signatures": []})
            .to_string()
    }

    #[test]
    fn a_statement_counts_for_its_subject_alone() {
        let (digest, other) = (Digest::of(b"a"), Digest::of(b"b"));
        for (predicate, said) in [
            ("https://cyclonedx.org/bom", Said::Sbom),
            ("https://slsa.dev/provenance/v1", Said::Other),
            ("https://sigstore.dev/cosign/sign/v1", Said::Signature),
            ("https://example.com/vuln", Said::Other),
        ] {
            let envelope = envelope(predicate, &digest);
            assert_eq!(stated(envelope.as_bytes(), &digest).unwrap(), Some(said));
            assert_eq!(stated(envelope.as_bytes(), &other).unwrap(), None);
            let bundle =
                format!(r#"{{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","dsseEnvelope":{envelope}}}"#);
            assert_eq!(stated(bundle.as_bytes(), &digest).unwrap(), Some(said));
        }
        assert!(stated(b"{\"payload\":\"%\"}", &digest).is_err());
    }

    #[test]
    fn a_signature_counts_for_its_image_alone() {
        let digest = Digest::of(b"a");
        let payload = format!(
            r#"{{"critical":{{"identity":{{"docker-reference":"x"}},"image":{{"docker-manifest-digest":"{digest}"}},"type":"cosign container image signature"}},"optional":null}}"#
        );
        assert_eq!(signed(payload.as_bytes(), &digest).unwrap(), Some(Said::Signature));
        assert_eq!(signed(payload.as_bytes(), &Digest::of(b"b")).unwrap(), None);
        assert!(signed(b"{}", &digest).is_err());
    }
}
