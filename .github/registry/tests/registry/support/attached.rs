//! What cosign leaves in a registry, in its own shapes; with a signature that nobody could verify.

use kyklos_registry::digest::Digest;
use serde_json::{Value, json};

use super::Shelf;

/// Signs a digest.
pub fn sign(shelf: &Shelf, digest: &str) -> String {
    let payload = json!({
        "critical": {
            "identity": {"docker-reference": "ghcr.io/kyklos/kyklos"},
            "image": {"docker-manifest-digest": digest},
            "type": "cosign container image signature"
        },
        "optional": null
    });
    attach(shelf, digest, ".sig", "application/vnd.dev.cosign.simplesigning.v1+json", &payload)
}

/// Attests something of a digest.
pub fn attest(shelf: &Shelf, digest: &str, predicate: &str) -> String {
    attach(shelf, digest, ".att", "application/vnd.dsse.envelope.v1+json", &envelope(digest, predicate))
}

fn envelope(digest: &str, predicate: &str) -> Value {
    let statement = json!({
        "_type": "https://in-toto.io/Statement/v0.1",
        "predicateType": predicate,
        "subject": [{"name": "ghcr.io/kyklos/kyklos", "digest": {"sha256": digest.trim_start_matches("sha256:")}}],
        "predicate": {}
    });
    json!({
        "payloadType": "application/vnd.in-toto+json",
        "payload": base64::Engine::encode(&base64::engine::general_purpose::STANDARD, statement.to_string()),
        "signatures": [{"keyid": "", "sig": "bm9uZQ=="}]
    })
}

fn attach(shelf: &Shelf, digest: &str, suffix: &str, media_type: &str, payload: &Value) -> String {
    let tag = format!("{}{suffix}", digest.replace(':', "-"));
    let manifest = manifest(shelf, media_type, payload, None);
    shelf.put(&tag, "application/vnd.oci.image.manifest.v1+json", manifest.to_string().as_bytes());
    tag
}

fn manifest(shelf: &Shelf, media_type: &str, payload: &Value, subject: Option<&str>) -> Value {
    let blob = |bytes: &[u8], media_type: &str| json!({"mediaType": media_type, "digest": shelf.put_blob(bytes), "size": bytes.len()});
    let mut manifest = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        // As cosign writes it: without a date.
        "config": blob(br#"{"created":"0001-01-01T00:00:00Z"}"#, "application/vnd.oci.image.config.v1+json"),
        "layers": [blob(payload.to_string().as_bytes(), media_type)],
    });
    if let Some(subject) = subject {
        manifest["subject"] = json!({
            "mediaType": "application/vnd.oci.image.index.v1+json", "digest": subject, "size": 1
        });
    }
    manifest
}

/// Attests something in bundles that a registry with a list of referrers lists by itself: as cosign 3 does.
pub fn bundle(shelf: &Shelf, digest: &str, predicates: &[&str]) -> Vec<Value> {
    let media_type = "application/vnd.dev.sigstore.bundle.v0.3+json";
    predicates
        .iter()
        .map(|predicate| {
            let bundle = json!({"mediaType": media_type, "dsseEnvelope": envelope(digest, predicate)});
            let bytes = manifest(shelf, media_type, &bundle, Some(digest)).to_string();
            let own = Digest::of(bytes.as_bytes()).to_string();
            shelf.put(&own, "application/vnd.oci.image.manifest.v1+json", bytes.as_bytes());
            json!({
                "mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": own, "size": bytes.len(),
                "artifactType": media_type
            })
        })
        .collect()
}

/// Attests something in bundles, listed under the tag that stands in for the list: as cosign 3 does elsewhere.
pub fn refer(shelf: &Shelf, digest: &str, predicates: &[&str]) -> String {
    let referrers = bundle(shelf, digest, predicates);
    let index = json!({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": referrers
    });
    let tag = digest.replace(':', "-");
    shelf.put(&tag, "application/vnd.oci.image.index.v1+json", index.to_string().as_bytes());
    tag
}

/// Everything that a release needs: signatures, and SBOMs of the platforms.
pub fn complete(shelf: &Shelf, image: &super::Built) -> Vec<String> {
    let mut tags = vec![sign(shelf, &image.digest)];
    for child in &image.children {
        tags.extend([sign(shelf, child), attest(shelf, child, "https://cyclonedx.org/bom")]);
    }
    tags
}
