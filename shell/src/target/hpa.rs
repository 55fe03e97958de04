//! `autoscaling/v2` `HorizontalPodAutoscaler`: its bounds are written, and for none what it scales, at which it stands still.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::{
    Defaults, Field, How, Kind, Ours, Own, Scaling, Served, Size, Sleeps, TargetKey, TargetRefKey, TargetState,
};
use crate::api::Range;
use crate::cluster::requests::{Answer, Request};
use crate::cluster::workloads::{Body, Has, Meta, watched};

/// Its API server writes 1 where nobody has said, and takes none without a maximum.
const DEFAULTS: Defaults = Defaults { min: 1, max: 1 };

/// `autoscaling/v2` `HorizontalPodAutoscaler`.
pub static HPA: Own = Own {
    group: "autoscaling",
    version: "v2",
    name: "HorizontalPodAutoscaler",
    plural: "horizontalpodautoscalers",
    short: Some("hpas"),
    how: How {
        most: kyklos_core::VALUE_MAX,
        ranges: true,
        stands_still: true,
        risk: None,
        watch: watched::<Spec>,
        write,
        answered,
    },
    fields: &[Field::optional("/spec/minReplicas"), Field { pointer: "/spec/maxReplicas", required: true }],
    rights: &[("horizontalpodautoscalers", &["list", "patch", "watch"])],
    adds: &[&super::apps::DEPLOYMENT],
    amounts_to: Some(
        "for none what it scales is scaled, by its scale: this adds that right on deployments, and of other kinds that autoscalers \
         scale name those, too; who may patch a HorizontalPodAutoscaler may have it scale anything of its namespace",
    ),
    is_optional: false,
};

/// What is read of a `spec`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    scale_target_ref: Scaled,
    min_replicas: Option<u32>,
    max_replicas: Option<u32>,
}

/// What an autoscaler scales.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Scaled {
    pub(super) api_version: String,
    pub(super) kind: String,
    pub(super) name: String,
}

impl Scaled {
    /// Its name as a target's; none where it is of no kind that can be scaled.
    pub(super) fn key(&self) -> Option<TargetRefKey> {
        let (group, _) = self.api_version.split_once('/')?;
        let kind = Kind::of_group(group, &self.kind).filter(|kind| !kind.how().ranges)?;
        (!self.name.is_empty()).then(|| TargetRefKey { kind, name: self.name.as_str().into() })
    }
}

/// What the autoscaler with this `spec` scales.
pub(super) fn scales(spec: &Value) -> Option<TargetRefKey> {
    Spec::deserialize(spec).ok()?.scale_target_ref.key()
}

/// What is read of the fields of a `spec` that somebody owns.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Owned {
    #[serde(rename = "f:minReplicas")]
    min: Option<IgnoredAny>,
    #[serde(rename = "f:maxReplicas")]
    max: Option<IgnoredAny>,
}

impl Body for Spec {
    type Owned = Owned;

    fn is_owned(owned: &Owned, _: &Served) -> bool {
        owned.min.is_some()
    }

    fn owns(owned: &Owned) -> Ours {
        Ours { min: owned.min.is_some(), max: owned.max.is_some(), asleep: false }
    }

    fn has(&self, _: &Served, ours: Ours, _: &Meta) -> Has {
        Has::Bounds(Scaling {
            what: self.scale_target_ref.key(),
            range: Range { min: self.min_replicas, max: self.max_replicas, asleep: false },
            ours,
            defaults: DEFAULTS,
            least: 1,
            sleeps: Sleeps::Beneath,
            paused: None,
            under: None,
        })
    }
}

/// A merge patch of both bounds. What it scales is written by another one.
fn write(served: &Served, key: &TargetKey, seen: &TargetState, size: Size) -> Request {
    let metadata = json!({ "uid": seen.uid, "resourceVersion": seen.version.to_string() });
    let Range { min, max, .. } = size.range.unwrap_or_default();
    let patch = json!({ "metadata": metadata, "spec": { "minReplicas": min, "maxReplicas": max } });
    Request::merge(&served.path(&key.namespace, &key.name), patch).whole()
}

fn answered(answer: &Answer, asked: Size) -> Size {
    let (min, max) = answer.bounds();
    DEFAULTS.size(Range { min, max, asleep: asked.is_asleep() })
}
