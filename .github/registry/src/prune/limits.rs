//! How much of a plan one run does, so that a mistake in it costs no more than may be put right.

use anyhow::{Result, bail};

use super::retention::Plan;

/// A run deletes at least so many images, if there are as many to go.
const LEAST: usize = 100;

/// How many images a run may delete: the larger of a hundred and a quarter of all. A plan for more than half of all is
/// refused, unless somebody has looked at it and says yes, which lets a run do no more than any other.
pub fn most(plan: &Plan, yes: bool) -> Result<usize> {
    let (go, all) = (plan.images_to_go(), plan.images);
    if go > all / 2 && !yes {
        bail!(
            "that would delete {go} of {all} images, which is more than half; if that is right, say --yes. Nothing was deleted"
        );
    }
    Ok(LEAST.max(all / 4))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Digest;
    use crate::prune::retention::Line;

    fn plan(go: usize, all: usize) -> Plan {
        let line = |number: usize| Line {
            digest: Digest::of(number.to_string().as_bytes()),
            tags: Vec::new(),
            delete: number < go,
            reason: String::new(),
            unaccounted: false,
            image: true,
            date: None,
        };
        Plan { lines: (0..all).map(line).collect(), images: all }
    }

    #[test]
    fn the_larger_of_a_hundred_and_a_quarter_and_never_more_than_half() {
        for (go, all, allowed) in [(0, 0, 100), (1, 2, 100), (100, 200, 100), (100, 1000, 250), (500, 1000, 250)] {
            assert_eq!(most(&plan(go, all), false).unwrap(), allowed, "{go} of {all}");
        }
        for (go, all) in [(1, 1), (2, 3), (501, 1000)] {
            let refused = most(&plan(go, all), false).unwrap_err().to_string();
            assert!(refused.contains(&format!("{go} of {all} images, which is more than half")), "{refused}");
            assert_eq!(most(&plan(go, all), true).unwrap(), 100.max(all / 4));
        }
    }
}
