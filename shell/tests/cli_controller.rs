//! `kyklos controller` against an API server that hangs or lies behind a proxy: what only the real process can show.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that panics has failed, which is what is wanted of it")]

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::json;

/// A machine that is busy takes its time; what is wrong stays wrong for longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Connections to a port behind which nobody ever answers.
fn silence() -> (String, Receiver<TcpStream>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            if tell.send(stream).is_err() {
                return;
            }
        }
    });
    (address, told)
}

fn controller(home: &Path, server: &str) -> Command {
    let file = home.join("kubeconfig.json");
    let kubeconfig = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "c",
        "clusters": [{ "name": "c", "cluster": { "server": server } }],
        "contexts": [{ "name": "c", "context": { "cluster": "c", "user": "u" } }],
        "users": [{ "name": "u", "user": {} }],
    });
    std::fs::write(&file, kubeconfig.to_string()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_kyklos"));
    command.args(["controller", "--namespace", "shop", "--probe-address", "off"]).env("KUBECONFIG", file);
    for name in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy", "RUST_LOG"] {
        command.env_remove(name);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

fn signal(child: &Child, name: &str) {
    let pid = child.id().to_string();
    assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap().success());
}

/// Asked twice it ends at once, whoever hangs.
#[test]
fn a_second_signal_ends_it_at_once() {
    let home = tempfile::tempdir().unwrap();
    let (address, asked) = silence();
    let mut child = controller(home.path(), &format!("http://{address}")).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let _hangs = asked.recv_timeout(PATIENCE).unwrap();
    signal(&child, "TERM");
    assert!(lines.any(|line| line.contains("asked to stop")));
    signal(&child, "TERM");
    let begin = Instant::now();
    let status = child.wait().unwrap();
    let said: Vec<_> = lines.collect();
    assert_eq!(status.code(), Some(1), "{said:#?}");
    assert!(said.iter().any(|line| line.contains("asked again: ending at once")), "{said:#?}");
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
}

/// Asked once, with nothing in flight but a request for the lease, it ends within that request's limit; the bit is the
/// machine's, which has other things to do.
#[test]
fn one_signal_ends_it_within_two_seconds_and_a_bit() {
    let home = tempfile::tempdir().unwrap();
    let (address, asked) = silence();
    let mut child = controller(home.path(), &format!("http://{address}")).spawn().unwrap();
    let _hangs = asked.recv_timeout(PATIENCE).unwrap();
    let begin = Instant::now();
    signal(&child, "TERM");
    let status = child.wait().unwrap();
    assert!(status.success(), "{status}");
    assert!(begin.elapsed() < Duration::from_secs(3), "{:?}", begin.elapsed());
}

/// A log that nobody reads any more makes whoever writes to it panic, here a task that has lost its connection. The others
/// would go on without it.
#[test]
fn a_task_that_panics_ends_the_process() {
    let home = tempfile::tempdir().unwrap();
    let (address, asked) = silence();
    let mut child = controller(home.path(), &format!("http://{address}")).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains("starting")));
    drop(lines);
    drop(asked);
    let begin = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if begin.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("it goes on without what has panicked");
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(status.code(), Some(101), "{status}");
}

/// Nobody is there: that is said by whoever has asked, with what for, and not by kube once more for each request.
#[test]
fn what_fails_is_said_by_the_controller_alone() {
    let home = tempfile::tempdir().unwrap();
    let mut child = controller(home.path(), "http://127.0.0.1:1").spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let mut said: Vec<String> = Vec::new();
    let has = |said: &[String], words: &str| said.iter().any(|line| line.contains(words));
    while !["watch of TimeWindowScalers was interrupted", "watch of Deployments was interrupted"]
        .iter()
        .all(|words| has(&said, words))
    {
        said.push(lines.next().unwrap());
    }
    child.kill().unwrap();
    child.wait().unwrap();
    said.extend(lines);
    assert!(has(&said, "Connection refused"), "the cause is said: {said:#?}");
    assert!(!has(&said, "kube_client"), "{said:#?}");
}

/// What no namespace can be called is refused before anything is asked.
#[test]
fn a_name_that_no_namespace_has_is_refused_with_what_would_be_right() {
    let home = tempfile::tempdir().unwrap();
    for name in ["", "Shop", "a/b", "shop "] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kyklos"));
        command.args(["controller", "--probe-address", "off", "--namespace", name]).env("HOME", home.path());
        let output = command.env_remove("KUBECONFIG").output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}: {said}");
        assert!(said.contains("write the name of a namespace: 1 to 63 lower-case letters"), "{name}: {said}");
    }
}

/// Options that contradict each other are refused before anything is asked of the cluster, with what doesn't fit.
#[test]
fn options_that_contradict_each_other_are_refused_before_anything_is_asked() {
    let home = tempfile::tempdir().unwrap();
    let (address, asked) = silence();
    for (options, words) in [
        ("--include-kube-namespaces", ["cannot be used with", "--include-kube-namespaces"]),
        ("--rehearse-speed 60", ["required arguments were not provided", "--rehearse-from <INSTANT>"]),
        (
            "--rehearse-anchor 2026-11-23T08:00:00Z",
            ["required arguments were not provided", "--rehearse-from <INSTANT>"],
        ),
        ("--rehearse-from 2026-11-23T08:00:00Z --rehearse-speed 0", ["invalid value '0'", "1..=86400"]),
        ("--rehearse-from tomorrow", ["invalid value 'tomorrow'", "--rehearse-from <INSTANT>"]),
        ("--metrics-per-object maybe", ["invalid value 'maybe'", "true, false"]),
    ] {
        let mut command = controller(home.path(), &format!("http://{address}"));
        let output = command.args(options.split(' ')).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{options}: {said}");
        assert!(words.iter().all(|word| said.contains(word)), "{options}: {said}");
    }
    // One for the whole cluster rehearses nothing: it would scale all of it.
    let mut command = Command::new(env!("CARGO_BIN_EXE_kyklos"));
    command.args(["controller", "--rehearse-from", "2026-11-23T08:00:00Z"]).env("HOME", home.path());
    let output = command.env_remove("KUBECONFIG").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("--namespace <NS>"), "{said}");
    assert!(asked.try_recv().is_err(), "something was asked");
}

/// A proxy of the environment is gone by, as by kubectl.
#[test]
fn a_proxy_in_the_environment_works() {
    let home = tempfile::tempdir().unwrap();
    let (address, asked) = silence();
    let mut command = controller(home.path(), "https://api.shop.example:6443");
    let mut child = command.env("HTTPS_PROXY", format!("http://{address}")).spawn().unwrap();
    let mut stream = asked.recv_timeout(PATIENCE).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut line = [0; 37];
    stream.read_exact(&mut line).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(String::from_utf8_lossy(&line), "CONNECT api.shop.example:6443 HTTP/1.");
}
