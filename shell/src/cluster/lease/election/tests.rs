use proptest::prelude::*;

use super::*;
use crate::cluster::lease::DURATION;

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn record(version: u64, holder: &str) -> Record {
    let holder = (!holder.is_empty()).then(|| Holder { identity: holder.to_owned(), since: None });
    Record { version: version.to_string(), holder, duration: DURATION, transitions: 3, created: None }
}

fn intent(version: Option<u64>, transitions: i32, acquires: bool) -> Act {
    Act::Write(Intent { version: version.map(|version| version.to_string()), transitions, acquires })
}

fn candidate() -> Election {
    Election::new("me".to_owned())
}

/// From when it is open, and until when.
fn open(election: &Election) -> Option<(Duration, Duration)> {
    let held = election.leadership().held;
    held.until.map(|until| (held.from, until))
}

#[test]
fn a_lease_that_is_not_there_is_made_and_waits() {
    let (mut election, from) = (candidate(), millis(102_100));
    assert_eq!(election.next(secs(100)), Act::Look);
    election.looked(secs(100), None);
    assert_eq!(election.next(secs(100)), intent(None, 0, true));
    election.wrote(secs(100), millis(100_100), record(1, "me"), true);
    assert_eq!(open(&election), Some((from, secs(105))));
    let held = election.leadership().held;
    assert!(!held.is_open(from - millis(1)) && held.is_open(from) && held.is_open(millis(104_999)));
    assert!(!held.is_open(secs(105)), "never later than 5 s after the start of the last renewal");
}

#[test]
fn it_is_renewed_every_two_seconds_from_the_start_of_the_last() {
    let mut election = candidate();
    election.looked(secs(100), None);
    election.wrote(secs(100), millis(101_900), record(1, "me"), true);
    assert_eq!(election.next(millis(101_900)), Act::Wait(secs(102)));
    assert_eq!(election.next(secs(102)), intent(Some(1), 3, false));
    election.wrote(secs(102), millis(102_010), record(2, "me"), false);
    assert_eq!(open(&election), Some((millis(103_900), secs(107))));
    // One that fails is tried again soon, and what was held ends where it ended.
    election.failed(millis(104_100), "refused".into());
    assert_eq!(election.leadership().trouble.as_deref(), Some("refused"));
    assert_eq!(election.next(millis(104_100)), Act::Wait(millis(104_600)));
    assert_eq!(election.next(millis(104_600)), intent(Some(2), 3, false));
    assert_eq!(open(&election), Some((millis(103_900), secs(107))));
    election.wrote(millis(104_600), millis(104_700), record(3, "me"), false);
    assert_eq!(election.leadership().trouble, None);
}

#[test]
fn another_is_alive_as_long_as_its_lease_changes_before_our_eyes() {
    let mut election = candidate();
    election.looked(secs(100), Some(record(1, "other")));
    assert_eq!(election.leadership().other.unwrap().identity, "other");
    for (at, version) in [(101, 2), (103, 3), (105, 4)] {
        election.told(secs(at), Some(record(version, "other")));
    }
    // A version that was seen before is no sign of life.
    election.told(secs(107), Some(record(4, "other")));
    assert_eq!(election.next(secs(106)), Act::Wait(secs(113)));
    assert_eq!(election.next(secs(113)), intent(Some(4), 4, true));
    // It was alive after all: the watch was slow, and the version refuses the write.
    election.outdated(secs(113));
    assert_eq!(election.next(secs(113)), Act::Look);
    election.looked(secs(113), Some(record(8, "other")));
    assert_eq!(election.next(secs(113)), Act::Wait(secs(121)));
    assert_eq!(open(&election), None);
}

#[test]
fn a_crash_is_taken_over_without_a_wait_by_whoever_looked_on() {
    let mut election = candidate();
    election.looked(secs(100), Some(record(1, "other")));
    election.told(secs(102), Some(record(2, "other")));
    assert_eq!(election.next(secs(110)), intent(Some(2), 4, true));
    election.wrote(secs(110), millis(110_200), record(3, "me"), true);
    assert_eq!(open(&election), Some((millis(110_200), secs(115))), "8.2 s after the last sign of life");
    // One that comes too late for that, or only found what is there, waits until it is seen.
    for (moves, late) in [(true, 1_100), (false, 0)] {
        let mut election = candidate();
        election.looked(secs(100), Some(record(1, "other")));
        let last = if moves { 102 } else { 100 };
        if moves {
            election.told(secs(last), Some(record(2, "other")));
        }
        let boot = secs(last + 8) + millis(late);
        election.wrote(boot, boot, record(3, "me"), true);
        assert_eq!(open(&election), Some((boot + SETTLING, boot + OPEN)));
    }
}

