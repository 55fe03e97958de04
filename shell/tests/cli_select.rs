//! What the command line says of schedules that pick their targets.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

mod program;

use program::kyklos;

const NIGHT: &str = "
apiVersion: kyklos.io/v1alpha1
kind: TimeWindowScaler
metadata: { name: night, namespace: shop }
spec:
  targets: { selector: { matchLabels: { tier: app } }, exclude: [{ name: listed }] }
  timezone: UTC
  windows: [{ name: night, start: '20:00', end: '06:00', replicas: 0 }]
";

fn workload(kind: &str, name: &str, more: &str) -> String {
    format!(
        "---\napiVersion: apps/v1\nkind: {kind}\nmetadata: {{ name: {name}, namespace: shop, labels: {{ tier: app }}{more} }}\nspec: \
         {{ replicas: 3 }}\n"
    )
}

#[test]
fn each_workload_of_the_files_is_told_what_it_gets_by_a_selection() {
    let files = [
        NIGHT.to_owned(),
        workload("Deployment", "web", ""),
        workload("Deployment", "listed", ""),
        workload("StatefulSet", "kept", ", annotations: { kyklos.io/exclude: 'true' }"),
        workload("StatefulSet", "db", ""),
    ];
    let said = kyklos(&[], "plan -f - --from 2026-11-23T21:00:00Z --days 1", &files.concat());
    let row = |name: &str| said.row(&format!(" shop/{name} "));
    for name in ["web", "db"] {
        assert_eq!(row(name)[2..6], ["3", "shop/night", "night", "0"], "{}", said.out);
    }
    for (name, why) in [
        ("listed", "shop/night leaves it out: it stands in spec.targets.exclude"),
        ("kept", "shop/night leaves it out: its annotation kyklos.io/exclude says so"),
    ] {
        let row = row(name);
        assert_eq!((row[2..6].join(" "), row[6..].join(" ").as_str()), ("3 - - -".to_owned(), why), "{}", said.out);
        let claims = kyklos(&[], "claims -f -", &files.concat());
        let row = claims.row(&format!(" shop/{name} "));
        assert_eq!((row[2..5].join(" "), row[5..].join(" ").as_str()), ("- - -".to_owned(), why), "{}", claims.out);
    }
}

#[test]
fn what_says_of_itself_what_nobody_understands_is_left_out_and_warned_of() {
    let strange = workload("Deployment", "strange", ", annotations: { kyklos.io/exclude: 'yes' }");
    let said =
        kyklos(&[], "validate --strict -f -", &[NIGHT.to_owned(), workload("Deployment", "web", ""), strange].concat());
    let words = "document 3: metadata.annotations: its annotation kyklos.io/exclude is neither \"true\" nor \"false\": write one of the two";
    assert!(said.status != 0 && said.err.contains(words), "{}", said.err);
}

#[test]
fn a_selection_that_picks_nothing_is_warned_of_and_without_workloads_nothing_is_said() {
    let other = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: x, namespace: shop }\n";
    let said = kyklos(&[], "validate -f -", &format!("{NIGHT}{other}"));
    assert!(said.err.contains("spec.targets: none of the workloads of shop in the files is picked"), "{}", said.err);
    assert_eq!(kyklos(&[], "validate -f -", NIGHT).err, "");
}

#[test]
fn what_is_wrong_with_a_selection_is_said() {
    let wrong = [
        (
            "targets:",
            "targetRef: { name: web }\n  targets:",
            "spec.targets: it stands beside targetRef: keep one of the two",
        ),
        (
            "  timezone: UTC",
            "  timezone: UTC\n  maxNewTargets: 0",
            "spec.maxNewTargets: 0 is out of range: write a whole number from 1 to 10000",
        ),
        (
            "targets: { ",
            "targets: { namespaces: { names: [lab] }, ",
            "spec.targets.namespaces: a TimeWindowScaler is for its own namespace alone: leave it out, or write a ClusterTimeWindowScaler",
        ),
        ("matchLabels", "matchLabel", "spec.targets.selector.matchLabel: unknown field: did you mean matchLabels?"),
    ];
    for (what, with, words) in wrong {
        let said = kyklos(&[], "validate -f -", &NIGHT.replacen(what, with, 1));
        assert!(said.err.contains(words), "{}", said.err);
    }
    let one = NIGHT.replacen(
        "targets: { selector: { matchLabels: { tier: app } }, exclude: [{ name: listed }] }",
        "targetRef: { name: web }\n  allowExclusion: false",
        1,
    );
    let said = kyklos(&[], "validate -f -", &one);
    assert!(
        said.err.contains("spec.allowExclusion: it goes with targets and has no effect beside targetRef"),
        "{}",
        said.err
    );
}

