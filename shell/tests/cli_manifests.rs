//! `kyklos manifests`: what it prints and what it refuses.

mod program;

use program::kyklos;
use serde_json::Value;

const IMAGE: &str =
    "ghcr.io/kyklos/kyklos:v0.1.0@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

fn printed(more: &str) -> String {
    let run = kyklos(&[], &format!("manifests --image {IMAGE} {more}"), "");
    assert_eq!((run.status, run.err.as_str()), (0, ""), "{more}");
    run.out
}

#[test]
fn both_forms_say_the_same() {
    let yaml: Vec<Value> = serde_saphyr::from_multiple(&printed("")).unwrap();
    let json: Value = serde_json::from_str(&printed("-o json")).unwrap();
    assert_eq!(json["kind"], "List");
    assert_eq!(Some(&yaml), json["items"].as_array());
    let crds: Value = serde_json::from_str(&kyklos(&[], "crd -o json", "").out).unwrap();
    let crds = crds["items"].as_array().unwrap();
    assert_eq!(yaml[..crds.len()], crds[..]);
    let without: Vec<Value> = serde_saphyr::from_multiple(&printed("--without-crd")).unwrap();
    assert_eq!(without[..], yaml[crds.len()..]);
}

#[test]
fn the_deployment_runs_the_image_by_its_digest_and_in_one_namespace_when_asked() {
    assert!(printed("").contains(&format!("image: {IMAGE}\n")));
    let json: Value = serde_json::from_str(&printed("-o json --watch-namespace shop")).unwrap();
    let deployment = json["items"].as_array().unwrap().last().unwrap();
    let container = &deployment["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(container["args"], serde_json::json!(["controller", "--namespace=shop"]));
    assert_eq!(container["imagePullPolicy"], "IfNotPresent");
    let tagged = kyklos(&[], "manifests --image registry.example:5000/kyklos:mine --allow-tag -o json", "");
    let json: Value = serde_json::from_str(&tagged.out).unwrap();
    let deployment = json["items"].as_array().unwrap().last().unwrap();
    let container = &deployment["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(container["image"], "registry.example:5000/kyklos:mine");
    assert_eq!(container.get("imagePullPolicy"), None, "Kubernetes decides by the tag");
}

/// What the Pod asks for and may have follows from `kyklos-bench -- controller memory`; pages of files and the kernel's own memory
/// come on top of what is measured there, so a limit is twice that.
#[test]
fn the_memory_of_a_pod_follows_from_the_figures() {
    let json: Value = serde_json::from_str(&printed("-o json")).unwrap();
    let deployment = json["items"].as_array().unwrap().last().unwrap();
    let resources = &deployment["spec"]["template"]["spec"]["containers"][0]["resources"];
    let megabytes = |which: &str| {
        let mebibytes = resources[which]["memory"].as_str().unwrap().strip_suffix("Mi").unwrap();
        mebibytes.parse::<f64>().unwrap() * 1.048_576
    };
    let (request, limit) = (megabytes("requests"), megabytes("limits"));
    let figures: Value = serde_json::from_str(include_str!("../../benches/controller.json")).unwrap();
    let memory = figures["parts"].as_array().unwrap().iter().find(|part| part["part"] == "memory").unwrap();
    // The most of all figures of memory with so many objects and Deployments; none is not a number.
    let measured = |objects: u64| {
        let lines = memory["lines"].as_array().unwrap().iter();
        let of_these = lines.filter(|line| line["objects"] == objects && line["unit"] == "MB");
        of_these.map(|line| line["measured"].as_f64().unwrap()).fold(f64::NAN, f64::max)
    };
    let (some, most) = (measured(3_000), measured(10_000));
    assert!((1.25 * some..=2.5 * some).contains(&request), "{request} MB asked for, {some} MB with 3,000 objects");
    assert!((2.0 * most..=3.0 * most).contains(&limit), "{limit} MB at most, {most} MB with 10,000 objects");
}

#[test]
fn the_nodes_are_of_the_platforms_that_the_image_has() {
    let both = printed("--platform linux/amd64 --platform linux/arm64");
    assert_eq!(both, printed(""), "those of a release");
    let more = printed("--platform linux/amd64 --platform linux/riscv64");
    assert_ne!(more, both);
    assert!(more.contains("riscv64") && !more.contains("arm64"), "{more}");
}

/// Each kind takes its own rights and no more, and what a right amounts to is said.
#[test]
fn kinds_are_granted_by_their_resources() {
    let rules = |targets: &str, more: &str| {
        let json: Value = serde_json::from_str(
            &kyklos(&[], &format!("manifests --image {IMAGE} -o json --targets {targets} {more}"), "").out,
        )
        .unwrap();
        let roles = json["items"].as_array().unwrap().iter().filter(|object| {
            ["Role", "ClusterRole"].contains(&object["kind"].as_str().unwrap())
                && object["metadata"]["name"] != "kyklos-override"
        });
        let mut all = Vec::new();
        for role in roles {
            for rule in role["rules"].as_array().unwrap() {
                let words = |field: &str| {
                    let list = rule[field].as_array().into_iter().flatten();
                    list.map(|word| word.as_str().unwrap().to_owned()).collect::<Vec<_>>().join(",")
                };
                let kind = role["kind"].as_str().unwrap();
                all.push(format!(
                    "{kind} {} {} {} {}",
                    words("apiGroups"),
                    words("resources"),
                    words("resourceNames"),
                    words("verbs")
                ));
            }
        }
        all
    };
    let base = rules("deployments", "");
    let beyond = |targets: &str, more: &str, base: &[String]| -> Vec<String> {
        rules(targets, more).into_iter().filter(|rule| !base.contains(rule)).collect()
    };
    assert_eq!(
        beyond("deployments,statefulsets.apps,replicasets", "", &base),
        [
            "ClusterRole apps replicasets  list,watch",
            "ClusterRole apps replicasets/scale  patch",
            "ClusterRole apps statefulsets  list,watch",
            "ClusterRole apps statefulsets/scale  patch",
        ]
    );
    assert_eq!(beyond("cronjobs", "", &base), ["ClusterRole batch cronjobs  list,patch,watch"]);
    assert_eq!(
        beyond("deployments,hpas", "", &base),
        ["ClusterRole autoscaling horizontalpodautoscalers  list,patch,watch"]
    );
    assert_eq!(
        beyond("hpas", "", &base),
        beyond("deployments,hpas", "", &base),
        "what they scale is nearly always one of those"
    );
    assert_eq!(rules("hpas", "").len(), rules("deployments,hpas", "").len(), "each once");
    assert_eq!(beyond("scaledobjects", "", &base), ["ClusterRole keda.sh scaledobjects  list,patch,watch"]);
    assert!(rules("cronjobs", "").iter().all(|rule| !rule.contains("apps")), "these and no others");
    let custom = ["example.com fleets  list,watch", "example.com fleets/scale  patch"];
    let crd = "ClusterRole apiextensions.k8s.io customresourcedefinitions fleets.example.com get";
    assert_eq!(
        beyond("fleets.example.com", "", &base),
        [format!("ClusterRole {}", custom[0]), format!("ClusterRole {}", custom[1]), crd.to_owned()]
    );
    let own = rules("deployments", "--watch-namespace shop");
    assert!(own.iter().all(|rule| rule.starts_with("Role ")), "{own:?}");
    assert_eq!(
        beyond("fleets.example.com", "--watch-namespace shop", &own),
        [crd.to_owned(), format!("Role {}", custom[0]), format!("Role {}", custom[1])]
    );

    let words = "# cronjobs: a rule can't name a field: who may patch a CronJob may have it run any Pod, under any service account of its namespace.";
    assert!(printed("--targets deployments,cronjobs").lines().any(|line| line == words));
    assert!(!printed("").contains("# cronjobs"));
    let words = "# hpas: for none what it scales is scaled, by its scale: this adds that right on deployments, and of other kinds that \
                 autoscalers scale name those, too;";
    assert!(printed("--targets hpas").lines().any(|line| line.starts_with(words)), "{}", printed("--targets hpas"));
    assert!(printed("--targets scaledobjects").contains("# scaledobjects: a rule can't name a field"));
    let json = kyklos(&[], &format!("manifests --image {IMAGE} --targets cronjobs -o json"), "");
    assert!(json.err.starts_with("note: cronjobs: a rule can't name a field"), "{}", json.err);
    serde_json::from_str::<Value>(&json.out).unwrap();
}

#[test]
fn what_is_refused_says_what_would_be_right() {
    let short = "ghcr.io/kyklos/kyklos:v0.1.0@sha256:12";
    for (arguments, words) in [
        (String::new(), ["--image: it is missing", "release's notes"]),
        ("--image ghcr.io/kyklos/kyklos:v0.1.0".into(), ["has no digest", "add --allow-tag"]),
        ("--image ghcr.io/kyklos/kyklos --allow-tag".into(), ["neither a tag nor a digest", ":v0.1.0@sha256:DIGEST"]),
        (format!("--image {short}"), ["\"sha256:12\" is no digest", "64 hexadecimal digits"]),
        ("--image Kyklos:1 --allow-tag".into(), ["\"Kyklos\" is no name", "lower case"]),
        (
            format!("--image {IMAGE} --targets daemonsets"),
            ["invalid value 'daemonsets'", "RESOURCE.GROUP for a custom kind"],
        ),
        (format!("--image {IMAGE} --namespace Shop"), ["invalid value 'Shop'", "lower-case letters"]),
        (format!("--image {IMAGE} --watch-namespace a.b"), ["invalid value 'a.b'", "lower-case letters"]),
        (
            format!("--image {IMAGE} --platform amd64"),
            ["invalid value 'amd64'", "linux/amd64, linux/arm64, linux/arm/v7"],
        ),
        (
            format!("--image {IMAGE} --watch-namespace kube-system --include-kube-namespaces"),
            ["cannot be used with", "--include-kube-namespaces"],
        ),
    ] {
        let run = kyklos(&[], &format!("manifests {arguments}"), "");
        assert_eq!((run.status, run.out.as_str()), (2, ""), "{arguments}");
        assert!(words.iter().all(|word| run.err.contains(word)), "{arguments}: {}", run.err);
    }
}
