//! Three years of a busy project: pushes, pull requests, releases, digests that can't be deleted, cleanups that are cut short
//! or run beside another, tags that come in the midst of one. What has to be there is kept in books of its own, by the
//! contract's table in its own words.
//!
//! A plan for more than half of all, as there is one when a busy time ends, is refused, and nobody is there at three on a Sunday:
//! somebody looks at it three days later, and says yes once a day until nothing is left. Only between the two may there be more
//! than twice what the table keeps.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};
use jiff::{SignedDuration, Timestamp};

use super::execute::{Deleted, Hand, execute};
use super::inventory::{Entry, Inventory};
use super::limits;
use super::retention::{self, Occasion, PullRequest, PullRequests};
use crate::digest::Digest;

const HOURS_OF_A_WEEK: i64 = 7 * 24;
const WEEKS: u64 = 157;
/// How long a refused cleanup waits for somebody, and how long these then have patience.
const DAYS_TO_A_YES: i64 = 3;
const DAYS_OF_YESES: usize = 21;

/// What has been promised of an image.
struct Promise {
    tag: String,
    /// The index, and all that it needs.
    needs: Vec<Digest>,
    pushed: Timestamp,
}

/// The registry, and the books.
struct World {
    now: Timestamp,
    seed: u64,
    count: u64,
    shelf: BTreeMap<Digest, Entry>,
    by_tag: BTreeMap<String, Digest>,
    /// What GitHub doesn't delete, however often it is asked.
    stuck: BTreeSet<Digest>,
    promises: Vec<Promise>,
    open: BTreeSet<u64>,
    closed: BTreeSet<u64>,
    last_parts: Vec<Digest>,
    /// When somebody says the next yes to what was refused.
    yes_at: Option<Timestamp>,
    /// How many that one refusal has taken so far, and the most that any has.
    yeses: usize,
    most_yeses: usize,
    /// What happened, so that a simulation in which it didn't fails.
    seen: BTreeMap<&'static str, usize>,
}

impl World {
    fn new(seed: u64) -> Self {
        Self {
            now: "2026-01-04T03:00:00Z".parse().unwrap(),
            seed,
            count: 0,
            shelf: BTreeMap::new(),
            by_tag: BTreeMap::new(),
            stuck: BTreeSet::new(),
            promises: Vec::new(),
            open: BTreeSet::new(),
            closed: BTreeSet::new(),
            last_parts: Vec::new(),
            yes_at: None,
            yeses: 0,
            most_yeses: 0,
            seen: BTreeMap::new(),
        }
    }

