//! Adds trucks.

use std::fmt;

use hello_model::{
    calls::ADD_TRUCKS,
    failure::{Failure, Kind},
    write::WriteFailure,
};
use hello_shared::{CreatedTruck, NewTruck, Truck};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use serde::Serialize;

use super::{HttpRequest, Operation, Trucks, TrucksResponse, fleet};

const ADDING: Operation = Operation {
    name: "adding a truck",
    call: ADD_TRUCKS,
    in_doubt: "hello-tui trucks list, to see whether it was added",
};
const ADDING_MANY: Operation = Operation {
    name: "adding trucks",
    call: ADD_TRUCKS,
    in_doubt: "hello-tui trucks list, to see whether they were added",
};

impl Trucks {
    /// Adds a truck. The `key` is sent as `Idempotency-Key`. A retry uses the same key, so a service that supports keys
    /// adds no second truck.
    pub(crate) async fn create(&self, truck: &NewTruck, key: &str) -> Result<Truck, WriteFailure> {
        let answer = self.add(&ADDING, truck, key).await?;
        serde_json::from_slice::<CreatedTruck>(answer.response.body())
            .map(|created| created.truck)
            .map_err(|error| unreadable(&ADDING, &answer, &format!("its answer is not a truck: {error}")))
    }

    /// Adds all trucks or none, with one request. The `key` has the same meaning as in [`Self::create`].
    pub(crate) async fn create_all(
        &self,
        trucks: &[NewTruck],
        key: &str,
    ) -> Result<Vec<Truck>, WriteFailure> {
        let answer = self.add(&ADDING_MANY, trucks, key).await?;
        let mut added = Vec::new();
        let read = fleet::read(answer.response.body(), &mut added);
        read.map(|_| added).map_err(|why| unreadable(&ADDING_MANY, &answer, &why))
    }

    /// Sends the data to add, and returns the successful response.
    async fn add<T: Serialize + ?Sized>(
        &self,
        operation: &Operation,
        trucks: &T,
        key: &str,
    ) -> Result<TrucksResponse, WriteFailure> {
        let mut request = HttpRequest::get(self.address("trucks"));
        request.method = Method::POST;
        request.body = serde_json::to_vec(trucks).map_err(|error| unwritable(operation, &error))?.into();
        let key = HeaderValue::from_str(key).map_err(|error| unwritable(operation, &error))?;
        request.headers.insert(HeaderName::from_static("idempotency-key"), key);
        request.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let answer = self.fetch(operation, request).await?;
        match answer.response.status() {
            StatusCode::CREATED | StatusCode::OK => Ok(answer),
            _ => Err(self.refused_write(operation, &answer)),
        }
    }
}

/// Creates the failure for a request that cannot be written.
pub(super) fn unwritable(operation: &Operation, error: &dyn fmt::Display) -> WriteFailure {
    let why = format!("the request cannot be written: {error}");
    WriteFailure::Refused(Failure::new(Kind::Unexpected, operation.name, why))
}

/// Creates the failure for an operation that took effect, according to a response that is otherwise not readable.
pub(super) fn unreadable(operation: &Operation, answer: &TrucksResponse, why: &str) -> WriteFailure {
    let why = format!("the service said {}, but {why}", answer.response.status());
    WriteFailure::Unknown(Failure::new(Kind::Unexpected, operation.name, why).hint(operation.in_doubt))
}
