//! PIPELINE.md says what runs when: its tables are those of the workflows and of the steps.

use std::fmt::Write as _;
use std::fs;

use super::kinds::kind;
use super::model::{Event, Workflow, files, parsed, read};
use crate::steps::{NIGHTLY, STEPS};

const PAGE: &str = ".github/PIPELINE.md";
/// Writes the page anew where it differs, if this is set to `write`.
const WRITE: &str = "KYKLOS_PIPELINE";
/// What a night's jobs and a change's may take: minutes, by what they are limited to.
const CHANGE: u32 = 90;
const NIGHT: u32 = 240;

/// What starts a workflow, in its own words.
fn starts(workflow: &Workflow, text: &str) -> String {
    let crons = text.lines().filter_map(|line| line.trim().strip_prefix("- cron: "));
    let crons: Vec<_> = crons.map(|cron| format!("`{}`", cron.trim_matches('"'))).collect();
    let each = workflow.on.iter().map(|(event, of)| match event.as_str() {
        "schedule" => format!("at {} (UTC)", crons.join(", ")),
        "workflow_call" => "called by others".to_owned(),
        "workflow_dispatch" => "by hand".to_owned(),
        other => format!("`{other}`{}", of.as_ref().map(only).unwrap_or_default()),
    });
    each.collect::<Vec<_>>().join(", ")
}

/// Which of such events: a push to some branches or of some tags, a pull request that is closed or touches some files.
fn only(event: &Event) -> String {
    let Event::Where { branches, tags, types, paths } = event else { return String::new() };
    let listed = |before: &str, names: &[String]| {
        let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        if names.is_empty() { String::new() } else { format!(" {before} {}", names.join(", ")) }
    };
    let files = if paths.is_empty() { "" } else { " that touches its files" };
    listed("to", branches) + &listed("of the tags", tags) + &listed("when", types) + files
}

fn workflows() -> String {
    let mut text = "| workflow | starts | job | kind | limit |\n|---|---|---|---|---:|\n".to_owned();
    for file in files() {
        let content = read(&file);
        let workflow = parsed(&content).unwrap();
        for (name, job) in &workflow.jobs {
            let kind = kind(&workflow, name, job).unwrap();
            let limit = job.limit.map_or_else(|| "its own".to_owned(), |minutes| format!("{minutes} min"));
            let starts = starts(&workflow, &content);
            let _ = writeln!(text, "| `{file}` | {starts} | `{name}` | {kind} | {limit} |");
        }
    }
    text
}

fn steps() -> String {
    let mut text = "| step | what is right then | when |\n|---|---|---|\n".to_owned();
    for (steps, when) in [(&STEPS[..], "each change"), (&NIGHTLY[..], "each night")] {
        for step in steps {
            let _ = writeln!(text, "| `{}` | {} | {when} |", step.name, step.what);
        }
    }
    text
}

fn replaced(page: &str, name: &str, table: &str) -> String {
    let begin = page.find(&format!("<!-- {name}: begin")).unwrap();
    let begin = begin + page[begin..].find('\n').unwrap() + 1;
    let end = page.find(&format!("<!-- {name}: end")).unwrap();
    format!("{}{table}{}", &page[..begin], &page[end..])
}

#[test]
fn the_page_is_what_runs() {
    let file = crate::root().unwrap().join(PAGE);
    let found = fs::read_to_string(&file).unwrap();
    let right = replaced(&replaced(&found, "workflows", &workflows()), "steps", &steps());
    if std::env::var(WRITE).is_ok_and(|value| value == "write") {
        fs::write(&file, &right).unwrap();
        return;
    }
    for (found, right) in found.lines().zip(right.lines()) {
        assert_eq!(found, right, "{PAGE} differs; {WRITE}=write writes what is right");
    }
    assert_eq!(found, right);
}

/// Each job ends by itself, and none of a change takes as long as one of the night may.
#[test]
fn every_job_has_a_limit() {
    for file in files() {
        let most = if ["nightly.yml", "bench.yml"].contains(&file.as_str()) { NIGHT } else { CHANGE };
        for (name, job) in parsed(&read(&file)).unwrap().jobs {
            let right = job.uses.is_some() || job.limit.is_some_and(|minutes| minutes <= most);
            assert!(right, "{file}: {name} has the limit {:?}, of at most {most}", job.limit);
        }
    }
}

#[test]
fn what_starts_a_workflow_is_told_with_its_branches_and_tags() {
    let told = |on: &str| {
        let text = format!("on:\n{on}permissions: {{}}\njobs: {{}}\n");
        starts(&parsed(&text).unwrap(), &text)
    };
    assert_eq!(told("  push:\n    branches: [main, \"release/**\"]\n"), "`push` to `main`, `release/**`");
    assert_eq!(told("  push:\n    tags: [\"v*\"]\n"), "`push` of the tags `v*`");
    assert_eq!(told("  pull_request:\n    types: [closed]\n"), "`pull_request` when `closed`");
    assert_eq!(told("  pull_request:\n    paths: [core/**]\n"), "`pull_request` that touches its files");
    assert_eq!(told("  pull_request:\n"), "`pull_request`");
    assert_eq!(told("  workflow_dispatch:\n    inputs: {}\n"), "by hand");
}
