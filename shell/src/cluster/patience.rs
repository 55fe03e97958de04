//! How long a watch waits after an error, and how often it tells of the same one.

use std::time::{Duration, Instant};

use kube::runtime::utils::Backoff as _;
use kube::runtime::watcher::DefaultBackoff;

/// The wait if the backoff should ever have none to offer.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// For so long the same error isn't told of a second time; each time doubles it.
const FIRST_SILENCE: Duration = Duration::from_secs(60);
/// The longest silence about the same error.
const LAST_SILENCE: Duration = Duration::from_secs(3_600);

/// The patience of a watch.
///
/// kube's own `StreamBackoff` takes the mark with which each list begins for a success, so it never backs off from one that
/// is refused.
#[derive(Default)]
pub struct Patience {
    backoff: DefaultBackoff,
    told: Option<Told>,
}

/// The error that was last told of.
struct Told {
    what: String,
    at: Instant,
    silence: Duration,
}

impl Patience {
    /// The watch was let through. Says whether its trouble had been told of.
    pub fn is_over(&mut self) -> bool {
        self.backoff.reset();
        self.told.take().is_some()
    }

    /// How long to wait before the next try.
    pub fn wait(&mut self) -> Duration {
        self.backoff.next().unwrap_or(LONGEST_WAIT)
    }

    /// Whether to tell of an error: a new one always, one that stays less and less often.
    pub fn tells(&mut self, what: &str, now: Instant) -> bool {
        let silence = match &self.told {
            Some(told) if told.what == what && now.duration_since(told.at) < told.silence => return false,
            Some(told) if told.what == what => (told.silence * 2).min(LAST_SILENCE),
            _ => FIRST_SILENCE,
        };
        self.told = Some(Told { what: what.to_owned(), at: now, silence });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_waits_grow_until_the_watch_is_let_through() {
        let mut patience = Patience::default();
        for floor in [800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000] {
            let wait = patience.wait();
            assert!((floor..=2 * floor).contains(&wait.as_millis()), "{wait:?} isn't {floor} ms and a bit");
        }
        assert!(!patience.is_over(), "nothing was told");
        assert!(patience.wait() <= Duration::from_millis(1_600));
    }

    #[test]
    fn the_same_error_is_told_less_and_less_often() {
        let mut patience = Patience::default();
        let begin = Instant::now();
        let told = |patience: &mut Patience| -> Vec<u64> {
            let minutes = 0..300;
            minutes.filter(|minute| patience.tells("forbidden", begin + Duration::from_secs(60 * minute))).collect()
        };
        assert_eq!(told(&mut patience), [0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
        assert!(patience.tells("not found", begin), "another error is news");
        assert!(!patience.tells("not found", begin));
        assert!(patience.is_over() && !patience.is_over());
        assert!(patience.tells("not found", begin), "and so is one that comes back");
    }
}
