//! `kyklos override end`.

use std::io::{self, Write};

use clap::Args;

use crate::api::instants;
use crate::api::manifest::printable;
use crate::cli::Failure;
use crate::cluster::overrides::{Ended, Overriding};

/// End an override now: the schedule applies at once
///
/// It stays for its time to live, with who has ended it. One that hasn't begun is deleted.
#[derive(Debug, Args)]
pub(in crate::cli) struct End {
    /// The override
    #[arg(value_name = "NAME")]
    name: String,
    /// Its namespace; that of the kubeconfig by default
    #[arg(long, short, value_name = "NS")]
    namespace: Option<String>,
}

impl End {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let cluster = Overriding::connect(self.namespace).await?;
        let said = match cluster.end(&self.name).await? {
            Ended::At(until) => format!("ended at {}", instants::write(until)),
            Ended::Before(until) => format!("ended at {} already", instants::write(until)),
            Ended::Deleted => "deleted, as it had not begun".to_owned(),
        };
        Ok(writeln!(io::stdout().lock(), "timewindowoverride.kyklos.io/{} {said}", printable(&self.name))?)
    }
}
