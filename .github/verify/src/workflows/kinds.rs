//! A job is one of three kinds, so that nothing that is compiled or downloaded while building can write or sign:
//!
//! - it builds and tests, and may write nothing and sees no secret;
//! - it has one right to write, or a secret, and runs what was handed over: no checkout, no compiler;
//! - it signs, and runs cosign and pinned actions alone: no checkout, no program that was handed over.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Job, Permissions, Workflow, files, parsed, read};
use super::script::{TURNING, programs_of};

/// What a job that may write uses and runs.
const HANDED_OVER: [&str; 1] = ["actions/download-artifact"];
const WRITING: [&str; 15] = [
    "programs/kyklos-registry",
    // No `gh extension`, no `gh alias`, no `gh run download`: they run, or bring, what others have written.
    "gh api",
    "gh release create",
    "gh release delete",
    "gh release edit",
    "gh release list",
    "docker login",
    // No `sed`, which has a command that runs others.
    "jq",
    "echo",
    "chmod",
    "if",
    "else",
    "fi",
    "exit",
    "[",
];
/// What a job that signs uses and runs.
const TRUSTED: [&str; 4] = [
    "actions/download-artifact",
    "sigstore/cosign-installer",
    "actions/attest-build-provenance",
    "rust-lang/crates-io-auth-action",
];
const SIGNING: [&str; 3] = ["cosign", "docker login", "echo"];
/// The one command of cargo that compiles nothing, of what was packaged elsewhere.
const UPLOAD: &str = "cargo publish --no-verify --manifest-path crate/Cargo.toml";

/// What kind a job is; or why it is none.
pub(super) fn kind(workflow: &Workflow, name: &str, job: &Job) -> Result<&'static str, String> {
    let wrong = |why: String| Err(format!("{name}: {why}"));
    let Some(permissions) = &job.permissions else {
        return wrong("it doesn't say its permissions".to_owned());
    };
    let Permissions::Each(permissions) = permissions else { return wrong("it has every right of a kind".to_owned()) };
    let writes: BTreeSet<_> =
        permissions.iter().filter(|(_, access)| *access == "write").map(|(right, _)| right.as_str()).collect();
    if let Some(called) = &job.uses {
        // Its jobs are looked at where they are, and may have no more than this.
        let right = called.starts_with("./.github/workflows/") && writes.is_empty();
        let own = job.secrets.values().all(|secret| secret.starts_with("${{ secrets.KYKLOS_"));
        return if right && own { Ok("call") } else { wrong("it calls with rights to write, or elsewhere".to_owned()) };
    }
    let signs = writes.contains("id-token") || writes.contains("attestations");
    if signs {
        if !writes.iter().all(|right| ["id-token", "attestations", "packages"].contains(right)) {
            return wrong(format!("it signs, and may write {writes:?} beside"));
        }
        only(workflow, job, &TRUSTED, &SIGNING, Some(UPLOAD)).map_err(|why| format!("{name}: it signs, and {why}"))?;
        return Ok("sign");
    }
    if !writes.is_empty() || has_secret(workflow, job) {
        if writes.len() > 1 {
            return wrong(format!("it may write {writes:?}, and one is enough"));
        }
        if writes.contains("pull-requests") && permissions.len() > 1 {
            return wrong("it comments, and may do other things".to_owned());
        }
        only(workflow, job, &HANDED_OVER, &WRITING, None).map_err(|why| format!("{name}: it may write, and {why}"))?;
        return Ok("write");
    }
    Ok("build")
}

/// Any but the token of the run, whose rights are the permissions.
fn has_secret(workflow: &Workflow, job: &Job) -> bool {
    let of_steps = job.steps.iter().flat_map(|step| step.env.values().chain(step.with.values()).chain(&step.run));
    let all = workflow.env.values().chain(job.env.values()).chain(of_steps);
    let mut secrets = all.flat_map(|text| text.split("secrets").skip(1));
    secrets.any(|rest| !rest.starts_with(".GITHUB_TOKEN "))
}

