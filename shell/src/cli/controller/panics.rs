//! What becomes of the process where a part of it panics: it ends.
//!
//! A task that panics takes nothing else with it. Without a watch or the lease the others would go on, alive to whoever asks and
//! of no use to anybody; a process that ends is started again.

use std::io::{self, Write as _};
use std::panic;

use crate::api::text::plain;

/// The exit status: that of any Rust program that panics.
const STATUS: i32 = 101;

/// From here on a panic of any task or thread ends the process, with one line on standard error that says where it was.
pub(super) fn end_the_process() {
    panic::set_hook(Box::new(|panic| {
        let what = panic.to_string().replacen(":\n", ": ", 1);
        let line = format!("kyklos has a fault, and ends: {}\n", plain(&what));
        // Not through the log, which may be what has panicked. Where nobody reads this, it ends all the same.
        let _ = io::stderr().write_all(line.as_bytes());
        std::process::exit(STATUS);
    }));
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// Tells a process that it is the one that is to end.
    const IS_IT: &str = "KYKLOS_TEST_PANICS";

    #[test]
    fn a_panic_of_a_task_ends_the_process_with_one_line() {
        if std::env::var_os(IS_IT).is_some() {
            end_the_process();
            let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
            let task = runtime.spawn(async { panic!("of a watch\nERROR of nobody") });
            let _ = runtime.block_on(task);
            // Without it the runtime goes on, and so does the process.
            std::process::exit(0);
        }
        let name = "cli::controller::panics::tests::a_panic_of_a_task_ends_the_process_with_one_line";
        let mut command = Command::new(std::env::current_exe().unwrap());
        let output = command.args(["--exact", name, "--nocapture"]).env(IS_IT, "1").output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(STATUS), "{said}");
        let line = said.lines().find(|line| line.starts_with("kyklos has a fault, and ends: panicked at ")).unwrap();
        assert!(line.contains("panics.rs") && line.ends_with("of a watch\\nERROR of nobody"), "{line}");
    }
}
