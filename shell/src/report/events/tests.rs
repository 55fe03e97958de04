use serde_json::Value;

use super::*;
use crate::api::Identity;

fn policy(name: &str) -> Policy {
    policy_in("shop", name)
}

fn policy_in(namespace: &str, name: &str) -> Policy {
    let identity = Identity {
        namespace: namespace.into(),
        name: name.into(),
        uid: "c0ffee".into(),
        generation: 1,
        created: DateTime::UNIX_EPOCH,
        deleting: false,
    };
    Policy::read(identity, &Value::Null, None)
}

fn due(happening: Happening) -> Due {
    Due { happening, place: "shop".into() }
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
    let request = create(&policy("web"), &"i".repeat(300), &due(happening), "web.x", DateTime::UNIX_EPOCH);
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
fn tell(told: &mut Told, due: &mut VecDeque<Due>, second: i64, takes: bool) -> Vec<String> {
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
    let (mut told, mut queue) = (Told::default(), VecDeque::new());
    let mut posts = [0, 0];
    for second in 0..3_600 {
        let mark = second.to_string();
        let happening = Happening { reason: Reason::ScalingSkipped, message: "paused".to_owned(), mark, series: None };
        queue.push_back(due(happening));
        posts[usize::from(second >= 60)] += tell(&mut told, &mut queue, second, true).len();
        assert!(queue.is_empty());
    }
    assert_eq!(posts, [32, 59]);
    // Those that can't be told cost none of them, however long that lasts.
    let (mut told, mut queue) = (Told::default(), VecDeque::from([due(drift(2))]));
    for _ in 0..100 {
        assert_eq!(tell(&mut told, &mut queue, 0, false).len(), 1);
    }
    assert_eq!(
        (tell(&mut told, &mut queue, 0, true).len(), told.left),
        (1, BTreeMap::from([("shop".into(), (BURST - 1, at(0)))]))
    );
}

/// Once a minute, while it is told about at least every half hour.
#[test]
fn a_series_is_told_about_once_a_minute_and_ends() {
    let (mut told, mut queue) = (Told::default(), VecDeque::new());
    let mut requests = Vec::new();
    for second in 0..600 {
        queue.push_back(due(drift(2)));
        requests.extend(tell(&mut told, &mut queue, second, true));
    }
    let posts = requests.iter().filter(|request| request.contains("POST")).count();
    assert_eq!((posts, requests.len()), (1, 10), "{requests:#?}");
    assert!(requests[9].contains("Number(541)"), "{}", requests[9]);
    assert_eq!(told.next_write(at(599)), Some(at(600)));
    assert_eq!(tell(&mut told, &mut queue, 600, true).len(), 1);
    assert_eq!(told.next_write(at(600)), None);
    // Later than half an hour it is another one, and so it is for another count.
    queue.push_back(due(Happening { series: Some("later".to_owned()), ..drift(2) }));
    let later = tell(&mut told, &mut queue, 600 + 1_800, true);
    assert!(later[0].contains("POST"), "{later:#?}");
    assert_ne!(
        name(&policy("web"), &drift(2)),
        name(&policy("web"), &Happening { series: Some("later".into()), ..drift(2) })
    );
    queue.push_back(due(drift(7)));
    let other = tell(&mut told, &mut queue, 600 + 1_801, true);
    assert!(other[0].contains("POST") && other[0].contains("put back to 7"), "{other:#?}");
    // Of one reason there is one series, and each reason has its own.
    queue.push_back(due(Happening { reason: Reason::CountReverted, ..drift(7) }));
    queue.push_back(due(drift(7)));
    assert_eq!(tell(&mut told, &mut queue, 600 + 1_802, true).len(), 1);
    assert_eq!(told.series.iter().map(|series| series.count).collect::<Vec<_>>(), [2, 1]);
}

/// What the API server hasn't got can't be repeated, and what it has no more is told anew.
#[test]
fn a_series_begins_once_its_event_is_there() {
    let (mut told, mut queue) = (Told::default(), VecDeque::from([due(drift(2))]));
    assert_eq!(tell(&mut told, &mut queue, 0, false).len(), 1);
    assert!(told.series.is_empty() && queue.len() == 1);
    queue.push_back(due(drift(2)));
    let requests = tell(&mut told, &mut queue, 1, true);
    assert!(requests.len() == 1 && requests[0].contains("POST"), "{requests:#?}");
    assert_eq!((told.series[0].count, told.next_write(at(1))), (2, Some(at(61))));
    // The count couldn't be written, and then there is nothing to write it to.
    assert_eq!(tell(&mut told, &mut queue, 61, false).len(), 1);
    assert_eq!(told.next_write(at(61)), Some(at(121)));
    assert_eq!(told.gone(Reason::DriftCorrected, "shop"), Some(due(drift(2))));
    assert!(told.series.is_empty() && told.gone(Reason::DriftCorrected, "shop").is_none());
}

#[test]
fn what_was_told_by_a_clock_that_was_ahead_silences_nothing() {
    let happening = |mark: String| Happening { reason: Reason::ScaledUp, message: String::new(), mark, series: None };
    let wrong = 365 * 86_400;
    let (mut told, mut queue) = (Told::default(), VecDeque::new());
    queue.extend((1..BURST).map(|place| due(happening(place.to_string()))));
    queue.push_back(due(drift(2)));
    assert_eq!(tell(&mut told, &mut queue, wrong, true).len(), 32);
    // It is set right, and what happens again is told after a minute, what is new after another.
    queue.push_back(due(drift(2)));
    assert!(tell(&mut told, &mut queue, 0, true).is_empty());
    assert_eq!(told.next_write(at(0)), Some(at(60)));
    assert_eq!(tell(&mut told, &mut queue, 60, true).len(), 1);
    queue.push_back(due(happening("new".to_owned())));
    assert_eq!(tell(&mut told, &mut queue, 120, true).len(), 1);
}

/// Of an object of the cluster: where the API server takes them, and in each namespace as many as any other object has in its own.
#[test]
fn an_object_of_the_cluster_has_its_events_in_each_namespace() {
    let night = policy_in("", "night");
    let (mut told, mut queue) = (Told::default(), VecDeque::new());
    let mut requests = Vec::new();
    for number in 0..200 {
        let place: Arc<str> = if number == 0 { "".into() } else { format!("team-{number}").into() };
        queue.extend((0..2).map(|_| Due { happening: drift(2), place: Arc::clone(&place) }));
    }
    while let Some((request, telling)) = told.next(&mut queue, &night, "pod", at(0), at(0)) {
        requests.push(format!("{request:?}"));
        told.told(telling, &night, at(0), at(0));
    }
    assert_eq!(requests.len(), 200, "one each, and the second is a part of its series");
    assert!(requests[0].contains("namespaces/default/events") && requests[0].matches("\"namespace\"").count() == 1);
    assert!(requests[7].contains("namespaces/team-7/events") && requests[7].matches("\"namespace\"").count() == 2);
    assert!(requests.iter().all(|request| request.contains("ClusterTimeWindowScaler")));
    assert!(
        told.left.len() == 200 && told.may(&"new".into(), at(3_600)) && told.left.len() == 1,
        "those are full again"
    );
}
