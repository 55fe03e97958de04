//! `keda.sh/v1alpha1` `ScaledObject`: its bounds are written, and for none the annotation by which KEDA holds what it scales there.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::hpa::Scaled;
use super::{Defaults, Field, How, Ours, Own, Scaling, Served, Size, Sleeps, TargetKey, TargetRefKey, TargetState};
use crate::api::Range;
use crate::api::text::plain;
use crate::cluster::requests::{Answer, Request};
use crate::cluster::workloads::{Body, Has, Meta, watched};

/// The annotation by which KEDA holds what it scales at a count.
/// <https://keda.sh/docs/2.18/concepts/scaling-deployments/#pause-autoscaling>
pub const PAUSED_REPLICAS: &str = "autoscaling.keda.sh/paused-replicas";
/// The annotation by which KEDA leaves alone what it scales.
pub const PAUSED: &str = "autoscaling.keda.sh/paused";

/// What KEDA goes by where nobody has said.
const DEFAULTS: Defaults = Defaults { min: 0, max: 100 };

/// `keda.sh/v1alpha1` `ScaledObject`.
pub static SCALED_OBJECT: Own = Own {
    group: "keda.sh",
    version: "v1alpha1",
    name: "ScaledObject",
    plural: "scaledobjects",
    short: None,
    how: How {
        most: kyklos_core::VALUE_MAX,
        ranges: true,
        stands_still: false,
        risk: None,
        watch: watched::<Spec>,
        write,
        answered,
    },
    fields: &[
        Field::optional("/spec/minReplicaCount"),
        Field::optional("/spec/maxReplicaCount"),
        Field::optional("/metadata/annotations/autoscaling.keda.sh~1paused-replicas"),
    ],
    rights: &[("scaledobjects", &["list", "patch", "watch"])],
    adds: &[],
    amounts_to: Some(
        "a rule can't name a field: who may patch a ScaledObject may have KEDA scale anything of its namespace by it",
    ),
    is_optional: true,
};

/// What is read of a `spec`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    scale_target_ref: RawScaled,
    min_replica_count: Option<u32>,
    max_replica_count: Option<u32>,
    idle_replica_count: Option<u32>,
}

/// What KEDA scales: a Deployment where nobody says another kind.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RawScaled {
    api_version: Option<String>,
    kind: Option<String>,
    name: String,
}

impl RawScaled {
    fn named(&self) -> Scaled {
        let or = |text: &Option<String>, default: &str| {
            text.clone().filter(|text| !text.is_empty()).unwrap_or_else(|| default.to_owned())
        };
        Scaled {
            api_version: or(&self.api_version, "apps/v1"),
            kind: or(&self.kind, "Deployment"),
            name: self.name.clone(),
        }
    }
}

/// What the ScaledObject with this `spec` scales.
pub(super) fn scales(spec: &Value) -> Option<TargetRefKey> {
    Spec::deserialize(spec).ok()?.scale_target_ref.named().key()
}

/// What is read of the fields of a `spec` that somebody owns.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Owned {
    #[serde(rename = "f:minReplicaCount")]
    min: Option<IgnoredAny>,
    #[serde(rename = "f:maxReplicaCount")]
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

    fn has(&self, _: &Served, ours: Ours, meta: &Meta) -> Has {
        let held = meta.paused_replicas.as_deref();
        let asleep = held == Some("0") && meta.paused_by_us;
        let by_hand = match (meta.paused.as_deref(), held) {
            (Some(paused), _) if paused != "false" => Some(format!("{PAUSED}: {paused:?}")),
            (_, Some(count)) if !asleep => Some(format!("{PAUSED_REPLICAS}: {count:?}")),
            _ => None,
        };
        Has::Bounds(Scaling {
            what: self.scale_target_ref.named().key(),
            range: Range { min: self.min_replica_count, max: self.max_replica_count, asleep },
            ours: Ours { asleep, ..ours },
            defaults: DEFAULTS,
            // At the idle count KEDA has nothing to do, and it takes no minimum at or below that.
            least: self.idle_replica_count.map_or(0, |idle| idle.saturating_add(1)),
            sleeps: Sleeps::Itself,
            paused: by_hand.map(|words| plain(&words).into()),
            under: None,
        })
    }
}

/// A merge patch of the bounds, and of the annotation where that is another one then: it may be somebody else's. What is absent in what
/// is asked for is taken away.
fn write(served: &Served, key: &TargetKey, seen: &TargetState, size: Size) -> Request {
    let Range { min, max, asleep } = size.range.unwrap_or_default();
    let mut metadata = json!({ "uid": seen.uid, "resourceVersion": seen.version.to_string() });
    if let Some(fields) = metadata.as_object_mut().filter(|_| seen.size().is_asleep() != asleep) {
        fields.insert("annotations".to_owned(), json!({ PAUSED_REPLICAS: asleep.then_some("0") }));
    }
    let patch = json!({ "metadata": metadata, "spec": { "minReplicaCount": min, "maxReplicaCount": max } });
    Request::merge(&served.path(&key.namespace, &key.name), patch).whole()
}

fn answered(answer: &Answer, _: Size) -> Size {
    let (min, max) = answer.bounds();
    DEFAULTS.size(Range { min, max, asleep: answer.paused_replicas() == Some("0") })
}
