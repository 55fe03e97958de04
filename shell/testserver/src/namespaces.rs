//! Namespaces that go, with all that is in them.

use std::sync::Arc;

use serde_json::json;

use crate::kind::Kind;
use crate::refusal::Refusal;
use crate::state::State;
use crate::store::{Key, Stored};
use crate::value::{child_mut, metadata_mut, set_text, text};
use crate::write::Author;

impl State {
    /// Makes a namespace if it isn't there.
    pub(crate) fn make_namespace(&mut self, name: &str) {
        let key = (String::new(), name.to_owned());
        if self.store.get(Kind::Namespace, &key).is_none() {
            let author = Author::new("kube-apiserver", self.clock.stamp());
            let value = json!({ "metadata": { "name": name } });
            // A name that isn't one is told to whoever creates something in it.
            let _refused = self.store.create(Kind::Namespace, "", value, &author);
        }
    }

    /// Begins to delete a namespace: nothing new comes into it, and what is in it goes.
    pub(crate) fn end_namespace(&mut self, name: &str, author: &Author) -> Result<Arc<Stored>, Refusal> {
        let key = (String::new(), name.to_owned());
        let old = self.store.get(Kind::Namespace, &key).ok_or_else(|| Refusal::not_found(Kind::Namespace, name))?;
        if text(&old.value, "/status/phase") == "Terminating" {
            return Err(Refusal::conflict(
                Kind::Namespace,
                name,
                "The system is ensuring all content is removed from this namespace.  Upon completion, this namespace will automatically be purged by the system.",
            ));
        }
        let space = self.terminate(key, &old, author);
        for kind in Kind::ALL.into_iter().filter(|kind| kind.about().namespaced) {
            let keys: Vec<Key> = self.store.shelf(kind).range(name).map(|(key, _)| key.clone()).collect();
            for key in keys {
                // Held by a finalizer: marked, as in the real one.
                let _held = self.store.delete(kind, &key, &serde_json::Value::Null, author);
            }
        }
        Ok(space)
    }

    /// Marks a namespace as on its way out: what is in it goes later, kind by kind.
    pub(crate) fn terminate(&mut self, key: Key, old: &Stored, author: &Author) -> Arc<Stored> {
        let mut value = old.value.clone();
        set_text(metadata_mut(&mut value), "deletionTimestamp", &author.stamp);
        set_text(child_mut(&mut value, "status"), "phase", "Terminating");
        self.store.put(Kind::Namespace, key, value)
    }
}
