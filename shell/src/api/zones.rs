//! Which zone was perhaps meant by a name that is none.

use kyklos_core::{TimeZone, ZoneName};

/// As many as help.
const MOST: usize = 3;
/// The longest name that is compared: no zone's is half as long, and comparing takes time by the square of it.
const LONGEST: usize = 64;
/// How like each other two names are that are offered for each other, from 0 to 1 (Jaro and Winkler).
const ALIKE: f64 = 0.85;
/// How much less like it than the first of them a name may be.
const FURTHER: f64 = 0.05;
/// How much of a name has to be right where none is alike, from 0 to 1 (Damerau and Levenshtein).
const RIGHT: f64 = 0.5;

/// What people call the time of a place, and clocks show; a rule needs the place.
const ABBREVIATIONS: [(&str, &[&str]); 18] = [
    ("acst", &["Australia/Darwin", "Australia/Adelaide"]),
    ("aedt", &["Australia/Sydney"]),
    ("aest", &["Australia/Brisbane", "Australia/Sydney"]),
    ("akst", &["America/Anchorage"]),
    ("awst", &["Australia/Perth"]),
    ("bst", &["Europe/London"]),
    ("cdt", &["America/Chicago"]),
    ("cest", &["Europe/Berlin", "Europe/Paris", "Europe/Zurich"]),
    ("cst", &["America/Chicago", "Asia/Shanghai"]),
    ("edt", &["America/New_York"]),
    ("eest", &["Europe/Athens", "Europe/Helsinki"]),
    ("ist", &["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"]),
    ("jst", &["Asia/Tokyo"]),
    ("kst", &["Asia/Seoul"]),
    ("mdt", &["America/Denver"]),
    ("pdt", &["America/Los_Angeles"]),
    ("pst", &["America/Los_Angeles"]),
    ("sast", &["Africa/Johannesburg"]),
];

/// At most three zones, the likeliest first.
pub(super) fn meant(given: &str) -> Vec<String> {
    if given.len() > LONGEST {
        return Vec::new();
    }
    // With nothing but the letter case wrong there is nothing to guess.
    if let Some(name) = TimeZone::names().find(|name| name.as_str().eq_ignore_ascii_case(given)) {
        return vec![name.to_string()];
    }
    let (whole, place) = (folded(given), folded(last_part(given)));
    if let Some((_, zones)) = ABBREVIATIONS.iter().find(|(abbreviation, _)| *abbreviation == whole) {
        return zones.iter().map(|name| (*name).to_owned()).collect();
    }
    let same = TimeZone::names().filter(|name| folded(last_part(name.as_str())) == place);
    let same: Vec<_> = same.take(MOST).map(|name| name.to_string()).collect();
    if !same.is_empty() {
        return same;
    }
    let alike = best(|name| {
        let likeness = strsim::jaro_winkler(&whole, &folded(name));
        likeness.max(strsim::jaro_winkler(&place, &folded(last_part(name))))
    });
    let alike = near(alike, ALIKE);
    if !alike.is_empty() {
        return alike;
    }
    near(best(|name| strsim::normalized_damerau_levenshtein(&whole, &folded(name))), RIGHT)
}

/// All zones with a measure of their likeness, the likeliest first.
fn best(likeness: impl Fn(&str) -> f64) -> Vec<(f64, ZoneName)> {
    let mut rated: Vec<_> = TimeZone::names().map(|name| (likeness(name.as_str()), name)).collect();
    rated.sort_by(|a, b| b.0.total_cmp(&a.0));
    rated
}

/// Those that are likely enough, and not much less so than the likeliest.
fn near(rated: Vec<(f64, ZoneName)>, least: f64) -> Vec<String> {
    let first = rated.first().map_or(0.0, |(likeness, _)| *likeness);
    let near = rated.into_iter().take_while(|(likeness, _)| *likeness >= least && *likeness >= first - FURTHER);
    near.take(MOST).map(|(_, name)| name.to_string()).collect()
}

fn last_part(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// Without what people leave out or write otherwise.
fn folded(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_city_alone_is_enough_however_it_is_written() {
        for given in
            ["New_York", "New York", "NewYork", "new-york", "US/New_York", "America/New York", "America/NewYork"]
        {
            assert_eq!(meant(given), ["America/New_York"], "{given}");
        }
        for city in ["Zurich", "London", "Berlin", "Paris"] {
            assert_eq!(meant(city), [format!("Europe/{city}")], "{city}");
        }
    }

    #[test]
    fn a_wrong_letter_case_is_no_riddle() {
        assert_eq!(meant("america/new_york"), ["America/New_York"]);
        assert_eq!(meant("utc"), ["UTC"]);
        assert_eq!(meant("EUROPE/ZURICH"), ["Europe/Zurich"]);
    }

    #[test]
    fn wrong_letters() {
        for (given, first) in [
            ("UTX", "UTC"),
            ("Europe/Zuerich", "Europe/Zurich"),
            ("Europe/Zurick", "Europe/Zurich"),
            ("Zuerich", "Europe/Zurich"),
            ("Lodnon", "Europe/London"),
            ("America/Port-au-Prinse", "America/Port-au-Prince"),
            ("Amerika/New_York", "America/New_York"),
        ] {
            assert_eq!(meant(given).first().map(String::as_str), Some(first), "{given}: {:?}", meant(given));
        }
    }

    #[test]
    fn abbreviations_are_of_places() {
        assert_eq!(meant("EDT"), ["America/New_York"]);
        assert_eq!(meant("IST"), ["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"]);
        for (abbreviation, zones) in ABBREVIATIONS {
            assert_eq!(TimeZone::get(abbreviation).map(|zone| zone.name()), None);
            for zone in zones {
                assert!(TimeZone::get(zone).is_some(), "{zone}");
            }
        }
    }

    #[test]
    fn what_is_like_nothing_is_not_guessed_at() {
        assert_eq!(meant("Mars/Olympus"), [""; 0]);
        assert_eq!(meant(&"Europe/Zurich".repeat(1_000_000)), [""; 0]);
    }
}
