//! Two replicas: one acts, nothing is missed and nothing done twice.

use std::time::Duration;

use kyklos::cli::controller::Options;
use kyklos::cluster::Clock;
use kyklos_testserver::{End, Fault, Filter, Kind, Refusal, Verb};
use serde_json::json;
use tokio::time::Instant;

use crate::world::{Controller, World, at, office, options};

fn many(count: usize) -> World {
    let world = World::at("2026-11-23T08:59:00Z");
    for index in 0..count {
        let name = format!("web-{index:03}");
        world.deploy(&name, 2);
        world.scaler(&name, office(&name));
    }
    world
}

fn each_written_once(world: &World, count: usize) {
    let writes = world.server.scale_writes();
    assert_eq!(writes.len(), count);
    assert!(writes.values().all(|writes| *writes == 1), "{writes:?}");
}

/// Two replicas in the middle of a boundary of 100 objects, the one that acts first.
async fn two_at_a_boundary() -> (World, Controller, Controller) {
    let world = many(100);
    world.server.fault(Filter::scale_writes(), None, Fault::AnswerLate(Duration::from_millis(100)));
    let first = world.controller_of(Some("shop"), "pod-1");
    world.pass(5).await;
    let second = world.controller_of(Some("shop"), "pod-2");
    world.until("2026-11-23T09:00:00.150Z").await;
    (world, first, second)
}

#[tokio::test(start_paused = true)]
async fn a_crash_of_the_leader_at_a_boundary_is_taken_over_within_ten_seconds() {
    let (world, first, _second) = two_at_a_boundary().await;
    let before = world.scalings().len();
    assert!((10..90).contains(&before), "{before}");
    first.kill();
    let killed = Instant::now();
    world.pass(30).await;
    each_written_once(&world, 100);
    let first = world.server.requests(&Filter::scale_writes().agent("pod-2"))[0].at;
    assert!(first - killed <= Duration::from_secs(10), "{:?}", first - killed);
    // What is left are 80 writes of 100 ms, 16 at a time.
    let last = world.scalings().iter().map(|write| write.at).max().unwrap();
    assert!(last - killed <= Duration::from_secs(10), "{:?}", last - killed);
    assert_eq!(world.events("web-099"), ["ScaledUp"]);
}

#[tokio::test(start_paused = true)]
async fn a_planned_hand_over_takes_less_than_a_second() {
    let (world, first, _second) = two_at_a_boundary().await;
    world.server.fault(Filter::all().kind(Kind::Lease), None, Fault::AnswerLate(Duration::from_millis(100)));
    let asked = Instant::now();
    first.stop().await;
    world.pass(30).await;
    each_written_once(&world, 100);
    let next = world.server.requests(&Filter::scale_writes().agent("pod-2"));
    let first = next.iter().map(|write| write.at).min().unwrap();
    assert!(first - asked <= Duration::from_secs(1), "{:?}", first - asked);
}

/// C16, as far as one process can show it: one that can't renew decides nothing, though it still runs.
#[tokio::test(start_paused = true)]
async fn one_that_lost_its_lease_decides_nothing_more() {
    let world = many(10);
    let _first = world.controller_of(Some("shop"), "pod-1");
    world.pass(5).await;
    let _second = world.controller_of(Some("shop"), "pod-2");
    let frozen = Filter::all().kind(Kind::Lease).agent("pod-1");
    world.server.fault(frozen, None, Fault::Hang);
    world.until("2026-11-23T09:00:30Z").await;
    each_written_once(&world, 10);
    let by_the_second = world.server.requests(&Filter::scale_writes().agent("pod-2")).len();
    assert_eq!(by_the_second, 10);
}

/// The other half of C16: what it had in flight when it froze arrives after another has written.
#[tokio::test(start_paused = true)]
async fn what_was_in_flight_is_refused_once_another_has_written() {
    let world = many(100);
    let _first = world.controller_of(Some("shop"), "pod-1");
    world.pass(5).await;
    let _second = world.controller_of(Some("shop"), "pod-2");
    let in_flight = world.server.fault(Filter::scale_writes().agent("pod-1"), None, Fault::Hold);
    world.until("2026-11-23T09:00:00.5Z").await;
    world.server.fault(Filter::all().kind(Kind::Lease).agent("pod-1"), None, Fault::Hang);
    world.until("2026-11-23T09:00:14Z").await;
    each_of(&world, 100, "pod-2");
    world.server.lift(in_flight);
    world.pass(30).await;
    let late = world.server.requests(&Filter::scale_writes().agent("pod-1"));
    assert!((8..=32).contains(&late.len()), "{}", late.len());
    assert!(late.iter().all(|write| write.end == End::Answered(409)), "{late:#?}");
    each_of(&world, 100, "pod-2");
    assert!((0..100).all(|index| world.replicas(&format!("web-{index:03}")) == 10));
}

