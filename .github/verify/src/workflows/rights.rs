//! A step has what its commands need: the right, a login before it, a token in its environment, the program that was handed
//! over. Whether a command's arguments are right, another test sees; on GitHub a step without these would fail, and in a
//! release that is after the first push.

use super::model::{Job, Step, Workflow, files, parsed, read};

const PROGRAM: &str = "programs/kyklos-registry";
const LOGIN: &str = "docker login ghcr.io ";

/// What of a job is there when a step begins.
#[derive(Default)]
struct Before {
    checkout: bool,
    history: bool,
    logged_in: bool,
    logged_in_elsewhere: bool,
    program: bool,
    cosign: bool,
}

/// What is missing where, in all jobs of a workflow.
fn missing(workflow: &Workflow) -> Vec<String> {
    let each = workflow.jobs.iter().flat_map(|(name, job)| {
        let mut before = Before::default();
        let steps = job.steps.iter().flat_map(move |step| {
            let missing = step_lacks(job, step, &before);
            before.then(step);
            missing
        });
        steps.map(move |what| format!("{name}: {what}"))
    });
    each.collect()
}

impl Before {
    /// Takes in what a step leaves behind.
    fn then(&mut self, step: &Step) {
        let run = step.run.as_deref().unwrap_or_default();
        let uses = |action: &str| step.uses.as_deref().is_some_and(|used| used.starts_with(action));
        let with = |key: &str, value: &str| step.with.get(key).is_some_and(|given| given == value);
        self.checkout |= uses("actions/checkout@");
        self.history |= uses("actions/checkout@") && with("fetch-depth", "0");
        self.logged_in |= run.contains(LOGIN) && run.contains("--password-stdin") && step.env.contains_key("TOKEN");
        self.logged_in_elsewhere |= run.contains("docker login \"${TO%%/*}\"") && step.env.contains_key("TOKEN");
        self.program |= run.contains(&format!("chmod +x {PROGRAM}"));
        self.cosign |= uses("sigstore/cosign-installer@");
    }
}

/// Whether it has a secret that somebody has to set.
fn is_of_ours(step: &Step) -> bool {
    step.env.values().any(|value| value.contains("secrets.KYKLOS_"))
}

fn step_lacks(job: &Job, step: &Step, before: &Before) -> Vec<String> {
    let mut wanted: Vec<(bool, String)> = Vec::new();
    let reads = |right: &str| ["read", "write"].contains(&job.may(right));
    let writes = |right: &str| job.may(right) == "write";
    let is_set = |name: &str| step.env.contains_key(name) || job.env.contains_key(name);
    let script = step.run.as_deref().unwrap_or_default().replace("\\\n", " ");
    for line in script.lines().map(str::trim) {
        let mut want = |right: bool, what: &str| wanted.push((right, format!("`{line}` wants {what}")));
        let has = |words: &str| line.contains(words);
        if has("cargo ") {
            want(before.checkout || has("--manifest-path crate/"), "a checkout");
        }
        // The gate looks for the tag of the last release.
        let gate = has("cargo verify") && !has("--only") && !has("--packages");
        if has("--on-its-branch") || gate {
            want(before.history, "all of the history");
        }
        if has(PROGRAM) && !has("chmod") && !has("cp ") && !has("upload") {
            want(before.program, "the program, made executable");
        }
        let registry = has("cargo registry ") || (has(PROGRAM) && !has("chmod") && !has("cp "));
        let local = has(" --layout ") && !has(" publish ");
        let public = has("--as-anybody") || (has(" tags ") && !has("--repository"));
        if registry && !local && !public {
            want(before.logged_in, "a login");
            want(reads("packages"), "`packages: read`");
        }
        if registry && (has(" publish ") || has(" prune ")) {
            want(writes("packages"), "`packages: write`");
        }
        if has(&format!("{PROGRAM} prune")) {
            want(is_set("GITHUB_TOKEN"), "GITHUB_TOKEN");
            want(reads("pull-requests"), "`pull-requests: read`");
        }
        if has(&format!("{PROGRAM} copy")) {
            want(before.logged_in_elsewhere, "a login to the second registry");
            want(is_set("KYKLOS_SECOND_REGISTRY"), "KYKLOS_SECOND_REGISTRY");
        }
        if has("cosign sign ") || has("cosign attest ") {
            want(before.cosign, "cosign");
            want(before.logged_in, "a login");
            want(writes("packages") && writes("id-token"), "`packages: write` and `id-token: write`");
        }
        if has("image-check documented ") {
            want(before.cosign && before.logged_in, "cosign and a login");
            want(reads("packages") && reads("attestations"), "`packages: read` and `attestations: read`");
            want(is_set("GH_TOKEN"), "GH_TOKEN");
        }
        if has("gh release ") || has("gh api ") {
            want(is_set("GH_TOKEN"), "GH_TOKEN");
        }
        if has("gh release ") {
            want(writes("contents") && is_set("GH_REPO"), "`contents: write` and GH_REPO");
        }
        if has("docker login ") && is_of_ours(step) {
            // Empty where somebody has forgotten it; what docker says then helps nobody.
            want(step.run.iter().any(|run| run.contains("if [ -z \"$TOKEN\" ]")), "a look at the secret");
        }
        if has("gh api ") && has("--method") {
            want(writes("pull-requests"), "`pull-requests: write`");
        }
    }
    if step.uses.as_deref().is_some_and(|action| action.starts_with("actions/attest-build-provenance@")) {
        let right = writes("id-token") && writes("attestations");
        wanted.push((right, "the provenance wants `id-token: write` and `attestations: write`".to_owned()));
        wanted.push((step.with.contains_key("subject-digest"), "the provenance is of no digest".to_owned()));
    }
    if step.uses.as_deref().is_some_and(|action| action.starts_with("rust-lang/crates-io-auth-action@")) {
        wanted.push((writes("id-token"), "trusted publishing wants `id-token: write`".to_owned()));
    }
    if step.uses.as_deref().is_some_and(|action| action.starts_with("actions/checkout@")) {
        wanted.push((reads("contents"), "the checkout wants `contents: read`".to_owned()));
    }
    wanted.into_iter().filter(|(right, _)| !right).map(|(_, what)| what).collect()
}

