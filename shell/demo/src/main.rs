//! `cargo demo`: an office day with a clock change in it, rehearsed in a minute on a real control plane.

mod controller;
mod place;
mod scene;
mod table;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use chrono::Utc;
use clap::{Parser, ValueEnum};
use kyklos::controller::Clock;

use controller::Running;
use place::Place;
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
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn demonstrate(arguments: Arguments) -> anyhow::Result<()> {
    println!("1. The binary");
    let binary = build()?;
    println!("2. The control plane");
    let place = match arguments.cluster {
        Which::Own => tokio::task::spawn_blocking(Place::own).await??,
        Which::Current => Place::current(),
    };
    println!("   {}", place.description());
    // Whatever happens from here on, what was made is taken away again.
    let result = tokio::select! {
        result = play(&binary, &place) => result,
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("stopped by Ctrl-C")),
    };
    println!("\n6. Taking everything away again");
    let gone = place.leave().await;
    result.and(gone)?;
    println!("   done: {}", Place::GONE);
    println!("\n{}", scene::AFTERWARDS);
    Ok(())
}

/// Builds the binary that users run and says where it is.
fn build() -> anyhow::Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.toml");
    let output = Command::new(cargo)
        // Together with this program, so that both share what is compiled: alone, the binary's dependencies have other
        // features and are compiled once more.
        .args(["build", "--package", "kyklos", "--package", "kyklos-demo", "--bin", "kyklos"])
        .arg("--message-format=json-render-diagnostics")
        .arg("--manifest-path")
        .arg(manifest)
        .stderr(std::process::Stdio::inherit())
        .output()
        .context("can't run cargo")?;
    ensure!(output.status.success(), "the build failed");
    let text = String::from_utf8(output.stdout)?;
    text.lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter_map(|message| message.get("executable")?.as_str().map(PathBuf::from))
        .next_back()
        .context("cargo built no binary")
}

/// The rehearsal itself.
async fn play(binary: &Path, place: &Place) -> anyhow::Result<()> {
    println!(
        "3. The CRD (kyklos crd | kubectl apply -f -), a Deployment with one replica, and this TimeWindowScaler:\n"
    );
    let manifest = scene::MANIFEST;
    manifest.lines().for_each(|line| println!("   {line}"));
    place.furnish(binary, manifest).await?;
    println!("\n4. What it will do (kyklos plan):\n");
    print!("{}", place.plan(binary, manifest)?);
    let clock = Clock::Rehearsed { from: scene::from(), speed: scene::SPEED, anchor: Utc::now() };
    println!("\n5. The day, {} times as fast: kyklos controller --namespace {} ..\n", scene::SPEED, place.namespace());
    let mut controller = Running::start(binary, place, clock)?;
    let mut table = Table::new(scene::zone());
    let result = watch(place, clock, &mut controller, &mut table).await;
    if result.is_err() {
        println!("\nThe controller's log:\n{}", controller.log());
    }
    controller.stop().await?;
    result?;
    let events = place.events().await?;
    println!("\n   Its events:");
    events.iter().for_each(|event| println!("   {event}"));
    table.check(scene::EXPECTED)
}

/// Shows the day until it is over.
async fn watch(place: &Place, clock: Clock, controller: &mut Running, table: &mut Table) -> anyhow::Result<()> {
    table.head();
    loop {
        let now = clock.now();
        if let Some(row) = Row::of(&place.scaler().await?, place.replicas().await?) {
            table.show(now, row);
        }
        if now >= scene::until() {
            table.end();
            return Ok(());
        }
        if let Some(status) = controller.ended()? {
            bail!("the controller ended with {status}");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
