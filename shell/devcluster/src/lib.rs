//! A real Kubernetes control plane on loopback, for tests and the demo.
//!
//! etcd, kube-apiserver and kube-controller-manager run as ordinary processes: no container engine, no image, no node.
//! Pods therefore stay `Pending`; everything that happens in the API is real.
//!
//! ```no_run
//! use kyklos_devcluster::{DevCluster, Options, Tools, progress_on_stderr};
//!
//! let tools = Tools::ensure(&mut progress_on_stderr)?; // minutes the first time on a machine, then nothing
//! let cluster = DevCluster::start(&tools, Options::default())?; // about four seconds
//! cluster.kubectl().args(["get", "namespaces"]).status()?;
//! cluster.stop()?; // or drop it
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! However the process that holds a [`DevCluster`] ends, a panic, Ctrl-C or SIGKILL, its processes and its folder go with
//! it; so a cluster in a `static`, shared by the tests of one binary, leaves nothing behind either.

mod cache;
mod cluster;
mod component;
mod error;
mod flags;
mod gobuild;
mod janitor;
mod pki;
mod port;
mod tools;

pub use cluster::{DevCluster, Options};
pub use error::Error;
pub use tools::{Tools, progress_on_stderr};