#[test]
fn every_step_has_what_its_commands_need() {
    for file in files() {
        let missing = missing(&parsed(&read(&file)).unwrap());
        assert!(missing.is_empty(), "{file}: {missing:#?}");
    }
}

#[test]
fn what_is_taken_away_is_missed() {
    for (file, taken, put, said) in [
        (
            "main.yml",
            "packages: write # pushes the image",
            "contents: read",
            "publish: `programs/kyklos-registry publish",
        ),
        ("main.yml", "chmod +x programs", "ls programs", "wants the program, made executable"),
        ("main.yml", "docker login ghcr.io", "docker login other.example", "wants a login"),
        ("pull-request.yml", "GH_TOKEN: ", "TOKEN: ", "comment: "),
        ("pull-request.yml", "pull-requests: write", "pull-requests: read", "wants `pull-requests: write`"),
        ("cleanup.yml", "          GITHUB_TOKEN: ", "          TOKEN: ", "wants GITHUB_TOKEN"),
        ("cleanup.yml", "pull-requests: read", "actions: read", "wants `pull-requests: read`"),
        (
            "second-registry.yml",
            "docker login \"${TO%%/*}\"",
            "docker login ghcr.io ",
            "a login to the second registry",
        ),
        ("second-registry.yml", "KYKLOS_SECOND_REGISTRY: ", "X: ", "wants KYKLOS_SECOND_REGISTRY"),
        ("second-registry.yml", "[ -z \"$TOKEN\" ]", "[ -z x ]", "wants a look at the secret"),
        ("release.yml", "packages: read # asks which release is the latest", "actions: read", "announce: "),
        ("release.yml", "fetch-depth: 0", "fetch-depth: 1", "wants all of the history"),
        ("ci.yml", "fetch-depth: 0", "fetch-depth: 1", "`cargo verify --skip image` wants all of the history"),
        ("release.yml", "attestations: write", "attestations: read", "the provenance wants"),
        ("release.yml", "attestations: read", "actions: read", "documented: "),
        ("release.yml", "subject-digest", "subject-path", "the provenance is of no digest"),
        ("release.yml", "contents: write # makes the release", "contents: read", "announce: "),
        ("release.yml", "GH_REPO: ", "REPO: ", "announce: "),
        (
            "release.yml",
            "id-token: write # is the identity that the",
            "contents: read # is the identity that the",
            "trusted",
        ),
    ] {
        let text = read(file);
        assert!(text.contains(taken), "{file} has no `{taken}`");
        let missing = missing(&parsed(&text.replace(taken, put)).unwrap());
        assert!(missing.iter().any(|what| what.contains(said)), "{file} without `{taken}`: {missing:#?}");
    }
}