#[test]
fn other_tools_are_told_of_the_workloads_that_are_picked() {
    let files = [NIGHT.to_owned(), workload("Deployment", "web", ""), workload("Deployment", "listed", "")];
    let said = kyklos(&[], "gitops --for argo-cd -f -", &files.concat());
    assert!(said.out.contains("name: web") && !said.out.contains("listed"), "{}", said.out);
    // Of what another schedule has nothing of this one's is written.
    let hpa = "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: top, namespace: shop, labels: { tier: app } \
               }\nspec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, maxReplicas: 9 }\n";
    let web = "---\napiVersion: kyklos.io/v1alpha1\nkind: TimeWindowScaler\nmetadata: { name: web, namespace: shop }\n\
               spec: { targetRef: { name: web }, timezone: UTC, defaultReplicas: 0 }\n";
    let both = files.concat().replace("targets: {", "targets: { kinds: [{ kind: HorizontalPodAutoscaler }],") + hpa;
    let named = |files: &str| kyklos(&[], "gitops --for argo-cd -f -", files).out.contains("name: top");
    assert!(named(&both) && !named(&(both.clone() + web)));
    let said = kyklos(&[], "gitops --for argo-cd -f -", NIGHT);
    assert!(said.err.contains("no workload that it picks is in the files"), "{}", said.err);
}

/// A selection of Deployments, autoscalers and CronJobs, and what stands beside each other in the files.
fn mixed() -> String {
    let kinds =
        "kinds: [{ kind: Deployment }, { kind: HorizontalPodAutoscaler }, { kind: ScaledObject }, { kind: CronJob }]";
    let night = NIGHT.replace("targets: { selector: { matchLabels: { tier: app } }", &format!("targets: {{ {kinds}"));
    let of = |api_version: &str, kind: &str, name: &str, spec: &str| {
        format!(
            "---\napiVersion: {api_version}\nkind: {kind}\nmetadata: {{ name: {name}, namespace: shop }}\nspec: {{ {spec} }}\n"
        )
    };
    let scales = |name: &str| format!("scaleTargetRef: {{ apiVersion: apps/v1, kind: Deployment, name: {name} }}");
    [
        night,
        workload("Deployment", "web", ""),
        workload("Deployment", "queue", ""),
        workload("Deployment", "listed", ""),
        of(
            "autoscaling/v2",
            "HorizontalPodAutoscaler",
            "web",
            &format!("{}, minReplicas: 2, maxReplicas: 9", scales("web")),
        ),
        of("autoscaling/v2", "HorizontalPodAutoscaler", "of-listed", &format!("{}, maxReplicas: 9", scales("listed"))),
        of("keda.sh/v1alpha1", "ScaledObject", "queue", &format!("{}, triggers: []", scales("queue"))),
        of("batch/v1", "CronJob", "report", "schedule: '* * * * *', startingDeadlineSeconds: 60"),
    ]
    .concat()
}

#[test]
fn what_an_autoscaler_scales_is_left_to_it_where_both_are_picked() {
    let said = kyklos(&[], "validate --strict -f -", &mixed());
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    let said = kyklos(&[], "plan -f - --from 2026-11-23T21:00:00Z --days 1", &mixed());
    let (_, table) = said.out.split_once("Workloads of the files, to begin with\n\n").unwrap();
    assert_eq!(
        table,
        "\
WORKLOAD                                HAS  BY          APPLIES  GETS  NOTE
Deployment shop/web                       3  shop/night  night       0  for HorizontalPodAutoscaler web, which stands still at 0
Deployment shop/queue                     3  shop/night  night       -  left to ScaledObject queue
Deployment shop/listed                    3  -           -           -  shop/night leaves it out: it stands in spec.targets.exclude
HorizontalPodAutoscaler shop/web          -  shop/night  night       0
HorizontalPodAutoscaler shop/of-listed    -  -           -           -  shop/night leaves it out: what it scales is left out: it stands in \
                        spec.targets.exclude
ScaledObject shop/queue                   -  shop/night  night       0
CronJob shop/report                       -  shop/night  night       0
"
    );
}

