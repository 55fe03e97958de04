//! `kyklos override list`.

use std::io::{self, Write};

use clap::{Args, ValueEnum};
use serde_json::json;

use crate::api::instants;
use crate::api::manifest::printable;
use crate::api::overrides::TimeWindowOverride;
use crate::api::selection::CLUSTER_KIND;
use crate::api::times::to_instant;
use crate::cli::Failure;
use crate::cli::tables::columns;
use crate::cluster::overrides::Overriding;

/// List overrides, with how far they are, who asked for them and why
#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// Of this namespace; that of the kubeconfig by default
    #[arg(long, short, value_name = "NS", conflicts_with = "all_namespaces")]
    namespace: Option<String>,
    /// Of every namespace
    #[arg(long, short = 'A')]
    all_namespaces: bool,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Output {
    /// A table
    Text,
    /// A Kubernetes list
    Json,
}

impl List {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let cluster = Overriding::connect(self.namespace).await?;
        let all = cluster.list(self.all_namespaces).await?;
        let text = match self.output {
            Output::Json => format!("{:#}\n", json!({ "apiVersion": "v1", "kind": "List", "items": all })),
            Output::Text => {
                let heading = ["NAME", "FOR", "REPLICAS", "PHASE", "UNTIL", "BY", "REASON"];
                columns(&heading, &[2], all.iter().map(row))
            }
        };
        Ok(io::stdout().lock().write_all(text.as_bytes())?)
    }
}

fn row(found: &TimeWindowOverride) -> [String; 7] {
    let meta = &found.metadata;
    let text = |text: &Option<String>| text.as_deref().map(printable).unwrap_or_default();
    let status = found.status.as_ref();
    let until = status.and_then(|status| status.until.as_ref()).map(|until| instants::write(to_instant(until)));
    let whom = match &found.spec.scaler_ref {
        Some(scaler) if scaler.kind == CLUSTER_KIND => printable(&format!("{} (cluster)", scaler.name)),
        Some(scaler) => printable(&scaler.name),
        None => "(labels)".to_owned(),
    };
    [
        format!("{}/{}", text(&meta.namespace), text(&meta.name)),
        whom,
        found.spec.value().map(|value| value.to_string()).unwrap_or_default(),
        status.and_then(|status| status.phase).map(|phase| phase.to_string()).unwrap_or_default(),
        until.or_else(|| found.spec.until.clone()).map(|until| printable(&until)).unwrap_or_default(),
        text(&found.spec.requested_by),
        printable(&found.spec.reason),
    ]
}
