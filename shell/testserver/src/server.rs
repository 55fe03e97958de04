//! The server as a test holds it.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use http::HeaderValue;
use kube::Client;
use serde_json::Value;

use crate::chaos::Chaos;
use crate::fault::{Fault, FaultId};
use crate::filter::Filter;
use crate::hub::News;
use crate::kind::Kind;
use crate::log::Seen;
use crate::refusal::Refusal;
use crate::request::Subresource;
use crate::service::Service;
use crate::state::Shared;
use crate::value::{child_mut, map_mut, merge, text};
use crate::write::Author;

/// An API server inside the process. Its clones are the same server.
#[derive(Clone, Debug)]
pub struct TestServer {
    pub(crate) shared: Shared,
}

impl TestServer {
    /// An empty server with the namespaces that every cluster has, whose wall clock shows this instant and goes by
    /// tokio's from now on. Made inside the runtime whose time it is to go by.
    pub fn new(wall: DateTime<Utc>) -> Self {
        let server = Self { shared: Shared::new(wall) };
        for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
            server.shared.lock().make_namespace(name);
        }
        // Few clusters have it.
        server.uninstall(Kind::ScaledObject);
        server
    }

    /// A client of it. Its requests carry this `User-Agent`, unless a layer above gives them another.
    pub fn client(&self, agent: &str) -> Client {
        Client::new(self.service(agent), "default")
    }

    /// The service, to put layers around.
    pub fn service(&self, agent: &str) -> Service {
        Service { shared: self.shared.clone(), agent: HeaderValue::from_str(agent).ok() }
    }

    /// Its wall clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.shared.lock().clock.now()
    }

    /// Sets its wall clock, from which objects get their times.
    pub fn set_wall(&self, wall: DateTime<Utc>) {
        self.shared.lock().clock.set(wall);
    }

    /// Puts the header `Date` off the wall clock by this much, as another API server of the same cluster may be.
    pub fn set_date_offset(&self, offset: TimeDelta) {
        self.shared.lock().clock.date_offset = offset;
    }

    /// Switches the bookmarks that watches get every minute on or off. At first they are on. The one that ends a
    /// streaming list comes in any case.
    pub fn set_bookmarks(&self, on: bool) {
        self.shared.lock().bookmarks = on;
    }

    /// Switches streaming lists on or off, as the feature gate `WatchList` does. At first they are on.
    pub fn set_streaming_lists(&self, on: bool) {
        self.shared.lock().streaming = on;
    }

    /// Makes a namespace, if it isn't there.
    pub fn create_namespace(&self, name: &str) {
        self.shared.lock().make_namespace(name);
    }

    /// Creates an object as a field manager, its namespace too where that is missing. What comes back is what is stored.
    ///
    /// # Errors
    ///
    /// What the API server would say.
    pub fn create(&self, kind: Kind, manager: &str, object: &Value) -> Result<Value, Refusal> {
        let mut state = self.shared.lock();
        let namespace = match (kind.namespaced(), text(object, "/metadata/namespace")) {
            (false, _) => "",
            (true, "") => "default",
            (true, namespace) => namespace,
        };
        if !namespace.is_empty() {
            state.make_namespace(namespace);
        }
        let author = Author::new(manager, state.clock.stamp());
        Ok(state.store.create(kind, namespace, object.clone(), &author)?.value.clone())
    }

    /// An object as it is stored.
    pub fn get(&self, kind: Kind, namespace: &str, name: &str) -> Option<Value> {
        let key = (namespace.to_owned(), name.to_owned());
        self.shared.lock().store.get(kind, &key).map(|object| object.value.clone())
    }

    /// All objects of a kind in a namespace, or with an empty one everywhere, by namespace and name.
    pub fn list(&self, kind: Kind, namespace: &str) -> Vec<Value> {
        self.shared.lock().store.shelf(kind).range(namespace).map(|(_, object)| object.value.clone()).collect()
    }

    /// Changes an object as a field manager, by a merge patch (RFC 7386).
    ///
    /// # Errors
    ///
    /// What the API server would say.
    pub fn edit(
        &self,
        kind: Kind,
        namespace: &str,
        name: &str,
        manager: &str,
        patch: &Value,
    ) -> Result<Value, Refusal> {
        self.write(kind, namespace, name, manager, None, patch)
    }

    /// Changes the status of an object as a field manager, by a merge patch of the whole object such as
    /// `{"status": {"replicas": 2}}`.
    ///
    /// # Errors
    ///
    /// What the API server would say.
    pub fn edit_status(
        &self,
        kind: Kind,
        namespace: &str,
        name: &str,
        manager: &str,
        patch: &Value,
    ) -> Result<Value, Refusal> {
        self.write(kind, namespace, name, manager, Some(Subresource::Status), patch)
    }

    /// Sets the replicas of an object as a field manager, as `kubectl edit` does.
    ///
    /// # Errors
    ///
    /// What the API server would say.
    pub fn scale(
        &self,
        kind: Kind,
        namespace: &str,
        name: &str,
        manager: &str,
        replicas: i64,
    ) -> Result<Value, Refusal> {
        let mut patch = Value::Null;
        child_mut(&mut patch, "spec").insert("replicas".to_owned(), replicas.into());
        self.edit(kind, namespace, name, manager, &patch)
    }

    /// Deletes an object; of a namespace everything in it goes, and it stays `Terminating` until [`Self::finish_namespace`].
    ///
    /// # Errors
    ///
    /// 404 where it isn't there.
    pub fn delete(&self, kind: Kind, namespace: &str, name: &str) -> Result<(), Refusal> {
        let mut state = self.shared.lock();
        let author = Author::new("test", state.clock.stamp());
        if kind == Kind::Namespace {
            state.end_namespace(name, &author)?;
            return Ok(());
        }
        let key = (namespace.to_owned(), name.to_owned());
        state.store.delete(kind, &key, &Value::Null, &author)?;
        Ok(())
    }

    /// Begins to delete a namespace that nothing has gone from yet: the real one takes its content away kind by kind.
    pub fn terminate_namespace(&self, name: &str) {
        let mut state = self.shared.lock();
        let key = (String::new(), name.to_owned());
        let author = Author::new("kube-apiserver", state.clock.stamp());
        if let Some(old) = state.store.get(Kind::Namespace, &key) {
            state.terminate(key, &old, &author);
        }
    }

    /// Takes away a namespace that was deleted: what the namespace controller does when it is empty.
    pub fn finish_namespace(&self, name: &str) {
        self.shared.lock().store.remove(Kind::Namespace, &(String::new(), name.to_owned()));
    }

    /// Lets something go wrong with the requests that the filter takes: with the next `times` of them, or with `None`
    /// with all until it is lifted. Faults add up.
    pub fn fault(&self, filter: Filter, times: impl Into<Option<usize>>, fault: Fault) -> FaultId {
        self.fault_after(filter, 0, times, fault)
    }

    /// The same, after that many of the requests have passed.
    pub fn fault_after(&self, filter: Filter, skip: usize, times: impl Into<Option<usize>>, fault: Fault) -> FaultId {
        self.shared.lock().faults.add(filter, skip, times.into(), fault)
    }

    /// Ends a fault. Whether it was still there.
    pub fn lift(&self, fault: FaultId) -> bool {
        self.shared.lock().faults.lift(fault)
    }

    /// Ends all faults.
    pub fn lift_all(&self) {
        self.shared.lock().faults.clear();
    }

    /// Lets faults come by chance, or with `None` no longer.
    pub fn set_chaos(&self, chaos: Option<Chaos>) {
        self.shared.lock().faults.chaos = chaos;
    }

    /// Takes the server away: no connection is made until the fault is lifted, and all watches break.
    pub fn outage(&self) -> FaultId {
        let fault = self.fault(Filter::all(), None, Fault::NoConnection);
        for kind in Kind::ALL {
            self.close_watches(kind, true);
        }
        fault
    }

    /// Ends the open watches of a kind; torn with the connection broken, else in order. How many there were.
    pub fn close_watches(&self, kind: Kind, torn: bool) -> usize {
        self.shared.lock().store.shelf(kind).hub.end(|_| true, || Some(News::End { torn }))
    }

    /// Lets the open watches of a kind fall silent, as when a firewall forgets their connections: nothing reaches them any more,
    /// neither bookmarks nor the end of their time. How many there were.
    pub fn silence_watches(&self, kind: Kind) -> usize {
        self.shared.lock().store.shelf(kind).hub.silence()
    }

    /// How many watches of a kind are open and not silent.
    pub fn open_watches(&self, kind: Kind) -> usize {
        self.shared.lock().store.shelf(kind).hub.iter().count()
    }

    /// The requests that the filter takes, in the order of their arrival.
    pub fn requests(&self, filter: &Filter) -> Vec<Seen> {
        self.shared.lock().log.entries(filter).cloned().collect()
    }

    /// How many requests the filter takes.
    pub fn count(&self, filter: &Filter) -> usize {
        self.shared.lock().log.entries(filter).count()
    }

    /// The writes to a scale that arrived, by namespace and name of the object.
    pub fn scale_writes(&self) -> BTreeMap<(String, String), usize> {
        self.shared.lock().log.scale_writes().clone()
    }

    /// Forgets the requests so far; their numbers go on.
    pub fn clear_requests(&self) {
        self.shared.lock().log.clear();
    }

    fn write(
        &self,
        kind: Kind,
        namespace: &str,
        name: &str,
        manager: &str,
        subresource: Option<Subresource>,
        patch: &Value,
    ) -> Result<Value, Refusal> {
        let mut state = self.shared.lock();
        let author = Author { subresource, ..Author::new(manager, state.clock.stamp()) };
        let key = (namespace.to_owned(), name.to_owned());
        let object = state.store.change(kind, &key, &author, |old| {
            let mut new = old.clone();
            merge(&mut new, patch);
            map_mut(&mut new);
            Ok(new)
        })?;
        Ok(object.value.clone())
    }
}
