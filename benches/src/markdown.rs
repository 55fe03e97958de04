//! The report as a page.

use std::fmt::Write as _;

use crate::counts::MACHINES;
use crate::engines::Engines;
use crate::figures::Figure;
use crate::plots::PLOTS;
use crate::report::Report;
use crate::sizes::FIXED;

const NOT_MEASURED: &str = "not measured";
/// The question of everything here.
const QUESTION: &str = "Which state applies, and when does it change: Monday to Friday 09:00-17:00 and Saturday 22:00-02:00 in \
America/New_York, asked about random instants of 2026 to 2030; of Kyklos with eleven holidays as well.";

/// All of it but the plots.
pub(crate) fn tables(report: &Report) -> String {
    let mut page = format!("# Bench report\n\n{QUESTION}\n\n");
    figures(&mut page, &report.figures);
    missed(&mut page, &report.figures);
    match &report.engines {
        Some(engines) => {
            self::engines(&mut page, engines);
            series(&mut page, engines);
        }
        None => page.extend(["## Engines\n\n", NOT_MEASURED, "\n\n"]),
    }
    instructions(&mut page, report);
    by_hand(&mut page, report);
    bytes(&mut page, report);
    made_with(&mut page, report);
    page
}

/// Those that were drawn, as pictures beside the page.
pub(crate) fn plots(report: &Report) -> String {
    let drawn = PLOTS.iter().filter(|(_, plot)| plot(report).is_some());
    let pictures = drawn.map(|(name, _)| format!("![{name}]({name})\n"));
    std::iter::once("\n## Plots\n\n".to_owned()).chain(pictures).collect()
}

/// The compiler, the processor and the tools.
pub(crate) fn made_with(page: &mut String, report: &Report) {
    page.push_str("## Made with\n\n");
    for (what, version) in &report.made_with {
        let _ = writeln!(page, "- {what}: {version}");
    }
}

fn figures(page: &mut String, figures: &[Figure]) {
    let met = figures.iter().filter(|figure| figure.met == Some(true)).count();
    let _ = writeln!(page, "## Figures to reach: {met} of {} that were measured\n", measured(figures));
    page.push_str("| figure | budget | measured | |\n|---|---:|---:|---|\n");
    for figure in figures {
        let met = match figure.met {
            Some(true) => "met",
            Some(false) => "**missed**",
            None => "",
        };
        let measured = figure.measured.map_or(NOT_MEASURED.to_owned(), number);
        let _ = writeln!(
            page,
            "| {} | {} {} {} | {measured} | {met} |",
            figure.name,
            figure.bound(),
            number(figure.budget),
            figure.unit
        );
    }
    page.push('\n');
}

fn measured(figures: &[Figure]) -> usize {
    figures.iter().filter(|figure| figure.met.is_some()).count()
}

/// The figures that the core was to reach and hasn't, and why; nothing where there are none.
pub(crate) fn missed(page: &mut String, figures: &[Figure]) {
    let missed: Vec<_> = figures.iter().filter(|figure| figure.met == Some(false)).collect();
    if missed.is_empty() {
        return;
    }
    let (many, all) = (missed.len(), measured(figures));
    let _ = writeln!(
        page,
        "## Figures not reached\n\n{many} of {all} figures that Kyklos is to reach were not reached in this run.\n"
    );
    for figure in missed {
        let measured = figure.measured.map(number).unwrap_or_default();
        let reason = figure.reason().unwrap_or("why isn't known yet");
        let (bound, budget) = (figure.bound(), number(figure.budget));
        let _ = writeln!(page, "- {}: {measured} {}, wanted {bound} {budget}: {reason}.", figure.name, figure.unit);
    }
    page.push('\n');
}

/// All of them, the fastest first.
pub(crate) fn engines(page: &mut String, engines: &Engines) {
    page.push_str("## Engines\n\n");
    page.push_str("| engine | ns | times Kyklos | instructions | wrong states | wrong boundaries | how |\n");
    page.push_str("|---|---:|---:|---:|---:|---:|---|\n");
    for engine in engines.by_time() {
        let _ = writeln!(
            page,
            "| {} {} | {} | {} ({} to {}) | {} | {} | {} | {} |",
            engine.name,
            engine.version,
            number(engine.nanoseconds),
            number(engine.times_of_first),
            number(engine.times_quartiles[0]),
            number(engine.times_quartiles[1]),
            engine.instructions.map_or(NOT_MEASURED.to_owned(), |count| format!("{count:.0}")),
            engine.wrong_states,
            engine.wrong_boundaries,
            engine.note,
        );
    }
    let asked = engines.engines.first().map_or(0, |engine| engine.asked);
    let _ = writeln!(
        page,
        "\nNanoseconds of processor time are medians of {} rounds over {} instants in which all take their turn, with the comparison of each \
         answer in them; \"times Kyklos\" is the median of the rounds' own ratios to the core without holidays, and between which a half of them \
         are. The loop and the comparison are in both: without them the ratios would be larger. Instructions are callgrind's, without the loop and the comparison; of these instants and with the core's call inlined, so its rows aren't quite \
         those of the table of calls below. Wrong answers are counted against an independent oracle, of {asked}: the same instants and 12,000 around \
         the ten clock changes. Only the row with eleven holidays has any, those of one of the five years asked about; the others are \
         asked, and judged, without.\n",
        engines.rounds, engines.instants,
    );
}

