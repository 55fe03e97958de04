//! What is asked of the API server right before targets get back what they had: once for all that wait for the same answer.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use super::ids::TargetId;
use super::policies::PolicyKey;
use crate::api::ScalerKind;
use crate::cluster::requests::Request;

/// For so long an answer is one of right before.
const HOLDS: Duration = Duration::from_secs(5);

/// Something that the API server is asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Inquiry {
    /// Whether a schedule isn't there.
    Holder(PolicyKey),
    /// Whether a namespace isn't on its way out.
    Namespace(Arc<str>),
}

impl Inquiry {
    /// The request that asks it.
    pub fn request(&self) -> Request {
        match self {
            Self::Holder(PolicyKey { namespace, name }) => {
                Request::get(&ScalerKind::in_namespace(namespace).path(namespace, name))
            }
            Self::Namespace(name) => Request::get(&format!("/api/v1/namespaces/{name}")),
        }
    }
}

#[derive(Debug)]
enum Answer {
    /// The request is under way, and these wait for it.
    Awaited(BTreeSet<TargetId>),
    /// It was as it has to be, at this instant.
    Good(Duration),
}

/// What was asked not long ago.
#[derive(Debug, Default)]
pub struct Inquiries(HashMap<Inquiry, Answer>);

impl Inquiries {
    /// Whether it is known to be as it has to be.
    pub fn holds(&self, inquiry: &Inquiry, boot: Duration) -> bool {
        matches!(self.0.get(inquiry), Some(Answer::Good(at)) if boot < *at + HOLDS)
    }

    /// Has a target wait for an answer that is under way. Says whether one is.
    pub fn join(&mut self, inquiry: &Inquiry, target: TargetId) -> bool {
        let Some(Answer::Awaited(waiting)) = self.0.get_mut(inquiry) else { return false };
        waiting.insert(target);
        true
    }

    /// It is asked, for this target.
    pub fn begin(&mut self, inquiry: Inquiry, target: TargetId, boot: Duration) {
        self.0.retain(|_, answer| !matches!(answer, Answer::Good(at) if *at + HOLDS <= boot));
        self.0.insert(inquiry, Answer::Awaited(BTreeSet::from([target])));
    }

    /// There is an answer, which is as it has to be from this instant on, or isn't. Who has waited for it.
    pub fn end(&mut self, inquiry: Inquiry, good: Option<Duration>) -> BTreeSet<TargetId> {
        let before = match good {
            Some(at) => self.0.insert(inquiry, Answer::Good(at)),
            None => self.0.remove(&inquiry),
        };
        match before {
            Some(Answer::Awaited(waiting)) => waiting,
            Some(Answer::Good(_)) | None => BTreeSet::new(),
        }
    }

    /// What was found out before counts no more.
    pub fn distrust(&mut self, which: impl Fn(&Inquiry) -> bool) {
        self.0.retain(|inquiry, answer| matches!(answer, Answer::Awaited(_)) || !which(inquiry));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::ids::Id as _;

    #[test]
    fn one_is_asked_for_all_that_wait_and_its_answer_holds_for_five_seconds() {
        let (mut all, inquiry) = (Inquiries::default(), Inquiry::Namespace("shop".into()));
        let [first, second] = [0, 1].map(TargetId::new);
        let at = Duration::from_secs;
        assert!(!all.join(&inquiry, first));
        all.begin(inquiry.clone(), first, at(10));
        assert!(all.join(&inquiry, second) && !all.holds(&inquiry, at(10)));
        all.distrust(|_| true);
        assert_eq!(all.end(inquiry.clone(), Some(at(11))), BTreeSet::from([first, second]));
        assert!(all.holds(&inquiry, at(15)) && !all.holds(&inquiry, at(16)));
        all.distrust(|other| *other != inquiry);
        assert!(all.holds(&inquiry, at(15)));
        all.distrust(|_| true);
        assert!(!all.holds(&inquiry, at(15)));
        all.begin(inquiry.clone(), first, at(15));
        assert_eq!(all.end(inquiry.clone(), None), BTreeSet::from([first]));
        assert!(!all.holds(&inquiry, at(15)) && !all.join(&inquiry, first));
    }
}
