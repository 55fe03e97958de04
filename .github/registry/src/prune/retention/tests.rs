use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;

const NOW: &str = "2026-11-25T03:00:00Z";

fn weekly() -> Occasion {
    Occasion::Weekly(PullRequests::new())
}

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// What a drawn image has: tags, an age, a share in others' parts, things that speak of it.
#[derive(Debug, Clone)]
struct Drawn {
    tags: BTreeSet<String>,
    age: Option<i64>,
    parts: BTreeSet<u8>,
    signed: bool,
    part_signed: bool,
    referrers: bool,
}

fn digest(name: &str) -> Digest {
    Digest::of(name.as_bytes())
}

fn any_tag() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "v0.1.0",
        "v0.2.0",
        "v0.2",
        "v0",
        "latest",
        "v0.3.0-rc.1",
        "v1.0.0-beta.1",
        "main-aaaaaaa",
        "main-bbbbbbb",
        "main-ccccccc",
        "v0.1-aaaaaaa",
        "v0.1-bbbbbbb",
        "pr-1",
        "pr-2",
        "dev",
        "v1.0.0-nightly",
    ])
    .prop_map(str::to_owned)
}

fn any_drawn() -> impl Strategy<Value = Drawn> {
    let tags = prop::collection::btree_set(any_tag(), 0..4);
    let age = prop::option::weighted(0.9, -1i64..200);
    let parts = prop::collection::btree_set(0u8..6, 0..3);
    (tags, age, parts, any::<(bool, bool, bool)>()).prop_map(|(tags, age, parts, (signed, part_signed, referrers))| {
        Drawn { tags, age, parts, signed, part_signed, referrers }
    })
}

/// An inventory of drawn images. A tag points to one digest alone: the first that has it keeps it.
fn inventory_of(drawn: &[Drawn]) -> Inventory {
    let mut inventory = Inventory::default();
    let mut taken = BTreeSet::new();
    let attach = |inventory: &mut Inventory, subject: &Digest, kind| {
        let tag = Tag::Attached(subject.clone(), kind).to_string();
        let own = digest(&tag);
        let mut entry = Entry { tags: [tag.clone()].into(), ..Entry::default() };
        if kind == Attachment::Referrers {
            let bundle = digest(&format!("bundle {tag}"));
            entry.refers_to.insert(bundle.clone());
            inventory.insert(bundle, Entry { about: Some(subject.clone()), ..Entry::default() });
        }
        inventory.insert(own, entry);
    };
    for (index, image) in drawn.iter().enumerate() {
        let date = image.age.map(|days| now() - SignedDuration::from_hours(24 * days));
        let tags = image.tags.iter().filter(|tag| taken.insert((*tag).clone())).cloned().collect();
        let parts: Vec<_> = image.parts.iter().map(|part| digest(&format!("part {part}"))).collect();
        for part in &parts {
            inventory.insert(part.clone(), Entry { date, ..Entry::default() });
            if image.part_signed {
                attach(&mut inventory, part, Attachment::Signature);
            }
        }
        let own = digest(&format!("image {index}"));
        if image.signed {
            attach(&mut inventory, &own, Attachment::Signature);
            attach(&mut inventory, &own, Attachment::Attestation);
        }
        if image.referrers {
            attach(&mut inventory, &own, Attachment::Referrers);
        }
        inventory.insert(own, Entry { tags, refers_to: parts.into_iter().collect(), about: None, date });
    }
    inventory
}

fn without(inventory: &Inventory, gone: &[&Digest]) -> Inventory {
    let mut rest = Inventory::default();
    for (digest, entry) in inventory.entries().filter(|(digest, _)| !gone.contains(digest)) {
        rest.insert(digest.clone(), entry.clone());
    }
    rest
}

