//! Writes the questions and answers of the counted calls, which a small processor can't work out for itself.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};

use crate::question::{Answer, Question};
use crate::timeline::Layer;

/// How many answers a question has: too many to be learned by a branch predictor, few enough for a small chip.
const COUNT: usize = 256;

/// The committed file.
pub fn committed_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("counted/src/answers.rs")
}

/// The text of the file.
///
/// # Errors
///
/// Where an answer doesn't fit into the file's form.
pub fn generate() -> Result<String> {
    let mut text = String::from(
        "//! Questions and their right answers. Made by `cargo run -p kyklos-bench -- answers`; don't edit.\n\n\
         use crate::question::{Answer, Window};\n",
    );
    let office = Question::office()?;
    let (this_year, five_years, disjoint) = (Question::this_year()?, Question::five_years()?, Question::disjoint()?);
    let plain = Question::plain()?;
    for (name, question) in [("HOLIDAYS", &office), ("HOLIDAYS_2026", &this_year), ("HOLIDAYS_55", &five_years)] {
        let days: Vec<_> = question.holiday_days()?.iter().map(i32::to_string).collect();
        writeln!(text, "\npub(crate) const {name}: [i32; {}] = [{}];", days.len(), days.join(", "))?;
    }
    windows(&mut text, "OFFICE_WINDOWS", &office)?;
    answers(&mut text, "OFFICE", &office.answers(COUNT)?)?;
    answers(&mut text, "PLAIN", &plain.answers(COUNT)?)?;
    answers(&mut text, "CHANGES", &plain.at_clock_changes(COUNT)?)?;
    answers(&mut text, "THIS_YEAR", &this_year.answers(COUNT)?)?;
    answers(&mut text, "FIVE_YEARS", &five_years.answers(COUNT)?)?;
    answers(&mut text, "STEPS", &plain.boundaries_of_a_year()?)?;
    windows(&mut text, "WINDOWS_DISJOINT", &disjoint)?;
    answers(&mut text, "DISJOINT", &disjoint.answers(COUNT)?)?;
    answers(&mut text, "HIT", &office.one_span(COUNT)?)?;
    answers(&mut text, "MISS", &office.boundaries(COUNT)?)?;
    for count in [1, 2, 4, 8, 16, 32, 64] {
        let question = Question::random(count)?;
        windows(&mut text, &format!("WINDOWS_{count}"), &question)?;
        answers(&mut text, &format!("ANSWERS_{count}"), &question.answers(COUNT)?)?;
    }
    Ok(text)
}

fn windows(text: &mut String, name: &str, question: &Question) -> Result<()> {
    let windows = question.windows();
    writeln!(text, "\npub(crate) const {name}: [Window; {}] = [", windows.len())?;
    for window in windows {
        writeln!(text, "    (&{:?}, {:?}, {:?}),", window.days, window.start, window.end)?;
    }
    writeln!(text, "];")?;
    Ok(())
}

fn answers(text: &mut String, name: &str, answers: &[Answer]) -> Result<()> {
    writeln!(text, "\npub(crate) const {name}: [Answer; {}] = [", answers.len())?;
    for line in answers.chunks(4) {
        let line: Result<Vec<_>> = line.iter().map(answer).collect();
        writeln!(text, "    {},", line?.join(", "))?;
    }
    writeln!(text, "];")?;
    Ok(())
}

fn answer(answer: &Answer) -> Result<String> {
    let code = match answer.layer {
        None => 0,
        Some(Layer::Holiday) => u8::MAX,
        Some(Layer::Window(index)) => {
            let code = u8::try_from(index + 1).ok().filter(|code| *code < u8::MAX);
            code.ok_or_else(|| anyhow!("window {index} has no code"))?
        }
    };
    Ok(format!("({}, {code}, {})", u32::try_from(answer.at)?, u32::try_from(answer.until)?))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_answers_are_those_of_the_oracle() {
        let committed = std::fs::read_to_string(super::committed_file()).unwrap();
        let made = super::generate().unwrap();
        assert!(committed == made, "stale: run `cargo run -p kyklos-bench -- answers` and commit it");
    }
}
