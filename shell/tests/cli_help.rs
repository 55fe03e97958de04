//! What the program says of itself.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what is wanted of it")]

mod program;

use std::process::Command;

use program::kyklos;

const COMMANDS: [&str; 11] =
    ["eval", "validate", "plan", "pack", "send", "crd", "manifests", "gitops", "override", "claims", "controller"];

#[test]
fn help_can_be_asked_for_as_of_other_programs() {
    for command in COMMANDS {
        let (one, other) = (kyklos(&[], &format!("help {command}"), ""), kyklos(&[], &format!("{command} --help"), ""));
        assert_eq!((one.status, &one.out), (0, &other.out), "{command}");
        assert!(one.out.contains("Usage: kyklos"), "{command}: {}", one.out);
    }
}

#[test]
fn a_report_of_a_fault_has_the_version_the_zones_and_the_platform() {
    let (short, long) = (kyklos(&[], "-V", "").out, kyklos(&[], "--version", "").out);
    let version = format!("kyklos {}", env!("CARGO_PKG_VERSION"));
    assert_eq!(short.trim_end(), version);
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    let zones = format!("time zones {}", kyklos_core::TimeZone::RELEASE);
    assert_eq!(long.lines().collect::<Vec<_>>(), [version, zones, format!("{os} {arch}")]);
}

/// Nothing else logs, so nothing else has options for it, or stumbles over a filter that is meant for another program.
#[test]
fn only_the_controller_has_logs() {
    for command in COMMANDS {
        let help = kyklos(&[], &format!("{command} --help"), "").out;
        assert_eq!(help.contains("--log-level"), command == "controller", "{command}");
    }
    let filter = "another=program=1";
    let program = |command: &str| {
        let arguments = command.split_whitespace();
        Command::new(env!("CARGO_BIN_EXE_kyklos")).args(arguments).env("RUST_LOG", filter).output().unwrap()
    };
    assert!(program("crd").status.success());
    let refused = program("controller --probe-address off");
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.contains("--log-level (or RUST_LOG)") && said.contains(filter), "{said}");
}

#[test]
fn what_has_to_be_given_is_shown_as_that() {
    let help = kyklos(&[], "manifests --help", "").out;
    assert!(help.contains("Usage: kyklos manifests --image <IMAGE@DIGEST> [OPTIONS]"), "{help}");
}

/// A file of holidays takes no other file with it.
#[test]
fn a_file_after_the_holidays_is_no_file_of_holidays() {
    let run = kyklos(&[], "validate -f web.yaml --holidays us.yaml api.yaml", "");
    assert_eq!(run.status, 2);
    assert!(run.err.contains("unexpected argument 'api.yaml'"), "{}", run.err);
}

#[test]
fn a_name_that_is_left_to_the_api_server_is_told_apart_from_none() {
    let object = |metadata: &str| {
        format!(
            "{{apiVersion: kyklos.io/v1alpha1, kind: TimeWindowScaler, metadata: {metadata}, \
             spec: {{targetRef: {{name: web}}, timezone: UTC}}}}"
        )
    };
    for (metadata, words) in [
        (
            "{generateName: web-}",
            "metadata.name: only an API server makes a name of generateName: write the object's name",
        ),
        ("{}", "metadata.name: missing: write the object's name"),
    ] {
        let run = kyklos(&[("web.yaml", object(metadata).as_bytes())], "validate -f web.yaml", "");
        assert_eq!((run.status, run.err.trim_end()), (2, format!("web.yaml: {words}").as_str()), "{metadata}");
    }
    assert_eq!(kyklos(&[("web.yaml", object("{name: web}").as_bytes())], "validate -f web.yaml", "").status, 0);
}
