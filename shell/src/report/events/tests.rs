use serde_json::Value;

use super::*;
use crate::api::Identity;

fn policy(name: &str) -> Policy {
    let identity = Identity {
        namespace: "shop".into(),
        name: name.into(),
        uid: "c0ffee".into(),
        generation: 1,
        created: DateTime::UNIX_EPOCH,
        deleting: false,
    };
    Policy::read(identity, &Value::Null, None)
}

/// The same in every process and with every compiler, or one happening would be told twice; and within the API's bounds.
#[test]
fn names_last_and_fit() {
    let happening = Happening {
        reason: Reason::ScaledUp,
        message: "é".repeat(2_000),
        mark: "2026-11-23T09:00:00Z/2/10".to_owned(),
        series: None,
    };
    assert_eq!(name(&policy("web"), &happening), "web.dbf5a2522b0651c2");
    let long = format!("{}.{}", "a".repeat(229), "b".repeat(20));
    let made = name(&policy(&long), &happening);
    assert!(made.len() <= 253 && made.starts_with(&format!("{}.", "a".repeat(229))) && !made.contains(".."), "{made}");
    let request = create(&policy("web"), &"i".repeat(300), &happening, "web.x", DateTime::UNIX_EPOCH);
    let said = format!("{request:?}");
    assert!(said.contains(&"i".repeat(128)) && !said.contains(&"i".repeat(129)));
    assert!(said.contains(&"é".repeat(512)) && !said.contains(&"é".repeat(513)));
}

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap()
}

fn drift(count: i32) -> Happening {
    Happening {
        reason: Reason::DriftCorrected,
        message: format!("put back to {count}"),
        mark: format!("1/{count}"),
        series: Some("new".to_owned()),
    }
}

/// What there is to tell at a second, told to an API server that takes it or doesn't.
fn tell(told: &mut Told, due: &mut VecDeque<Happening>, second: i64, takes: bool) -> Vec<String> {
    let web = policy("web");
    let mut requests = Vec::new();
    while let Some((request, telling)) = told.next(due, &web, "pod", at(second), at(second)) {
        requests.push(format!("{request:?}"));
        if takes {
            told.told(telling, &web, at(second), at(second));
        } else {
            due.extend(told.failed(telling));
            break;
        }
    }
    requests
}

/// A person who toggles something each second has 32 events at once, and then one a minute.
#[test]
fn an_object_has_so_many_events_and_no_more() {
    let (mut told, mut due) = (Told::default(), VecDeque::new());
    let mut posts = [0, 0];
    for second in 0..3_600 {
        let mark = second.to_string();
        due.push_back(Happening { reason: Reason::ScalingSkipped, message: "paused".to_owned(), mark, series: None });
        posts[usize::from(second >= 60)] += tell(&mut told, &mut due, second, true).len();
        assert!(due.is_empty());
    }
    assert_eq!(posts, [32, 59]);
    // Those that can't be told cost none of them, however long that lasts.
    let (mut told, mut due) = (Told::default(), VecDeque::from([drift(2)]));
    for _ in 0..100 {
        assert_eq!(tell(&mut told, &mut due, 0, false).len(), 1);
    }
    assert_eq!((tell(&mut told, &mut due, 0, true).len(), told.left), (1, Some((BURST - 1, at(0)))));
}

/// Once a minute, while it is told about at least every half hour.
#[test]
fn a_series_is_told_about_once_a_minute_and_ends() {
    let (mut told, mut due) = (Told::default(), VecDeque::new());
    let mut requests = Vec::new();
    for second in 0..600 {
        due.push_back(drift(2));
        requests.extend(tell(&mut told, &mut due, second, true));
    }
    let posts = requests.iter().filter(|request| request.contains("POST")).count();
    assert_eq!((posts, requests.len()), (1, 10), "{requests:#?}");
    assert!(requests[9].contains("Number(541)"), "{}", requests[9]);
    assert_eq!(told.next_write(at(599)), Some(at(600)));
    assert_eq!(tell(&mut told, &mut due, 600, true).len(), 1);
    assert_eq!(told.next_write(at(600)), None);
    // Later than half an hour it is another one, and so it is for another count.
    due.push_back(Happening { series: Some("later".to_owned()), ..drift(2) });
    let later = tell(&mut told, &mut due, 600 + 1_800, true);
    assert!(later[0].contains("POST"), "{later:#?}");
    assert_ne!(
        name(&policy("web"), &drift(2)),
        name(&policy("web"), &Happening { series: Some("later".into()), ..drift(2) })
    );
    due.push_back(drift(7));
    let other = tell(&mut told, &mut due, 600 + 1_801, true);
    assert!(other[0].contains("POST") && other[0].contains("put back to 7"), "{other:#?}");
    // Of one reason there is one series, and each reason has its own.
    due.push_back(Happening { reason: Reason::CountReverted, ..drift(7) });
    due.push_back(drift(7));
    assert_eq!(tell(&mut told, &mut due, 600 + 1_802, true).len(), 1);
    assert_eq!(told.series.iter().map(|series| series.count).collect::<Vec<_>>(), [2, 1]);
}

/// What the API server hasn't got can't be repeated, and what it has no more is told anew.
#[test]
fn a_series_begins_once_its_event_is_there() {
    let (mut told, mut due) = (Told::default(), VecDeque::from([drift(2)]));
    assert_eq!(tell(&mut told, &mut due, 0, false).len(), 1);
    assert!(told.series.is_empty() && due.len() == 1);
    due.push_back(drift(2));
    let requests = tell(&mut told, &mut due, 1, true);
    assert!(requests.len() == 1 && requests[0].contains("POST"), "{requests:#?}");
    assert_eq!((told.series[0].count, told.next_write(at(1))), (2, Some(at(61))));
    // The count couldn't be written, and then there is nothing to write it to.
    assert_eq!(tell(&mut told, &mut due, 61, false).len(), 1);
    assert_eq!(told.next_write(at(61)), Some(at(121)));
    assert_eq!(told.gone(Reason::DriftCorrected), Some(drift(2)));
    assert!(told.series.is_empty() && told.gone(Reason::DriftCorrected).is_none());
}

#[test]
fn what_was_told_by_a_clock_that_was_ahead_silences_nothing() {
    let happening = |mark: String| Happening { reason: Reason::ScaledUp, message: String::new(), mark, series: None };
    let wrong = 365 * 86_400;
    let (mut told, mut due) = (Told::default(), VecDeque::new());
    due.extend((1..BURST).map(|place| happening(place.to_string())));
    due.push_back(drift(2));
    assert_eq!(tell(&mut told, &mut due, wrong, true).len(), 32);
    // It is set right, and what happens again is told after a minute, what is new after another.
    due.push_back(drift(2));
    assert!(tell(&mut told, &mut due, 0, true).is_empty());
    assert_eq!(told.next_write(at(0)), Some(at(60)));
    assert_eq!(tell(&mut told, &mut due, 60, true).len(), 1);
    due.push_back(happening("new".to_owned()));
    assert_eq!(tell(&mut told, &mut due, 120, true).len(), 1);
}
