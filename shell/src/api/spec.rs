//! The Rust types of the resource. The CRD is generated from them, so a bound here is one that the API server keeps.

use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

use super::overrides::OverrideBounds;
use super::selection::{OF_ITS_OWN, TargetsSpec};
use super::supported::{SCALED, SCALED_WORDS};
use super::value::{Replicas, Value, bound_schema, replicas_schema};
use super::{MAX_DAYS, OnDelete, TimeWindowScalerStatus};

/// What Kubernetes takes as an object's name (RFC 1123); its length is a rule of its own.
pub(super) const SUBDOMAIN: &str = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
/// A group's version, with the group, where it isn't Kubernetes' core.
const API_VERSION_FORM: &str =
    r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[a-z0-9]([-a-z0-9]*[a-z0-9])?$";
/// Without control characters: a name gets into lines of logs and tables.
pub(super) const ONE_LINE: &str = r"^[^\x00-\x1f\x7f-\x9f]*$";

/// That a schedule of a namespace names no others, as CEL has it.
const ONE_NAMESPACE: &str = "!has(self.spec.targets) || !has(self.spec.targets.namespaces)";

/// Holds a workload at the replicas that its time windows give.
#[derive(CustomResource, KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[kube(
    group = "kyklos.io",
    version = "v1alpha1",
    kind = "TimeWindowScaler",
    plural = "timewindowscalers",
    shortname = "tws",
    namespaced,
    status = "TimeWindowScalerStatus",
    derive = "PartialEq",
    doc = "Holds a workload at the replicas that its time windows give.",
    category = "kyklos",
    validation = Rule::new(ONE_NAMESPACE).message(OF_ITS_OWN).field_path(".spec.targets.namespaces"),
    selectable = ".spec.targetRef.name",
    printcolumn(name = "Applies", type_ = "string", json_path = ".status.currentWindow"),
    printcolumn(name = "Wanted", type_ = "string", json_path = ".status.effectiveReplicas"),
    printcolumn(name = "Observed", type_ = "integer", json_path = ".status.targetObservedReplicas"),
    printcolumn(name = "Next", type_ = "string", json_path = ".status.nextBoundary"),
    printcolumn(name = "Then", type_ = "string", json_path = ".status.nextReplicas"),
    printcolumn(name = "Ready", type_ = "string", json_path = ".status.conditions[?(@.type=='Ready')].reason"),
    printcolumn(name = "Paused", type_ = "boolean", json_path = ".spec.pause"),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    printcolumn(name = "Target", type_ = "string", json_path = ".spec.targetRef.name", priority = 1),
    printcolumn(name = "Targets", type_ = "integer", json_path = ".status.targets.claimed", priority = 1),
    printcolumn(name = "Held", type_ = "integer", json_path = ".status.targets.held", priority = 1)
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[x_kube(validation = Rule::new("has(self.targetRef) != has(self.targets)").message("write either targetRef, or targets"))]
#[x_kube(validation = Rule::new("!has(self.allowExclusion) || has(self.targets)").message("allowExclusion goes with targets"))]
#[x_kube(validation = Rule::new("!has(self.maxNewTargets) || has(self.targets)").message("maxNewTargets goes with targets"))]
#[x_kube(validation = Rule::new("!has(self.defaultReplicas) || !(has(self.defaultMinReplicas) || has(self.defaultMaxReplicas))").message("write either defaultReplicas, or defaultMinReplicas, defaultMaxReplicas or both"))]
#[x_kube(validation = Rule::new("!has(self.defaultMinReplicas) || !has(self.defaultMaxReplicas) || self.defaultMinReplicas <= self.defaultMaxReplicas").message("defaultMinReplicas is above defaultMaxReplicas"))]
#[x_kube(validation = Rule::new("!has(self.holidayReplicas) || (has(self.holidayMode) && self.holidayMode != 'ignore')").message("holidayReplicas has no effect while holidayMode is ignore"))]
#[x_kube(validation = Rule::new("!has(self.holidayMode) || self.holidayMode != 'treat-as-open' || has(self.holidayReplicas) || !has(self.windows) || self.windows.all(window, has(window.replicas) && type(window.replicas) == int)").message("treat-as-open gives the largest count of the windows, and one of them has none: write holidayReplicas"))]
#[x_kube(validation = Rule::new("!has(self.pauseUntil) || !has(self.pause) || !self.pause").message("pauseUntil stands beside pause: true, which has no end: keep one of the two"))]
pub struct TimeWindowScalerSpec {
    /// What is scaled: what has `scale`, a HorizontalPodAutoscaler, a CronJob or KEDA's ScaledObject in the same namespace; of a schedule
    /// of the cluster what has `scale` and lies in none. Either this or targets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_ref: Option<TargetRef>,
    /// Instead of targetRef: all workloads that it picks are scaled, of the same namespace, or of a schedule of the cluster of many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub targets: Option<TargetsSpec>,
    /// With targets: whether a workload's own annotation kyklos.io/exclude keeps it out; so it is when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_exclusion: Option<bool>,
    /// With targets: an edit, or a change of a namespace's labels, by which more workloads than this would be lowered at once waits for
    /// the annotation kyklos.io/confirm, which names the generation; 200 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10_000))]
    pub max_new_targets: Option<i64>,
    /// The IANA name of the time zone whose wall clock the windows go by, such as Europe/Zurich.
    #[schemars(length(min = 1, max = 64), regex(pattern = r"^[A-Za-z0-9+_/-]+$"))]
    pub timezone: String,
    /// What the target gets where nothing else applies: a count, a share of its original count such as 50%, or original; 1 when
    /// absent, with targets original.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "replicas_schema")]
    pub default_replicas: Option<Replicas>,
    /// Instead of defaultReplicas: the least that the target may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "bound_schema")]
    pub default_min_replicas: Option<i64>,
    /// Instead of defaultReplicas: the most that the target may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "bound_schema")]
    pub default_max_replicas: Option<i64>,
    /// The recurring windows. Where several are active, the last one in the list wins.
    #[serde(default)]
    #[schemars(length(max = 64))]
    pub windows: Vec<WindowSpec>,
    /// Spans that happen once, above windows and holidays. Where several are active, the last one in the list wins.
    #[serde(default)]
    #[schemars(length(max = 64))]
    pub exceptions: Vec<ExceptionSpec>,
    /// What a holiday does: nothing, the default replicas all day, or the largest replicas of all windows all day.
    #[serde(default)]
    pub holiday_mode: HolidayMode,
    /// What a holiday gives instead of what the mode would.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "replicas_schema")]
    pub holiday_replicas: Option<Replicas>,
    /// The ConfigMap in the same namespace, or of a schedule of the cluster in Kyklos' own, whose keys are the holidays: 2026-12-25,
    /// 2026-12-24..2026-12-26, or of every year
    /// 12-25, 12-24..12-26.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 253), regex(pattern = SUBDOMAIN))]
    pub holiday_config_map: Option<String>,
    /// Seconds by which a scale-down is delayed.
    #[serde(default = "grace_period_seconds")]
    #[schemars(range(min = 0, max = 3600))]
    pub grace_period_seconds: i64,
    /// Compute and report, but never write to the target.
    #[serde(default)]
    pub pause: bool,
    /// The same before this instant, RFC 3339: a pause that ends by itself. Not beside `pause: true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "instant_schema")]
    pub pause_until: Option<String>,
    /// What becomes of the target when this object is deleted: it keeps the count that it has, which is so when absent, or gets its
    /// original count back, which is so with targets when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_delete: Option<OnDelete>,
    /// What overrides may ask for; everything when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overrides: Option<OverrideBounds>,
}

