//! The resource `TimeWindowScaler`: its types, its CRD, and how an object is read.

#[cfg(test)]
mod agree;
mod checks;
mod compiled;
mod crd;
pub(crate) mod fields;
pub(crate) mod instants;
mod labels;
pub mod manifest;
pub(crate) mod names;
pub mod overrides;
mod policy;
pub mod problems;
mod read;
#[expect(clippy::duplicated_attributes, reason = "every printcolumn has a type and a path")]
mod spec;
mod status;
mod supported;
pub mod text;
pub mod times;
mod zones;

pub use compiled::{AnySchedule, Compiled, Timetable, compile};
pub use crd::crd;
pub use labels::{Kind, Label, Labels};
pub use policy::{Identity, OVERRULE_MAX, Policy};
pub(crate) use read::read_metadata;
pub use read::{OVERRIDE_ANNOTATION, Object, object, spec};
pub use spec::{ExceptionSpec, HolidayMode, TargetRef, TimeWindowScaler, TimeWindowScalerSpec, WindowSpec};
pub use status::TimeWindowScalerStatus;
pub use supported::{unsupported_override, unsupported_target};

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
