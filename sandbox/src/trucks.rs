//! The trucks API: the real service on an in-memory store of its own, with a few sample trucks.

use std::{convert::Infallible, sync::Arc};

use axum::{
    extract::Request,
    response::{IntoResponse as _, Response},
};
use hello_server::{App, AppState, Store, StoreError, app};
use hello_shared::{NewTruck, Truck, TruckStatus};
use http::StatusCode;
use tokio::sync::OnceCell;
use tower::ServiceExt as _;

use crate::error::Error;
use crate::moment::{Moment, secs};
use crate::scenario::Scenario;

/// The trucks API. It starts in the background, because its store takes longer than everything else of a sandbox;
/// requests wait for it.
#[derive(Clone)]
pub(crate) struct Trucks {
    app: Arc<OnceCell<App>>,
    fleet: Arc<[Truck]>,
}

impl Trucks {
    /// Begins to start it on the current Tokio runtime, with the fleet that there is at `start`.
    pub(crate) fn start(scenario: &Scenario, start: Moment) -> Self {
        let trucks = Self { app: Arc::default(), fleet: fleet(scenario, start).collect() };
        let started = trucks.clone();
        tokio::spawn(async move {
            if let Err(why) = started.app().await {
                tracing::error!(%why, "the trucks API does not start");
            }
        });
        trucks
    }

    /// Answers a request; with 503 where the API does not start.
    pub(crate) async fn answer(&self, request: Request) -> Result<Response, Infallible> {
        match self.app().await {
            Ok(app) => app.clone().oneshot(request).await,
            Err(why) => Ok((StatusCode::SERVICE_UNAVAILABLE, why.to_string()).into_response()),
        }
    }

    async fn app(&self) -> Result<&App, Error> {
        let started = self.app.get_or_try_init(|| service(&self.fleet)).await;
        started.map_err(|why| Error::Trucks(why.to_string()))
    }
}

/// Returns the service with a fleet.
async fn service(fleet: &[Truck]) -> Result<App, StoreError> {
    let store = Store::open(Store::IN_MEMORY).await?;
    for truck in fleet {
        store.insert(truck).await?;
    }
    Ok(app(AppState::new(store)))
}

/// A truck of the fleet. The ages are hours before the start of the sandbox.
struct Sample {
    make: &'static str,
    model: &'static str,
    license_plate: &'static str,
    added: u64,
    /// The last change, if there was one: its age, and the status since then.
    changed: Option<(u64, TruckStatus)>,
}

/// From the oldest to the newest.
const FLEET: [Sample; 6] = [
    sample("Volvo", "FH16 Aero", "HT-104-V", 4_600, None),
    sample("Scania", "V8 770 S", "HT-117-S", 2_300, None),
    sample("DAF", "XG+ 530", "HT-121-D", 1_100, Some((50, TruckStatus::Maintenance))),
    sample("Mercedes-Benz", "eActros 600", "HT-130-M", 360, None),
    sample("MAN", "TGX 18.640", "HT-098-A", 75, Some((20, TruckStatus::Retired))),
    sample("Iveco", "S-Way", "HT-142-I", 5, None),
];

const fn sample(
    make: &'static str,
    model: &'static str,
    license_plate: &'static str,
    added: u64,
    changed: Option<(u64, TruckStatus)>,
) -> Sample {
    Sample { make, model, license_plate, added, changed }
}

/// Returns the trucks. The same seed and start give the same ids.
fn fleet(scenario: &Scenario, start: Moment) -> impl Iterator<Item = Truck> {
    FLEET.iter().zip(0..).map(move |(sample, number)| {
        let before_start = |hours| start - secs(hours * 3_600);
        let added = before_start(sample.added);
        let id = scenario.rng("truck", &[number]).uuid_of(added);
        let new = NewTruck {
            license_plate: Some(sample.license_plate.to_owned()),
            ..NewTruck::new(sample.make, sample.model)
        };
        let truck = new.into_truck(id.into(), added.timestamp());
        match sample.changed {
            Some((hours, status)) => {
                Truck { status, updated_at: before_start(hours).timestamp(), version: 2, ..truck }
            }
            None => truck,
        }
    })
}
