//! What can go wrong, in words that say what to do about it.

use std::path::{Path, PathBuf};
use std::time::Duration;

/// Why the tools could not be had or the cluster could not be run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No `go` command, and nothing in the cache.
    #[error("{} is needed to build the control plane, and there is no `go` on the PATH.\n{}", go(), remedy())]
    NoGo,
    /// A `go` command that can't build this Kubernetes.
    #[error("{} is needed to build the control plane, and `go` on the PATH says: {found}\n{}", go(), remedy())]
    OldGo {
        /// What the command said about its version.
        found: String,
    },
    /// `go build` failed.
    #[error("building {tool} failed:\n{output}")]
    Build {
        /// The command that was to be built.
        tool: &'static str,
        /// The last lines that `go build` wrote.
        output: String,
    },
    /// `KUBEBUILDER_ASSETS` names a folder that lacks a program.
    #[error("KUBEBUILDER_ASSETS is {}, and there is no {tool} in it. Unset the variable to build all tools with Go.", folder.display())]
    MissingAsset {
        /// The program that isn't there.
        tool: &'static str,
        /// What the variable says.
        folder: PathBuf,
    },
    /// The options ask for a controller manager and the tools have none.
    #[error(
        "there is no kube-controller-manager among the tools: KUBEBUILDER_ASSETS names a folder without it, and the \
         archive of setup-envtest has none. Unset the variable to build all tools with Go, put the program of the same \
         version there, or start the cluster with `controller_manager: false` (then no Deployment makes Pods)."
    )]
    NoControllerManager,
    /// No folder to keep the built tools in.
    #[error("there is no cache folder: set one of KYKLOS_CACHE, XDG_CACHE_HOME and HOME")]
    NoCacheFolder,
    /// A component ended by itself.
    #[error("{component} ended ({status}). The end of its log:\n{log}")]
    Ended {
        /// Its name.
        component: &'static str,
        /// Its exit status.
        status: String,
        /// The last lines of its log.
        log: String,
    },
    /// A component was not ready within [`Options::time_limit`](crate::Options::time_limit).
    #[error("{component} was not ready within {} s: {reason}. The end of its log:\n{log}", limit.as_secs())]
    NotReady {
        /// Its name.
        component: &'static str,
        /// The limit that ran out.
        limit: Duration,
        /// The condition that didn't come true.
        reason: String,
        /// The last lines of its log.
        log: String,
    },
    /// [`DevCluster::start_apiserver`](crate::DevCluster::start_apiserver) while it runs.
    #[error("the API server runs already")]
    RunsAlready,
    /// A call that needs a running API server while it is stopped.
    #[error("the API server is stopped")]
    Stopped,
    /// More groups than a certificate of ours can carry.
    #[error("a user has at most two groups, not {0}; bind roles to the user instead")]
    TooManyGroups(usize),
    /// A certificate could not be made.
    #[error("making a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The operating system refused something.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// What the system said.
        source: std::io::Error,
    },
}

impl Error {
    /// For `map_err`: says what was tried when the system refused it.
    pub(crate) fn io<E: Into<std::io::Error>>(what: impl Into<String>) -> impl FnOnce(E) -> Error {
        let what = what.into();
        move |source| Error::Io { what, source: source.into() }
    }

    /// For `map_err`: the same, about a file.
    pub(crate) fn file<E: Into<std::io::Error>>(verb: &str, path: &Path) -> impl FnOnce(E) -> Error {
        Error::io(format!("{verb} {}", path.display()))
    }
}

fn go() -> String {
    let (major, minor) = crate::gobuild::GO;
    format!("Go {major}.{minor} or newer")
}

fn remedy() -> &'static str {
    "Install it from https://go.dev/dl (or with your system's packages) and run this again; or set KUBEBUILDER_ASSETS to \
     a folder that has etcd, kube-apiserver, kube-controller-manager and kubectl of Kubernetes 1.36 in it."
}