    /// A number below this one: the same in every run.
    fn below(&mut self, limit: u64) -> u64 {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.seed >> 33) % limit
    }

    fn saw(&mut self, what: &'static str) {
        *self.seen.entry(what).or_default() += 1;
    }

    fn fresh(&mut self) -> Digest {
        self.count += 1;
        Digest::from_hex(&format!("{:064x}", self.count.wrapping_mul(0x9e37_79b9_7f4a_7c15))).unwrap()
    }

    fn put(&mut self, digest: &Digest, entry: Entry) {
        // A version that gets or loses a tag is updated.
        self.by_tag.extend(entry.tags.iter().map(|tag| (tag.clone(), digest.clone())));
        self.shelf.insert(digest.clone(), Entry { date: Some(self.now), ..entry });
    }

    /// Gives a tag, and takes it from whatever had it.
    fn tag(&mut self, digest: &Digest, tag: &str) {
        let now = self.now;
        if let Some(before) = self.by_tag.insert(tag.to_owned(), digest.clone()) {
            let entry = self.shelf.get_mut(&before).unwrap();
            entry.tags.remove(tag);
            entry.date = Some(now);
        }
        let entry = self.shelf.get_mut(digest).unwrap();
        entry.tags.insert(tag.to_owned());
        entry.date = Some(now);
        let needs = self.needs(digest);
        self.promises.retain(|promise| promise.tag != tag);
        self.promises.push(Promise { tag: tag.to_owned(), needs, pushed: now });
    }

    /// What an index needs, with itself: its parts, and the signatures of both.
    fn needs(&self, digest: &Digest) -> Vec<Digest> {
        let mut needs = vec![digest.clone()];
        needs.extend(self.shelf[digest].refers_to.iter().cloned());
        let signatures = needs.iter().filter_map(|digest| self.by_tag.get(&format!("sha256-{}.sig", digest.hex())));
        let signatures: Vec<_> = signatures.cloned().collect();
        needs.extend(signatures);
        needs
    }

    /// An image of two platforms. One commit in five changes the program of one platform alone.
    fn push(&mut self) -> Digest {
        let mut parts = vec![self.fresh(), self.fresh()];
        if self.below(5) == 0
            && let Some(last) = self.last_parts.first().filter(|last| self.shelf.contains_key(last)).cloned()
        {
            self.saw("a shared part");
            parts[0] = last;
        }
        for part in &parts {
            if !self.shelf.contains_key(part) {
                self.put(part, Entry::default());
            }
        }
        let index = self.fresh();
        self.put(&index, Entry { refers_to: parts.iter().cloned().collect(), ..Entry::default() });
        if self.below(400) == 0 {
            let stuck = if self.below(2) == 0 { index.clone() } else { parts[1].clone() };
            self.stuck.insert(stuck);
        }
        self.last_parts = parts;
        index
    }

    fn sign(&mut self, digest: &Digest) {
        let parts: Vec<_> = self.shelf[digest].refers_to.iter().chain([digest]).cloned().collect();
        for signed in parts {
            let (own, tag) = (self.fresh(), format!("sha256-{}.sig", signed.hex()));
            if !self.by_tag.contains_key(&tag) {
                self.put(&own, Entry { tags: [tag].into(), ..Entry::default() });
            }
        }
    }

    /// What happens in a week, at its hours.
    fn week(&mut self, number: u64) {
        let busy = match number % 40 {
            0..20 => 300,
            20..34 => 0,
            _ => 40,
        };
        let start = self.now;
        for push in 0..busy {
            let at = start + SignedDuration::from_mins(HOURS_OF_A_WEEK * 60 * push as i64 / busy.max(1) as i64);
            self.say_yes_until(at);
            self.now = at;
            let image = self.push();
            match self.below(10) {
                0..5 => self.tag(&image, &format!("main-{:07x}", self.count & 0x0fff_ffff)),
                5 => self.tag(&image, &format!("v0.{}-{:07x}", number / 30, self.count & 0x0fff_ffff)),
                _ => {
                    let number = number * 10 + self.below(10);
                    if !self.closed.contains(&number) {
                        self.open.insert(number);
                        self.tag(&image, &format!("pr-{number}"));
                    }
                }
            }
        }
        if number.is_multiple_of(5) {
            self.release(number);
        }
        let end = start + SignedDuration::from_hours(HOURS_OF_A_WEEK);
        self.say_yes_until(end);
        self.now = end;
        let old: Vec<_> = self.open.iter().copied().filter(|pull| pull / 10 + 2 <= number).collect();
        for pull in old {
            self.open.remove(&pull);
            self.closed.insert(pull);
            // Most of their own runs are left to the weekly one, as if GitHub had lost them.
            if self.below(6) == 0 {
                self.promises.retain(|promise| promise.tag != format!("pr-{pull}"));
                self.saw("a run for a pull request");
                self.clean(&Occasion::Closed([pull].into()), false);
            }
        }
        let closed = &self.closed;
        self.promises.retain(|promise| {
            !promise.tag.strip_prefix("pr-").is_some_and(|pull| closed.contains(&pull.parse().unwrap()))
        });
    }

    fn release(&mut self, number: u64) {
        let (minor, patch) = (number / 30, number % 30);
        let candidate = self.push();
        self.sign(&candidate);
        self.tag(&candidate, &format!("v0.{minor}.{patch}-rc.1"));
        let stable = self.push();
        self.sign(&stable);
        for tag in [format!("v0.{minor}.{patch}"), format!("v0.{minor}"), "v0".to_owned(), "latest".to_owned()] {
            self.tag(&stable, &tag);
        }
    }

    fn inventory(&self) -> Inventory {
        let mut inventory = Inventory::default();
        self.shelf.iter().for_each(|(digest, entry)| inventory.insert(digest.clone(), entry.clone()));
        inventory
    }

    fn weekly(&self) -> Occasion {
        let open = self.open.iter().map(|pull| (*pull, PullRequest::Open));
        let closed = self.closed.iter().map(|pull| (*pull, PullRequest::Closed));
        Occasion::Weekly(open.chain(closed).collect::<PullRequests>())
    }

    /// Who was waited for starts the cleanup with a yes, and again the next day, until all of the plan is done.
    fn say_yes_until(&mut self, end: Timestamp) {
        while let Some(at) = self.yes_at.filter(|at| *at < end) {
            self.now = self.now.max(at);
            self.check_promises();
            self.saw("a yes");
            self.yeses += 1;
            self.most_yeses = self.most_yeses.max(self.yeses);
            assert!(self.yeses <= DAYS_OF_YESES, "{} yeses don't do", self.yeses);
            let left = self.clean(&self.weekly(), true);
            self.check_promises();
            self.yes_at = left.then(|| self.now + SignedDuration::from_hours(24));
        }
    }

    /// A cleanup, as often as it takes where it is cut short, and whether it leaves something. One that is refused does nothing,
    /// and somebody is waited for.
    fn clean(&mut self, occasion: &Occasion, yes: bool) -> bool {
        for _ in 0..50 {
            let inventory = self.inventory();
            let plan = retention::plan(&inventory, occasion, self.now);
            if self.below(8) == 0 {
                // Another has made the same plan, and is faster.
                self.saw("two cleanups at once");
                let most = limits::most(&plan, true).unwrap();
                let hand = Simulated::of(self, &inventory, false);
                execute(&hand, &inventory, &plan, most, |_, _| {}).unwrap();
            }
            let most = match limits::most(&plan, yes) {
                Ok(most) => most,
                Err(_) => {
                    self.saw("a plan for more than half");
                    if self.yes_at.is_none() {
                        self.yes_at = Some(self.now + SignedDuration::from_hours(24 * DAYS_TO_A_YES));
                        self.yeses = 0;
                    }
                    return true;
                }
            };
            let hand = Simulated::of(self, &inventory, true);
            let done = execute(&hand, &inventory, &plan, most, |_, _| {});
            match done {
                Err(_) => self.saw("cut short"),
                Ok(sums) => {
                    assert!(sums.deleted <= 100.max(plan.images / 4), "{sums:?} of {}", plan.images);
                    if sums.left > 0 {
                        self.saw("some left");
                    }
                    return sums.left > 0;
                }
            }
        }
        panic!("it is cut short for ever");
    }

    /// What is promised now is there, whole and under its tag.
    fn check_promises(&mut self) {
        let (now, open) = (self.now, &self.open);
        self.promises.retain(|promise| keeps(&promise.tag, promise.pushed, now, open));
        for promise in &self.promises {
            let index = self.shelf.get(&promise.needs[0]);
            assert!(index.is_some_and(|entry| entry.tags.contains(&promise.tag)), "{} is lost", promise.tag);
            assert!(promise.needs.iter().all(|part| self.shelf.contains_key(part)), "{} lost a part", promise.tag);
        }
    }

    /// The images that there are, and those that the table keeps. A part whose index is gone is one, too.
    fn images(&self) -> (usize, usize) {
        let parts: BTreeSet<_> = self.shelf.values().flat_map(|entry| &entry.refers_to).collect();
        let is_signature = |entry: &Entry| entry.tags.iter().any(|tag| tag.starts_with("sha256-"));
        let images = self.shelf.iter().filter(|(digest, entry)| !parts.contains(digest) && !is_signature(entry));
        let kept = images.clone().filter(|(_, entry)| {
            let date = entry.date.unwrap();
            let untagged = entry.tags.is_empty() && days(date, self.now) <= 14;
            untagged || entry.tags.iter().any(|tag| keeps(tag, date, self.now, &self.open))
        });
        (images.count(), kept.count())
    }
}

