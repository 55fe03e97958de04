//! Lists and watches.

use http::Request;
use http_body_util::BodyExt as _;
use kube::client::Body;
use serde_json::{Value, json};

use tokio::time::timeout;

use crate::ask::{APPLY, Asker, JSON, PATIENCE};
use crate::scales::deployment;

const ALL: &str = "/apis/apps/v1/namespaces/default/deployments";

pub(crate) async fn ask(server: &mut Asker) {
    for name in ["w0", "w1", "w2"] {
        server.ask("POST", ALL, JSON, deployment(name, 1)).await;
    }
    server.ask("GET", ALL, JSON, Value::Null).await;
    let page = server.ask("GET", &format!("{ALL}?limit=2"), JSON, Value::Null).await;
    let token = page["metadata"]["continue"].as_str().unwrap();
    let rest = server.send("GET", &format!("{ALL}?limit=2&continue={token}"), JSON, &Value::Null).await;
    server.note("the rest", json!([rest.0, crate::ask::comparable(&rest.1)]));
    server.ask("GET", &format!("{ALL}?fieldSelector=metadata.name%3Dw1"), JSON, Value::Null).await;
    server.ask("GET", &format!("{ALL}?fieldSelector=spec.replicas%3D1"), JSON, Value::Null).await;
    server.ask("GET", &format!("{ALL}?labelSelector=nothing%3Dhere"), JSON, Value::Null).await;
    server.ask("GET", &format!("{ALL}?resourceVersion=0"), JSON, Value::Null).await;
    let (code, answer) = server.send("GET", &format!("{ALL}?resourceVersion=x1"), JSON, &Value::Null).await;
    server.note("a version that is no number", json!([code, answer["reason"]]));
    let future = format!("{ALL}?resourceVersion=999999999");
    let (code, answer) = server.send("GET", &future, JSON, &Value::Null).await;
    server.note("a version to come", json!([code, answer["reason"], answer["details"]["retryAfterSeconds"]]));
    let unmatched = format!("{ALL}?watch=true&sendInitialEvents=true&allowWatchBookmarks=true");
    let (code, answer) = server.send("GET", &unmatched, JSON, &Value::Null).await;
    server.note("a streaming list without a match", json!([code, answer["reason"]]));
    server.ask("GET", "/apis/nothing.io/v1/things", JSON, Value::Null).await;
    server.ask("GET", &format!("{ALL}/w1/nothing"), JSON, Value::Null).await;

    // A list that streams and goes on; and a watch from its version sees the same changes.
    let stream = "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
    let mut first = open(server, &format!("{ALL}?{stream}&timeoutSeconds=30")).await;
    let start = tell(&mut first, 4).await;
    server.note("a streaming list", json!(start.iter().map(shown).collect::<Vec<_>>()));
    let version = start[3]["object"]["metadata"]["resourceVersion"].as_str().unwrap().to_owned();
    let scale = json!({ "apiVersion": "autoscaling/v1", "kind": "Scale", "spec": { "replicas": 5 } });
    let path = format!("{ALL}/w1/scale?fieldManager=kyklos&force=true");
    assert_eq!(server.send("PATCH", &path, APPLY, &scale).await.0, 200);
    assert_eq!(server.send("POST", ALL, JSON, &deployment("w3", 2)).await.0, 201);
    assert_eq!(server.send("DELETE", &format!("{ALL}/w0"), JSON, &Value::Null).await.0, 200);
    let changes = tell(&mut first, 3).await;
    let rising = changes.windows(2).all(|two| number(&two[0]) < number(&two[1]));
    server.note("changes", json!(changes.iter().map(shown).collect::<Vec<_>>()));
    server.note("versions rise, the deletion's too", json!(rising));
    let mut second = open(server, &format!("{ALL}?watch=true&resourceVersion={version}&timeoutSeconds=30")).await;
    let again = tell(&mut second, 3).await;
    server.note("the same again", json!(again == changes));

    let one = format!("{ALL}?{stream}&fieldSelector=metadata.name%3Dw1&timeoutSeconds=30");
    let seen = tell(&mut open(server, &one).await, 2).await;
    server.note("one by name", json!(seen.iter().map(shown).collect::<Vec<_>>()));
    // From "any" version: what is there, without a mark at its end; the watch then ends by itself.
    let mut any = open(server, &format!("{ALL}?watch=true&resourceVersion=0&timeoutSeconds=1")).await;
    let mut all = tell(&mut any, 3).await;
    all.sort_by_key(number);
    server.note("from any version", json!(all.iter().map(shown).collect::<Vec<_>>()));
    server.note("its end", json!(timeout(PATIENCE, any.body.frame()).await.map(|frame| frame.is_none()).ok()));

    let too_old = open(server, &format!("{ALL}?watch=true&resourceVersion=1&timeoutSeconds=3")).await;
    server.note("a version before the first", json!(too_old.code));
}

/// A watch that is read line by line.
pub(crate) struct Open {
    code: u16,
    pub(crate) body: Body,
    rest: Vec<u8>,
}

pub(crate) async fn open(server: &Asker, path: &str) -> Open {
    let request = Request::get(path).header("Accept-Encoding", "identity").body(Body::empty()).unwrap();
    let response = timeout(PATIENCE, server.client.send(request)).await.unwrap_or_else(|_| panic!("no answer: {path}"));
    let response = response.unwrap();
    Open { code: response.status().as_u16(), body: response.into_body(), rest: Vec::new() }
}

/// The next lines, whatever bookmarks come between them left out but for the one that ends a list.
pub(crate) async fn tell(open: &mut Open, lines: usize) -> Vec<Value> {
    let mut seen = Vec::new();
    while seen.len() < lines {
        if let Some(end) = open.rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = open.rest.drain(..=end).collect();
            let line: Value = serde_json::from_slice(&line).unwrap();
            let mark = line["type"] == "BOOKMARK";
            if !mark || line.pointer("/object/metadata/annotations").is_some() {
                seen.push(line);
            }
            continue;
        }
        let frame = timeout(PATIENCE, open.body.frame()).await.unwrap_or_else(|_| panic!("only {seen:?}"));
        let frame = frame.expect("the watch goes on").unwrap();
        open.rest.extend_from_slice(&frame.into_data().unwrap());
    }
    seen
}

pub(crate) fn shown(line: &Value) -> Value {
    let object = &line["object"];
    json!([
        line["type"],
        object["kind"],
        object["apiVersion"],
        object["metadata"]["name"],
        object["metadata"]["annotations"]["k8s.io/initial-events-end"],
        if line["type"] == "BOOKMARK" { Value::Null } else { object["spec"]["replicas"].clone() },
    ])
}

fn number(line: &Value) -> u64 {
    line["object"]["metadata"]["resourceVersion"].as_str().unwrap().parse().unwrap()
}
