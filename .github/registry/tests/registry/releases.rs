//! Any releases in any order, on a real registry: the short form of the property that the plan is tested for.

use std::collections::BTreeMap;

use kyklos_registry::tag::Rolling;
use kyklos_registry::version::Version;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::{Built, Recipe, Server, publish, run};

/// What may be released, and out of which order.
const VERSIONS: [&str; 6] = ["v0.1.0", "v0.1.1", "v0.2.0-rc.1", "v0.2.0", "v1.0.0-beta.1", "v1.0.0"];

#[test]
fn rolling_tags_are_where_the_contract_says_after_any_releases() {
    let server = Server::start();
    let images = VERSIONS.map(|tag| Recipe::new(tag).of(&format!("--tag {tag}")).build());
    let order = prop::sample::subsequence((0..VERSIONS.len()).collect::<Vec<_>>(), 1..=4).prop_shuffle();
    let mut runner = TestRunner::new(Config { cases: 6, failure_persistence: None, ..Config::default() });
    let count = std::cell::Cell::new(0);
    let result = runner.run(&order, |order| {
        count.set(count.get() + 1);
        let shelf = server.shelf(&format!("releases/{}", count.get()));
        for &index in &order {
            run(&publish(&images[index], &shelf.repository(), &format!("--tag {}", VERSIONS[index]))).ok();
        }
        prop_assert_eq!(shelf.tags(), contract(&order, &images));
        Ok(())
    });
    result.unwrap();
}

/// Every release has its tag; `vX.Y`, `vX` and `latest` are the highest stable one of their range.
fn contract(order: &[usize], images: &[Built]) -> BTreeMap<String, String> {
    let digest = |index: usize| images[index].digest.clone();
    let mut tags: BTreeMap<String, String> =
        order.iter().map(|&index| (VERSIONS[index].to_owned(), digest(index))).collect();
    // In the order of the list, which is that of the versions, each stable one takes over.
    let mut sorted = order.to_vec();
    sorted.sort_unstable();
    for index in sorted {
        let version: Version = VERSIONS[index].parse().unwrap();
        if version.is_stable() {
            tags.extend(Rolling::of(&version).map(|tag| (tag.to_string(), digest(index))));
        }
    }
    tags
}