/// Whether its steps use these actions and run these programs alone.
fn only(
    workflow: &Workflow,
    job: &Job,
    actions: &[&str],
    programs: &[&str],
    upload: Option<&str>,
) -> Result<(), String> {
    let settings = job.steps.iter().flat_map(|step| step.env.keys()).chain(job.env.keys()).chain(workflow.env.keys());
    if let Some(setting) = settings.into_iter().find(|name| TURNING.contains(&name.as_str())) {
        return Err(format!("sets {setting}"));
    }
    if workflow.defaults.run.shell.as_deref().is_some_and(|shell| shell != "bash") {
        return Err("has another shell than bash".to_owned());
    }
    if job.container.is_some() || job.services.is_some() || job.defaults.is_some() {
        return Err("has a container, services or a shell of its own".to_owned());
    }
    for step in &job.steps {
        if step.shell.is_some() {
            return Err("a step has a shell of its own".to_owned());
        }
        if let Some(action) = &step.uses {
            let name = action.split('@').next().unwrap_or_default();
            if !actions.contains(&name) {
                return Err(format!("uses {name}"));
            }
            let place = step.with.get("path").map_or("", String::as_str);
            if place.starts_with(['/', '~', '$']) || place.contains("..") {
                return Err(format!("puts something into `{place}`"));
            }
        }
        if let Some(file) =
            ["GITHUB_ENV", "GITHUB_PATH"].into_iter().find(|file| step.run.iter().any(|run| run.contains(file)))
        {
            return Err(format!("writes to {file}"));
        }
        for program in step.run.iter().flat_map(|run| programs_of(run)) {
            if !programs.contains(&program.as_str())
                && (upload.is_none() || step.run.as_deref().map(str::trim) != upload)
            {
                return Err(format!("runs `{program}`"));
            }
        }
    }
    Ok(())
}

fn kinds(text: &str) -> Result<BTreeMap<String, &'static str>, String> {
    let workflow = parsed(text)?;
    // Nothing is inherited but reading.
    if let Some(Permissions::Each(all)) = &workflow.permissions {
        if all.values().any(|access| access != "read") {
            return Err("the whole workflow may write".to_owned());
        }
    } else {
        return Err("the workflow doesn't say its permissions, or has every right".to_owned());
    }
    let each = workflow.jobs.iter().map(|(name, job)| kind(&workflow, name, job).map(|kind| (name.clone(), kind)));
    each.collect()
}

#[test]
fn every_job_is_one_of_three_kinds() {
    let of = |name: &String| kinds(&read(name)).unwrap_or_else(|why| panic!("{name}: {why}"));
    let seen: BTreeMap<String, BTreeMap<String, &'static str>> =
        files().into_iter().map(|name| (name.clone(), of(&name))).collect();
    // That this looks at something: what each kind is known by.
    for (file, job, kind) in [
        ("ci.yml", "verify", "build"),
        ("ci.yml", "image", "build"),
        ("pull-request.yml", "publish", "write"),
        ("pull-request.yml", "comment", "write"),
        ("main.yml", "publish", "write"),
        ("cleanup.yml", "program", "build"),
        ("cleanup.yml", "prune", "write"),
        ("second-registry.yml", "copy", "write"),
        ("release.yml", "push", "write"),
        ("release.yml", "sign", "sign"),
        ("release.yml", "documented", "build"),
        ("release.yml", "give-tags", "write"),
        ("release.yml", "announce", "write"),
        ("release.yml", "publish-crate", "sign"),
        ("scan.yml", "scan", "build"),
        ("weekly.yml", "rebuild", "build"),
        ("weekly.yml", "admission", "build"),
        ("weekly.yml", "admission-by-sigstore", "build"),
    ] {
        assert_eq!(seen[file][job], kind, "{file}: {job}");
    }
}

