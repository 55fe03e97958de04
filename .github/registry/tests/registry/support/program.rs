//! The program under test, as a process of its own.

use std::process::{Child, Command, Output, Stdio};

use super::image::Built;

/// What a run came to.
#[derive(Debug)]
pub struct Run {
    pub right: bool,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { right: output.status.success(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// That it went well.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert!(self.right, "{self:#?}");
        self
    }

    /// That it failed, with these words.
    #[track_caller]
    pub fn fails_with(self, words: &[&str]) -> Self {
        assert!(!self.right, "{self:#?}");
        for word in words {
            assert!(self.stderr.contains(word) || self.stdout.contains(word), "no {word:?} in {self:#?}");
        }
        self
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}

/// The program with these arguments and none of the environment that it looks at.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kyklos-registry"));
    command.args(arguments).env_clear().env("DOCKER_CONFIG", "/nonexistent").stdin(Stdio::null());
    command
}

pub fn run(arguments: &[&str]) -> Run {
    Run::of(command(arguments).output().unwrap())
}

pub fn run_with(arguments: &[&str], environment: &[(&str, &str)]) -> Run {
    Run::of(command(arguments).envs(environment.iter().copied()).output().unwrap())
}

pub fn start(arguments: &[&str]) -> Child {
    command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

pub fn start_with(arguments: &[&str], environment: &[(&str, &str)]) -> Child {
    let mut command = command(arguments);
    command.envs(environment.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

pub fn end(process: Child) -> Run {
    Run::of(process.wait_with_output().unwrap())
}

/// What `docker login` leaves: a folder for `DOCKER_CONFIG`, with the logins of these hosts.
pub fn logins(of: &[(&str, &str, &str)]) -> tempfile::TempDir {
    use base64::Engine as _;
    let folder = tempfile::tempdir().unwrap();
    let auths: serde_json::Map<_, _> = of
        .iter()
        .map(|(host, name, password)| {
            let auth = base64::engine::general_purpose::STANDARD.encode(format!("{name}:{password}"));
            ((*host).to_owned(), serde_json::json!({ "auth": auth }))
        })
        .collect();
    std::fs::write(folder.path().join("config.json"), serde_json::json!({ "auths": auths }).to_string()).unwrap();
    folder
}

/// The arguments that publish an image for an event, `--tag v0.1.0` say.
pub fn publish<'a>(image: &'a Built, to: &'a str, event: &'a str) -> Vec<&'a str> {
    let mut arguments = vec!["publish", "--layout", image.folder(), "--to", to];
    arguments.extend(event.split(' '));
    arguments
}
