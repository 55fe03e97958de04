//! `cargo demo`: an office day with a clock change in it, rehearsed in a minute on a real control plane.

mod bounds;
mod build;
mod controller;
mod night;
mod out;
mod place;
mod scene;
mod signals;
mod table;
mod workloads;

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::anyhow;
use chrono::Utc;
use clap::{Parser, ValueEnum};
use kyklos::cluster::Clock;
use kyklos_devcluster::Component;

use bounds::Bounds;
use night::Night;
use out::{put, say};
use place::Place;
use signals::Signals;
use table::{Row, Table};

/// Rehearses an office day with a clock change in it in about a minute and shows what happens.
#[derive(Parser)]
#[command(name = "cargo demo")]
struct Arguments {
    /// Where: on a control plane made for it on loopback, or in a namespace of its own of the cluster that KUBECONFIG names
    #[arg(long, value_enum, default_value = "own")]
    cluster: Which,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    /// A control plane of its own on loopback.
    Own,
    /// The current context of KUBECONFIG.
    Current,
}

#[tokio::main]
async fn main() -> ExitCode {
    match demonstrate(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // With the terminal gone there is nobody to tell.
            let _ = writeln!(std::io::stderr().lock(), "\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn demonstrate(arguments: Arguments) -> anyhow::Result<()> {
    say("1. The binary");
    let binary = build::build()?;
    say("2. The control plane");
    // A signal ends the program right there until now; what has been started of a control plane goes with it.
    let mut place = match arguments.cluster {
        Which::Own => tokio::task::spawn_blocking(Place::own).await??,
        Which::Current => Place::current()?,
    };
    let mut signals = Signals::new()?;
    say(format_args!("   {}", place.description()));
    // Whatever happens from here on, what was made is taken away again.
    let result = tokio::select! {
        result = play(&binary, &place) => result,
        name = signals.next() => Err(anyhow!("stopped by {name}")),
    };
    say("\n6. Taking everything away again");
    let gone = tokio::select! {
        gone = place.leave() => gone,
        name = signals.next() => Err(anyhow!("{name} came before all was gone: look for {}", Place::MADE)),
    };
    if gone.is_ok() {
        say(format_args!("   done: {}", Place::GONE));
    }
    result.and(gone)?;
    put(format_args!("\n{}", scene::AFTERWARDS));
    Ok(())
}

/// The rehearsal itself.
async fn play(binary: &Path, place: &Place) -> anyhow::Result<()> {
    say("3. The CRDs (kyklos crd), a Deployment with one replica, this TimeWindowScaler and an override of it:\n");
    let manifest = scene::MANIFEST;
    manifest.lines().for_each(|line| say(format_args!("   {line}")));
    say("\n   A second Deployment that a HorizontalPodAutoscaler scales, and one for that:\n");
    scene::BOUNDS_MANIFEST.lines().for_each(|line| say(format_args!("   {line}")));
    say("\n   And some more, with one object for all of them:\n");
    scene::NIGHT_MANIFEST.lines().for_each(|line| say(format_args!("   {line}")));
    place.prepare(binary).await?;
    say("\n4. What it will do (kyklos plan):\n");
    put(place.plan(binary, manifest)?);
    // Midnight is a little ahead: by then the controller has the namespace's lease and has looked.
    let clock = Clock::Rehearsed { from: scene::from(), speed: scene::SPEED, anchor: Utc::now() + scene::LEAD };
    say(format_args!(
        "\n5. The day, {} times as fast: kyklos controller --namespace {} ..\n",
        scene::SPEED,
        place.namespace()
    ));
    let mut controller = controller::start(binary, place, clock)?;
    let mut shown = Shown { table: Table::new(scene::ZONE), bounds: Bounds::default(), night: Night::new() };
    let result = day(place, clock, &mut controller, &mut shown).await;
    if result.is_err() {
        say(format_args!("\nThe controller's log:\n{}", controller.log()));
    }
    controller.stop();
    result?;
    let rehearsal = clock.rehearsal().unwrap_or_default();
    tell(place, "Its events", scene::NAME, &rehearsal).await?;
    tell(place, "Those of the one for the autoscaler", scene::AUTOSCALED, &rehearsal).await?;
    let told = tell(place, "Those of the one for many", scene::NIGHT, &rehearsal).await?;
    shown.night.check(&told)?;
    shown.table.check(scene::EXPECTED)?;
    shown.bounds.check(scene::BOUNDS_EXPECTED)
}

/// Shows the events of an object.
async fn tell(place: &Place, what: &str, name: &str, rehearsal: &str) -> anyhow::Result<Vec<String>> {
    say(format_args!("\n   {what}:"));
    let events = place.events(name, rehearsal).await?;
    events.iter().for_each(|event| say(format_args!("   {event}")));
    Ok(events)
}

/// What has been seen of the day.
struct Shown {
    table: Table,
    bounds: Bounds,
    night: Night,
}

/// Has the namespace led by our own controller first, so that one for the whole cluster leaves it alone; then the day begins.
async fn day(place: &Place, clock: Clock, controller: &mut Component, shown: &mut Shown) -> anyhow::Result<()> {
    place.is_led(controller).await?;
    place.furnish(&[scene::MANIFEST, scene::BOUNDS_MANIFEST, scene::NIGHT_MANIFEST]).await?;
    watch(place, clock, controller, shown).await
}

/// Shows the day until it is over.
async fn watch(
    place: &Place,
    clock: Clock,
    controller: &mut Component,
    Shown { table, bounds, night }: &mut Shown,
) -> anyhow::Result<()> {
    let workloads = night.workloads();
    table.head();
    loop {
        let now = clock.at(Utc::now());
        if now >= scene::from()
            && let Some(row) = Row::of(&place.scaler().await?, place.replicas().await?)
        {
            table.show(now, row);
            bounds.note(place.bounds().await?);
            if let Some(all) = night.note(place.counts(&workloads).await?) {
                table.aside(now, scene::NIGHT, &all);
            }
        }
        if now >= scene::until() {
            table.end();
            return Ok(());
        }
        controller.check()?;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