#[test]
fn what_was_given_back_is_taken_at_once() {
    let mut election = candidate();
    election.looked(secs(100), Some(record(1, "other")));
    election.told(secs(102), Some(record(2, "")));
    assert_eq!(election.leadership().other, None);
    assert_eq!(election.next(secs(102)), intent(Some(2), 4, true));
    election.wrote(secs(102), millis(102_030), record(3, "me"), true);
    assert_eq!(open(&election), Some((millis(102_030), secs(107))));
    // One that finds it so doesn't know since when.
    let mut election = candidate();
    election.looked(secs(100), Some(record(2, "")));
    election.wrote(secs(100), secs(100), record(3, "me"), true);
    assert_eq!(open(&election), Some((secs(102), secs(105))));
}

#[test]
fn whoever_was_frozen_waits_and_whoever_was_replaced_is_closed() {
    let mut election = candidate();
    election.looked(secs(100), None);
    election.wrote(secs(100), secs(100), record(1, "me"), true);
    assert!(!election.leadership().held.is_open(secs(160)), "closed without anything being done");
    assert_eq!(election.next(secs(160)), intent(Some(1), 3, false));
    election.wrote(secs(160), millis(160_050), record(2, "me"), false);
    assert_eq!(open(&election), Some((millis(162_050), secs(165))), "nobody was there, but who knows who came");
    election.outdated(secs(161));
    election.looked(secs(161), Some(record(9, "other")));
    assert_eq!(open(&election), None);
    assert_eq!(election.leadership().other.unwrap().identity, "other");
}

#[test]
fn an_answer_that_was_lost_is_found_by_looking() {
    let mut election = candidate();
    election.looked(secs(100), None);
    assert_eq!(election.next(secs(100)), intent(None, 0, true));
    election.failed(secs(102), "no answer".into());
    assert_eq!(open(&election), None);
    assert_eq!(election.next(secs(104)), intent(None, 0, true));
    // It was made, as we learn by a conflict.
    election.outdated(secs(104));
    election.looked(secs(104), Some(record(1, "me")));
    assert_eq!(open(&election), None, "no renewal has begun yet");
    assert_eq!(election.next(secs(104)), intent(Some(1), 3, false));
    election.wrote(secs(104), secs(104), record(2, "me"), false);
    assert_eq!(open(&election), Some((secs(106), secs(109))));
}

#[test]
fn a_lease_that_somebody_has_deleted_is_its_holders_still() {
    // Of another: it counts until its time is over.
    let mut election = candidate();
    election.looked(secs(100), Some(record(1, "other")));
    election.told(secs(102), Some(record(2, "other")));
    election.told(secs(103), None);
    assert_eq!(election.next(secs(103)), Act::Wait(secs(110)));
    election.told(secs(104), Some(record(7, "other")));
    assert_eq!(election.next(secs(104)), Act::Wait(secs(112)));
    // Our own: it is made again.
    let mut election = candidate();
    election.looked(secs(100), None);
    election.wrote(secs(100), secs(100), record(1, "me"), true);
    election.told(secs(101), None);
    assert_eq!(election.next(secs(102)), intent(Some(1), 3, false));
    election.outdated(secs(102));
    election.looked(secs(102), None);
    assert_eq!(open(&election), Some((secs(102), secs(105))));
    assert_eq!(election.next(secs(102)), intent(None, 0, true));
}

/// An API server whose answers don't go together isn't asked as fast as it answers.
#[test]
fn whoever_is_refuted_again_and_again_waits() {
    let mut election = candidate();
    election.looked(secs(100), None);
    election.outdated(secs(100));
    assert_eq!(election.next(secs(100)), Act::Look, "at once for the first time");
    for round in 100..160 {
        election.looked(secs(round), None);
        assert_eq!(election.next(secs(round)), intent(None, 0, true));
        election.outdated(secs(round));
        assert_eq!(election.next(secs(round)), Act::Wait(secs(round) + RETRY));
        assert_eq!(election.next(secs(round) + RETRY), Act::Look);
    }
    election.looked(secs(160), None);
    election.wrote(secs(160), secs(160), record(1, "me"), true);
    election.outdated(secs(162));
    assert_eq!(election.next(secs(162)), Act::Look);
}

