//! The trucks API: the real service on an in-memory store of its own, with a few sample trucks.

use axum::body::Body;
use hello_server::{App, AppState, Store, app};
use http::{Request, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::error::Error;

/// Returns the trucks API with the sandbox's fleet.
pub(crate) async fn router() -> Result<App, Error> {
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