/// What is scaled.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[x_kube(validation = Rule::new(SCALED).message(SCALED_WORDS))]
pub struct TargetRef {
    /// The API version of the target.
    #[serde(default = "target_api_version")]
    #[schemars(length(min = 1, max = 317), regex(pattern = API_VERSION_FORM))]
    pub api_version: String,
    /// The kind of the target.
    #[serde(default = "target_kind")]
    #[schemars(length(min = 1, max = 63), regex(pattern = r"^[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?$"))]
    pub kind: String,
    /// The name of the target.
    #[schemars(length(min = 1, max = 253), regex(pattern = SUBDOMAIN))]
    pub name: String,
    /// Only the object's own namespace is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 63))]
    pub namespace: Option<String>,
}

/// A recurring window. It starts on each of its days and ends on the same day, on the next one when the end is not
/// after the start, or on endDay.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[x_kube(validation = Rule::new("has(self.endDay) || self.start != self.end").message("start and end are the same time: for a whole day write start 00:00 and end 24:00 (00:00-24:00)"))]
#[x_kube(validation = Rule::new("has(self.replicas) != (has(self.minReplicas) || has(self.maxReplicas))").message("write either replicas, or minReplicas, maxReplicas or both"))]
#[x_kube(validation = Rule::new("!has(self.minReplicas) || !has(self.maxReplicas) || self.minReplicas <= self.maxReplicas").message("minReplicas is above maxReplicas"))]
pub struct WindowSpec {
    /// A name for status and events; HH:MM-HH:MM stands in for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 63), regex(pattern = ONE_LINE))]
    pub name: Option<String>,
    /// The days on which the window starts: Monday or Mon in any letter case, and ranges such as Mon-Fri or Fri-Mon.
    /// Every day when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "days_schema")]
    pub days: Option<Vec<String>>,
    /// HH:MM, inclusive.
    #[schemars(length(max = 5), regex(pattern = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"))]
    pub start: String,
    /// HH:MM, exclusive; 24:00 is the end of the day.
    #[schemars(length(max = 5), regex(pattern = r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"))]
    pub end: String,
    /// The day on which the window ends: the first one, that of the start included, on which the end is later than the
    /// start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "day_schema")]
    pub end_day: Option<String>,
    /// What the target gets while the window is active: a count, a share of its original count such as 50%, or original.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "replicas_schema")]
    pub replicas: Option<Replicas>,
    /// Instead of replicas: the least that the target may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "bound_schema")]
    pub min_replicas: Option<i64>,
    /// Instead of replicas: the most that the target may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "bound_schema")]
    pub max_replicas: Option<i64>,
}

