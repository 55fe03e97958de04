//! Which value a state of a schedule stands for.

use kyklos_core::{Cause, State};

use super::{HolidayMode, TimeWindowScalerSpec, Value};

/// The values of a schedule, by what gives them. One of plain counts needs no more than the core's numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Values(Option<Box<Table>>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Table {
    default: Value,
    /// `None` where it is the core's number: the largest of the windows.
    holiday: Option<Value>,
    /// Those of the windows, then those of the exceptions.
    parts: Box<[Value]>,
    windows: u16,
}

impl Values {
    /// Those of a spec that was checked.
    pub(super) fn of(spec: &TimeWindowScalerSpec) -> Self {
        let default = spec.default_value();
        let windows = spec.windows.iter().map(|window| window.value());
        let parts: Option<Box<[_]>> =
            windows.chain(spec.exceptions.iter().map(|exception| exception.value())).collect();
        let (Some(default), Some(parts)) = (default, parts) else { return Self(None) };
        let own = spec.holiday_replicas.as_ref().and_then(|replicas| replicas.value());
        let all_are_counts = [Some(default), own].into_iter().flatten().chain(parts.iter().copied());
        if all_are_counts.into_iter().all(|value| value.count().is_some()) {
            return Self(None);
        }
        let is_largest = spec.holiday_mode == HolidayMode::TreatAsOpen && !spec.windows.is_empty();
        let holiday = own.or((!is_largest).then_some(default));
        let windows = u16::try_from(spec.windows.len()).unwrap_or(u16::MAX);
        Self(Some(Box::new(Table { default, holiday, parts, windows })))
    }

    /// The value that a state gives.
    pub(super) fn value(&self, state: State) -> Value {
        let count = Value::Count(state.value);
        let Some(table) = &self.0 else { return count };
        let part = |index: u16| table.parts.get(usize::from(index)).copied().unwrap_or(count);
        match state.cause {
            Cause::Window(index) => part(index),
            Cause::Exception(index) => part(table.windows.saturating_add(index)),
            Cause::Holiday => table.holiday.unwrap_or(count),
            // The default, and whatever part the core may come to have.
            _ => table.default,
        }
    }

    /// Whether all are counts.
    pub(super) fn are_counts(&self) -> bool {
        self.0.is_none()
    }
}
