//! `batch/v1` `CronJob`: it has one, or none while it is suspended, and nothing but `suspend` is touched.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;

use super::{Field, How, Ours, Own, Served, Size, TargetKey, TargetState};
use crate::cluster::requests::Request;
use crate::cluster::workloads::{Body, Has, Meta, watched};

/// What is said of one without a deadline.
const MISSED: &str = "without startingDeadlineSeconds it may start a missed run at once";

/// `batch/v1` `CronJob`.
pub static CRON_JOB: Own = Own {
    group: "batch",
    version: "v1",
    name: "CronJob",
    plural: "cronjobs",
    short: None,
    how: How {
        most: 1,
        ranges: false,
        stands_still: false,
        risk: Some(MISSED),
        watch: watched::<Spec>,
        write,
        answered: |answer, _| i32::from(!answer.is_suspended()).into(),
    },
    fields: &[Field::optional("/spec/suspend")],
    rights: &[("cronjobs", &["list", "patch", "watch"])],
    adds: &[],
    amounts_to: Some(
        "a rule can't name a field: who may patch a CronJob may have it run any Pod, under any service account of its namespace",
    ),
    is_optional: false,
};

/// What is read of a `spec`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    suspend: Option<bool>,
    starting_deadline_seconds: Option<IgnoredAny>,
}

/// What is read of the fields of a `spec` that somebody owns.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Owned {
    #[serde(rename = "f:suspend")]
    suspend: Option<IgnoredAny>,
}

impl Body for Spec {
    type Owned = Owned;

    fn has(&self, _: &Served, _: Ours, _: &Meta) -> Has {
        Has::Count(i32::from(!self.suspend.unwrap_or(false)))
    }

    fn is_owned(owned: &Owned, _: &Served) -> bool {
        owned.suspend.is_some()
    }

    fn risk(&self) -> Option<&'static str> {
        self.starting_deadline_seconds.is_none().then_some(MISSED)
    }
}

/// A merge patch of the one field.
fn write(served: &Served, key: &TargetKey, seen: &TargetState, size: Size) -> Request {
    let metadata = json!({ "uid": seen.uid, "resourceVersion": seen.version.to_string() });
    let patch = json!({ "metadata": metadata, "spec": { "suspend": size.replicas == 0 } });
    Request::merge(&served.path(&key.namespace, &key.name), patch).whole()
}