fn each_of(world: &World, count: usize, agent: &str) {
    let done = world.server.requests(&Filter::scale_writes().agent(agent)).iter().filter(|write| write.done()).count();
    assert_eq!(done, count, "by {agent}");
}

/// A connection that takes its time: decided in time, and not sent any more once another may have the lease.
#[tokio::test(start_paused = true)]
async fn nothing_is_sent_by_a_connection_that_comes_after_the_lease() {
    let world = many(10);
    let _first = world.controller_of(Some("shop"), "pod-1");
    world.pass(5).await;
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.server.fault(Filter::scale_writes().agent("pod-1"), None, Fault::ConnectLate(Duration::from_secs(7)));
    world.until("2026-11-23T08:59:59Z").await;
    world.server.fault(Filter::all().kind(Kind::Lease).agent("pod-1"), None, Fault::Hang);
    world.until("2026-11-23T09:00:30Z").await;
    each_of(&world, 10, "pod-2");
    assert_eq!(world.server.count(&Filter::scale_writes().agent("pod-1")), 0, "nothing has left");
    each_written_once(&world, 10);
}

#[tokio::test(start_paused = true)]
async fn a_controller_of_the_cluster_leaves_a_namespace_with_a_lease_of_its_own_alone() {
    let world = World::at("2026-11-23T08:59:00Z");
    for namespace in ["shop", "other"] {
        world.deploy_in(namespace, "web", 2);
        world.scaler_in(namespace, "web", office("web"));
    }
    let _wide = world.controller_of(None, "wide");
    world.pass(10).await;
    let narrow = world.controller_of(Some("shop"), "narrow");
    world.pass(10).await;
    world.server.clear_requests();
    world.until("2026-11-23T09:00:10Z").await;
    let agents = |namespace: &str| -> Vec<String> {
        let writes = world.server.requests(&Filter::writes().namespace(namespace));
        let mut agents: Vec<_> = writes
            .iter()
            .filter(|write| write.call.kind != Some(Kind::Lease))
            .map(|write| write.call.agent.clone())
            .collect();
        agents.sort();
        agents.dedup();
        agents
    };
    assert_eq!(agents("shop"), ["narrow (write)"]);
    assert_eq!(agents("other"), ["wide (write)"]);
    narrow.stop().await;
    let before = (world.status("web"), world.events("web"));
    world.pass(10).await;
    // What the other has done and told isn't done and told again by what was known before it came.
    assert_eq!((world.status("web"), world.events("web")), before);
    assert_eq!(before.1, ["ScaledUp"]);
    world.scale("web", 3);
    world.pass(20).await;
    assert_eq!(world.replicas("web"), 10, "it is the cluster's again");
    assert_eq!(world.events("web"), ["DriftCorrected", "ScaledUp"]);
}

/// It is told from what is different, by the one whose namespace it is.
#[tokio::test(start_paused = true)]
async fn what_was_under_way_when_a_namespace_got_a_lease_of_its_own_is_told_by_nobody_twice() {
    let world = World::at("2026-11-23T08:59:00Z");
    world.deploy("web", 2);
    let mut short = office("web");
    short["windows"][0]["end"] = json!("09:01");
    world.scaler("web", short);
    let _wide = world.controller_of(None, "wide");
    world.pass(10).await;
    // It has scaled, and neither the event nor the status has arrived when somebody else takes over.
    let held = [Filter::status_writes(), Filter::writes().kind(Kind::Event)]
        .map(|reports| world.server.fault(reports.agent("wide"), None, Fault::Refuse(Refusal::unavailable())));
    world.until("2026-11-23T09:00:01Z").await;
    assert_eq!(world.replicas("web"), 10);
    let narrow = world.controller_of(Some("shop"), "narrow");
    world.pass(10).await;
    assert_eq!(world.events("web"), ["ScaledUp"], "by the narrow one, from what is different");
    assert!(held.into_iter().all(|held| world.server.lift(held)));
    world.until("2026-11-23T09:01:10Z").await;
    narrow.stop().await;
    let before = (world.status("web"), world.events("web"));
    assert_eq!(before.1, ["ScaledDown", "ScaledUp"]);
    world.pass(60).await;
    assert_eq!((world.status("web"), world.events("web")), before);
}

#[tokio::test(start_paused = true)]
async fn a_rehearsal_says_who_has_its_namespace_instead_of_fighting() {
    let world = many(1);
    let _real = world.controller_of(Some("shop"), "pod-1");
    world.pass(5).await;
    let clock = Clock::Rehearsed { from: at("2026-06-01T12:00:00Z"), speed: 60, anchor: world.server.now() };
    let rehearsal = world.start(rehearsal_on(clock));
    let holder = rehearsal.end().await.unwrap_err();
    assert!(holder.identity.starts_with("pod-1"), "{holder}");
    world.pass(20).await;
    assert_eq!(world.server.count(&Filter::scale_writes().agent("me")), 0);
}