fn days(since: Timestamp, now: Timestamp) -> i64 {
    // Rounded up: a minute over 30 days is more than 30 days.
    (now.as_second() - since.as_second() + 86_399) / 86_400
}

/// The contract's table.
fn keeps(tag: &str, date: Timestamp, now: Timestamp, open: &BTreeSet<u64>) -> bool {
    if let Some(pull) = tag.strip_prefix("pr-") {
        return open.contains(&pull.parse().unwrap());
    }
    if tag.starts_with("main-") {
        return days(date, now) <= 30;
    }
    // `latest`, `v0`, `v0.1`, `v0.1.0`; or `v0.1-<sha>`, `v0.1.0-rc.1`.
    !tag.contains('-') || days(date, now) <= 90
}

/// GitHub, with its moods.
struct Simulated<'a> {
    world: RefCell<&'a mut World>,
    inventory: &'a Inventory,
    moody: bool,
    needed: RefCell<BTreeSet<Digest>>,
}

impl<'a> Simulated<'a> {
    fn of(world: &'a mut World, inventory: &'a Inventory, moody: bool) -> Self {
        Self { world: RefCell::new(world), inventory, moody, needed: RefCell::default() }
    }
}

impl Hand for Simulated<'_> {
    fn newly_needed(&self, _: &Inventory) -> Result<BTreeSet<Digest>> {
        let mut world = self.world.borrow_mut();
        if self.moody && world.below(300) == 0 {
            // Somebody releases a commit of last month, which may be next in the plan.
            let tagged = |(_, entry): &(&Digest, &Entry)| entry.tags.iter().any(|tag| tag.starts_with("main-"));
            let oldest = world.shelf.iter().filter(tagged).min_by_key(|(_, entry)| entry.date);
            if let Some(digest) = oldest.map(|(digest, _)| digest.clone()) {
                let whole = world.shelf[&digest].refers_to.iter().all(|part| world.shelf.contains_key(part));
                if whole {
                    world.saw("a tag in the midst of it");
                    let tag = format!("v1.0.{}", world.count);
                    world.count += 1;
                    world.tag(&digest, &tag);
                    self.needed.borrow_mut().extend(retention::needed_by(self.inventory, &digest));
                }
            }
        }
        Ok(self.needed.borrow().clone())
    }

    fn delete(&self, digest: &Digest) -> Result<Deleted> {
        let mut world = self.world.borrow_mut();
        let Some(entry) = world.shelf.get(digest) else {
            world.saw("gone already");
            return Ok(Deleted::Before);
        };
        if !entry.tags.is_empty() && world.by_tag.values().all(|other| other == digest) {
            return Ok(Deleted::Refused("You cannot delete the last tagged version of a package.".to_owned()));
        }
        if world.stuck.contains(digest) {
            world.saw("refused");
            return Ok(Deleted::Refused("more than 5000 downloads".to_owned()));
        }
        if self.moody && world.below(2000) == 0 {
            bail!("GitHub is down");
        }
        let entry = world.shelf.remove(digest).unwrap();
        entry.tags.iter().for_each(|tag| drop(world.by_tag.remove(tag)));
        Ok(Deleted::Now)
    }
}

