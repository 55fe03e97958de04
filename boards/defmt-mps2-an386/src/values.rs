//! What a schedule is written with, and what it answers with.

use chrono::{DateTime, Weekday};
use kyklos_core::{
    Cause, Days, Decision, Evaluation, ExceptionSpec, HolidayMode, Spec, State, TargetRef, TimeOfDay, WindowSpec,
};

use crate::{ZONE, log};

pub(crate) fn log_all() {
    log!("Cause": Cause::Default, Cause::Window(3), Cause::Holiday, Cause::Exception(65_535));
    let state = State { cause: Cause::Window(1), replicas: 4 };
    log!("State": state);
    log!("Evaluation": Evaluation { state, until: Some(1_772_956_800) }, Evaluation { state, until: None });
    let until = DateTime::from_timestamp(1_772_956_800, 0);
    log!("Decision": Decision { state, until }, Decision { state, until: None });
    log!("Days": Days::NONE, Days::from(Weekday::Sun), Days::ALL);
    log!("TimeOfDay": TimeOfDay::END_OF_DAY);
    log!("HolidayMode": HolidayMode::Ignore, HolidayMode::TreatAsClosed, HolidayMode::TreatAsOpen);
    log!("Zone": ZONE);
    log!("ZoneName": ZONE.name());
    written();
}

fn written() {
    let window = WindowSpec {
        name: Some("night"),
        days: Some(&["Mon-Fri", "Sun"]),
        start: "22:00",
        end: "06:00",
        end_day: Some("Mon"),
        replicas: 2,
    };
    let exception =
        ExceptionSpec { name: Some("launch"), start: "2026-12-01T09:00", end: "2026-12-01T18:00", replicas: 20 };
    let target =
        TargetRef { api_version: "apps/v1", kind: "Deployment", name: "web", namespace: None, own_namespace: "shop" };
    log!("WindowSpec": window, WindowSpec::default());
    log!("ExceptionSpec": exception, ExceptionSpec::default());
    log!("TargetRef": target, TargetRef { namespace: Some("shop"), ..target });
    let (windows, exceptions) = ([window], [exception]);
    let spec = Spec {
        target: Some(target),
        windows: &windows,
        exceptions: &exceptions,
        holiday_config_map: Some("holidays"),
        ..Spec::default()
    };
    log!("Spec": spec, Spec::default());
}