/// One that was killed has left its lease behind.
#[tokio::test(start_paused = true)]
async fn a_rehearsal_waits_for_the_lease_of_a_dead_process_and_takes_it() {
    let world = many(1);
    let real = world.controller_of(Some("shop"), "pod-1");
    world.pass(5).await;
    real.kill();
    world.scale("web-000", 7);
    let clock = Clock::Rehearsed { from: at("2026-06-01T12:00:00Z"), speed: 1, anchor: world.server.now() };
    let rehearsal = world.start(rehearsal_on(clock));
    world.pass(15).await;
    assert_eq!(world.server.count(&Filter::scale_writes().agent("me")), 1);
    rehearsal.stop().await;
}

fn rehearsal_on(clock: Clock) -> Options {
    Options { clock, ..options(Some("shop"), "me") }
}

/// Two for the whole cluster in namespaces of their own.
async fn two_installations() -> (World, Controller, Controller) {
    let world = World::at("2026-11-23T08:59:00Z");
    for name in ["web", "api"] {
        world.deploy(name, 2);
        world.scaler(name, office(name));
    }
    // Its namespace comes later in the alphabet; the other is started a moment later and sees it.
    let elder = world.controller_of(None, "elder");
    world.pass(1).await;
    let younger = world.start(Options { own_namespace: "other".to_owned(), ..options(None, "younger") });
    world.pass(20).await;
    (world, elder, younger)
}

#[tokio::test(start_paused = true)]
async fn of_two_for_the_whole_cluster_the_one_whose_lease_was_made_later_stands_by() {
    let (world, elder, _younger) = two_installations().await;
    world.until("2026-11-23T09:00:30Z").await;
    world.scale("web", 4);
    world.pass(60).await;
    let by = |agent: &str| world.server.requests(&Filter::writes().agent(agent));
    let not_leases = |agent: &str| by(agent).into_iter().filter(|write| write.call.kind != Some(Kind::Lease)).count();
    assert_eq!(not_leases("younger"), 0);
    assert_eq!((world.scalings().len(), world.replicas("web"), world.replicas("api")), (3, 10, 10));
    // A crash: its lease is alive until its time is over.
    elder.kill();
    world.pass(13).await;
    world.scale("web", 4);
    world.pass(2).await;
    assert_eq!(world.replicas("web"), 10, "it acts instead");
    assert!(not_leases("younger") > 0);
    // The elder comes back to its lease, and the younger one stands back before the two seconds are over.
    let _elder = world.controller_of(None, "elder");
    world.pass(10).await;
    world.server.clear_requests();
    world.scale("api", 4);
    world.pass(5).await;
    assert_eq!(world.scaled_by(), ["elder (write)"]);
}

/// Somebody who may make a lease in his own namespace, and says in it whatever he likes.
#[tokio::test(start_paused = true)]
async fn nobody_takes_the_cluster_by_a_lease_that_he_makes_in_his_namespace() {
    let world = World::at("2026-11-23T08:59:00Z");
    world.deploy("web", 2);
    world.scaler("web", office("web"));
    let _wide = world.controller_of(None, "wide");
    world.pass(5).await;
    let forged = json!({
        "metadata": { "namespace": "shop", "name": "kyklos-cluster", "creationTimestamp": "2020-01-01T00:00:00Z" },
        "spec": { "holderIdentity": "thief", "acquireTime": "2020-01-01T00:00:00.000000Z", "leaseDurationSeconds": 3600 },
    });
    world.server.create(Kind::Lease, "kubectl", &forged).unwrap();
    world.until("2026-11-23T09:00:05Z").await;
    assert_eq!(world.replicas("web"), 10);
}

/// A watch of the leases whose version is too old begins anew, or the two would act on the same objects.
#[tokio::test(start_paused = true)]
async fn a_controller_of_the_cluster_sees_a_new_lease_after_its_watch_was_refused() {
    let world = World::at("2026-11-23T08:59:00Z");
    world.deploy("web", 2);
    world.scaler("web", office("web"));
    let _wide = world.controller_of(None, "wide");
    world.pass(10).await;
    // From then on every version before this is refused, by an answer and not by a line.
    let too_old = Filter::all().kind(Kind::Lease).verb(Verb::Watch).agent("wide");
    world.server.fault(too_old, None, Fault::Refuse(Refusal::expired("too old resource version")));
    world.server.close_watches(Kind::Lease, true);
    world.pass(5).await;
    let _narrow = world.controller_of(Some("shop"), "narrow");
    world.pass(10).await;
    world.server.clear_requests();
    world.until("2026-11-23T09:00:10Z").await;
    assert_eq!(world.scaled_by(), ["narrow (write)"]);
}

