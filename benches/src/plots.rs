//! The plots of the report. None is drawn of what wasn't measured.

use crate::counts::MACHINES;
use crate::figures::budget_of_bytes;
use crate::markdown::{number, windows};
use crate::report::Report;
use crate::svg::{Anchor, Svg};

type Plot = fn(&Report) -> Option<String>;

/// By the names of their files.
pub(crate) const PLOTS: [(&str, Plot); 3] =
    [("engines.svg", engines), ("windows.svg", per_windows), ("flash.svg", flash)];

/// Numbers of windows, and the instructions of each.
type Points = Vec<(usize, f64)>;

pub(crate) const WIDTH: f64 = 860.0;
pub(crate) const TOP: f64 = 78.0;
const ROW: f64 = 30.0;
const BAR: f64 = 20.0;
const OURS: &str = "#0969da";
const OTHERS: &str = "#8c959f";
const WRONG: &str = "#cf222e";
/// One for each processor; they differ in lightness as well.
pub(crate) const LINES: [&str; 5] = ["#0a3069", "#0969da", "#1a7f37", "#bc4c00", "#8250df"];

/// A bar for each engine, on a logarithmic scale.
fn engines(report: &Report) -> Option<String> {
    let engines = report.engines.as_ref()?;
    let mut bars: Vec<(String, f64, &str, String)> = Vec::new();
    for one in engines.series.iter().filter(|one| one.windows.is_none()) {
        bars.push((format!("Kyklos, {}", one.name), one.nanoseconds, OURS, String::new()));
    }
    for engine in &engines.engines {
        let (color, told) = match (engine.is_core(), engine.wrong_answers) {
            (true, _) => (OURS, String::new()),
            (false, 0) => (OTHERS, format!(", {}×", number(engine.times_of_first))),
            (false, wrong) => (WRONG, format!(", {}×, {wrong} wrong", number(engine.times_of_first))),
        };
        bars.push((engine.name.clone(), engine.nanoseconds, color, told));
    }
    bars.sort_by(|a, b| a.1.total_cmp(&b.1));
    let (least, most) = (bars.first()?.1, bars.last()?.1);
    let (first, last) = (least.log10().floor(), most.log10().ceil());

    let (left, right) = (190.0, WIDTH - 130.0);
    let bottom = TOP + bars.len() as f64 * ROW + 6.0;
    let asked = engines.engines.first().map_or(0, |engine| engine.asked);
    let note = format!(
        "Logarithmic. Mon-Fri 09:00-17:00 and Sat 22:00-02:00 in New York. × is times Kyklos; wrong is of {asked} answers; red are wrong."
    );
    let mut svg = Svg::new(WIDTH, bottom + 44.0, "Nanoseconds to say what applies and until when", &note);
    let x = |value: f64| left + (value.log10() - first) / (last - first) * (right - left);
    for decade in first as i32..=last as i32 {
        let value = 10_f64.powi(decade);
        svg.line((x(value), TOP), (x(value), bottom), "grid");
        svg.text((x(value), bottom + 18.0), Anchor::Middle, "note", &format!("{value} ns"));
    }
    for (index, (name, value, color, told)) in bars.iter().enumerate() {
        let y = TOP + index as f64 * ROW + (ROW - BAR) / 2.0;
        let class = if *color == OURS { "strong" } else { "" };
        svg.text((left - 10.0, y + 15.0), Anchor::End, class, name);
        svg.bar((left, y), ((x(*value) - left).max(1.0), BAR), color);
        svg.text((x(*value) + 7.0, y + 15.0), Anchor::Start, class, &format!("{}{told}", number(*value)));
    }
    svg.line((left, TOP), (left, bottom), "axis");
    Some(svg.finish())
}