/// A span that happens once.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[x_kube(validation = Rule::new("timestamp(self.start + ':00Z') < timestamp(self.end + ':00Z')").message("both must be dates of the calendar, and the end must be after the start"))]
#[x_kube(validation = Rule::new("has(self.replicas) != (has(self.minReplicas) || has(self.maxReplicas))").message("write either replicas, or minReplicas, maxReplicas or both"))]
#[x_kube(validation = Rule::new("!has(self.minReplicas) || !has(self.maxReplicas) || self.minReplicas <= self.maxReplicas").message("minReplicas is above maxReplicas"))]
pub struct ExceptionSpec {
    /// A name for status and events; the start stands in for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 63), regex(pattern = ONE_LINE))]
    pub name: Option<String>,
    /// Local YYYY-MM-DDTHH:MM, inclusive.
    #[schemars(
        length(max = 16),
        regex(pattern = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]$")
    )]
    pub start: String,
    /// Local YYYY-MM-DDTHH:MM, exclusive.
    #[schemars(
        length(max = 16),
        regex(pattern = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]$")
    )]
    pub end: String,
    /// What the target gets during the exception: a count, a share of its original count such as 50%, or original.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "replicas_schema")]
    pub replicas: Option<Replicas>,
    /// Instead of replicas: the least that the target may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "bound_schema")]
    pub min_replicas: Option<i64>,
    /// Instead of replicas: the most that the target may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "bound_schema")]
    pub max_replicas: Option<i64>,
}

impl TimeWindowScalerSpec {
    /// The first field that gives something else than a count, if there is one.
    pub fn no_count(&self) -> Option<String> {
        let is_none = |value: Option<Value>| value.is_some_and(|value| value.count().is_none());
        let windows =
            self.windows.iter().enumerate().map(|(index, window)| (format!("windows[{index}]"), window.value()));
        let exceptions = self.exceptions.iter().enumerate();
        let exceptions = exceptions.map(|(index, exception)| (format!("exceptions[{index}]"), exception.value()));
        let holiday = self.holiday_replicas.as_ref().and_then(Replicas::value);
        let own = [("defaultReplicas".to_owned(), self.default_value()), ("holidayReplicas".to_owned(), holiday)];
        let mut all = own.into_iter().chain(windows).chain(exceptions);
        all.find(|(_, value)| is_none(*value)).map(|(field, _)| format!("spec.{field}"))
    }

