//! Which steps the command line asks for.

use anyhow::{Context, Result, bail};

use crate::steps::{NIGHTLY, STEPS, Step};

pub(crate) const USAGE: &str = "\
Usage: cargo verify [--only STEP].. [--skip STEP].. [--times N]
       cargo verify --list
       cargo verify --packages | --packages-at-night

Without options all steps run but the nightly ones, in their order, up to the first that fails. The first two may come
several times; with --times it begins again until all have passed so often. --packages prints the Debian packages that the
steps need, --packages-at-night those of the nightly ones.";

/// What to do.
pub(crate) enum Request {
    Help,
    List,
    Packages,
    PackagesAtNight,
    Run { steps: Vec<&'static Step>, times: u32 },
}

pub(crate) fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Request> {
    let mut arguments = arguments.into_iter();
    let (mut only, mut skip, mut times) = (Vec::new(), Vec::new(), 1);
    while let Some(argument) = arguments.next() {
        let names = match argument.as_str() {
            "--only" => &mut only,
            "--skip" => &mut skip,
            "--times" => {
                let number = arguments.next().and_then(|text| text.parse().ok()).filter(|&number| number > 0);
                times = number.context("`--times` wants a number above 0")?;
                continue;
            }
            "--packages" => return Ok(Request::Packages),
            "--packages-at-night" => return Ok(Request::PackagesAtNight),
            "--list" => return Ok(Request::List),
            "--help" | "-h" => return Ok(Request::Help),
            _ => bail!("there is no option `{argument}`"),
        };
        let name = arguments.next().with_context(|| format!("`{argument}` wants the name of a step"))?;
        names.push(known(&name)?);
    }
    let asked: Vec<_> =
        if only.is_empty() { STEPS.iter().collect() } else { all().filter(|step| only.contains(&step.name)).collect() };
    let steps: Vec<_> = asked.into_iter().filter(|step| !skip.contains(&step.name)).collect();
    if steps.is_empty() {
        bail!("these options leave no step to run");
    }
    Ok(Request::Run { steps, times })
}

fn all() -> impl Iterator<Item = &'static Step> {
    STEPS.iter().chain(&NIGHTLY)
}

/// A misspelt name must not end in a run that checks nothing.
fn known(name: &str) -> Result<&'static str> {
    let found = all().find(|step| step.name == name);
    found.map(|step| step.name).with_context(|| {
        let names: Vec<_> = all().map(|step| step.name).collect();
        format!("there is no step `{name}`; there are {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(arguments: &[&str]) -> Vec<&'static str> {
        match parse(arguments.iter().map(|word| word.to_string())).unwrap() {
            Request::Run { steps, .. } => steps.iter().map(|step| step.name).collect(),
            Request::Help | Request::List | Request::Packages | Request::PackagesAtNight => Vec::new(),
        }
    }

    fn refusal(arguments: &[&str]) -> String {
        parse(arguments.iter().map(|word| word.to_string())).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn all_steps_without_options() {
        assert_eq!(names(&[]).len(), STEPS.len());
    }

    #[test]
    fn some_steps_in_their_order() {
        assert_eq!(names(&["--only", "clippy", "--only", "fmt"]), ["fmt", "clippy"]);
        assert_eq!(names(&["--only", "clippy", "--only", "fmt", "--skip", "fmt"]), ["clippy"]);
        assert_eq!(names(&["--skip", "e2e"]).len(), STEPS.len() - 1);
    }

    #[test]
    fn a_nightly_step_runs_where_it_is_named() {
        for step in &NIGHTLY {
            assert_eq!(names(&["--only", step.name]), [step.name]);
            assert!(!names(&[]).contains(&step.name));
        }
    }

    #[test]
    fn nonsense_is_refused() {
        assert_eq!(refusal(&["--fast"]), "there is no option `--fast`");
        assert_eq!(refusal(&["--times", "0"]), "`--times` wants a number above 0");
        assert_eq!(refusal(&["--only"]), "`--only` wants the name of a step");
        assert!(refusal(&["--skip", "tset"]).starts_with("there is no step `tset`; there are tools, fmt,"));
        assert_eq!(refusal(&["--only", "fmt", "--skip", "fmt"]), "these options leave no step to run");
    }
}