#[test]
fn claims_of_files_are_told_as_those_of_a_cluster() {
    let floor = "---\napiVersion: kyklos.io/v1alpha1\nkind: TimeWindowScaler\nmetadata: { name: floor, namespace: shop }\nspec: { timezone: UTC, \
                 targetRef: { apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, name: web } }\n";
    let said = kyklos(&[], "claims -f -", &mixed());
    let left = |by: &str| format!("it is left to {by}, which scales it and is picked as well");
    let listed = "it stands in spec.targets.exclude";
    assert_eq!(
        (said.out, said.err.as_str(), said.status),
        (
            format!(
                "\
WORKLOAD                                BY          ORIGINAL  HELD  NOTE
Deployment shop/listed                  -                  -     -  shop/night leaves it out: {listed}
Deployment shop/queue                   shop/night         -     -  {}
Deployment shop/web                     shop/night         -     -  {}
HorizontalPodAutoscaler shop/of-listed  -                  -     -  shop/night leaves it out: what it scales is left out: {listed}
HorizontalPodAutoscaler shop/web        shop/night         -     -
CronJob shop/report                     shop/night         -     -
ScaledObject shop/queue                 shop/night         -     -
",
                left("ScaledObject queue"),
                left("HorizontalPodAutoscaler web")
            ),
            "",
            0
        )
    );
    let said = kyklos(&[], "claims -f -", &(mixed() + floor));
    let row = |name: &str| said.out.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
    let lost = "shop/night doesn't act, shop/floor comes first: it names the target, which is narrower";
    assert!(row("HorizontalPodAutoscaler shop/web").contains("shop/floor"), "{}", said.out);
    assert!(row("HorizontalPodAutoscaler shop/web").ends_with(lost), "{}", said.out);
    assert!(row("Deployment shop/web").ends_with("by HorizontalPodAutoscaler web, which scales it"), "{}", said.out);
    let said = kyklos(&[], "claims -n Shop -f -", &mixed());
    assert!(said.status == 2 && said.err.contains("--namespace: \"Shop\" is no namespace's name"), "{}", said.err);
}

#[test]
fn what_is_left_out_until_an_instant_is_picked_from_then_on() {
    let until = "2026-11-23T21:30:00Z";
    let files = NIGHT.to_owned()
        + &workload("Deployment", "web", &format!(", annotations: {{ kyklos.io/exclude-until: '{until}' }}"));
    let row =
        |from: &str| kyklos(&[], &format!("plan -f - --from {from} --days 1"), &files).row(" shop/web ").join(" ");
    let words = "shop/night leaves it out: its annotation kyklos.io/exclude-until says so until 2026-11-23T21:30:00Z";
    assert_eq!(row("2026-11-23T21:00:00Z"), format!("Deployment shop/web 3 - - - {words}"));
    assert_eq!(row(until), "Deployment shop/web 3 shop/night night 0");
    // A date begins in each zone at another instant.
    let tokyo = files.replace("timezone: UTC", "timezone: Asia/Tokyo");
    let row =
        |from: &str| kyklos(&[], &format!("plan -f - --from {from} --days 1"), &tokyo).row(" shop/web ").join(" ");
    assert!(row("2026-11-24").ends_with(words), "{}", row("2026-11-24"));
    assert_eq!(row("2026-11-25"), "Deployment shop/web 3 shop/night night 0");
}

#[test]
fn of_many_that_lose_a_workload_three_are_named_and_the_others_counted() {
    let one = |n: usize| format!("---{}", NIGHT.replace("name: night,", &format!("name: n{n},")));
    let many: String = (10..=99).map(one).collect();
    let files = many + &workload("Deployment", "web", "");
    let lost = |name: &str| {
        format!("shop/{name} doesn't act, shop/n10 comes first: it was made in the same second and comes first by name")
    };
    let words = format!("{}; {}; {}; and 86 more", lost("n11"), lost("n12"), lost("n13"));
    for command in ["claims -f -", "plan --days 1 -f -"] {
        let row = kyklos(&[], command, &files).row("Deployment shop/web ").join(" ");
        assert!(row.ends_with(&words), "{row}");
    }
}

#[test]
fn claims_of_files_are_of_every_namespace_unless_one_is_asked_for() {
    let files = [NIGHT.to_owned(), workload("Deployment", "web", "")].concat();
    let (all, plain) = (kyklos(&[], "claims -A -f -", &files), kyklos(&[], "claims -f -", &files));
    assert_eq!((all.status, all.out), (0, plain.out), "{}", all.err);
}
