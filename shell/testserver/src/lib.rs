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
//! # What can go wrong
//!
//! [`TestServer::fault`] takes a [`Filter`] (verb, kind, subresource, namespace, name, user agent, path), how many requests
//! it is for, and a [`Fault`]: delays before and after the deed, no answer, a lost one, half of one, a refusal with any
//! code, a webhook's cap, no connection, a watch that is cut or too old, a request that is held until the fault is
//! lifted, and one that is carried out when nobody waits for it any more. Faults that take the same request add up.
//! [`Chaos`] rolls them from a seed. Of the whole server there are [`TestServer::outage`], [`TestServer::close_watches`],
//! [`TestServer::compact`], [`TestServer::snapshot`] and [`TestServer::restore`], [`TestServer::uninstall`] and
//! [`TestServer::install`], and namespaces that are deleted.
//!
//! # Time
//!
//! Its wall clock goes by tokio's from the instant it is made with, inside the runtime. Under paused time tokio jumps to the
//! next timer as soon as nothing else is to do: a `spawn_blocking`, a thread or a real socket beside it makes it jump
//! too early. With one thread and paused time the order of all requests is the same in each run.
//!
//! # Where it differs
//!
//! `tests/same_as_real` sends the same requests to it and to the real control plane and compares the answers. It does
//! without: schemas of custom resources (nothing is defaulted, pruned or refused by them), authentication and rights (a
//! fault refuses), discovery of all but its own custom kind, strategic merge and JSON patches, sets in label selectors, controllers (the status of a
//! Deployment is what somebody writes), and lists that are owned item by item. A list in pages is of one instant until
//! [`TestServer::compact`]; the history of a kind holds 10,000 changes.

mod answer;
mod apply;
mod chaos;
mod check;
mod clock;
mod defaults;
mod discovery;
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
