//! `kyklos-devcluster`: a control plane for a terminal.

use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, Subcommand};
use kyklos_devcluster::{DevCluster, Error, Options, Tools, progress_on_stderr};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// A real Kubernetes control plane on loopback.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Start a cluster, say how to use it, and end it on Ctrl-C
    Up {
        /// Without kube-controller-manager: no Deployment makes Pods
        #[arg(long)]
        no_controller_manager: bool,
    },
    /// Build the tools if they aren't there, and say where they are
    Build,
    /// Say where the built tools are kept
    Path,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Action::Up { no_controller_manager } => {
            up(Options { controller_manager: !no_controller_manager, ..Options::default() })
        }
        Action::Build => build(),
        Action::Path => Tools::cache_folder().map(|folder| println!("{}", folder.display())),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kyklos-devcluster: {error}");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), Error> {
    let tools = Tools::ensure(&mut progress_on_stderr)?;
    println!("{}", tools.kubectl().with_file_name("").display());
    Ok(())
}

fn up(options: Options) -> Result<(), Error> {
    // Ctrl-C during a build or the start ends the program right there; what has been started goes with it.
    let tools = Tools::ensure(&mut progress_on_stderr)?;
    let begin = Instant::now();
    let cluster = DevCluster::start(&tools, options)?;
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])
        .map_err(|source| Error::Io { what: "waiting for Ctrl-C".into(), source })?;
    eprintln!("The API server is at {} since {:.1} s after the start.", cluster.url(), begin.elapsed().as_secs_f32());
    eprintln!("The kubeconfig of its administrator is {}", cluster.kubeconfig().display());
    eprintln!("Audit and component logs are in {}", cluster.folder().display());
    eprintln!("Ctrl-C ends it and removes all of it. In another terminal:");
    println!("export KUBECONFIG={}", quote(&cluster.kubeconfig().to_string_lossy()));
    signals.forever().next();
    cluster.stop()
}

/// As one word of a shell.
fn quote(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@".contains(c);
    if text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
