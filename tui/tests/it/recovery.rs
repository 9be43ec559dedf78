//! A service that fails and comes back. No key is pressed from the start to the end.

use hello_console::{
    route::ScreenId,
    screens::{deployments, logs, runs},
};
use hello_sandbox::{Fault, Kind, Service};

use crate::console::{Start, sandbox};

/// A screen, and the service that it shows.
struct Watched {
    screen: ScreenId,
    service: Service,
    /// What stands on the screen once the service has answered.
    shown: &'static str,
    /// What stands there while it fails.
    failed: &'static str,
}

/// Lets the service fail and return, and waits for both on the screen.
async fn recovers(Watched { screen, service, shown, failed }: Watched) {
    let sandbox = sandbox().await;
    let mut console = Start::on(&sandbox).at(screen).open(Some(&sandbox));
    console.sees(&[shown]).await;
    let fault = Fault::new(service, Kind::Status).with_status(503);
    sandbox.faults().add([fault]);
    let broken = console.sees(&[failed]).await;
    assert!(broken.contains(shown), "the last good data is gone:\n{broken}");
    sandbox.faults().clear();
    console.until("recovery", |screen| screen.contains(shown) && !screen.contains(failed)).await;
}

#[tokio::test]
async fn a_service_that_returns_is_shown_without_a_key() {
    let at = |screen, service, shown, failed| Watched { screen, service, shown, failed };
    tokio::join!(
        recovers(at(runs::SPEC.id, Service::GitHub, "LintAndTest", "✗ listing the runs")),
        recovers(at(deployments::SPEC.id, Service::Ecs, "in progress", "✗ reading the deployments")),
        recovers(at(logs::SPEC.id, Service::Logs, "GET /trucks", "✗ following the log group")),
    );
}
