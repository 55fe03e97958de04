//! An API server inside the process: for the faults that the real one can't be made to show, in virtual time.
//!
//! [`TestServer`] answers the requests of a `kube::Client` as the real API server does where a controller can tell the
//! difference. It has no sockets and no threads, waits by tokio's clock alone, and writes down every request.
//!
//! ```
//! use kyklos_testserver::{Fault, Filter, Kind, TestServer};
//! use serde_json::json;
//!
//! let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
//! runtime.block_on(async {
//!     let server = TestServer::new("2026-03-02T08:59:00Z".parse()?);
//!     server.create(Kind::Deployment, "kubectl", &json!({
//!         "metadata": { "namespace": "shop", "name": "web" },
//!         "spec": { "replicas": 2 },
//!     }))?;
//!     // The first write to its scale is carried out, and nobody hears of it.
//!     server.fault(Filter::scale_writes().name("web"), 1, Fault::LoseAnswer);
//!
//!     let client = server.client("kyklos/0.1");
//!     let api: kube::Api<k8s_openapi::api::apps::v1::Deployment> = kube::Api::namespaced(client, "shop");
//!     let patch = json!({ "apiVersion": "autoscaling/v1", "kind": "Scale", "spec": { "replicas": 5 } });
//!     let params = kube::api::PatchParams::apply("kyklos").force();
//!     let lost = api.patch_scale("web", &params, &kube::api::Patch::Apply(&patch)).await;
//!
//!     assert!(lost.is_err());
//!     assert_eq!(api.get_scale("web").await?.spec.and_then(|spec| spec.replicas), Some(5));
//!     let writes = server.requests(&Filter::scale_writes());
//!     assert_eq!(writes.len(), 1);
//!     assert!(writes.iter().all(|write| write.done() && write.replicas() == Some(5)));
//!     Ok::<(), Box<dyn std::error::Error>>(())
//! })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What it doesn't do: schemas of custom resources (nothing is defaulted, pruned or refused by them), authentication and
//! rights (a fault refuses), discovery, strategic merge and JSON patches, lists that are owned item by item.

mod answer;
mod apply;
mod chaos;
mod check;
mod clock;
mod defaults;
mod fault;
mod fields;
mod filter;
mod handle;
mod hub;
mod kind;
mod list;
mod log;
mod namespaces;
mod refusal;
mod request;
mod scale;
mod selector;
mod server;
mod service;
mod snapshot;
mod state;
mod store;
mod value;
mod watch;
mod write;

pub use answer::{AnswerBody, WatchBody};
pub use chaos::Chaos;
pub use fault::{Fault, FaultId};
pub use filter::Filter;
pub use kind::Kind;
pub use log::{End, Seen};
pub use refusal::Refusal;
pub use request::{Call, Subresource, Verb};
pub use server::TestServer;
pub use service::Service;
pub use snapshot::Snapshot;