pub(crate) fn series(page: &mut String, engines: &Engines) {
    page.push_str("## More windows, the cursor, and a call alone\n\n| call | ns | half of them |\n|---|---:|---:|\n");
    for one in &engines.series {
        let windows = one.windows.map_or(String::new(), |windows| format!(", {windows} random windows"));
        let [from, to] = one.quartiles.map(number);
        let _ = writeln!(page, "| {}{windows} | {} | {from} to {to} |", one.name, number(one.nanoseconds));
    }
    page.push_str(
        "\nCalls that don't depend on each other overlap in the processor. A program that waits for each answer, and asks where it ends, \
         pays the row \"each at the boundary of the one before\"; one that sleeps meanwhile comes back to cold caches, and pays \
         the last row: a median of 301 calls by the clock, of which reading it is taken off.\n\n",
    );
}

/// A row for each call, a column for each processor.
pub(crate) fn instructions(page: &mut String, report: &Report) {
    page.push_str("## Instructions of a call\n\n| call |");
    page.extend(MACHINES.map(|machine| format!(" {} |", machine.name)));
    page.push_str("\n|---|");
    page.push_str(&"---:|".repeat(MACHINES.len()));
    page.push('\n');
    let mut calls: Vec<&String> = report.instructions.values().flat_map(|counts| counts.keys()).collect();
    // By length where only the number differs: 2 windows before 16.
    calls.sort_by_key(|name| (name.split(' ').next().map(str::to_owned), windows(name), (*name).clone()));
    calls.dedup();
    for call in calls {
        let _ = write!(page, "| {call} |");
        for machine in MACHINES {
            let _ =
                write!(page, " {} |", report.instructions(machine.name, call).map_or(NOT_MEASURED.to_owned(), number));
        }
        page.push('\n');
    }
    page.push_str(
        "\nInstructions, not cycles: callgrind's on x86-64, QEMU's elsewhere (`benches/rigs/count`), at opt-level 3 with LTO where nothing else is said, \
         averages over 256 instants. The loop and the comparison with the right answer are counted by themselves and \
         taken off. \"evaluate\" has the two windows of the question; \"evaluate N windows\" random ones, which hide one \
         another, so that 64 of them have no more boundaries than 16; a cursor's hit is a call while its answer still \
         holds, a miss one at the boundary. \"within hours of a clock change\" is the \
         exact way. \"the worst\" are what searches for it found; all else are the ways that nearly all calls go: what is slow is in the design.\n\n",
    );
}

/// What would be written for a microcontroller without the core.
pub(crate) fn by_hand(page: &mut String, report: &Report) {
    page.push_str("## By hand on a Cortex-M4\n\n");
    let (Some(counts), Some(core)) = (&report.by_hand, report.instructions("Cortex-M4", "evaluate without holidays"))
    else {
        let _ = writeln!(page, "{NOT_MEASURED}\n");
        return;
    };
    page.push_str("| how | instructions | times Kyklos |\n|---|---:|---:|\n");
    let _ = writeln!(page, "| Kyklos | {} | 1 |", number(core));
    for (name, count) in counts {
        let _ = writeln!(page, "| {name} | {} | {} |", number(count.instructions), number(count.instructions / core));
    }
    page.push_str(
        "\nThe two windows without holidays, at opt-level 3 with LTO, each answer compared with the right one (`benches/rigs/peers`). \
         With chrono-tz and jiff-static it is a list of windows by hand over a library that knows the zone. The table over local time is \
         what makers write: it is fed the weekday, the hour and the minute as a clock chip has them, knows of no zone, isn't asked where \
         a change of the clocks lies before the boundary, where it would be wrong, and says a number of seconds where the others say an \
         instant. The C is what GCC made of it for this processor at -O3: the rigs have its assembly, and no compiler for it.\n\n",
    );
}

/// How many windows a call's name speaks of.
pub(crate) fn windows(call: &str) -> Option<usize> {
    call.strip_prefix("evaluate ")?.split(' ').next()?.parse().ok()
}

/// Flash, memory and stack.
pub(crate) fn bytes(page: &mut String, report: &Report) {
    page.push_str("## Bytes on a Cortex-M4 (opt-level s, LTO)\n\n");
    let Some(flash) = &report.flash else {
        let _ = writeln!(page, "{NOT_MEASURED}\n");
        return;
    };
    page.push_str("| flash | bytes | sum |\n|---|---:|---:|\n");
    let mut sum = 0;
    for (index, part) in flash.iter().enumerate() {
        if part.part == FIXED.1 {
            let _ = writeln!(page, "| {} | {} | |", part.part, part.bytes);
            continue;
        }
        // The first is the program around it.
        sum += if index == 0 { 0 } else { part.bytes };
        let _ = writeln!(page, "| {} | {} | {sum} |", part.part, part.bytes);
    }
    page.push_str(
        "\nEach part is what a program takes more than one with the parts above it. The last one is a program by itself, beside the one \
         that does nothing: a schedule that is a `static` needs the evaluator alone, and its own bytes, which are in flash.\n\n",
    );
    page.push_str("| memory and stack | bytes |\n|---|---:|\n");
    for (name, bytes) in report.memory.iter().flatten() {
        let _ = writeln!(page, "| {name} | {bytes} |");
    }
    page.push_str(
        "\nStack is measured by painting it before a call; `from_spec` and `from_json` return a schedule, and what it takes to \
         move it to its place is in the figure. Nothing allocates: the core has no allocator to do it with.\n\n",
    );
}

/// As many digits as say something.
pub(crate) fn number(value: f64) -> String {
    match value {
        _ if value.fract() == 0.0 || value >= 1_000.0 => format!("{value:.0}"),
        _ if value < 2.0 => format!("{value:.2}"),
        _ => format!("{value:.1}"),
    }
}
