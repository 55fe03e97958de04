//! A temporary folder and the processes that belong to it.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::Error;
use crate::component::{self, Component};
use crate::janitor::Janitor;

/// A temporary folder, readable for us alone. However we end, by SIGKILL too, it goes, and the processes that were
/// started in it end.
#[derive(Debug)]
pub struct Folder {
    // Removed before the janitor is let go, who finds nothing to do then.
    temporary: Option<TempDir>,
    path: PathBuf,
    _janitor: Janitor,
}

impl Folder {
    /// Makes one.
    pub fn new() -> Result<Folder, Error> {
        let temporary = tempfile::Builder::new()
            .prefix("kyklos-")
            .permissions(Permissions::from_mode(0o700))
            .tempdir()
            .map_err(Error::io("making a temporary folder"))?;
        let path = std::path::absolute(temporary.path()).map_err(Error::file("finding", temporary.path()))?;
        let janitor = Janitor::start(&path)?;
        component::prepare(&path)?;
        Ok(Folder { temporary: Some(temporary), path, _janitor: janitor })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Starts a program with our environment, and what `set` changes in it, and its output in `<name>.log`.
    pub fn start(
        &self,
        name: &'static str,
        program: &Path,
        arguments: &[String],
        set: impl FnOnce(&mut Command) -> &mut Command,
    ) -> Result<Component, Error> {
        Component::start(name, program, arguments, &self.path, set)
    }

    /// Removes it; its processes have to be ended before. What can't be removed now the janitor tries to remove.
    pub fn remove(&mut self) -> Result<(), Error> {
        match self.temporary.take() {
            Some(folder) => folder.close().map_err(Error::file("removing", &self.path)),
            None => Ok(()),
        }
    }
}
