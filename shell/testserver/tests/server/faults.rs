//! What can go wrong.

use std::time::Duration;

use kyklos_testserver::{Fault, Filter};
use tokio::time::Instant;

use crate::common::{apply_scale, deployments, with_web};

#[tokio::test(start_paused = true)]
async fn a_delay_is_exact_and_in_virtual_time() {
    let server = with_web(2);
    let api = deployments(&server);
    server.fault(Filter::scale_writes(), 1, Fault::Delay(Duration::from_secs(3600)));
    let (start, real) = (Instant::now(), std::time::Instant::now());
    apply_scale(&api, "web", None, None, 5).await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_secs(3600));
    apply_scale(&api, "web", None, None, 6).await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_secs(3600));
    assert!(real.elapsed() < Duration::from_secs(2));
}
