//! What is rehearsed: Sunday 8 March 2026 in New York, when 02:00 becomes 03:00.

use chrono::{DateTime, Utc};
use kyklos_core::Zone;

/// Seconds of the day in a real second: 23 hours in 55 seconds.
pub(crate) const SPEED: u32 = 1_500;

/// The name of everything that is made.
pub(crate) const NAME: &str = "shop";

/// The object.
pub(crate) const MANIFEST: &str = "\
apiVersion: kyklos.io/v1alpha1
kind: TimeWindowScaler
metadata:
  name: shop
spec:
  targetRef:
    name: shop
  timezone: America/New_York
  defaultReplicas: 1
  gracePeriodSeconds: 1800
  windows:
    - name: batch       # 02:30 doesn't exist on this day: half an hour is left
      start: \"01:30\"
      end: \"02:30\"
      replicas: 3
    - name: office
      start: \"09:00\"
      end: \"17:00\"
      replicas: 6
    - name: lunch       # the last window that matches wins
      start: \"12:00\"
      end: \"14:00\"
      replicas: 8
";

/// The windows that the day must have shown, with the replicas that the Deployment had in each at the end.
pub(crate) const EXPECTED: &[(&str, i64)] =
    &[("OffHours", 1), ("batch", 3), ("OffHours", 1), ("office", 6), ("lunch", 8), ("office", 6), ("OffHours", 1)];

/// What to do next.
pub(crate) const AFTERWARDS: &str = "\
The same on your own cluster:
   cargo install --path shell                       # the binary kyklos
   kyklos crd | kubectl apply -f -                  # the resource TimeWindowScaler
   kyklos plan -f shop.yaml                         # what a schedule will do, before it does
   kubectl apply -f shop.yaml
   kyklos controller --namespace default            # as you, with your KUBECONFIG
   kubectl get timewindowscalers --watch
Or this demo in a namespace of its own there: cargo demo --cluster current";

pub(crate) fn zone() -> Zone {
    const ZONE: Zone = Zone::named("America/New_York");
    ZONE
}

/// Midnight.
pub(crate) fn from() -> DateTime<Utc> {
    instant(1_772_946_000)
}

/// Midnight, 23 hours later.
pub(crate) fn until() -> DateTime<Utc> {
    instant(1_773_028_800)
}

fn instant(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}