/// A line for each processor: instructions against the number of windows.
fn per_windows(report: &Report) -> Option<String> {
    let mut lines: Vec<(&str, &str, Points)> = Vec::new();
    for (machine, color) in MACHINES.iter().zip(LINES) {
        let Some(counts) = report.instructions.get(machine.name) else { continue };
        let counts = counts.iter().filter_map(|(call, count)| Some((windows(call)?, count.instructions)));
        let mut points: Points = counts.collect();
        points.sort_by_key(|point| point.0);
        lines.push((machine.name, color, points));
    }
    let all = || lines.iter().flat_map(|line| line.2.iter());
    let most_windows = all().map(|point| point.0).max()?;
    let step = nice_step(all().map(|point| point.1).fold(0.0, f64::max));
    let top_value = (all().map(|point| point.1).fold(0.0, f64::max) / step).ceil() * step;

    let (left, right, bottom) = (70.0, WIDTH - 170.0, 430.0);
    let mut svg = Svg::new(
        WIDTH,
        bottom + 60.0,
        "Instructions of a stateless call against the number of windows",
        "Random, overlapping windows and eleven holidays. Callgrind on x86-64, QEMU elsewhere; opt-level 3, LTO; harness taken off.",
    );
    let x = |windows: usize| left + (windows as f64).log2() / (most_windows as f64).log2().max(1.0) * (right - left);
    let y = |value: f64| bottom - value / top_value * (bottom - TOP);
    for tick in 0..=(top_value / step).round() as usize {
        let value = tick as f64 * step;
        svg.line((left, y(value)), (right, y(value)), if tick == 0 { "axis" } else { "grid" });
        svg.text((left - 8.0, y(value) + 4.0), Anchor::End, "note", &number(value));
    }
    let mut ticks: Vec<usize> = all().map(|point| point.0).collect();
    ticks.sort_unstable();
    ticks.dedup();
    for count in ticks {
        svg.text((x(count), bottom + 18.0), Anchor::Middle, "note", &count.to_string());
    }
    svg.text(((left + right) / 2.0, bottom + 40.0), Anchor::Middle, "note", "windows");
    // From the top; a name is never nearer than a line of text to the one above it.
    lines.sort_by(|a, b| ending(&b.2).total_cmp(&ending(&a.2)));
    let mut above = f64::MIN;
    for (name, color, points) in &lines {
        let curve: Vec<_> = points.iter().map(|&(windows, value)| (x(windows), y(value))).collect();
        svg.curve(&curve, color);
        above = (y(ending(points)) + 4.0).max(above + 17.0);
        svg.bar((right + 14.0, above - 9.0), (9.0, 9.0), color);
        svg.text((right + 29.0, above), Anchor::Start, "", &format!("{name}, {}", number(ending(points))));
    }
    Some(svg.finish())
}

fn ending(points: &[(usize, f64)]) -> f64 {
    points.last().map_or(0.0, |point| point.1)
}

/// About five steps, of 1, 2 or 5 and some zeros.
pub(crate) fn nice_step(most: f64) -> f64 {
    let rough = (most / 5.0).max(1e-3);
    let zeros = 10_f64.powf(rough.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|digit| digit * zeros).find(|step| *step >= rough).unwrap_or(rough)
}

/// A bar for each part, with its budget.
fn flash(report: &Report) -> Option<String> {
    let parts = report.flash.as_ref()?.get(1..)?;
    let budgets: Vec<_> = parts.iter().map(|part| budget_of_bytes(&format!("flash of {}", part.part))).collect();
    let most = parts.iter().map(|part| part.bytes).chain(budgets.iter().copied().flatten()).max()? as f64;
    let step = nice_step(most);
    let most = (most / step).ceil() * step;
    let (left, right) = (310.0, WIDTH - 90.0);
    let bottom = TOP + parts.len() as f64 * ROW + 6.0;
    let mut svg = Svg::new(
        WIDTH,
        bottom + 44.0,
        "Bytes of flash on a Cortex-M4, by part",
        "What a part takes more than a program with the parts above it, the last one than an empty program; opt-level s, LTO. Upright lines are budgets; red is over one.",
    );
    let x = |bytes: f64| left + bytes / most * (right - left);
    for tick in 0..=(most / step).round() as usize {
        let value = tick as f64 * step;
        svg.line((x(value), TOP), (x(value), bottom), "grid");
        svg.text((x(value), bottom + 18.0), Anchor::Middle, "note", &number(value));
    }
    for (index, (part, budget)) in parts.iter().zip(budgets).enumerate() {
        let y = TOP + index as f64 * ROW + (ROW - BAR) / 2.0;
        svg.text((left - 10.0, y + 15.0), Anchor::End, "", &part.part);
        let over = budget.is_some_and(|budget| part.bytes > budget);
        svg.bar((left, y), ((x(part.bytes as f64) - left).max(1.0), BAR), if over { WRONG } else { OURS });
        let mut end = x(part.bytes as f64);
        if let Some(budget) = budget {
            let at = x(budget as f64);
            svg.line((at, y - 4.0), (at, y + BAR + 4.0), "budget");
            // Behind the budget's line where the figure would be written across it.
            if at > end && at < end + 60.0 {
                end = at;
            }
        }
        svg.text((end + 7.0, y + 15.0), Anchor::Start, "strong", &part.bytes.to_string());
    }
    svg.line((left, TOP), (left, bottom), "axis");
    Some(svg.finish())
}
