//! Which programs a script of a workflow runs.

/// What changes which program a name is, or what else runs with it.
pub(super) const TURNING: [&str; 6] = ["PATH", "BASH_ENV", "ENV", "IFS", "LD_PRELOAD", "LD_LIBRARY_PATH"];

/// The first word of each command of a script; and the second of `docker` and `gh`, which do all kinds of things, `docker run` and
/// `gh extension exec` among them, and the third of `gh release`. Quotes are skipped as a whole, but for what they run
/// themselves.
pub(super) fn programs_of(script: &str) -> Vec<String> {
    let mut programs = Vec::new();
    let mut characters = script.replace("\\\n", " ").chars().collect::<Vec<_>>().into_iter().peekable();
    let (mut word, mut first, mut quote) = (String::new(), true, None);
    // Where a `$(` ends, what was before goes on.
    let mut outer = Vec::new();
    while let Some(character) = characters.next() {
        if character == '$' && characters.peek() == Some(&'(') && quote != Some('\'') {
            characters.next();
            outer.push((std::mem::take(&mut word), first, quote));
            (first, quote) = (true, None);
            continue;
        }
        match (character, quote) {
            (_, Some(open)) if character == open => quote = None,
            ('`', Some('"') | None) => programs.push("`".to_owned()),
            ('\\', Some('"') | None) => word.extend(characters.next()),
            ('\'' | '"', None) => quote = Some(character),
            (_, Some(_)) => word.push(character),
            (')', None) if !outer.is_empty() => {
                end(&mut word, &mut first, &mut programs);
                let (before, was_first, was_quoted) = outer.pop().unwrap();
                (word, first, quote) = (before + "_", was_first, was_quoted);
            }
            ('\n' | ';' | '|' | '&' | '(' | ')', None) => {
                end(&mut word, &mut first, &mut programs);
                first = true;
            }
            (' ' | '\t', None) => end(&mut word, &mut first, &mut programs),
            (_, None) => word.push(character),
        }
    }
    end(&mut word, &mut first, &mut programs);
    programs
}

/// Takes in a word that has ended.
fn end(word: &mut String, first: &mut bool, programs: &mut Vec<String>) {
    let word = std::mem::take(word);
    if word.is_empty() {
        return;
    }
    if !*first {
        let goes_on = ["docker", "gh", "gh release"];
        if let Some(program) = programs.last_mut().filter(|program| goes_on.contains(&program.as_str())) {
            *program = format!("{program} {word}");
        }
        return;
    }
    let set = word.split_once('=').map(|(name, _)| name.to_owned()).filter(|name| {
        !name.is_empty() && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
    });
    let is_harmless = set.is_some_and(|name| !TURNING.contains(&name.as_str()));
    if !is_harmless && word != "then" && word != "do" && word != "!" {
        *first = word == "if" || word == "else";
        programs.push(word);
    }
}

#[test]
fn what_a_script_runs() {
    for (script, programs) in [
        ("echo \"$TOKEN\" | docker login ghcr.io --password-stdin", &["echo", "docker login"][..]),
        ("docker run --rm image; docker", &["docker run", "docker"]),
        ("x=$(gh api y | sed -n 1p)", &["gh api", "sed"]),
        ("gh release create --draft x; gh", &["gh release create", "gh"]),
        ("gh --repo x api y", &["gh --repo"]),
        ("if [ -n \"$(curl z)\" ]; then exit 0; fi", &["if", "[", "curl", "exit", "fi"]),
        ("A=b B=c ./x \\\n  y", &["./x"]),
        ("PATH=programs:$PATH cosign sign", &["PATH=programs:$PATH"]),
    ] {
        let found = programs_of(script);
        assert!(programs.iter().all(|program| found.contains(&(*program).to_owned())), "{script}: {found:?}");
    }
}
