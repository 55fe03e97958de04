//! How soon it is ready where all is as it should be.

use std::time::Duration;

use anyhow::{Context as _, Result};
use jiff::Timestamp;

use super::Asked;
use super::outcome::{Line, Outcome, median};
use super::plain;
use super::replica::{Program, Replica};
use super::stage::{Stage, far_schedule};

const NAMESPACE: &str = "start";
const PAIRS: usize = 3;
const LATER: Duration = Duration::from_secs(5);
pub(crate) const READY: &str = "until ready, Kyklos";
pub(crate) const LISTED: &str = "streaming list of both kinds, plain client";

pub(crate) async fn measure(asked: &Asked, program: &Program) -> Result<Outcome> {
    let mut outcome = Outcome::new("start");
    for &count in &asked.objects {
        of(count, program, &mut outcome).await.with_context(|| format!("a start with {count} objects"))?;
    }
    Ok(outcome)
}

async fn of(count: usize, program: &Program, outcome: &mut Outcome) -> Result<()> {
    let stage = Stage::new(program).await?;
    stage.make(NAMESPACE, count, 1, |_| far_schedule()).await?;
    stage.settle(program, NAMESPACE, count, 1).await?;
    let mut audit = stage.audit_of_controller();
    let (mut over, mut ready, mut listed) = (Vec::new(), Vec::new(), Vec::new());
    let mut writes = 0;
    for _ in 0..PAIRS {
        let list = plain::streaming_list(&stage.plain, NAMESPACE, count).await?.as_secs_f64();
        audit.catch_up(&stage.admin).await?;
        let begin = Timestamp::now();
        let arguments = ["--namespace".to_owned(), NAMESPACE.to_owned()];
        let mut replica = Replica::start(program, &stage.kubeconfig, "kyklos-start", &arguments)?;
        let took = replica.ready()?.as_secs_f64();
        // What it writes it may write later, once it leads.
        tokio::time::sleep(LATER).await;
        stage.calm(&mut audit, &mut replica, |_| true).await?;
        replica.stop()?;
        audit.catch_up(&stage.admin).await?;
        writes += audit.since(begin).filter(|request| request.is_write() && !request.is_of_lease()).count();
        stage.all_have(NAMESPACE, count, 1).await?;
        over.push(took - (1.5 * list + 1.0));
        ready.push(took);
        listed.push(list);
    }
    eprintln!("{count}: ready after {:.2} s, listed after {:.2} s", median(&mut ready), median(&mut listed));
    outcome.line(Line::at_most("ready later than 1.5 lists and 1 s", count, "s", median(&mut over), 0.0));
    outcome.line(Line::at_most("writes at a start, all starts together", count, "", writes as f64, 0.0));
    outcome.line(Line::told(READY, count, "s", median(&mut ready)));
    outcome.line(Line::told(LISTED, count, "s", median(&mut listed)));
    Ok(())
}