#[test]
fn any_other_combination_is_refused() {
    let job = |permissions: &str, steps: &str| {
        format!("permissions: {{}}\njobs:\n  x:\n    permissions: {permissions}\n    steps:\n{steps}")
    };
    let checkout = "      - uses: actions/checkout@0\n";
    let cargo = "      - run: cargo run --package x\n";
    let handed = "      - run: programs/kyklos-registry publish\n";
    for (text, because) in [
        (job("{packages: write}", checkout), "may write, and uses actions/checkout"),
        (job("{packages: write}", cargo), "may write, and runs `cargo`"),
        (job("{contents: write}", "      - run: echo x | bash\n"), "runs `bash`"),
        (job("{contents: write}", "      - run: |\n          echo \"$(curl example)\"\n"), "runs `curl`"),
        (job("{contents: write}", "      - run: echo `curl example`\n"), "runs ``"),
        (job("{contents: write}", "      - run: A=b ./x\n"), "runs `./x`"),
        (job("{contents: write}", "      - run: if python3 x; then echo; fi\n"), "runs `python3`"),
        (job("{contents: write}", "      - shell: python\n        run: echo\n"), "a shell of its own"),
        (job("{contents: write, packages: write}", handed), "one is enough"),
        (job("{pull-requests: write, contents: read}", "      - run: gh api x\n"), "may do other things"),
        (job("{id-token: write}", handed), "it signs, and runs `programs/kyklos-registry`"),
        (job("{id-token: write}", checkout), "it signs, and uses actions/checkout"),
        (job("{id-token: write}", "      - run: cargo publish\n"), "it signs, and runs `cargo`"),
        (job("{id-token: write, contents: write}", "      - run: cosign sign x\n"), "may write"),
        (job("{attestations: write}", cargo), "it signs"),
        (job("{packages: write}", "      - run: docker run --rm image\n"), "runs `docker run`"),
        (job("{contents: write}", "      - run: gh extension exec x\n"), "runs `gh extension`"),
        (job("{contents: write}", "      - run: gh alias set --shell x 'curl y'; gh x\n"), "runs `gh alias`"),
        (job("{contents: write}", "      - run: gh --repo x extension exec y\n"), "runs `gh --repo`"),
        (job("{contents: write}", "      - run: gh release download x\n"), "runs `gh release download`"),
        (job("{contents: write}", "      - run: echo x | sed -n '1e curl y'\n"), "runs `sed`"),
        (job("{contents: write}", "      - run: echo x | sed -i s/x/y/ programs/x\n"), "runs `sed`"),
        (job("{id-token: write}", "      - run: docker pull x; docker run x\n"), "it signs, and runs `docker pull`"),
        (job("{id-token: write}", "      - run: PATH=programs cosign sign x\n"), "runs `PATH=programs`"),
        (job("{packages: write}", "      - run: echo x >>\"$GITHUB_PATH\"\n"), "writes to GITHUB_PATH"),
        (job("{packages: write}", "      - run: gh api x\n        env: {BASH_ENV: programs/x}\n"), "sets BASH_ENV"),
        (
            job(
                "{id-token: write}",
                "      - uses: actions/download-artifact@0\n        with: {path: /usr/local/bin}\n",
            ),
            "it signs, and puts something into `/usr/local/bin`",
        ),
        (
            format!("defaults: {{run: {{shell: python}}}}\n{}", job("{packages: write}", handed)),
            "has another shell than bash",
        ),
        (job("{packages: write}", &format!("      - run: {UPLOAD}\n")), "runs `cargo`"),
        (job("{id-token: write}", "      - run: cosign sign x\n    container: {image: x}\n"), "a container"),
        (job("write-all", cargo), "every right"),
        (
            job("{contents: read}", "      - run: cargo test\n        env: {A: \"${{ secrets.TOKEN }}\"}\n"),
            "runs `cargo`",
        ),
        ("permissions: {contents: write}\njobs: {}\n".to_owned(), "the whole workflow may write"),
        ("jobs: {}\n".to_owned(), "doesn't say its permissions"),
    ] {
        let found = kinds(&text);
        assert!(found.as_ref().is_err_and(|why| why.contains(because)), "{because}: {found:?}\n{text}");
    }
    for (text, kind) in [
        (job("{contents: read}", &[checkout, cargo].concat()), "build"),
        (job("{packages: write}", handed), "write"),
        (job("{pull-requests: write}", "      - run: id=$(gh api x | jq -s first)\n"), "write"),
        (job("{contents: write}", "      - run: gh release create x --draft\n"), "write"),
        (job("{id-token: write, packages: write}", "      - run: cosign sign \"$(x)\" y\n"), "refused"),
        (job("{id-token: write, packages: write}", "      - run: cosign sign --yes \"$IMAGE@$INDEX\"\n"), "sign"),
    ] {
        let found = kinds(&text);
        assert_eq!(found.as_ref().ok().map_or("refused", |kinds| kinds["x"]), kind, "{found:?}");
    }
}

/// The pull request's image is named by a job that may do nothing else, and CI runs once for a push to one.
#[test]
fn a_pull_request_has_one_run_and_a_job_that_only_comments() {
    let workflow = parsed(&read("pull-request.yml")).unwrap();
    let comment = &workflow.jobs["comment"];
    let Some(Permissions::Each(permissions)) = &comment.permissions else { panic!("{comment:?}") };
    assert_eq!(permissions.iter().collect::<Vec<_>>(), [(&"pull-requests".to_owned(), &"write".to_owned())]);
    let events = |name: &str| read(name).split("\non:\n").nth(1).unwrap().split("\n\n").next().unwrap().to_owned();
    let both: Vec<_> = files()
        .into_iter()
        .filter(|name| events(name).contains("  pull_request:") && !events(name).contains("types: [closed]"))
        .collect();
    // bench.yml measures, and only where something changes that it measures.
    assert_eq!(both.iter().filter(|name| *name != "bench.yml").collect::<Vec<_>>(), ["pull-request.yml"]);
    assert!(!events("ci.yml").contains("push") && events("main.yml").contains("branches: [main, \"release/**\"]"));
}
