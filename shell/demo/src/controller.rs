//! The controller as a process.

use std::path::Path;

use kyklos::cluster::Clock;
use kyklos_devcluster::Component;

use crate::place::Place;

/// Starts the controller; dropped, it is asked to stop, as Kubernetes does, and waited for.
pub(crate) fn start(binary: &Path, place: &Place, clock: Clock) -> anyhow::Result<Component> {
    let mut arguments =
        ["controller", "--namespace", place.namespace(), "--probe-address", "off"].map(str::to_owned).to_vec();
    if let Clock::Rehearsed { from, speed, anchor } = clock {
        let rehearsal = [
            ("--rehearse-from", from.to_rfc3339()),
            ("--rehearse-speed", speed.to_string()),
            ("--rehearse-anchor", anchor.to_rfc3339()),
        ];
        arguments.extend(rehearsal.into_iter().flat_map(|(option, value)| [option.to_owned(), value]));
    }
    let kubeconfig = place.kubeconfig().map(|file| ("KUBECONFIG", file));
    Ok(place.folder().start("controller", binary, &arguments, |command| command.envs(kubeconfig))?)
}
