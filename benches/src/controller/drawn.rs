//! What it costs against the number of objects, as plots. None is drawn of what wasn't measured.

use super::outcome::Outcome;
use super::{memory, start, storm};
use crate::plots::{LINES, TOP, WIDTH, nice_step};
use crate::svg::{Anchor, Svg};

type Plot = fn(&[Outcome]) -> Option<String>;

/// By the names of their files.
pub(crate) const PLOTS: [(&str, Plot); 4] = [
    ("controller-storm.svg", storms),
    ("controller-processor.svg", processor),
    ("controller-memory.svg", memories),
    ("controller-start.svg", starts),
];

fn storms(parts: &[Outcome]) -> Option<String> {
    let names = [storm::LAST_TARGET, storm::LAST_PLAIN, storm::ALL_REPORTS];
    against_objects(
        parts,
        "storm",
        &names,
        "Seconds after one boundary for all",
        "Medians of three storms in turn with a plain client that makes the same writes.",
    )
}

fn processor(parts: &[Outcome]) -> Option<String> {
    against_objects(
        parts,
        "storm",
        &[storm::PROCESSOR],
        "Milliseconds of processor time an object and boundary",
        "Of the controller, its reports included.",
    )
}

fn memories(parts: &[Outcome]) -> Option<String> {
    against_objects(
        parts,
        "memory",
        &[memory::SETTLED, memory::RELIST],
        "Megabytes of anonymous memory",
        "As many Deployments as objects.",
    )
}

fn starts(parts: &[Outcome]) -> Option<String> {
    against_objects(
        parts,
        "start",
        &[start::READY, start::LISTED],
        "Seconds until ready",
        "All as it should be; medians of three.",
    )
}

/// A line for each figure.
fn against_objects(parts: &[Outcome], part: &str, names: &[&str], title: &str, note: &str) -> Option<String> {
    let part = parts.iter().find(|outcome| outcome.part == part)?;
    let points = |name: &str| -> Vec<(f64, f64)> {
        let lines = part.lines.iter().filter(|line| line.what == name && line.measured.is_finite());
        lines.map(|line| (line.objects as f64, line.measured)).collect()
    };
    let series: Vec<_> =
        names.iter().map(|name| (*name, points(name))).filter(|(_, points)| !points.is_empty()).collect();
    let all = || series.iter().flat_map(|(_, points)| points.iter());
    let most_objects = all().map(|point| point.0).fold(0.0, f64::max);
    let most = all().map(|point| point.1).fold(0.0, f64::max);
    if most_objects <= 0.0 || most <= 0.0 {
        return None;
    }
    let (step, objects_step) = (nice_step(most), nice_step(most_objects));
    let top_value = (most / step).ceil() * step;
    let (left, right, bottom) = (70.0, WIDTH - 40.0, 430.0);
    let x = |objects: f64| left + objects / most_objects * (right - left);
    let y = |value: f64| bottom - value / top_value * (bottom - TOP);
    let mut svg = Svg::new(WIDTH, bottom + 50.0 + 20.0 * series.len() as f64, title, note);
    for tick in 0..=(top_value / step).round() as usize {
        let value = tick as f64 * step;
        svg.line((left, y(value)), (right, y(value)), if tick == 0 { "axis" } else { "grid" });
        svg.text((left - 8.0, y(value) + 4.0), Anchor::End, "note", &format!("{value:.*}", decimals(step)));
    }
    for tick in 0..=(most_objects / objects_step).floor() as usize {
        let objects = tick as f64 * objects_step;
        svg.text((x(objects), bottom + 18.0), Anchor::Middle, "note", &format!("{objects:.0}"));
    }
    svg.text(((left + right) / 2.0, bottom + 34.0), Anchor::Middle, "note", "objects");
    for (index, ((name, points), color)) in series.iter().zip(LINES).enumerate() {
        let curve: Vec<_> = points.iter().map(|&(objects, value)| (x(objects), y(value))).collect();
        svg.curve(&curve, color);
        let below = bottom + 54.0 + 20.0 * index as f64;
        svg.bar((left, below - 9.0), (9.0, 9.0), color);
        let last = points.last().map_or(0.0, |point| point.1);
        svg.text((left + 15.0, below), Anchor::Start, "", &format!("{name}: {last:.2} with {most_objects:.0}"));
    }
    Some(svg.finish())
}

/// Of a step of 1, 2 or 5 and some zeros.
fn decimals(step: f64) -> usize {
    (-step.log10().floor()).max(0.0) as usize
}
