//! The command lines of the components. File names are relative: each of them runs in the cluster's folder.

use crate::pki;
use crate::port::Port;

/// The names of etcd's sockets, files in the cluster's folder; etcd wants them to look like a host and a port.
pub(crate) const ETCD_SOCKET: &str = "etcd:0";
const ETCD_PEER_SOCKET: &str = "etcd-peer:0";

pub(crate) const AUDIT_LOG: &str = "audit.log";
pub(crate) const AUDIT_POLICY: &str = "audit-policy.yaml";
/// One line per request, without its body, and two for a watch: when it starts and when it ends.
pub(crate) const AUDIT_POLICY_CONTENT: &str = "\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
";

/// etcd listens on sockets in the folder alone: no port that may be taken, and nobody else can open them.
pub(crate) fn etcd() -> Vec<String> {
    flags(&[
        ("name", "devcluster"),
        ("data-dir", "etcd"),
        ("listen-client-urls", &format!("unix://{ETCD_SOCKET}")),
        ("advertise-client-urls", &format!("unix://{ETCD_SOCKET}")),
        ("listen-peer-urls", &format!("unix://{ETCD_PEER_SOCKET}")),
        ("initial-advertise-peer-urls", &format!("unix://{ETCD_PEER_SOCKET}")),
        ("initial-cluster", &format!("devcluster=unix://{ETCD_PEER_SOCKET}")),
        // The data is thrown away with the folder.
        ("unsafe-no-fsync", "true"),
        ("log-level", "warn"),
    ])
}

pub(crate) fn kube_apiserver(port: &Port, audit: bool, extra: &[String]) -> Vec<String> {
    let mut arguments = flags(&[
        ("etcd-servers", &format!("unix://{ETCD_SOCKET}")),
        ("bind-address", "127.0.0.1"),
        ("advertise-address", "127.0.0.1"),
        ("secure-port", &port.number().to_string()),
        // See `Port`, which holds it.
        ("permit-port-sharing", "true"),
        ("tls-cert-file", &format!("{}.crt", pki::SERVING)),
        ("tls-private-key-file", &format!("{}.key", pki::SERVING)),
        ("client-ca-file", pki::CA),
        ("service-account-issuer", "https://kubernetes.default.svc.cluster.local"),
        ("service-account-key-file", pki::SERVICE_ACCOUNT_PUBLIC_KEY),
        ("service-account-signing-key-file", pki::SERVICE_ACCOUNT_KEY),
        ("authorization-mode", "RBAC"),
        ("service-cluster-ip-range", "10.0.0.0/24"),
        // An endpoint on loopback is refused otherwise.
        ("endpoint-reconciler-type", "none"),
        ("profiling", "false"),
    ]);
    if audit {
        arguments.extend(flags(&[
            ("audit-policy-file", AUDIT_POLICY),
            ("audit-log-path", AUDIT_LOG),
            // In megabytes: never reached, since a reader doesn't expect the log to start anew.
            ("audit-log-maxsize", "10240"),
        ]));
    }
    // The last of two equal flags counts.
    arguments.extend_from_slice(extra);
    arguments
}

pub(crate) fn kube_controller_manager(kubeconfig: &str) -> Vec<String> {
    let controllers = [
        "deployment-controller",
        "replicaset-controller",
        "statefulset-controller",
        "garbage-collector-controller",
        "namespace-controller",
        "serviceaccount-controller",
        "horizontal-pod-autoscaler-controller",
        "cronjob-controller",
        "clusterrole-aggregation-controller",
    ];
    flags(&[
        ("kubeconfig", kubeconfig),
        ("controllers", &controllers.join(",")),
        // Without this the controllers share one user, which RBAC lets do next to nothing.
        ("use-service-account-credentials", "true"),
        ("service-account-private-key-file", pki::SERVICE_ACCOUNT_KEY),
        ("root-ca-file", pki::CA),
        ("leader-elect", "false"),
        // No port at all: nobody asks for its health.
        ("secure-port", "0"),
        // An autoscaler looks every 15 s otherwise, which is what a test of one would wait for.
        ("horizontal-pod-autoscaler-sync-period", "1s"),
        // Its own limit of 20 requests a second would be what a test of many objects measures.
        ("kube-api-qps", "1000"),
        ("kube-api-burst", "2000"),
    ])
}

fn flags(pairs: &[(&str, &str)]) -> Vec<String> {
    pairs.iter().map(|(name, value)| format!("--{name}={value}")).collect()
}
