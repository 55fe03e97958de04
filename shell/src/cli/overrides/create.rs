//! `kyklos override create`.

use std::io::{self, Write};

use chrono::{DateTime, TimeDelta, Utc};
use clap::{ArgGroup, Args, value_parser};
use k8s_openapi::jiff::SignedDuration;

use crate::api::manifest::printable;
use crate::api::overrides::{Asked, ScalerRef, TTL_DEFAULT, TTL_MAX, TimeWindowOverrideSpec};
use crate::api::problems::Problems;
use crate::api::{NoValue, ScalerKind, Value, instants};
use crate::cli::Failure;
use crate::cluster::overrides::Overriding;

/// Give a schedule another value for some time
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("end").required(true))]
pub(in crate::cli) struct Create {
    /// The schedule that it is for
    #[arg(value_name = "SCALER")]
    scaler: String,
    /// It is a ClusterTimeWindowScaler, which is overridden for its targets in the namespace alone
    #[arg(long)]
    cluster: bool,
    /// The namespace; that of the kubeconfig by default
    #[arg(long, short, value_name = "NS")]
    namespace: Option<String>,
    /// What its target gets as long as it lasts: a count, a share of its original count such as 50%, original, or bounds such as 2..5
    #[arg(long, value_name = "VALUE", value_parser = value)]
    replicas: Value,
    /// How long it lasts, such as 45m or 1h30m
    #[arg(long = "for", value_name = "DURATION", value_parser = duration, group = "end")]
    lasts: Option<TimeDelta>,
    /// Until when (RFC 3339)
    #[arg(long, value_name = "INSTANT", value_parser = instants::read, group = "end")]
    until: Option<DateTime<Utc>>,
    /// Up to the next boundary of the schedule
    #[arg(long, group = "end")]
    until_next_boundary: bool,
    /// From when on (RFC 3339); at once by default
    #[arg(long, value_name = "INSTANT", value_parser = instants::read)]
    from: Option<DateTime<Utc>>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Its name; by default one that begins with the schedule's
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The seconds after its end at which it is deleted
    #[arg(long, value_name = "N", default_value_t = TTL_DEFAULT, value_parser = value_parser!(i64).range(0..=TTL_MAX))]
    ttl: i64,
}

fn value(text: &str) -> Result<Value, String> {
    text.parse().map_err(|error: NoValue| format!("{error}; or bounds such as 2..5"))
}

fn duration(text: &str) -> Result<TimeDelta, String> {
    let read = text.parse::<SignedDuration>().ok().map(|duration| duration.as_secs());
    read.filter(|&seconds| seconds > 0)
        .and_then(TimeDelta::try_seconds)
        .ok_or_else(|| "write hours, minutes and seconds, such as 45m or 1h30m".to_owned())
}

impl Create {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let cluster = Overriding::connect(self.namespace.clone()).await?;
        let now = cluster.now().await?;
        let begins = self.from.unwrap_or(now);
        // One that says no beginning counts at once, by whatever clock.
        let until = self.until.or_else(|| begins.checked_add_signed(self.lasts?));
        let (replicas, min_replicas, max_replicas) = self.replicas.fields();
        let kind = if self.cluster { ScalerKind::ClusterTimeWindowScaler } else { ScalerKind::TimeWindowScaler };
        let spec = TimeWindowOverrideSpec {
            scaler_ref: Some(ScalerRef { kind: kind.as_str().to_owned(), name: self.scaler.clone() }),
            selector: None,
            replicas,
            min_replicas,
            max_replicas,
            from: self.from.map(instants::write),
            until: until.map(instants::write),
            until_next_boundary: self.until_next_boundary.then_some(true),
            reason: self.reason.clone(),
            requested_by: Some(cluster.whoami().await?),
            ttl_seconds_after_end: self.ttl,
        };
        let mut problems = Problems::default();
        let Some(asked) = Asked::of(&spec, &mut problems) else {
            return Err(Failure::Input(problems.iter().map(ToString::to_string).collect()));
        };
        if let Some(late) = until.and_then(|until| asked.late(until, now)) {
            return Err(Failure::Input(vec![late.to_string()]));
        }
        let made = cluster.create(&self.scaler, self.name.as_deref(), spec).await?;
        let end = made.spec.until.unwrap_or_else(|| "its next boundary".to_owned());
        let name = made.metadata.name.unwrap_or_default();
        let line = format!(
            "timewindowoverride.kyklos.io/{} created: {} has {} until {end}",
            printable(&name),
            printable(&self.scaler),
            self.replicas.in_words()
        );
        Ok(writeln!(io::stdout().lock(), "{line}")?)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    /// `kyklos override create` alone.
    #[derive(Debug, clap::Parser)]
    struct Alone {
        #[command(flatten)]
        create: Create,
    }

    #[test]
    fn one_end_is_asked_for_and_each_way_to_say_it_named() {
        let parse = |ends: &[&str]| {
            let words = ["create", "web", "--replicas", "3", "--reason", "launch"];
            Alone::try_parse_from(words.iter().chain(ends)).map(|alone| alone.create)
        };
        let said = parse(&[]).unwrap_err().to_string();
        assert!(said.contains("<--for <DURATION>|--until <INSTANT>|--until-next-boundary>"), "{said}");
        let until = ["--until", "2026-12-01T18:00:00Z"];
        for end in [&["--for", "2h"] as &[&str], &until, &["--until-next-boundary"]] {
            parse(end).unwrap();
        }
        assert!(parse(&["--for", "2h", "--until-next-boundary"]).is_err());
    }

    #[test]
    fn durations_as_people_write_them() {
        for (text, seconds) in [("45m", 2_700), ("1h30m", 5_400), ("2h", 7_200), ("90s", 90), ("36h", 129_600)] {
            assert_eq!(duration(text).map(|duration| duration.num_seconds()), Ok(seconds), "{text}");
        }
        for text in ["", "0s", "-1h", "2", "soon", "99999999999999999999h"] {
            assert!(duration(text).unwrap_err().ends_with("such as 45m or 1h30m"), "{text}");
        }
    }
}