/// A name that nothing has, and a namespace that is deleted under its controller: said, and asked for at a walking pace.
#[tokio::test(start_paused = true)]
async fn in_a_namespace_that_is_not_there_no_lease_is_asked_for_in_a_loop() {
    let world = many(1);
    let lease = |agent: &str| Filter::all().kind(Kind::Lease).agent(agent);
    let _lost = world.controller_of(Some("nowhere"), "lost");
    world.pass(60).await;
    let asked = world.server.count(&lease("lost"));
    assert!((10..=70).contains(&asked), "{asked} in a minute");
    let _controller = world.controller();
    world.pass(10).await;
    world.server.delete(Kind::Namespace, "", "shop").unwrap();
    world.server.finish_namespace("shop");
    world.pass(20).await;
    world.server.clear_requests();
    world.pass(60).await;
    let asked = world.server.count(&lease("pod-1"));
    assert!((10..=70).contains(&asked), "{asked} in a minute");
}

/// Somebody writes a name of his own into the lease.
#[tokio::test(start_paused = true)]
async fn a_lease_that_is_taken_away_stops_what_waits() {
    let world = many(300);
    world.server.fault(Filter::scale_writes(), None, Fault::AnswerLate(Duration::from_secs(1)));
    let _controller = world.controller();
    world.until("2026-11-23T09:00:03.5Z").await;
    let sent = world.scalings().len();
    assert!((20..200).contains(&sent), "{sent}");
    let thief = json!({ "spec": { "holderIdentity": "thief", "renewTime": "2026-11-23T09:00:03.000000Z" } });
    world.server.edit(Kind::Lease, "shop", "kyklos", "kubectl", &thief).unwrap();
    let taken = Instant::now();
    // It is seen with the next renewal, which is refused.
    world.pass(5).await;
    let refused = world.server.requests(&Filter::writes().kind(Kind::Lease));
    let seen = refused.iter().filter(|write| !write.done()).map(|write| write.at).min().unwrap();
    assert!(seen - taken <= Duration::from_secs(2), "{:?}", seen - taken);
    let late: Vec<_> = world.scalings().into_iter().filter(|write| write.at > seen).collect();
    assert!(late.is_empty(), "{} writes after it was seen", late.len());
    // The thief does nothing with it.
    world.pass(90).await;
    assert!((0..300).all(|index| world.replicas(&format!("web-{index:03}")) == 10));
}

/// A write is on its way when the lease goes, and is refused when the next leader has done and told everything: of what this
/// process knows by then nothing is older, so that nothing is told again when it leads again.
#[tokio::test(start_paused = true)]
async fn a_write_that_is_refused_after_the_lease_went_undoes_nothing() {
    let world = many(1);
    let first = Filter::scale_writes().agent("pod-1");
    let _first = world.controller_of(Some("shop"), "pod-1");
    world.pass(5).await;
    let second = world.controller_of(Some("shop"), "pod-2");
    let held = world.server.fault(first.clone(), None, Fault::Hold);
    world.until("2026-11-23T08:59:59Z").await;
    let silent = world.server.fault(Filter::all().kind(Kind::Lease).agent("pod-1"), None, Fault::Hang);
    world.until("2026-11-23T09:00:12Z").await;
    assert_eq!((world.replicas("web-000"), world.events("web-000").as_slice()), (10, &["ScaledUp".to_owned()][..]));
    let told = world.status("web-000");
    world.server.lift(held);
    world.pass(1).await;
    assert_eq!(world.server.requests(&first).iter().map(|write| write.end).collect::<Vec<_>>(), [End::Answered(409)]);
    world.server.lift(silent);
    world.pass(5).await;
    world.server.clear_requests();
    second.kill();
    world.pass(60).await;
    let mut writes = world.server.requests(&Filter::writes());
    writes.retain(|write| write.call.kind != Some(Kind::Lease));
    assert!(writes.is_empty(), "{writes:#?}");
    assert_eq!((world.status("web-000"), world.events("web-000").len()), (told, 1));
    world.scale("web-000", 4);
    world.pass(2).await;
    assert_eq!((world.replicas("web-000"), world.server.count(&first)), (10, 1), "it does lead again");
}

/// The name of a host may be longer than what the API takes for a reporter, and than what is kept of a holder's.
#[tokio::test(start_paused = true)]
async fn a_host_with_a_very_long_name_leads_like_any_other() {
    let world = many(1);
    let host = "x".repeat(300);
    let _controller = world.controller_of(Some("shop"), &host);
    world.until("2026-11-23T09:00:05Z").await;
    assert_eq!((world.replicas("web-000"), world.events("web-000").as_slice()), (10, &["ScaledUp".to_owned()][..]));
    let event = world.server.list(Kind::Event, "shop").remove(0);
    assert_eq!(event["reportingInstance"].as_str().map(str::len), Some(128));
}
