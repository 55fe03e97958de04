//! The brake of a selection: an edit that would lower more workloads at once than anybody meant waits until somebody says that it is
//! meant.
//!
//! What waits is kept in the status, since by day nothing would be lowered: without it, the evening would let through what an edit at noon
//! wasn't to do. A word is for what was picked when it was given, and then used: that, too, is kept in the status, so that what is picked
//! later asks for a new one.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::api::instants;
use crate::api::text::named;

/// The annotation that says that an edit is meant: the generation that it is about.
pub const CONFIRM_ANNOTATION: &str = "kyklos.io/confirm";

/// What the brake goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Braking<'a> {
    /// The schedule's generation.
    pub generation: i64,
    /// What its annotation says.
    pub confirm: Option<&'a str>,
    /// The generation of which the annotation was heard and used already.
    pub confirmed: Option<i64>,
    /// The generation that its status says is waiting.
    pub unconfirmed: Option<i64>,
    /// After an edit, or a change of labels of a namespace: how many workloads it would lower at once that it hasn't lowered before;
    /// `None` at any other look.
    pub lowered: Option<u32>,
    /// So many may be.
    pub most: u32,
    /// The object, as `kubectl annotate` takes it.
    pub called: &'a str,
    /// The namespaces whose labels have given what would be lowered, where it was those.
    pub relabelled: &'a [&'a Arc<str>],
    /// Whether only those wait, and the others go on.
    pub is_part: bool,
    /// Whether that are those of a while together.
    pub is_summed: bool,
}

impl Braking<'_> {
    /// Whether the annotation names the generation.
    fn is_named(&self) -> bool {
        self.confirm.is_some_and(|text| generation(text) == Ok(self.generation))
    }

    /// Whether the annotation names the generation, and wasn't used for that before.
    pub fn is_meant(&self) -> bool {
        self.is_named() && self.confirmed != Some(self.generation)
    }

    /// The generation of which the annotation is used from now on, for the status.
    pub fn used(&self) -> Option<i64> {
        self.is_named().then_some(self.generation)
    }
}

/// Whether a selection may go on. While it may not, it lowers nothing and takes nothing new, or nothing of what labels have given; it still
/// raises what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brake {
    /// It may.
    Open,
    /// It waits for the [annotation](CONFIRM_ANNOTATION).
    Waits {
        /// How many would be lowered, where that was counted at this look.
        lowered: Option<u32>,
    },
}

impl Brake {
    /// Whether it waits.
    pub fn of(facts: &Braking<'_>) -> Self {
        let waited = facts.unconfirmed == Some(facts.generation);
        let too_many = facts.lowered.is_some_and(|lowered| lowered > facts.most);
        if facts.is_meant() || !(waited || too_many) { Self::Open } else { Self::Waits { lowered: facts.lowered } }
    }

    /// The generation that waits, for the status.
    pub fn unconfirmed(self, generation: i64) -> Option<i64> {
        matches!(self, Self::Waits { .. }).then_some(generation)
    }

    /// What to say while it waits; `None` while it doesn't.
    pub fn in_words(self, facts: &Braking<'_>) -> Option<String> {
        let Self::Waits { lowered } = self else { return None };
        let count = lowered
            .filter(|lowered| *lowered > facts.most)
            .map_or_else(|| format!("more than {}", facts.most), |count| count.to_string());
        let generation = facts.generation;
        let wrong = facts.confirm.map(|text| format!("; {}", refusal(text, generation, facts.called)));
        let when = if facts.is_summed { "within an hour" } else { "at once" };
        let whom = if facts.is_part { "nothing of that" } else { "nothing" };
        let (by, back) = match facts.relabelled {
            [] => (String::new(), "edit it".to_owned()),
            places => {
                let whose = if places.len() == 1 { "its" } else { "their" };
                let back = format!("put {whose} labels back, or edit this object");
                (format!(" by new labels of {}", namespaces(places)), back)
            }
        };
        Some(format!(
            "{count} workloads would be lowered {when}{by}, and spec.maxNewTargets is {}, so {whom} is lowered or taken anew: if \
             that is meant, annotate this object with {CONFIRM_ANNOTATION}: \"{generation}\"; else {back}{}",
            facts.most,
            wrong.unwrap_or_default()
        ))
    }
}

