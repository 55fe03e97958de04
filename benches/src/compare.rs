//! The core's COMPARE page, made from a report, so that its figures are those of one real run.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use kyklos_bench::Question;

use crate::report::{self, Report};
use crate::{markdown, tools};

const HEAD: &str = "\
<!-- Made by `cargo run -p kyklos-bench -- compare`; don't edit. The words are in benches/src/compare.rs. -->
# Compared

One question, which a controller, a heating or a door asks all day: *which value applies, and when does it change?* The
schedule is Monday to Friday 09:00-17:00 and Saturday 22:00-02:00 in America/New_York. Every engine here can be brought to
answer that, each in its own way, and none was made for this alone but Kyklos. What they were made for is below.

All figures are of one run of `cargo run -p kyklos-bench -- report`, which anybody can repeat; times differ from
machine to machine, instructions hardly, and bytes not at all.

";

const LOSSES: &str = "\
## What the others can, and Kyklos can't

**opening-hours** reads the language of OpenStreetMap: months and weeks of the year, every second week, the day after a
holiday, sunrise and sunset by place, open ends, `unknown` beside open and closed, comments, and the public holidays of many
countries. Kyklos knows windows of a week, exceptions that happen once, and dates: single ones, ranges, and both of every year by
month and day. A holiday that goes by the moon or by Easter is a date a year that somebody has to write down. Who wants the opening
times of a shop in the words of a map should take opening-hours.

**croner, cron, saffron** know patterns: every five minutes, the last Friday of a month, the second of January, and croner seconds,
too. They tell when something starts, again and again. Kyklos knows windows in no month and in no second week, no steps, nothing
shorter than a minute, and it is no job runner.

**jiff** and **chrono with chrono-tz** do any arithmetic with dates, know the history of every zone since the nineteenth century,
format and parse. jiff reads the system's tzdb, so that a new release needs no new build. Kyklos' clock changes are right from 2020
to 2099. They are compiled in, or given as data, which a program has to take out of a TZif file itself: the core reads none. A
program that has one fixed schedule and knows one of these libraries already may well write
the rule by hand: the rows \"hard-coded\" are what that costs. Such a program has no holidays and no exceptions, can't be given another
schedule, and is where mistakes about clock changes are made.

**Kyklos' own limits**: at most 254 windows of at most seven days each, whole minutes, offsets that are quarters of an
hour, values from 0 to 2,147,483,647, room for a number of windows, exceptions and holidays that is fixed when a program is built.
Holidays and exceptions count from 2020 to 2099 alone. It keeps no names: what applies is the window or the exception of an index.
It gives the states one after the other, not the occurrences of each window: a window that another one hides is gone once the week is
compiled. It spends memory for speed, 50 bytes a window, and time beforehand, which grows with the square of the number of windows: a
schedule that is asked once or twice in its life is compiled in vain. And some schedules are slow: [the
design](https://github.com/kyklos/kyklos/blob/main/core/DESIGN.md#what-is-slow) says which and how slow.

";

const HOW: &str = "\
## Clock changes

A wrong answer is one that the oracle doesn't give: every occurrence worked out as two instants by jiff, by the rules of
Kyklos (a window starts at the first instant at which the clock reads its start or later, and ends when it will never again
read earlier than its end). An engine with another rule isn't wrong by its own lights; but whoever asks it this question
gets another answer in those nights. cron passes over a time that the clocks skip: in the
night in which summer time begins it doesn't know that the window ends at 02:00, and so not that there is a window.

";

/// The report that the page was made from, kept beside the harness.
fn kept() -> PathBuf {
    tools::root().join("benches/report.json")
}

fn page() -> PathBuf {
    tools::root().join("core/COMPARE.md")
}

/// Keeps a report and writes the page from it.
pub(crate) fn write(file: &Path) -> Result<()> {
    let report = report::read(file)?;
    let text = text(&report)?;
    let json = format!("{}\n", serde_json::to_string_pretty(&report)?);
    for (file, text) in [(kept(), json), (page(), text)] {
        std::fs::write(&file, text).with_context(|| format!("writing {}", file.display()))?;
        println!("wrote {}", file.display());
    }
    Ok(())
}

/// How often a device is awake: by the boundaries that the oracle has of a year.
fn wake_ups(page: &mut String) -> Result<()> {
    let boundaries = Question::plain()?.boundaries_of_a_year()?.len();
    let a_day = boundaries as f64 / 365.0;
    page.push_str("## Wake-ups\n\nHow long an answer takes matters less than how often one is needed. ");
    write!(
        page,
        "This schedule has {boundaries} boundaries in 2026: a device that sleeps up\nto `until` wakes {a_day:.1} times a day, one that \
         looks each minute, as a cron does, 1,440 times, and each second 86,400 times.\n\n"
    )?;
    Ok(())
}

fn text(report: &Report) -> Result<String> {
    let engines =
        report.engines.as_ref().context("the report is without the other engines: make one without --skip")?;
    let mut page = HEAD.to_owned();
    page.push_str(LOSSES);
    markdown::missed(&mut page, &report.figures);
    markdown::engines(&mut page, engines);
    page.push_str(HOW);
    wake_ups(&mut page)?;
    markdown::series(&mut page, engines);
    markdown::instructions(&mut page, report);
    markdown::by_hand(&mut page, report);
    markdown::bytes(&mut page, report);
    markdown::made_with(&mut page, report);
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::{Figure, figures};

    #[test]
    fn the_page_is_made_from_the_report_that_is_kept() {
        let made = text(&report::read(&kept()).unwrap()).unwrap();
        let committed = std::fs::read_to_string(page()).unwrap();
        assert!(
            made == committed,
            "core/COMPARE.md is stale: run `cargo run -p kyklos-bench -- compare benches/report.json`"
        );
    }

    #[test]
    fn each_missed_figure_has_its_reason() {
        let report = report::read(&kept()).unwrap();
        let missed = report.figures.iter().filter(|figure| figure.met == Some(false));
        let unexplained: Vec<_> =
            missed.filter(|figure| figure.reason().is_none()).map(|figure| &figure.name).collect();
        assert!(unexplained.is_empty(), "src/reasons.rs has none for {unexplained:?}");
    }

    #[test]
    fn the_kept_figures_are_held_to_todays_budgets() {
        let report = report::read(&kept()).unwrap();
        let told = |figures: &[Figure]| {
            figures.iter().map(|figure| (figure.name.clone(), figure.budget, figure.met)).collect::<Vec<_>>()
        };
        assert_eq!(told(&figures(&report)), told(&report.figures), "measure anew, or judge by `report` and `compare`");
    }
}
