//! What a part found, beside what was to be reached.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A measured figure.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) what: String,
    /// How many objects there were.
    pub(crate) objects: usize,
    pub(crate) unit: String,
    pub(crate) measured: f64,
    /// What is to be reached, and from which side; absent where nothing is.
    pub(crate) at_most: Option<f64>,
    pub(crate) at_least: Option<f64>,
}

impl Line {
    /// A figure with no bound.
    pub(crate) fn told(what: &str, objects: usize, unit: &str, measured: f64) -> Self {
        Self { what: what.to_owned(), objects, unit: unit.to_owned(), measured, at_most: None, at_least: None }
    }

    pub(crate) fn at_most(what: &str, objects: usize, unit: &str, measured: f64, bound: f64) -> Self {
        Self { at_most: Some(bound), ..Self::told(what, objects, unit, measured) }
    }

    pub(crate) fn at_least(what: &str, objects: usize, unit: &str, measured: f64, bound: f64) -> Self {
        Self { at_least: Some(bound), ..Self::told(what, objects, unit, measured) }
    }

    /// Whether its bound is kept; a figure that is no number keeps none.
    pub(crate) fn is_met(&self) -> Option<bool> {
        match (self.at_most, self.at_least) {
            (Some(most), _) => Some(self.measured <= most),
            (_, Some(least)) => Some(self.measured >= least),
            _ => None,
        }
    }
}

/// What a part found.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) part: String,
    /// Which machine, compiler and program it is of: parts are measured by themselves, and not all on one day.
    pub(crate) made_with: BTreeMap<String, String>,
    pub(crate) lines: Vec<Line>,
    /// What else there is to know, such as why something wasn't measured.
    pub(crate) notes: Vec<String>,
    /// Why it isn't to be believed, or why there is nothing.
    pub(crate) failed: Option<String>,
}

impl Outcome {
    pub(crate) fn new(part: &str) -> Self {
        let made_with = BTreeMap::new();
        Self { part: part.to_owned(), made_with, lines: Vec::new(), notes: Vec::new(), failed: None }
    }

    pub(crate) fn line(&mut self, line: Line) {
        self.lines.push(line);
    }

    pub(crate) fn note(&mut self, note: String) {
        self.notes.push(note);
    }
}

/// The value below which such a share of all lies: 0 is the least, 1 the most. Not a number where there is none.
pub(crate) fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let rank = (share * values.len() as f64).ceil() as usize;
    values.get(rank.clamp(1, values.len().max(1)) - 1).copied().unwrap_or(f64::NAN)
}

pub(crate) fn median(values: &mut [f64]) -> f64 {
    percentile(values, 0.5)
}

#[cfg(test)]
mod tests {
    use super::{Line, median, percentile};

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let mut values = vec![5.0, 1.0, 3.0, 2.0, 4.0];
        assert_eq!(percentile(&mut values, 0.0), 1.0);
        assert_eq!(percentile(&mut values, 0.99), 5.0);
        assert_eq!(percentile(&mut values, 0.2), 1.0);
        assert_eq!(percentile(&mut values, 0.21), 2.0);
        assert_eq!(median(&mut values), 3.0);
        assert!(median(&mut []).is_nan());
    }

    #[test]
    fn what_is_no_number_keeps_no_bound() {
        assert_eq!(Line::at_most("a", 1, "ms", f64::NAN, 1.0).is_met(), Some(false));
        assert_eq!(Line::at_least("a", 1, "%", f64::NAN, 1.0).is_met(), Some(false));
        assert_eq!(Line::at_most("a", 1, "ms", 1.0, 1.0).is_met(), Some(true));
        assert_eq!(Line::told("a", 1, "ms", 1.0).is_met(), None);
    }
}
