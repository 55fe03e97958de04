//! What it does and asks while there is nothing to do.

use anyhow::Result;
use jiff::Timestamp;

use super::Asked;
use super::audit::{Request, by_kind};
use super::outcome::{Line, Outcome};
use super::replica::{Program, Replica};
use super::stage::{Stage, far_schedule, reported};

const NAMESPACE: &str = "rest";

pub(crate) async fn measure(asked: &Asked, program: &Program) -> Result<Outcome> {
    let count = asked.largest();
    let stage = Stage::new(program).await?;
    stage.make(NAMESPACE, count, 1, |_| far_schedule()).await?;
    let mut audit = stage.audit_of_controller();
    let arguments = ["--namespace".to_owned(), NAMESPACE.to_owned()];
    let mut replica = Replica::start(program, &stage.kubeconfig, "kyklos-rest", &arguments)?;
    replica.ready()?;
    stage.calm(&mut audit, &mut replica, |audit| reported(audit, NAMESPACE, Timestamp::MIN) == count).await?;
    stage.all_have(NAMESPACE, count, 1).await?;
    audit.catch_up(&stage.admin).await?;

    let (begin, before) = (Timestamp::now(), replica.processor_time()?);
    tokio::time::sleep(asked.rest).await;
    let share = (replica.processor_time()? - before).as_secs_f64() / asked.rest.as_secs_f64() * 100.0;
    replica.check()?;
    audit.catch_up(&stage.admin).await?;
    let writes = audit.since(begin).filter(|request| request.is_write() && !request.is_of_lease()).count();
    // A watch that streams a list is one; of a kind that isn't served, as ScaledObjects without KEDA, it only asks whether it is by now.
    let is_refused = |request: &&Request| request.verb == "watch" && request.code == 404;
    let refused = audit.since(begin).filter(is_refused).count();
    let others = audit.since(begin).filter(|request| {
        let is_watch = request.verb == "watch" && (!request.streams_list || is_refused(request));
        !request.is_of_lease() && request.resource != "/version" && !is_watch
    });
    let mut outcome = Outcome::new("rest");
    outcome.line(Line::at_most("writes but of the lease", count, "", writes as f64, 0.0));
    outcome.line(Line::at_most("requests but watches, lease and /version", count, "", others.count() as f64, 0.0));
    outcome.line(Line::told("watches of kinds that aren't served", count, "", refused as f64));
    outcome.line(Line::at_most("share of a core", count, "%", share, 0.1));
    let kinds: Vec<_> = by_kind(audit.since(begin)).iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    let minutes = asked.rest.as_secs_f64() / 60.0;
    outcome.note(format!(
        "requests in {minutes:.1} minutes: {}",
        if kinds.is_empty() { "none".to_owned() } else { kinds.join(", ") }
    ));
    replica.stop()?;
    Ok(outcome)
}