/// No tag before a signature that was verified, no announcement before the tags, and nothing waits for the second registry.
#[test]
fn the_jobs_of_a_release_come_in_their_order() {
    let release = parsed(&read("release.yml")).unwrap();
    for (job, before) in [
        ("checks", "tag"),
        ("smoke", "checks"),
        ("vulnerabilities", "checks"),
        ("push", "vulnerabilities"),
        ("push", "smoke"),
        ("sign", "push"),
        ("documented", "sign"),
        ("give-tags", "documented"),
        ("assets", "give-tags"),
        ("announce", "assets"),
        ("second-registry", "announce"),
        ("publish-crate", "announce"),
    ] {
        assert!(release.jobs[job].needs().contains(&before), "{job} doesn't wait for {before}");
    }
    assert!(release.jobs.values().all(|job| !job.needs().contains(&"second-registry")));
    // A package that is private stops it before a tag moves; and nothing is announced whose tag isn't for anybody to pull.
    for (job, image) in [("documented", "kyklos@$INDEX"), ("assets", "kyklos:$GITHUB_REF_NAME")] {
        let mut runs = release.jobs[job].steps.iter().filter_map(|step| step.run.as_deref());
        assert!(runs.any(|run| run.contains(image) && run.contains("--as-anybody")), "{job} asks with a login");
    }
}

/// The environment `release` is for tags alone: what is started from a branch would wait for it in vain, and be refused by
/// a sentence of GitHub's. So a workflow that can be started from one says so itself, in a job that the others wait for.
#[test]
fn what_is_for_tags_alone_refuses_a_branch_by_itself() {
    let without = |file: &str, taken: &str| {
        let text = read(file);
        assert!(text.contains(taken), "{file} has no `{taken}`");
        starts_in_vain(&parsed(&text.replace(taken, "")).unwrap())
    };
    let mut seen = 0;
    for file in files() {
        let workflow = parsed(&read(&file)).unwrap();
        seen += workflow.jobs.values().filter(|job| job.environment.as_deref() == Some("release")).count();
        let vain = starts_in_vain(&workflow);
        assert!(vain.is_empty(), "{file}: {vain:?}");
    }
    assert!(seen >= 2, "{seen} jobs have the environment");
    assert_eq!(without("second-registry.yml", "\"$GITHUB_REF_TYPE\" != tag"), ["copy"]);
    assert_eq!(without("second-registry.yml", "    needs: program\n"), ["copy"]);
    assert_eq!(without("release.yml", "    tags: [\"v*\"]\n"), ["push"]);
}

/// The jobs that are for tags alone, and may be reached without one.
fn starts_in_vain(workflow: &Workflow) -> Vec<String> {
    let by_tag = |(event, what): (&String, &Option<super::model::Event>)| {
        event == "workflow_call" || (event == "push" && what.as_ref().is_some_and(|what| what.is_for_tags_alone()))
    };
    if workflow.on.iter().all(by_tag) {
        return Vec::new();
    }
    let refuses = |job: &&str| {
        let first = workflow.jobs[*job].steps.first().and_then(|step| step.run.as_deref());
        first.is_some_and(|run| run.contains("\"$GITHUB_REF_TYPE\" != tag") && run.contains("exit 1"))
    };
    let of_tags = workflow.jobs.iter().filter(|(_, job)| job.environment.as_deref() == Some("release"));
    of_tags.filter(|(_, job)| !job.needs().iter().any(refuses)).map(|(name, _)| name.clone()).collect()
}

/// What an emulator takes is no measure, so each platform is started where nothing emulates it, before there is a release.
#[test]
fn each_platform_is_started_on_a_machine_of_its_own() {
    for (file, command) in [("release.yml", "cargo image-check start"), ("main.yml", "docker run --rm --read-only")] {
        let workflow = parsed(&read(file)).unwrap();
        let smoke = &workflow.jobs["smoke"];
        assert_eq!(smoke.strategy.matrix.runner, ["ubuntu-24.04", "ubuntu-24.04-arm"], "{file}");
        assert!(smoke.steps.iter().any(|step| step.run.as_deref().is_some_and(|run| run.contains(command))), "{file}");
    }
}

/// What a job with rights runs, and what builds a release, has nothing in it of what only tests.
#[test]
fn what_releases_has_nothing_of_what_tests() {
    let tree = |package: &str| {
        let arguments = ["tree", "--locked", "--edges", "normal,build", "--prefix", "none", "--package", package];
        crate::command::output(&mut crate::command::cargo(&crate::root().unwrap(), &arguments)).unwrap().unwrap()
    };
    let tests = ["kyklos-image-check ", "kyklos-devcluster ", "rcgen ", "proptest ", "hyper "];
    for package in ["kyklos-registry", "kyklos-image"] {
        let found = tree(package);
        assert!(found.contains("kyklos-registry "), "{found}");
        assert!(!tests.iter().any(|test| found.contains(test)), "{package}:\n{found}");
    }
    assert!(tests[..3].iter().all(|test| tree("kyklos-image-check").contains(test)));
}
