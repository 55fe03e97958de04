//! The resource as it is written: text and numbers that nobody has checked yet.
//!
//! The fields and their defaults are those of the `spec` of a `TimeWindowScaler`, group `kyklos.io/v1alpha1`.

use core::fmt;

/// An unchecked schedule; [`Schedule::new`](crate::Schedule::new) checks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Spec<'a> {
    /// What is scaled, where that is a Kubernetes object; a board has none.
    pub target: Option<TargetRef<'a>>,
    /// The IANA name of the zone whose wall clock the windows go by.
    pub timezone: &'a str,
    /// The replicas where nothing else applies, 0 to 2,147,483,647.
    pub default_replicas: i64,
    /// The recurring windows. Where several are active, the last one wins.
    pub windows: &'a [WindowSpec<'a>],
    /// Spans that happen once, above windows and holidays. The last one wins.
    pub exceptions: &'a [ExceptionSpec<'a>],
    /// What a holiday does.
    pub holiday_mode: HolidayMode,
    /// The ConfigMap that lists the holidays. The core takes the dates themselves.
    pub holiday_config_map: Option<&'a str>,
    /// Seconds by which a scale-down is delayed, 0 to 3,600.
    pub grace_period_seconds: i64,
    /// Whether the target is left alone.
    pub pause: bool,
}

impl Spec<'_> {
    /// The contract's default of `defaultReplicas`.
    pub const DEFAULT_REPLICAS: i64 = 1;
    /// The contract's default of `gracePeriodSeconds`.
    pub const GRACE_PERIOD_SECONDS: i64 = 300;
}

/// A schedule of no windows in UTC, with the contract's defaults.
impl Default for Spec<'_> {
    fn default() -> Self {
        Self {
            target: None,
            timezone: "Etc/UTC",
            default_replicas: Self::DEFAULT_REPLICAS,
            windows: &[],
            exceptions: &[],
            holiday_mode: HolidayMode::Ignore,
            holiday_config_map: None,
            grace_period_seconds: Self::GRACE_PERIOD_SECONDS,
            pause: false,
        }
    }
}

/// A Kubernetes object in the namespace of the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct TargetRef<'a> {
    /// Such as `apps/v1`.
    pub api_version: &'a str,
    /// Such as `Deployment`.
    pub kind: &'a str,
    /// The object's name.
    pub name: &'a str,
    /// Accepted only when it is `own_namespace`.
    pub namespace: Option<&'a str>,
    /// The namespace that the schedule itself is in.
    pub own_namespace: &'a str,
}

/// A recurring window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct WindowSpec<'a> {
    /// At most 63 characters.
    pub name: Option<&'a str>,
    /// The days on which it starts, each a day or a range ([`Days::parse`](crate::Days::parse)); `None` is every day.
    pub days: Option<&'a [&'a str]>,
    /// `HH:MM`, 00:00 to 23:59, inclusive.
    pub start: &'a str,
    /// `HH:MM`, 00:00 to 24:00, exclusive; on the next day when it is not after `start`.
    pub end: &'a str,
    /// The day on which it ends: the first date, that of the start included, that has this weekday and makes the end
    /// later than the start.
    pub end_day: Option<&'a str>,
    /// 0 to 2,147,483,647.
    pub replicas: i64,
}

/// A span that happens once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ExceptionSpec<'a> {
    /// At most 63 characters.
    pub name: Option<&'a str>,
    /// `YYYY-MM-DDTHH:MM` in the schedule's zone, inclusive.
    pub start: &'a str,
    /// `YYYY-MM-DDTHH:MM` in the schedule's zone, exclusive, after `start`.
    pub end: &'a str,
    /// 0 to 2,147,483,647.
    pub replicas: i64,
}

/// What a holiday does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum HolidayMode {
    /// Nothing.
    #[default]
    Ignore,
    /// The whole date has the default replicas.
    TreatAsClosed,
    /// The whole date has the largest replicas of all windows, the default's where there are none.
    TreatAsOpen,
}

impl HolidayMode {
    /// All of them, in the contract's order.
    pub const ALL: [HolidayMode; 3] = [Self::Ignore, Self::TreatAsClosed, Self::TreatAsOpen];

    /// Reads `ignore`, `treat-as-closed` or `treat-as-open`.
    ///
    /// ```
    /// use kyklos_core::HolidayMode;
    ///
    /// assert_eq!(HolidayMode::parse("treat-as-closed"), Some(HolidayMode::TreatAsClosed));
    /// assert_eq!(HolidayMode::parse("closed"), None);
    /// assert_eq!(HolidayMode::TreatAsOpen.as_str(), "treat-as-open");
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == text)
    }

    /// As the resource writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ignore => "ignore",
            Self::TreatAsClosed => "treat-as-closed",
            Self::TreatAsOpen => "treat-as-open",
        }
    }
}

impl fmt::Display for HolidayMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
