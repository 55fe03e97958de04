//! The override annotation: another value until an instant, above the schedule.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::Override;
use crate::api::NoValue;
use crate::api::problems::{Problems, nearest};
use crate::api::{OVERRIDE_ANNOTATION, OVERRULE_MAX, Value, instants};

/// The most problems of an annotation that are kept in words.
const PROBLEMS_MAX: usize = 4;

const KEYS: [&str; 3] = ["replicas", "until", "reason"];

/// The annotation of an object, as far as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// Its first 1,024 bytes.
    pub text: Box<str>,
    /// What it asks for, or what is wrong with that.
    pub read: Result<Arc<Override>, Box<str>>,
}

impl Annotation {
    /// Reads it, however strange it is.
    pub fn of(text: &str) -> Self {
        let text = text.get(..text.floor_char_boundary(OVERRULE_MAX)).unwrap_or_default();
        let mut problems = Problems::at_most(PROBLEMS_MAX);
        let read = annotation(text, &mut problems).map(Arc::new);
        Self { text: text.into(), read: read.ok_or_else(|| problems.to_string().into()) }
    }
}

/// Reads `replicas=20 until=2026-12-01T18:00:00Z reason=launch of the shop`; `replicas` is any value: a count, `50%`, `original`, or
/// bounds such as `2..5`.
///
/// The keys come in any order, but `reason` takes all of the text that is left. Everything that is wrong goes to
/// `problems`; then there is no override.
pub fn annotation(text: &str, problems: &mut Problems) -> Option<Override> {
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
    let read = Override {
        name: OVERRIDE_ANNOTATION.into(),
        created: None,
        from: None,
        until: until?,
        value: replicas?,
        reason: reason.map(Into::into),
    };
    complete.then_some(read)
}

#[derive(Default)]
struct Draft {
    replicas: Option<Value>,
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

fn replicas(value: &str, wrong: &mut Vec<String>) -> Option<Value> {
    let say =
        |error: NoValue| wrong.push(format!("{value:?} is no number of replicas: {error}; or bounds such as 2..5"));
    value.parse().map_err(say).ok()
}

fn until(value: &str, wrong: &mut Vec<String>) -> Option<DateTime<Utc>> {
    instants::read(value).map_err(|message| wrong.push(format!("until: {message}"))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Override, Vec<String>> {
        let mut problems = Problems::default();
        annotation(text, &mut problems).ok_or_else(|| problems.iter().map(|problem| problem.message.clone()).collect())
    }

    #[test]
    fn reads_all_keys_in_any_order() {
        let launch = read("replicas=20 until=2026-12-01T18:00:00Z reason=launch").unwrap();
        assert_eq!((launch.value, launch.until.timestamp()), (Value::Count(20), 1_796_148_000));
        assert_eq!(launch.reason.as_deref(), Some("launch"));
        let short = read("  until=2026-12-01T19:00:00.9+01:00\treplicas=0 ").unwrap();
        assert_eq!((short.value, short.until, short.reason), (Value::Count(0), launch.until, None));
        for value in ["2147483647", "50%", "original", "2..5", "2..", "..5"] {
            let read = read(&format!("replicas={value} until=2026-12-01T18:00:00Z")).unwrap();
            assert_eq!(read.value.to_string(), value);
        }
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
                "\"-1\" is no number of replicas: write a count, a share of the original count from \"0%\" to \"1000%\", or original; or bounds such as 2..5",
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
        for replicas in ["2147483648", "+5", "", "5.0", "99999999999999999999", "1001%", "5..2", ".."] {
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