/// Of what an older etcd has nobody tells: the holder reads of it when its renewal is refused.
#[test]
fn an_older_version_than_was_written_is_seen_to_have_gone_back() {
    let mut election = candidate();
    election.wrote(secs(100), secs(100), record(7, "me"), true);
    election.told(secs(101), Some(record(6, "me")));
    assert_eq!(election.leadership().gone_back, 0, "a watch may tell old news");
    election.outdated(secs(102));
    election.looked(secs(102), Some(record(3, "me")));
    assert_eq!(election.leadership().gone_back, 1);
    election.wrote(secs(102), secs(102), record(4, "me"), false);
    assert_eq!(election.leadership().gone_back, 1);
}

#[test]
fn only_the_holder_gives_it_back() {
    let mut election = candidate();
    assert_eq!(election.give_back(), None);
    election.looked(secs(100), Some(record(1, "other")));
    assert_eq!(election.give_back(), None);
    election.told(secs(101), Some(record(2, "")));
    election.wrote(secs(101), secs(101), record(3, "me"), true);
    let back = election.give_back().unwrap();
    assert_eq!((back.version.as_deref(), back.acquires), (Some("3"), false));
    assert!(!election.leadership().held.is_held(secs(101)), "closed before it is anybody else's");
}

/// The API server: one lease, and the versions refuse.
#[derive(Debug, Default)]
struct Server {
    lease: Option<Record>,
    version: u64,
}

impl Server {
    fn write(&mut self, intent: &Intent, holder: &str) -> Result<Record, ()> {
        if self.lease.as_ref().map(|lease| lease.version.clone()) != intent.version {
            return Err(());
        }
        self.version += 1;
        self.lease = Some(record(self.version, holder));
        Ok(record(self.version, holder))
    }
}

/// What may go wrong for one of the candidates in a quarter of a second.
#[derive(Debug, Clone, Copy)]
enum Fault {
    None,
    /// It gets nothing done: frozen.
    Frozen,
    /// Its request isn't answered, done or not.
    Lost {
        done: bool,
    },
    /// Its watch tells nothing.
    Deaf,
    /// The lease is given back.
    Stops,
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        20 => Just(Fault::None),
        2 => Just(Fault::Frozen),
        1 => any::<bool>().prop_map(|done| Fault::Lost { done }),
        4 => Just(Fault::Deaf),
        1 => Just(Fault::Stops),
    ]
}

/// A fault of each of three, for so many quarters of a second.
fn story() -> impl Strategy<Value = Vec<([Fault; 3], u32)>> {
    prop::collection::vec(([fault(), fault(), fault()], 1..60_u32), 1..30)
}

proptest! {
    /// Three candidates, whatever befalls them: never are two open at the same moment; and when nothing has befallen for
    /// long enough, one is.
    #[test]
    fn never_two_and_in_the_end_one(story in story()) {
        let mut server = Server::default();
        let mut candidates: Vec<_> = ["a", "b", "c"].map(|name| Election::new(name.to_owned())).into();
        let mut boot = secs(100);
        let calm = ([Fault::None; 3], 48);
        for (faults, quarters) in story.into_iter().chain([calm]) {
            for quarter in 0..quarters {
                for (candidate, fault) in candidates.iter_mut().zip(faults) {
                    if matches!(fault, Fault::Frozen) {
                        continue;
                    }
                    if !matches!(fault, Fault::Deaf) {
                        candidate.told(boot, server.lease.clone());
                    }
                    if let (Fault::Stops, 0) = (fault, quarter) {
                        if let Some(intent) = candidate.give_back() {
                            let released = server.write(&intent, "");
                            // As a new process.
                            *candidate = Election::new(candidate.identity.clone() + "'");
                            drop(released);
                        }
                        continue;
                    }
                    match candidate.next(boot) {
                        Act::Wait(until) => prop_assert!(until > boot),
                        Act::Look if matches!(fault, Fault::Lost { .. }) => candidate.failed(boot, "lost".into()),
                        Act::Look => candidate.looked(boot, server.lease.clone()),
                        Act::Write(_) if matches!(fault, Fault::Lost { done: false }) => candidate.failed(boot, "lost".into()),
                        Act::Write(intent) => match server.write(&intent, &candidate.identity.clone()) {
                            _ if matches!(fault, Fault::Lost { .. }) => candidate.failed(boot, "lost".into()),
                            Ok(record) => candidate.wrote(boot, boot, record, intent.acquires),
                            Err(()) => candidate.outdated(boot),
                        },
                    }
                }
                let open = candidates.iter().filter(|candidate| candidate.leadership().held.is_open(boot)).count();
                prop_assert!(open <= 1, "{open} are open at {boot:?}");
                boot += millis(250);
            }
        }
        let open = candidates.iter().filter(|candidate| candidate.leadership().held.is_open(boot)).count();
        prop_assert_eq!(open, 1, "after twelve seconds without a fault");
    }
}
