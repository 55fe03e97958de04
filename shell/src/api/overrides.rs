//! The override annotation: a fixed count until an instant, above the schedule.

use chrono::{DateTime, Utc};
use kyklos_core::VALUE_MAX;

use crate::api::OVERRIDE_ANNOTATION;
use crate::api::instants;
use crate::api::problems::{Problems, nearest};

/// What the annotation asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// The count that applies.
    pub replicas: u32,
    /// Exclusive, on a whole second.
    pub until: DateTime<Utc>,
    /// Why, in somebody's words.
    pub reason: Option<String>,
}

const KEYS: [&str; 3] = ["replicas", "until", "reason"];

impl Override {
    /// Reads `replicas=20 until=2026-12-01T18:00:00Z reason=launch of the shop`.
    ///
    /// The keys come in any order, but `reason` takes all of the text that is left. Everything that is wrong goes to
    /// `problems`; then there is no override.
    pub fn parse(text: &str, problems: &mut Problems) -> Option<Self> {
        let mut draft = Draft::default();
        let mut wrong = Vec::new();
        draft.read(text, &mut wrong);
        let Draft { replicas, until, reason, seen } = draft;
        for (key, like) in [("replicas", "replicas=20"), ("until", "until=2026-12-01T18:00:00Z")] {
            if !seen.contains(&key) {
                let swallowed = reason.as_ref().is_some_and(|reason| reason.contains(&format!("{key}=")));
                let hint = if swallowed { " in front of reason, which takes the rest of the text" } else { "" };
                wrong.push(format!("{key} is missing: write such as {like}{hint}"));
            }
        }
        let complete = wrong.is_empty();
        for message in wrong {
            problems.push(format!("metadata.annotations[{OVERRIDE_ANNOTATION}]"), message);
        }
        let read = Self { replicas: replicas?, until: until?, reason };
        complete.then_some(read)
    }

    /// Whether it applies at an instant.
    pub fn holds_at(&self, at: DateTime<Utc>) -> bool {
        at < self.until
    }
}

#[derive(Default)]
struct Draft {
    replicas: Option<u32>,
    until: Option<DateTime<Utc>>,
    reason: Option<String>,
    seen: Vec<&'static str>,
}

impl Draft {
    fn read(&mut self, text: &str, wrong: &mut Vec<String>) {
        let mut rest = text.trim();
        while !rest.is_empty() {
            let (word, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            let Some((key, value)) = word.split_once('=') else {
                wrong.push(format!("{word:?} is no key=value: write replicas=COUNT until=INSTANT reason=TEXT"));
                rest = after.trim_start();
                continue;
            };
            if let Some(known) = KEYS.into_iter().find(|known| *known == key) {
                if self.seen.contains(&known) {
                    wrong.push(format!("{key} is there twice: write it once"));
                }
                self.seen.push(known);
            }
            match key {
                "replicas" => self.replicas = replicas(value, wrong),
                "until" => self.until = until(value, wrong),
                "reason" => {
                    self.reason = rest.split_once('=').map(|(_, reason)| reason.trim().to_owned());
                    return;
                }
                other => wrong.push(match nearest(other, KEYS).first() {
                    Some(meant) => format!("unknown key {other:?}: did you mean {meant}?"),
                    None => format!("unknown key {other:?}: known are {}", KEYS.join(", ")),
                }),
            }
            rest = after.trim_start();
        }
    }
}

fn replicas(value: &str, wrong: &mut Vec<String>) -> Option<u32> {
    // `parse` would take a plus sign.
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let number = value.parse::<u32>().ok().filter(|number| digits && *number <= VALUE_MAX);
    if number.is_none() {
        wrong.push(format!("{value:?} is no number of replicas: write a whole number from 0 to {VALUE_MAX}"));
    }
    number
}

fn until(value: &str, wrong: &mut Vec<String>) -> Option<DateTime<Utc>> {
    instants::read(value).map_err(|message| wrong.push(format!("until: {message}"))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Override, Vec<String>> {
        let mut problems = Problems::default();
        Override::parse(text, &mut problems)
            .ok_or_else(|| problems.iter().map(|problem| problem.message.clone()).collect())
    }

    #[test]
    fn reads_all_keys_in_any_order() {
        let launch = read("replicas=20 until=2026-12-01T18:00:00Z reason=launch").unwrap();
        assert_eq!((launch.replicas, launch.until.timestamp()), (20, 1_796_148_000));
        assert_eq!(launch.reason.as_deref(), Some("launch"));
        let short = read("  until=2026-12-01T19:00:00.9+01:00\treplicas=0 ").unwrap();
        assert_eq!((short.replicas, short.until, short.reason), (0, launch.until, None));
        assert_eq!(read("replicas=2147483647 until=2026-12-01T18:00:00Z").unwrap().replicas, 2_147_483_647);
    }

    #[test]
    fn the_reason_is_the_rest_of_the_text() {
        let launch = read("replicas=20 until=2026-12-01T18:00:00Z reason=the launch, replicas=all  of them ").unwrap();
        assert_eq!(launch.reason.as_deref(), Some("the launch, replicas=all  of them"));
    }

    #[test]
    fn says_everything_that_is_wrong() {
        assert_eq!(
            read("replicas=-1 replica=3 until=tomorrow now until=never").unwrap_err(),
            [
                "\"-1\" is no number of replicas: write a whole number from 0 to 2147483647",
                "unknown key \"replica\": did you mean replicas?",
                "until: \"tomorrow\" is no instant: write RFC 3339 with an offset, such as 2026-12-01T18:00:00Z",
                "\"now\" is no key=value: write replicas=COUNT until=INSTANT reason=TEXT",
                "until is there twice: write it once",
                "until: \"never\" is no instant: write RFC 3339 with an offset, such as 2026-12-01T18:00:00Z",
            ]
        );
        assert_eq!(
            read("").unwrap_err(),
            [
                "replicas is missing: write such as replicas=20",
                "until is missing: write such as until=2026-12-01T18:00:00Z"
            ]
        );
        assert_eq!(
            read("until=2026-12-01T18:00:00Z reason=launch replicas=20").unwrap_err(),
            ["replicas is missing: write such as replicas=20 in front of reason, which takes the rest of the text"]
        );
        for replicas in ["2147483648", "+5", "", "5.0", "99999999999999999999"] {
            assert_eq!(read(&format!("replicas={replicas} until=2026-12-01T18:00:00Z")).unwrap_err().len(), 1);
        }
    }

    #[test]
    fn the_end_is_exclusive() {
        let launch = read("replicas=20 until=2026-12-01T18:00:00Z").unwrap();
        assert!(launch.holds_at(DateTime::from_timestamp(1_796_147_999, 0).unwrap()));
        assert!(!launch.holds_at(launch.until));
    }
}
