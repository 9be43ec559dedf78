//! The trucks API: the real service on an in-memory store of its own, with a few sample trucks.

use std::{convert::Infallible, sync::Arc};

use axum::{
    body::Body,
    extract::Request,
    response::{IntoResponse as _, Response},
};
use hello_server::{App, AppState, Store, app};
use http::{StatusCode, header};
use serde_json::{Value, json};
use tokio::sync::OnceCell;
use tower::ServiceExt as _;

use crate::error::Error;

/// The trucks API. It starts in the background, because its store takes longer than everything else of a sandbox;
/// requests wait for it.
#[derive(Clone, Default)]
pub(crate) struct Trucks(Arc<OnceCell<App>>);

impl Trucks {
    /// Begins to start it on the current Tokio runtime.
    pub(crate) fn start() -> Self {
        let trucks = Self::default();
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
        self.0.get_or_try_init(router).await
    }
}

/// Returns the service with the sandbox's fleet.
async fn router() -> Result<App, Error> {
    let store = Store::open(Store::IN_MEMORY).await.map_err(|why| Error::Trucks(why.to_string()))?;
    let router = app(AppState::new(store));
    for truck in fleet() {
        add(&router, &truck).await?;
    }
    Ok(router)
}

fn fleet() -> [Value; 6] {
    [
        json!({"make": "Volvo", "model": "FH16 Aero", "licensePlate": "HT-104-V", "status": "active"}),
        json!({"make": "Scania", "model": "V8 770 S", "licensePlate": "HT-117-S", "status": "active"}),
        json!({"make": "DAF", "model": "XG+ 530", "licensePlate": "HT-121-D", "status": "maintenance"}),
        json!({"make": "Mercedes-Benz", "model": "eActros 600", "licensePlate": "HT-130-M", "status": "active"}),
        json!({"make": "MAN", "model": "TGX 18.640", "licensePlate": "HT-098-A", "status": "retired"}),
        json!({"make": "Iveco", "model": "S-Way", "licensePlate": "HT-142-I", "status": "active"}),
    ]
}

/// Adds a truck with a `POST` request, so that the service validates the fleet like any other input.
async fn add(router: &App, truck: &Value) -> Result<(), Error> {
    let request = Request::post("/trucks")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(truck.to_string()))
        .map_err(|why| Error::Trucks(why.to_string()))?;
    let Ok(response) = router.clone().oneshot(request).await;
    match response.status() {
        StatusCode::CREATED => Ok(()),
        status => Err(Error::Trucks(format!("adding a truck was answered {status}"))),
    }
}
