//! Whether this process may act, and where.

use std::time::Duration;

use tokio::sync::watch;

use crate::cluster::lease::{Alive, Leadership};

/// What is known of the leases.
#[derive(Debug, Clone)]
pub struct Lead {
    /// Our own lease.
    pub own: watch::Receiver<Leadership>,
    /// The namespaces that have a lease of their own which is alive; only the cluster-wide controller asks.
    pub others: Option<watch::Receiver<Alive>>,
}

impl Lead {
    /// Whether anything may be sent at `boot`.
    pub fn holds(&self, boot: Duration) -> bool {
        self.own.borrow().held.is_open(boot)
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
        let others = self.others.as_ref()?.borrow();
        let why = || others.trouble.clone().unwrap_or_else(|| "the leases of namespaces aren't known yet".to_owned());
        (!others.is_complete).then(why)
    }

    /// When it will be so, where only a wait is missing.
    pub fn opens_at(&self) -> Option<Duration> {
        self.own.borrow().held.opens_at()
    }

    /// Whether a namespace is somebody else's.
    pub fn leaves_alone(&self, namespace: &str) -> bool {
        self.others.as_ref().is_some_and(|others| !others.borrow().leaves(namespace))
    }

    /// What is known of the namespaces that are somebody else's, where that is asked and isn't what was known.
    pub fn others_now(&self, known: &Alive) -> Option<Alive> {
        let others = self.others.as_ref()?.borrow();
        (*others != *known).then(|| others.clone())
    }

    /// Waits until anything about it has changed.
    pub async fn changed(&mut self) {
        let others = async {
            match &mut self.others {
                Some(others) => others.changed().await,
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
