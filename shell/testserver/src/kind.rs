//! What the server serves: a table, so that another kind is a row.

/// The kinds of objects that the server knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// `kyklos.io/v1alpha1`, of the cluster, a custom resource with `status`.
    ClusterTimeWindowScaler,
    /// `v1`, namespaced.
    ConfigMap,
    /// `batch/v1`, namespaced, with `status`.
    CronJob,
    /// `apps/v1`, namespaced, with `status` and `scale`.
    Deployment,
    /// `events.k8s.io/v1`, namespaced.
    Event,
    /// `example.com/v1`, namespaced, a custom resource with `status` and `scale`, whose count is `spec.size`.
    Fleet,
    /// `autoscaling/v2`, namespaced, with `status`.
    HorizontalPodAutoscaler,
    /// `coordination.k8s.io/v1`, namespaced.
    Lease,
    /// `v1`, of the cluster.
    Namespace,
    /// `karpenter.sh/v1`, of the cluster, a custom resource with `status` and `scale`.
    NodePool,
    /// `kyklos.io/v1alpha1`, namespaced, a custom resource without `status`.
    ScaleRecord,
    /// `keda.sh/v1alpha1`, namespaced, a custom resource with `status`. It is served once it is installed.
    ScaledObject,
    /// `apps/v1`, namespaced, with `status` and `scale`.
    StatefulSet,
    /// `kyklos.io/v1alpha1`, namespaced, a custom resource with `status`.
    TimeWindowOverride,
    /// `kyklos.io/v1alpha1`, namespaced, a custom resource with `status`.
    TimeWindowScaler,
}

/// What raises an object's generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Generation {
    /// It has none.
    None,
    /// A change of the spec.
    Spec,
    /// A change of the spec or of the annotations: so are Deployments.
    SpecOrAnnotations,
    /// A change of anything but metadata and status: so are custom resources with the subresource `status`.
    AllButStatus,
}

