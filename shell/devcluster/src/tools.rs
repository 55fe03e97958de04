//! The programs of a control plane: found in the cache, taken from `KUBEBUILDER_ASSETS`, or built.

use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::{Error, cache, gobuild};

/// The Kubernetes that `tools/go.mod` pins.
pub(crate) const VERSION: &str = "v1.36.4";

/// The programs of a control plane, ready to run.
#[derive(Clone, Debug)]
pub struct Tools {
    etcd: PathBuf,
    kube_apiserver: PathBuf,
    kube_controller_manager: Option<PathBuf>,
    kubectl: PathBuf,
}

impl Tools {
    /// Finds the tools, or builds them: once per machine, with Go, which takes about 8 minutes on two cores.
    ///
    /// With `KUBEBUILDER_ASSETS` set they are taken from that folder and nothing is built. Otherwise they are kept in
    /// `$KYKLOS_CACHE`, `$XDG_CACHE_HOME/kyklos` or `~/.cache/kyklos`, the first that is set. Of several processes that
    /// want to build, one does and the others wait.
    ///
    /// `progress` gets a line every few seconds of a build; when the tools are there it isn't called at all.
    /// [`progress_on_stderr`] is one.
    pub fn ensure(progress: &mut dyn FnMut(&str)) -> Result<Tools, Error> {
        if let Some(folder) = env::var_os("KUBEBUILDER_ASSETS").filter(|value| !value.is_empty()) {
            return Tools::from_assets(&PathBuf::from(folder));
        }
        let folder = Tools::cache_folder()?;
        if !gobuild::all_there(&folder) {
            gobuild::build(&folder, progress)?;
        }
        let tool = |tool: &gobuild::Tool| folder.join(tool.name);
        Ok(Tools {
            etcd: tool(&gobuild::ETCD),
            kube_apiserver: tool(&gobuild::KUBE_APISERVER),
            kube_controller_manager: Some(tool(&gobuild::KUBE_CONTROLLER_MANAGER)),
            kubectl: tool(&gobuild::KUBECTL),
        })
    }

    /// The folder that [`Tools::ensure`] builds into: its name changes with the pinned versions.
    pub fn cache_folder() -> Result<PathBuf, Error> {
        Ok(cache::root()?.join("devcluster").join(format!("{VERSION}-{}", gobuild::key())))
    }

    fn from_assets(folder: &Path) -> Result<Tools, Error> {
        // The programs run in a folder of their own, so a relative path must not stay one.
        let folder = std::path::absolute(folder).map_err(Error::file("finding", folder))?;
        let find = |tool: &gobuild::Tool| {
            let path = folder.join(tool.name);
            if path.is_file() { Ok(path) } else { Err(Error::MissingAsset { tool: tool.name, folder: folder.clone() }) }
        };
        Ok(Tools {
            etcd: find(&gobuild::ETCD)?,
            kube_apiserver: find(&gobuild::KUBE_APISERVER)?,
            // setup-envtest has none; who starts a cluster that needs it is told so.
            kube_controller_manager: find(&gobuild::KUBE_CONTROLLER_MANAGER).ok(),
            kubectl: find(&gobuild::KUBECTL)?,
        })
    }

    /// The path of `etcd`.
    pub fn etcd(&self) -> &Path {
        &self.etcd
    }

    /// The path of `kube-apiserver`.
    pub fn kube_apiserver(&self) -> &Path {
        &self.kube_apiserver
    }

    /// The path of `kube-controller-manager`; none when `KUBEBUILDER_ASSETS` names a folder without it.
    pub fn kube_controller_manager(&self) -> Option<&Path> {
        self.kube_controller_manager.as_deref()
    }

    /// The path of `kubectl`.
    pub fn kubectl(&self) -> &Path {
        &self.kubectl
    }
}

/// Writes a line of progress to stderr, for [`Tools::ensure`].
///
/// Not by `eprintln!`, which the test harness keeps to itself until the test is over: a build takes minutes, and silence
/// looks like a hang.
pub fn progress_on_stderr(line: &str) {
    // A closed stderr is no reason to stop building.
    let _ = writeln!(std::io::stderr(), "kyklos-devcluster: {line}");
}
