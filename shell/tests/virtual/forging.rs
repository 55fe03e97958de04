//! Whatever somebody writes where, no line of the log, no condition and no event begins anew inside of it.

use std::io::Write;
use std::sync::{Arc, Mutex};

use kyklos_testserver::{Fault, Filter, Kind, Refusal};
use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;

use crate::world::{World, office};

const FORGED: &str = "x\n2026-11-26T00:00:00Z ERROR kyklos: forged\r\u{1b}[2J\u{2028}\u{202e}\u{85}";

/// Where the log goes.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

fn is_plain(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}'))
}

/// All texts of a value, its keys too.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(list) => list.iter().for_each(|value| texts(value, found)),
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            found.push(key.clone());
            texts(value, found);
        }),
        _ => {}
    }
}

/// As in a cluster whose CRD has no patterns: each place in which somebody can leave a text.
fn furnished() -> World {
    let world = World::at("2026-11-23T08:59:00Z");
    for name in ["name", "zone", "holidays", "override", "manager", "refused", "target"] {
        world.deploy(name, 2);
        world.scaler(name, office(name));
    }
    world.edit("name", json!({ "windows": [{ "name": FORGED, "start": "09:00", "end": "17:00", "replicas": 10 }] }));
    world.edit("zone", json!({ "timezone": FORGED, FORGED: FORGED }));
    world.edit("target", json!({ "targetRef": { "name": FORGED } }));
    let days = json!({
        "metadata": { "namespace": "shop", "name": "days" },
        "data": { FORGED: FORGED, "2026-12-25": FORGED },
    });
    world.server.create(Kind::ConfigMap, "kubectl", &days).unwrap();
    world.edit("holidays", json!({ "holidayMode": "treat-as-closed", "holidayConfigMap": "days" }));
    let annotation = json!({ "metadata": { "annotations": { "kyklos.io/override": FORGED, FORGED: FORGED } } });
    world.server.edit(Kind::TimeWindowScaler, "shop", "override", "kubectl", &annotation).unwrap();
    let refusal = Refusal::forbidden(&format!("admission webhook said {FORGED}"));
    world.server.fault(Filter::scale_writes().name("refused"), None, Fault::Refuse(refusal.clone()));
    world.server.fault(Filter::status_writes().name("zone"), 3, Fault::Refuse(refusal.clone()));
    world.server.fault(Filter::writes().kind(Kind::Event), 3, Fault::Refuse(refusal.clone()));
    for kind in [Kind::TimeWindowScaler, Kind::Deployment, Kind::ConfigMap, Kind::Lease] {
        world.server.fault(Filter::all().kind(kind).agent("watch"), 1, Fault::Refuse(refusal.clone()));
    }
    world.server.fault(Filter::writes().kind(Kind::Lease), 2, Fault::Refuse(refusal));
    world
}

#[tokio::test(start_paused = true)]
async fn no_text_of_anybody_is_a_line_of_its_own() {
    for json in [false, true] {
        let log = Log::default();
        let lines = tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(log.clone());
        let _logging = if json {
            tracing::subscriber::set_default(lines.json().flatten_event(true).finish())
        } else {
            tracing::subscriber::set_default(lines.with_ansi(false).finish())
        };
        let world = furnished();
        let controller = world.controller();
        world.until("2026-11-23T09:00:10Z").await;
        for _ in 0..6 {
            world.server.scale(Kind::Deployment, "shop", "manager", FORGED, 4).unwrap();
            world.pass(5).await;
        }
        assert!(world.message("manager", "Degraded").contains("ERROR kyklos: forged"), "the fight names its manager");
        let thief = json!({ "spec": { "holderIdentity": FORGED } });
        world.server.edit(Kind::Lease, "shop", "kyklos", "kubectl", &thief).unwrap();
        world.pass(60).await;
        controller.stop().await;

        let said = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert!(said.matches("forged").count() >= 8, "too little was logged to say anything: {said}");
        for line in said.split('\n').filter(|line| !line.is_empty()) {
            assert!(is_plain(line), "{line:?}");
            if json {
                assert!(serde_json::from_str::<Value>(line).is_ok_and(|line| line.is_object()), "{line:?}");
            } else {
                let level = line.split_whitespace().nth(1).unwrap_or_default();
                assert!(["ERROR", "WARN", "INFO", "DEBUG"].contains(&level), "{line:?}");
                assert!(!line.starts_with("2026-11-26T00:00:00Z"), "{line:?}");
            }
        }
        let mut all = Vec::new();
        for name in ["name", "zone", "holidays", "override", "manager", "refused", "target"] {
            texts(&world.status(name), &mut all);
        }
        for event in world.server.list(Kind::Event, "shop") {
            texts(&json!([event["note"], event["reason"], event["metadata"]["name"]]), &mut all);
        }
        assert!(all.iter().filter(|text| text.contains("forged")).count() >= 8, "{all:#?}");
        for text in all {
            assert!(is_plain(&text), "{text:?}");
        }
    }
}