/// Whether the contract itself, read tag by tag, lets an entry go.
fn may_expire(entry: &Entry, occasion: &Occasion) -> bool {
    entry.tags.iter().all(|tag| {
        let Some(tag) = Tag::parse(tag) else { return false };
        match (&tag, occasion) {
            (Tag::Attached(..), _) => true,
            (Tag::PullRequest(number), Occasion::Closed(numbers)) => numbers.contains(number),
            (Tag::PullRequest(number), Occasion::Weekly(known)) => known.get(number) == Some(&PullRequest::Closed),
            (_, Occasion::Closed(_)) | (Tag::Rolling(_), _) => false,
            (Tag::PullRequest(_), Occasion::Asked { .. }) => true,
            (Tag::Release(version), _) => !version.is_stable(),
            (Tag::Commit(..), _) => true,
        }
    })
}

fn check(inventory: &Inventory, occasion: &Occasion) -> Result<(), TestCaseError> {
    let lines = plan(inventory, occasion, now()).lines;
    let gone: BTreeSet<&Digest> = lines.iter().filter(|line| line.delete).map(|line| &line.digest).collect();
    if matches!(occasion, Occasion::Weekly(_)) {
        prop_assert_eq!(lines.len(), inventory.entries().count(), "a line each");
    }
    for (digest, entry) in inventory.entries() {
        if gone.contains(digest) {
            prop_assert!(may_expire(entry, occasion), "{:?} goes", entry.tags);
            continue;
        }
        prop_assert!(entry.refers_to.iter().all(|part| !gone.contains(part)), "a part of {:?} goes", entry.tags);
        for (other, attached) in inventory.entries() {
            let speaks = subjects(attached).any(|(subject, _)| subject == *digest);
            prop_assert!(!(speaks && gone.contains(other)), "what speaks of {:?} goes", entry.tags);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn nothing_goes_that_the_contract_keeps(drawn in prop::collection::vec(any_drawn(), 0..8)) {
        let inventory = inventory_of(&drawn);
        check(&inventory, &weekly())?;
        check(&inventory, &Occasion::Weekly([(1, PullRequest::Closed), (2, PullRequest::Open)].into()))?;
        check(&inventory, &Occasion::Closed([1].into()))?;
    }

    /// Somebody asks for any digest at all, or for any tag: what goes is that image, and nothing that another needs.
    #[test]
    fn who_asks_for_one_gets_that_alone_and_no_release(
        drawn in prop::collection::vec(any_drawn(), 1..8), which in any::<prop::sample::Index>(), by_tag in any::<bool>(),
    ) {
        let inventory = inventory_of(&drawn);
        let all: Vec<_> = inventory.entries().collect();
        let (asked, entry) = all[which.index(all.len())];
        let tag = entry.tags.first().filter(|_| by_tag).cloned();
        let occasion = Occasion::Asked { digest: asked.clone(), tag: tag.clone() };
        let plan = plan(&inventory, &occasion, now());
        let gone: BTreeSet<&Digest> = plan.lines.iter().filter(|line| line.delete).map(|line| &line.digest).collect();
        if gone.is_empty() {
            return Ok(());
        }
        prop_assert!(gone.contains(asked), "{:?} goes in its place", plan.lines);
        prop_assert!(tag.is_none() || entry.tags.len() == 1);
        for (digest, entry) in inventory.entries() {
            let kept = entry.tags.iter().any(|tag| ["v0.1.0", "v0.2.0", "v0.2", "v0", "latest"].contains(&tag.as_str()));
            let is_other = digest != asked && entry.tags.iter().any(|tag| !tag.starts_with("sha256-"));
            prop_assert!(!(gone.contains(digest) && (kept || is_other)), "{:?} goes", entry.tags);
            let loses = entry.refers_to.iter().any(|part| gone.contains(part)) && !gone.contains(digest);
            prop_assert!(!loses, "a part of {:?} goes", entry.tags);
        }
    }

    /// Cut short anywhere and started again, it comes to the same end.
    #[test]
    fn a_run_cut_short_is_finished_by_the_next(drawn in prop::collection::vec(any_drawn(), 0..8), cut in any::<prop::sample::Index>()) {
        let inventory = inventory_of(&drawn);
        let all = plan(&inventory, &weekly(), now()).lines;
        let gone: Vec<_> = all.iter().filter(|line| line.delete).map(|line| &line.digest).collect();
        let kept: BTreeSet<_> = all.iter().filter(|line| !line.delete).map(|line| &line.digest).collect();
        let rest = without(&inventory, gone.get(..cut.index(gone.len() + 1)).unwrap());
        let then = plan(&rest, &weekly(), now()).lines;
        prop_assert!(then.iter().filter(|line| line.delete).all(|line| !kept.contains(&line.digest)));
        let none = plan(&without(&inventory, &gone), &weekly(), now()).lines;
        prop_assert!(none.iter().all(|line| !line.delete), "{none:#?}");
    }

    /// Each image by itself, with nothing shared: exactly what is over its days goes.
    #[test]
    fn days_are_counted_as_the_contract_says(tag in prop::option::of(any_tag()), age in -1i64..200) {
        let drawn = Drawn {
            tags: tag.iter().cloned().collect(), age: Some(age), parts: [1].into(), signed: true, part_signed: true, referrers: true,
        };
        let inventory = inventory_of(&[drawn]);
        let lines = plan(&inventory, &weekly(), now()).lines;
        let days = match tag.as_deref() {
            None => Some(14),
            Some(tag) if tag.starts_with("main-") => Some(30),
            Some("v0.3.0-rc.1" | "v1.0.0-beta.1" | "v0.1-aaaaaaa" | "v0.1-bbbbbbb") => Some(90),
            Some(_) => None,
        };
        let goes = days.is_some_and(|days| age > days);
        prop_assert!(lines.iter().all(|line| line.delete == goes), "{lines:#?}");
    }
}

#[test]
fn an_image_goes_with_its_pull_request_and_with_no_other_knowledge() {
    let drawn = Drawn {
        tags: ["pr-1".to_owned()].into(),
        age: Some(199),
        parts: [1].into(),
        signed: true,
        part_signed: false,
        referrers: false,
    };
    let inventory = inventory_of(&[drawn]);
    for (known, goes, unaccounted, reason) in [
        (Some(PullRequest::Closed), true, false, "pull request 1 is closed"),
        (Some(PullRequest::Open), false, false, "pull request 1 is open"),
        (Some(PullRequest::Unknown), false, true, "pull request 1 is unknown to GitHub"),
        (None, false, false, "pull request 1 is not known to be closed"),
    ] {
        let known = known.map(|known| (1, known)).into_iter().chain([(2, PullRequest::Closed)]).collect();
        let lines = plan(&inventory, &Occasion::Weekly(known), now()).lines;
        let own = lines.iter().find(|line| line.tags == ["pr-1"]).unwrap();
        assert_eq!((own.unaccounted, own.reason.as_str()), (unaccounted, reason));
        assert!(lines.len() == 4 && lines.iter().all(|line| line.delete == goes), "{lines:#?}");
    }
}

#[test]
fn an_index_goes_before_its_parts_and_they_before_what_speaks_of_them() {
    let drawn = Drawn {
        tags: ["main-aaaaaaa".to_owned()].into(),
        age: Some(31),
        parts: [1, 2].into(),
        signed: true,
        part_signed: true,
        referrers: false,
    };
    let lines = plan(&inventory_of(&[drawn]), &weekly(), now()).lines;
    let names: Vec<_> = lines.iter().map(|line| line.reason.split(' ').next().unwrap()).collect();
    assert_eq!(names, ["`main-aaaaaaa`", "part", "part", "speaks", "speaks", "speaks", "speaks"]);
}

#[test]
fn what_speaks_of_nothing_goes() {
    let mut inventory = Inventory::default();
    let tag = Tag::Attached(digest("gone"), Attachment::Signature).to_string();
    inventory.insert(digest(&tag), Entry { tags: [tag].into(), ..Entry::default() });
    assert_eq!(plan(&inventory, &weekly(), now()).lines[0].reason, "what it speaks of is gone");
    assert!(plan(&inventory, &Occasion::Closed([1].into()), now()).lines.is_empty());
}