/// The first of some namespaces.
fn namespaces(all: &[&Arc<str>]) -> String {
    format!("the namespace{} {}", if all.len() == 1 { "" } else { "s" }, named(all.iter().map(|name| &***name)))
}

/// What to say while it can't be counted for the lack of a kind: since when, and why, as far as that is known; what of these namespaces
/// would be lowered, or of all.
pub fn lacking(kind: &str, why: Option<&str>, since: DateTime<Utc>, places: Option<&[&Arc<str>]>) -> String {
    let (of, whom) = match places {
        Some(places) => (format!(" of {}", namespaces(places)), "nothing of that"),
        None => (String::new(), "nothing"),
    };
    let since = instants::write(since);
    let what = why.map_or_else(|| "aren't listed yet".to_owned(), |why| format!("can't be listed: {why}"));
    format!(
        "it isn't known yet how many workloads{of} would be lowered, so {whom} is lowered or taken anew: since {since} {kind}s {what}"
    )
}

/// What an annotation confirms.
fn generation(text: &str) -> Result<i64, ()> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|_| plain).ok_or(())
}

/// What is wrong with an annotation that doesn't confirm a generation, or has done so before.
fn refusal(text: &str, asked: i64, called: &str) -> String {
    match generation(text) {
        Ok(found) if found == asked => format!(
            "it says {found} already, which was for what was picked then: take it away and set it again, `kubectl annotate {called} \
             {CONFIRM_ANNOTATION}-` and then `kubectl annotate {called} {CONFIRM_ANNOTATION}={asked}`"
        ),
        Ok(found) => format!("it says {found}, which is another generation"),
        Err(()) => {
            let shown: String = text.chars().take(40).collect();
            format!("what it says, {shown:?}, is no generation")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::selection::MAX_NEW_TARGETS;

    const EDIT: Braking<'_> = Braking {
        generation: 7,
        confirm: None,
        confirmed: None,
        unconfirmed: None,
        lowered: Some(201),
        most: MAX_NEW_TARGETS,
        called: "-n shop timewindowscaler night",
        relabelled: &[],
        is_part: false,
        is_summed: false,
    };

    #[test]
    fn an_edit_that_lowers_too_many_waits_until_its_own_generation_is_confirmed() {
        assert_eq!(Brake::of(&EDIT), Brake::Waits { lowered: Some(201) });
        assert_eq!(Brake::of(&Braking { lowered: Some(200), ..EDIT }), Brake::Open);
        assert_eq!(Brake::of(&Braking { lowered: None, ..EDIT }), Brake::Open, "a boundary is no edit");
        assert_eq!(Brake::of(&Braking { confirm: Some("7"), ..EDIT }), Brake::Open);
        for other in ["6", "8", "07", "+7", "7 ", "", "true", "99999999999999999999"] {
            let waits = Brake::of(&Braking { confirm: Some(other), ..EDIT });
            assert_eq!(waits, Brake::Waits { lowered: Some(201) }, "{other:?}");
        }
    }

    #[test]
    fn what_waits_goes_on_waiting_in_the_next_process_and_by_day() {
        let waits = Braking { unconfirmed: Brake::of(&EDIT).unconfirmed(7), ..EDIT };
        assert_eq!(waits.unconfirmed, Some(7));
        for lowered in [None, Some(0), Some(1)] {
            assert_eq!(Brake::of(&Braking { lowered, ..waits }), Brake::Waits { lowered });
        }
        assert_eq!(Brake::of(&Braking { confirm: Some("7"), lowered: None, ..waits }), Brake::Open);
        assert_eq!(Brake::Open.unconfirmed(7), None);
        let edited = Braking { generation: 8, lowered: Some(3), ..waits };
        assert_eq!(Brake::of(&edited), Brake::Open, "another edit is counted anew");
    }

    #[test]
    fn a_word_is_used_once_until_it_is_given_again() {
        let first = Braking { confirm: Some("7"), ..EDIT };
        assert_eq!((Brake::of(&first), first.used()), (Brake::Open, Some(7)));
        let later = Braking { confirmed: first.used(), ..first };
        assert_eq!((Brake::of(&later), later.used()), (Brake::Waits { lowered: Some(201) }, Some(7)));
        assert_eq!(Brake::of(&Braking { lowered: Some(200), ..later }), Brake::Open);
        let taken = Braking { confirm: None, ..later };
        assert_eq!((Brake::of(&taken), taken.used()), (Brake::Waits { lowered: Some(201) }, None));
        assert_eq!(Brake::of(&Braking { confirmed: taken.used(), ..first }), Brake::Open);
        assert_eq!(Brake::of(&Braking { confirmed: Some(6), ..first }), Brake::Open, "that was another edit");
        let said = Brake::of(&later).in_words(&later).unwrap();
        assert!(
            said.ends_with(
                "edit it; it says 7 already, which was for what was picked then: take it away and set it again, `kubectl annotate -n \
                 shop timewindowscaler night kyklos.io/confirm-` and then `kubectl annotate -n shop timewindowscaler night \
                 kyklos.io/confirm=7`"
            ),
            "{said}"
        );
    }

    #[test]
    fn it_says_what_to_do_and_what_is_wrong_with_what_was_done() {
        let said = |facts: Braking<'_>| Brake::of(&facts).in_words(&facts);
        assert_eq!(
            said(EDIT).as_deref(),
            Some(
                "201 workloads would be lowered at once, and spec.maxNewTargets is 200, so nothing is lowered or taken anew: if that \
                 is meant, annotate this object with kyklos.io/confirm: \"7\"; else edit it"
            )
        );
        assert!(
            said(Braking { confirm: Some("6"), ..EDIT })
                .unwrap()
                .ends_with("edit it; it says 6, which is another generation")
        );
        let forged = said(Braking { confirm: Some("yes\n"), ..EDIT }).unwrap();
        assert!(forged.ends_with("is no generation") && !forged.contains('\n'), "{forged}");
        let waits = Braking { unconfirmed: Some(7), lowered: None, ..EDIT };
        assert!(said(waits).unwrap().starts_with("more than 200 workloads"));
        assert_eq!(said(Braking { confirm: Some("7"), ..EDIT }), None);
    }

    #[test]
    fn it_names_the_namespaces_and_that_their_labels_may_be_put_back() {
        let names: Vec<Arc<str>> = ["attic", "dev", "lab", "qa", "test"].map(Arc::from).into();
        let said = |count: usize, is_summed| {
            let relabelled: Vec<_> = names.iter().take(count).collect();
            let facts = Braking { relabelled: &relabelled, is_part: true, is_summed, ..EDIT };
            Brake::of(&facts).in_words(&facts).unwrap()
        };
        assert_eq!(
            said(1, false),
            "201 workloads would be lowered at once by new labels of the namespace attic, and spec.maxNewTargets is 200, so nothing \
             of that is lowered or taken anew: if that is meant, annotate this object with kyklos.io/confirm: \"7\"; else put its \
             labels back, or edit this object"
        );
        let many = said(5, true);
        assert!(many.starts_with(
            "201 workloads would be lowered within an hour by new labels of the namespaces attic, dev, lab and 2 more,"
        ));
        assert!(many.ends_with("else put their labels back, or edit this object"), "{many}");
        assert!(said(3, false).contains("the namespaces attic, dev, lab, and"));
    }

    #[test]
    fn what_it_waits_for_is_said_with_since_when() {
        let (since, lab) = (DateTime::UNIX_EPOCH, Arc::from("lab"));
        assert_eq!(
            lacking("Fleet", Some("busy"), since, None),
            "it isn't known yet how many workloads would be lowered, so nothing is lowered or taken anew: since 1970-01-01T00:00:00Z \
             Fleets can't be listed: busy"
        );
        assert_eq!(
            lacking("Fleet", None, since, Some(&[&lab])),
            "it isn't known yet how many workloads of the namespace lab would be lowered, so nothing of that is lowered or taken anew: \
             since 1970-01-01T00:00:00Z Fleets aren't listed yet"
        );
    }
}