/// A row of the table.
#[derive(Debug)]
pub(crate) struct About {
    pub(crate) group: &'static str,
    pub(crate) version: &'static str,
    pub(crate) plural: &'static str,
    pub(crate) name: &'static str,
    pub(crate) namespaced: bool,
    pub(crate) status: bool,
    pub(crate) scale: bool,
    /// The field of `spec` that `scale` speaks of.
    pub(crate) count: &'static str,
    pub(crate) generation: Generation,
    /// Whether a PUT without a resourceVersion is taken.
    pub(crate) unconditional_update: bool,
    /// Whether a PUT creates what isn't there.
    pub(crate) create_on_update: bool,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::ClusterTimeWindowScaler,
        Self::ConfigMap,
        Self::CronJob,
        Self::Deployment,
        Self::Event,
        Self::Fleet,
        Self::HorizontalPodAutoscaler,
        Self::Lease,
        Self::Namespace,
        Self::NodePool,
        Self::ScaleRecord,
        Self::ScaledObject,
        Self::StatefulSet,
        Self::TimeWindowOverride,
        Self::TimeWindowScaler,
    ];

    /// The kind that a path names.
    pub(crate) fn find(group: &str, version: &str, plural: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| {
            let about = kind.about();
            about.group == group && about.version == version && about.plural == plural
        })
    }

    pub(crate) const fn about(self) -> &'static About {
        match self {
            Self::ClusterTimeWindowScaler => &About {
                group: "kyklos.io",
                version: "v1alpha1",
                plural: "clustertimewindowscalers",
                name: "ClusterTimeWindowScaler",
                namespaced: false,
                status: true,
                scale: false,
                count: "replicas",
                generation: Generation::AllButStatus,
                unconditional_update: false,
                create_on_update: true,
            },
            Self::ConfigMap => &About {
                group: "",
                version: "v1",
                plural: "configmaps",
                name: "ConfigMap",
                namespaced: true,
                status: false,
                scale: false,
                count: "replicas",
                generation: Generation::None,
                unconditional_update: true,
                create_on_update: false,
            },
            Self::CronJob => &About {
                group: "batch",
                version: "v1",
                plural: "cronjobs",
                name: "CronJob",
                namespaced: true,
                status: true,
                scale: false,
                count: "replicas",
                generation: Generation::Spec,
                unconditional_update: true,
                create_on_update: false,
            },
            Self::Deployment => &About {
                group: "apps",
                version: "v1",
                plural: "deployments",
                name: "Deployment",
                namespaced: true,
                status: true,
                scale: true,
                count: "replicas",
                generation: Generation::SpecOrAnnotations,
                unconditional_update: true,
                create_on_update: false,
            },
            Self::Event => &About {
                group: "events.k8s.io",
                version: "v1",
                plural: "events",
                name: "Event",
                namespaced: true,
                status: false,
                scale: false,
                count: "replicas",
                generation: Generation::None,
                unconditional_update: true,
                create_on_update: true,
            },
            Self::Fleet => &About {
                group: "example.com",
                version: "v1",
                plural: "fleets",
                name: "Fleet",
                namespaced: true,
                status: true,
                scale: true,
                count: "size",
                generation: Generation::AllButStatus,
                unconditional_update: false,
                create_on_update: true,
            },
            Self::HorizontalPodAutoscaler => &About {
                group: "autoscaling",
                version: "v2",
                plural: "horizontalpodautoscalers",
                name: "HorizontalPodAutoscaler",
                namespaced: true,
                status: true,
                scale: false,
                count: "replicas",
                generation: Generation::None,
                unconditional_update: true,
                create_on_update: false,
            },
            Self::Lease => &About {
                group: "coordination.k8s.io",
                version: "v1",
                plural: "leases",
                name: "Lease",
                namespaced: true,
                status: false,
                scale: false,
                count: "replicas",
                generation: Generation::None,
                unconditional_update: false,
                create_on_update: true,
            },
            Self::Namespace => &About {
                group: "",
                version: "v1",
                plural: "namespaces",
                name: "Namespace",
                namespaced: false,
                status: true,
                scale: false,
                count: "replicas",
                generation: Generation::None,
                unconditional_update: true,
                create_on_update: false,
            },
            Self::NodePool => &About {
                group: "karpenter.sh",
                version: "v1",
                plural: "nodepools",
                name: "NodePool",
                namespaced: false,
                status: true,
                scale: true,
                count: "replicas",
                generation: Generation::AllButStatus,
                unconditional_update: false,
                create_on_update: true,
            },
            Self::ScaleRecord => &About {
                group: "kyklos.io",
                version: "v1alpha1",
                plural: "scalerecords",
                name: "ScaleRecord",
                namespaced: true,
                status: false,
                scale: false,
                count: "replicas",
                generation: Generation::AllButStatus,
                unconditional_update: false,
                create_on_update: true,
            },
            Self::ScaledObject => &About {
                group: "keda.sh",
                version: "v1alpha1",
                plural: "scaledobjects",
                name: "ScaledObject",
                namespaced: true,
                status: true,
                scale: false,
                count: "replicas",
                generation: Generation::AllButStatus,
                unconditional_update: false,
                create_on_update: true,
            },
            Self::StatefulSet => &About {
                group: "apps",
                version: "v1",
                plural: "statefulsets",
                name: "StatefulSet",
                namespaced: true,
                status: true,
                scale: true,
                count: "replicas",
                generation: Generation::Spec,
                unconditional_update: true,
                create_on_update: false,
            },
            Self::TimeWindowOverride => &About {
                group: "kyklos.io",
                version: "v1alpha1",
                plural: "timewindowoverrides",
                name: "TimeWindowOverride",
                namespaced: true,
                status: true,
                scale: false,
                count: "replicas",
                generation: Generation::AllButStatus,
                unconditional_update: false,
                create_on_update: true,
            },
            Self::TimeWindowScaler => &About {
                group: "kyklos.io",
                version: "v1alpha1",
                plural: "timewindowscalers",
                name: "TimeWindowScaler",
                namespaced: true,
                status: true,
                scale: false,
                count: "replicas",
                generation: Generation::AllButStatus,
                unconditional_update: false,
                create_on_update: true,
            },
        }
    }

    /// Whether it comes by a CRD.
    pub(crate) const fn is_custom(self) -> bool {
        matches!(
            self,
            Self::ClusterTimeWindowScaler
                | Self::Fleet
                | Self::NodePool
                | Self::ScaleRecord
                | Self::ScaledObject
                | Self::TimeWindowOverride
                | Self::TimeWindowScaler
        )
    }

    /// Whether its objects lie in namespaces.
    pub const fn namespaced(self) -> bool {
        self.about().namespaced
    }

    pub(crate) fn api_version(self) -> String {
        let about = self.about();
        if about.group.is_empty() { about.version.to_owned() } else { format!("{}/{}", about.group, about.version) }
    }

    /// `deployments.apps`, as the API server's messages name it.
    pub(crate) fn qualified(self) -> String {
        let about = self.about();
        if about.group.is_empty() { about.plural.to_owned() } else { format!("{}.{}", about.plural, about.group) }
    }
}
