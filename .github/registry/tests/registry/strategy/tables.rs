//! The tables that the code makes.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use kyklos_registry::digest::Digest;
use kyklos_registry::event::Event;
use kyklos_registry::plan::{self, Kind};
use kyklos_registry::prune::inventory::{Entry, Inventory};
use kyklos_registry::prune::limits::most;
use kyklos_registry::prune::retention::{self, Line, Occasion, Plan, PullRequest};
use kyklos_registry::version::Version;

use crate::support::{Recipe, run};

const SHA: &str = "1a2b3c4d5e6f708192a3b4c5d6e7f80912345678";
/// Longer than anything is kept for a time.
const LONG: i64 = 1000;

/// Each with the name of its markers.
pub fn all() -> [(&'static str, String); 4] {
    [("tags", tags()), ("events", events()), ("scenarios", scenarios()), ("sizes", sizes())]
}

/// What happens, in the words of the contract, and as the code knows it.
fn happenings() -> [(&'static str, Event); 5] {
    let push = |branch: &str| Event::push(branch, SHA).unwrap();
    [
        ("push to `main`", push("main")),
        ("push to `release/v0.1`", push("release/v0.1")),
        ("Git tag `v0.1.0`", Event::tag("v0.1.0").unwrap()),
        ("Git tag `v0.2.0-rc.1`", Event::tag("v0.2.0-rc.1").unwrap()),
        ("push to pull request 456", Event::PullRequest(456)),
    ]
}

/// How long an image with this tag is kept, as the cleanup goes by it: nothing of it is read from a list of days.
fn kept(tag: &str) -> String {
    let now: Timestamp = "2026-11-25T03:00:00Z".parse().unwrap();
    let goes = |days: i64, pull: PullRequest| {
        let mut inventory = Inventory::default();
        let date = now - SignedDuration::from_hours(24 * days);
        let tags = if tag.is_empty() { BTreeSet::new() } else { [tag.to_owned()].into() };
        inventory.insert(Digest::of(b"image"), Entry { tags, date: Some(date), ..Entry::default() });
        let plan = retention::plan(&inventory, &Occasion::Weekly([(456, pull)].into()), now);
        plan.lines[0].delete
    };
    if goes(0, PullRequest::Closed) && !goes(LONG, PullRequest::Open) {
        return "until it is closed".to_owned();
    }
    match (0..LONG).find(|days| goes(days + 1, PullRequest::Open)) {
        Some(days) => format!("{days} days"),
        None => "for ever".to_owned(),
    }
}

fn tags() -> String {
    let mut text = "| tag | changes | kept | made by |\n|---|---|---|---|\n".to_owned();
    for (what, event) in happenings() {
        for plan in plan::tags(&event, &BTreeSet::new()) {
            let changes = match plan.kind {
                Kind::Immutable => "never",
                Kind::Rolling => "moves up, with each higher stable version",
                Kind::Replaced => "with each push",
            };
            let _ = writeln!(text, "| `{}` | {changes} | {} | {what} |", plan.tag, kept(&plan.tag));
        }
    }
    let _ = writeln!(text, "| none | | {} | what has lost its tag, or never had one |", kept(""));
    text
}

fn events() -> String {
    let mut text = "| event | tags |\n|---|---|\n".to_owned();
    for (what, event) in happenings() {
        let plans = plan::tags(&event, &BTreeSet::new());
        let tags = |kind: Kind| {
            let of = plans.iter().filter(|plan| plan.kind == kind).map(|plan| format!("`{}`", plan.tag));
            of.collect::<Vec<_>>().join(", ")
        };
        let (own, rolling) = (tags(Kind::Immutable) + &tags(Kind::Replaced), tags(Kind::Rolling));
        let rolling = if rolling.is_empty() {
            String::new()
        } else {
            format!("; {rolling} where it is the highest stable version of these")
        };
        let _ = writeln!(text, "| {what} | {own}{rolling} |");
    }
    text + "| anything else: other branches, `v1.0`, `1.0.0`, `v1.0.0+build` | refused, with what would be right |\n"
}

fn scenarios() -> String {
    let mut there: BTreeSet<Version> = BTreeSet::new();
    let mut text = "| case | versions there | it gets | it doesn't, because |\n|---|---|---|---|\n".to_owned();
    let release = |tag: &str| Event::tag(tag).unwrap();
    for (case, event) in [
        ("a commit on `main`", Event::push("main", SHA).unwrap()),
        ("the first stable version", release("v0.1.0")),
        ("a beta", release("v0.2.0-beta.1")),
        ("the next minor version", release("v0.2.0")),
        ("a hotfix of the older line", release("v0.1.1")),
    ] {
        let plans = plan::tags(&event, &there);
        let given: Vec<_> = plans.iter().filter(|plan| plan.given).map(|plan| format!("`{}`", plan.tag)).collect();
        let others = plans.iter().filter(|plan| !plan.given);
        let others: Vec<_> = others.map(|plan| format!("`{}`: {}", plan.tag, plan.reason)).collect();
        let before: Vec<_> = there.iter().map(|version| format!("`{version}`")).collect();
        let _ = writeln!(
            text,
            "| {case}: {event} | {} | {} | {} |",
            before.join(", "),
            given.join(", "),
            others.join("; ")
        );
        if let Event::Release(version) = event {
            there.insert(version);
        }
    }
    text
}

/// As `verify` has them of any image.
fn sizes() -> String {
    let image = Recipe::new("sizes").build();
    let report = run(&["-o", "json", "verify", "--layout", image.folder()]).ok().json();
    let mut text = "| part | budget | goal | is |\n|---|---:|---:|---|\n".to_owned();
    for size in report["sizes"].as_array().unwrap().iter().filter(|size| size["platform"] == "linux/amd64") {
        let megabytes = |name: &str| format!("{} MB", size[name].as_u64().unwrap() / 1_000_000);
        let (name, is) = match size["part"].as_str().unwrap() {
            "binary" => ("binary", "the file that the image starts"),
            "base" => ("base", "the files of all layers but the binary's"),
            "unpacked" => ("image, unpacked", "the files of all layers"),
            "pulled" => ("image, as pulled", "the layers as they are pulled, and the configuration"),
            other => panic!("the part {other} has no word here"),
        };
        let _ = writeln!(text, "| {name} | {} | {} | {is} |", megabytes("budget"), megabytes("goal"));
    }
    text
}

/// The README of this tool shows them, too.
#[test]
fn the_readmes_sizes_are_the_same() {
    let readme = include_str!("../../../README.md");
    for row in sizes().lines().skip(2) {
        assert!(readme.lines().any(|line| line == row), "README.md has no {row}");
    }
}

/// What the cleanup does stands in words, too.
#[test]
fn the_words_on_the_cleanup_are_those_of_the_code() {
    let words = super::text().split_whitespace().collect::<Vec<_>>().join(" ");
    let says = |sentence: &str| assert!(words.contains(sentence), "STRATEGY.md doesn't say: {sentence}");
    let line = |_| Line {
        digest: Digest::of(b"image"),
        tags: Vec::new(),
        delete: true,
        reason: String::new(),
        unaccounted: false,
        image: true,
        date: None,
    };
    let plan = |go: usize, images| Plan { lines: (0..go).map(line).collect(), images };
    let least = most(&plan(0, 0), false).unwrap();
    assert_eq!(most(&plan(0, 8 * least), false).unwrap(), 2 * least);
    says(&format!("at most the larger of {least} images and a quarter of all a run"));
    assert!(
        most(&plan(5, 10), false).is_ok() && most(&plan(6, 10), false).is_err() && most(&plan(6, 10), true).is_ok()
    );
    says("a plan for more than half of all only with somebody's explicit yes");
    says(&format!("what has no tag goes after {}.", kept("")));
    let cleanup = include_str!("../../../../workflows/cleanup.yml");
    assert!(cleanup.contains("- cron: \"0 3 * * 0\"\n") && cleanup.contains("types: [closed]"));
    says("Every Sunday at 03:00 UTC, and when a pull request closes");
}
