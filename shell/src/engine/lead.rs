//! Whether this process may act, and where.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::cluster::lease::{Alive, CLUSTER_NAME, Leadership};

/// What is known of the leases.
#[derive(Debug, Clone)]
pub struct Lead {
    /// Our own lease.
    pub own: watch::Receiver<Leadership>,
    /// What others have; only the cluster-wide controller asks.
    pub others: Option<Others>,
}

/// The leases beside our own that are alive.
#[derive(Debug, Clone)]
pub struct Others {
    /// Those of namespaces.
    pub narrow: watch::Receiver<Alive>,
    /// Those for the whole cluster, our own one too.
    pub wide: watch::Receiver<Alive>,
    /// The namespace of our own one.
    pub namespace: Arc<str>,
}

impl Others {
    /// Whether another acts in the whole cluster.
    fn acts(&self) -> bool {
        self.wide.borrow().before(&self.namespace).is_some()
    }

    /// Why one for the whole cluster may act nowhere yet.
    fn keep_from_all(&self) -> Option<String> {
        let why = |alive: &Alive| {
            let why =
                || alive.trouble.clone().unwrap_or_else(|| "the leases of namespaces aren't known yet".to_owned());
            (!alive.is_complete).then(why)
        };
        why(&self.narrow.borrow()).or_else(|| why(&self.wide.borrow()))
    }
}

impl Lead {
    /// Whether anything may be sent at `boot`.
    pub fn holds(&self, boot: Duration) -> bool {
        self.own.borrow().held.is_open(boot)
            && self.others.as_ref().is_none_or(|others| others.keep_from_all().is_none() && !others.acts())
    }

    /// Who acts in the whole cluster instead of this process, though that has a lease for it in another namespace.
    pub fn stands_back(&self) -> Option<String> {
        let others = self.others.as_ref()?;
        let wide = others.wide.borrow();
        let (namespace, place) = wide.before(&others.namespace)?;
        let holder = place.holder.as_ref().map(|holder| format!(" held by {holder}")).unwrap_or_default();
        Some(format!("{namespace}/{CLUSTER_NAME}{holder}, which was made before this one"))
    }

    /// All that is known of our own lease.
    pub fn leadership(&self) -> Leadership {
        self.own.borrow().clone()
    }

    /// Whether our own lease can't be got or renewed.
    pub fn has_trouble(&self) -> bool {
        self.own.borrow().trouble.is_some()
    }

    /// How often the API server has gone back to an older state.
    pub fn gone_back(&self) -> u32 {
        self.own.borrow().gone_back
    }

    /// Why one for the whole cluster may act nowhere yet.
    pub fn keeps_from_all(&self) -> Option<String> {
        self.others.as_ref()?.keep_from_all()
    }

    /// When it will be so, where only a wait is missing.
    pub fn opens_at(&self) -> Option<Duration> {
        self.own.borrow().held.opens_at()
    }

    /// Whether this process acts in a namespace, which it does when it is `leading` and the namespace is nobody else's.
    pub fn acts_in(&self, leading: bool, namespace: &str) -> bool {
        leading && !self.leaves_alone(namespace)
    }

    /// Whether a namespace is somebody else's.
    pub fn leaves_alone(&self, namespace: &str) -> bool {
        self.others.as_ref().is_some_and(|others| !others.narrow.borrow().leaves(namespace))
    }

    /// What is known of the namespaces that are somebody else's, where that is asked and isn't what was known.
    pub fn others_now(&self, known: &Alive) -> Option<Alive> {
        let others = self.others.as_ref()?.narrow.borrow();
        (*others != *known).then(|| others.clone())
    }

    /// Waits until anything about it has changed.
    pub async fn changed(&mut self) {
        let others = async {
            match &mut self.others {
                Some(others) => tokio::select! {
                    changed = others.narrow.changed() => changed,
                    changed = others.wide.changed() => changed,
                },
                None => std::future::pending().await,
            }
        };
        let gone = tokio::select! {
            changed = self.own.changed() => changed.is_err(),
            changed = others => changed.is_err(),
        };
        if gone {
            // Whoever held the lease is gone, and what it last said stands until it runs out.
            std::future::pending::<()>().await;
        }
    }
}