    /// Every value that it may give.
    pub fn values(&self) -> impl Iterator<Item = Value> {
        let windows = self.windows.iter().map(WindowSpec::value);
        let exceptions = self.exceptions.iter().map(ExceptionSpec::value);
        let own = [self.default_value(), self.holiday_replicas.as_ref().and_then(Replicas::value)];
        windows.chain(exceptions).chain(own).flatten()
    }

    /// What becomes of a target when the object is deleted, or it isn't its target any more.
    pub fn becomes(&self) -> OnDelete {
        self.on_delete.unwrap_or(if self.targets.is_some() { OnDelete::Restore } else { OnDelete::Keep })
    }

    /// What the default gives; `None` where that isn't right.
    pub fn default_value(&self) -> Option<Value> {
        let bounds = (self.default_min_replicas, self.default_max_replicas);
        value(self.default_replicas.as_ref(), bounds).or_else(|| {
            let is_absent = self.default_replicas.is_none() && bounds == (None, None);
            let count = u32::try_from(kyklos_core::Spec::DEFAULT_VALUE).ok()?;
            // What is selected keeps what it had.
            is_absent.then_some(if self.targets.is_some() { Value::Original } else { Value::Count(count) })
        })
    }
}

impl WindowSpec {
    /// What it gives; `None` where that isn't right.
    pub fn value(&self) -> Option<Value> {
        value(self.replicas.as_ref(), (self.min_replicas, self.max_replicas))
    }
}

impl ExceptionSpec {
    /// What it gives; `None` where that isn't right.
    pub fn value(&self) -> Option<Value> {
        value(self.replicas.as_ref(), (self.min_replicas, self.max_replicas))
    }
}

pub(super) fn value(replicas: Option<&Replicas>, (min, max): (Option<i64>, Option<i64>)) -> Option<Value> {
    let bound = |bound: i64| u32::try_from(bound).ok();
    match replicas {
        Some(replicas) => replicas.value(),
        None => Value::within(min.and_then(bound), max.and_then(bound)),
    }
}

/// What a holiday does.
#[derive(Serialize, Deserialize, schemars::JsonSchema, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum HolidayMode {
    /// Nothing.
    #[default]
    Ignore,
    /// The default replicas all day.
    TreatAsClosed,
    /// The largest replicas of all windows all day.
    TreatAsOpen,
}

impl From<HolidayMode> for kyklos_core::HolidayMode {
    fn from(mode: HolidayMode) -> Self {
        match mode {
            HolidayMode::Ignore => Self::Ignore,
            HolidayMode::TreatAsClosed => Self::TreatAsClosed,
            HolidayMode::TreatAsOpen => Self::TreatAsOpen,
        }
    }
}

pub(super) fn grace_period_seconds() -> i64 {
    300
}

pub(super) fn target_api_version() -> String {
    "apps/v1".to_owned()
}

pub(super) fn target_kind() -> String {
    "Deployment".to_owned()
}

/// A weekday, long or short, in any letter case. `(?i)` is understood by the API server's regular expressions (RE2).
const DAY: &str = "(?:mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)";

fn day_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": "string", "nullable": true, "maxLength": 9, "pattern": format!("^(?i){DAY}$") })
}

fn days_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({
        "type": "array",
        "nullable": true,
        "minItems": 1,
        "maxItems": MAX_DAYS,
        "items": { "type": "string", "maxLength": 19, "pattern": format!("^(?i){DAY}(?:-{DAY})?$") },
    })
}

/// An instant as RFC 3339 has it, with any offset.
pub(super) fn instant_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": "string", "nullable": true, "format": "date-time", "maxLength": 64 })
}