#[test]
fn three_years_lose_nothing_and_leave_no_more_than_twice_what_is_kept() {
    let mut world = World::new(20_260_104);
    let (mut most, mut waiting) = (0, 0);
    for number in 0..WEEKS {
        world.week(number);
        world.check_promises();
        let weekly = world.weekly();
        world.clean(&weekly, false);
        world.check_promises();
        let (there, kept) = world.images();
        let refused = world.stuck.iter().filter(|digest| world.shelf.contains_key(digest)).count();
        let few = there <= 2 * kept + refused;
        let waits = world.yes_at.is_some();
        assert!(few || waits, "week {number}: {there} images, {kept} kept, {refused} can't be deleted");
        waiting += usize::from(!few);
        most = most.max(there);
    }
    assert!(most > 1000, "{most} images at most is no busy project");
    println!(
        "{most} images at most; {waiting} weeks of {WEEKS} with too many, waiting for a yes; {} yeses for one refusal at most",
        world.most_yeses
    );
    assert!(waiting <= 4, "{waiting} weeks with too many");
    let moods = [
        "a shared part",
        "a run for a pull request",
        "two cleanups at once",
        "a plan for more than half",
        "a yes",
        "cut short",
        "some left",
        "a tag in the midst of it",
        "gone already",
        "refused",
    ];
    assert!(moods.iter().all(|mood| world.seen.contains_key(mood)), "{:?}", world.seen);
}
