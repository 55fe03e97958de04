//! The resources: their types, their CRDs, and how an object is read.

#[cfg(test)]
mod agree;
mod checks;
#[expect(clippy::duplicated_attributes, reason = "every printcolumn has a type and a path")]
mod cluster_spec;
mod compiled;
mod crd;
pub(crate) mod fields;
mod identity;
pub(crate) mod instants;
mod labels;
pub mod manifest;
pub(crate) mod names;
mod order;
pub mod overrides;
mod pause;
mod policy;
pub mod problems;
mod range;
mod read;
mod record;
pub mod selection;
pub mod selector;
mod spec;
mod status;
mod supported;
pub mod text;
pub mod times;
mod value;
mod values;
mod zones;

pub use cluster_spec::{ClusterTimeWindowScaler, ClusterTimeWindowScalerSpec};
pub use compiled::{AnySchedule, Compiled, Timetable, compile};
pub use crd::crds;
pub use identity::{Identity, ScalerKind};
pub use labels::{Kind, Label, Labels};
pub(crate) use order::by_fields;
pub use pause::Pause;
pub use policy::{LABELS_MAX, OVERRULE_MAX, Policy};
pub use range::Range;
pub use read::{Metadata, OVERRIDE_ANNOTATION, Object, object, spec};
pub use record::{
    Beneath, Entry, ORIGINAL_ANNOTATION, OnDelete, RECORD_KIND, RECORD_MAX, Ranges, ScaleRecord, ScaleRecordSpec,
};
pub use spec::{ExceptionSpec, HolidayMode, TargetRef, TimeWindowScaler, TimeWindowScalerSpec, WindowSpec};
pub use status::{PassedStatus, TargetStatus, TargetsStatus, TimeWindowScalerStatus};
pub use value::{NoValue, PER_CENT_MAX, Replicas, Value};

/// The API group.
pub const GROUP: &str = "kyklos.io";
/// `group/version`, as in an object's `apiVersion`.
pub const API_VERSION: &str = "kyklos.io/v1alpha1";
/// The kind.
pub const KIND: &str = "TimeWindowScaler";

/// The most windows of one object.
pub const MAX_WINDOWS: usize = 64;
/// The most days and ranges of days of one window: each day once, long and short.
pub const MAX_DAYS: usize = 14;
/// The most exceptions of one object.
pub const MAX_EXCEPTIONS: usize = 64;
/// The most holidays of one object, dates in a row counted once.
pub const MAX_HOLIDAYS: usize = 1_000;
/// The longest grace period, in seconds.
pub const GRACE_PERIOD_MAX: i64 = 3_600;
