//! A token that is renewed in its file, as the kubelet does it for a Pod.

use std::path::Path;
use std::time::Instant;

use http::{Request, StatusCode};
use k8s_openapi::api::authentication::v1::BoundObjectReference;
use k8s_openapi::api::core::v1::Secret;
use kube::api::{Api, PostParams};
use kube::client::Body;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use serde_json::{Value, json};

use crate::account::{token, with_token};
use crate::audit::{answered, caught_up, requests, requests_of_nobody};
use crate::stage::Stage;
use crate::waits::{PATIENCE, pause};

/// A token that is good as long as a Secret of this name is there.
async fn token_of(stage: &Stage, name: &str) -> String {
    let secret: Secret = serde_json::from_value(json!({ "metadata": { "name": name } })).unwrap();
    let made = secrets(stage).create(&PostParams::default(), &secret).await.unwrap();
    let bound = BoundObjectReference {
        api_version: Some("v1".to_owned()),
        kind: Some("Secret".to_owned()),
        name: Some(name.to_owned()),
        uid: made.metadata.uid,
    };
    token(&stage.client, &stage.namespace, Some(bound)).await
}

fn secrets(stage: &Stage) -> Api<Secret> {
    Api::namespaced(stage.client.clone(), &stage.namespace)
}

/// Puts a token where the other one was, at once.
fn put(file: &Path, token: &str) {
    let new = file.with_extension("new");
    std::fs::write(&new, token).unwrap();
    std::fs::rename(&new, file).unwrap();
}

/// A client that has this kubeconfig.
async fn client(kubeconfig: &str) -> Client {
    let kubeconfig = Kubeconfig::from_yaml(kubeconfig).unwrap();
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await.unwrap();
    Client::try_from(config).unwrap()
}

/// The file's token is another one after a while, and the first one is taken by nobody any more. Kube reads the file once a minute.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_renewed_in_its_file_is_used_before_the_old_one_ends() {
    let mut stage = Stage::new("token").await;
    let (first, second) = (token_of(&stage, "first").await, token_of(&stage, "second").await);
    let file = stage.folder.path().join("token");
    put(&file, &first);
    let admin = Kubeconfig::read_from(stage.cluster().kubeconfig()).unwrap();
    let with_first = with_token(&admin, &first, &stage.namespace);
    let mut by_file: Value = serde_json::from_str(&with_first).unwrap();
    by_file["users"][0]["user"] = json!({ "tokenFile": file });
    stage.account.kubeconfig = stage.folder.path().join("by-file.json");
    std::fs::write(&stage.account.kubeconfig, by_file.to_string()).unwrap();

    stage.deploy("web", 1).await;
    let always = json!([{ "start": "00:00", "end": "24:00", "replicas": 4 }]);
    stage.scaler("web", json!({ "targetRef": { "name": "web" }, "timezone": "UTC", "windows": always })).await;
    // Its host has a name that is longer than what the API takes for a reporter: it leads and tells like any other.
    let controller = stage.real_controller(&"x".repeat(300));
    stage.scaled("web", 4).await;
    caught_up(&stage).await;
    let old = requests(&stage)[0].token.clone();
    assert!(!old.is_empty() && requests(&stage).iter().all(|request| request.token == old));

    put(&file, &second);
    // The lease is renewed all the time. The other clients were made in the same second, so their next request reads the file, too.
    answered(&stage, 1, "renewals with the new token", |request| request.resource == "leases" && request.token != old)
        .await;
    secrets(&stage).delete("first", &Default::default()).await.unwrap();
    let holder = client(&with_first).await;
    let begin = Instant::now();
    loop {
        // What was found good is so for ten seconds more.
        let question = Request::get("/version").body(Body::empty()).unwrap();
        if holder.send(question).await.unwrap().status() == StatusCode::UNAUTHORIZED {
            break;
        }
        assert!(begin.elapsed() < PATIENCE, "the old token is still good");
        pause().await;
    }
    stage.scale_by_hand("web", 7);
    stage.scaled("web", 4).await;
    stage.event("web", "DriftCorrected", 1).await;
    answered(&stage, 1, "comparisons of the clock with it", |request| {
        request.uri == "/version" && request.token != old
    })
    .await;
    caught_up(&stage).await;
    let mut refused = requests_of_nobody(&stage);
    refused.retain(|request| request.agent.starts_with("kyklos/"));
    assert!(refused.is_empty(), "{refused:#?}");
    assert_eq!(controller.probe("/readyz").0, 200);
    assert!(controller.stop().success());
}
