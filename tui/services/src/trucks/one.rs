//! Reads, changes and removes one truck.

use std::fmt::Write;

use hello_model::{
    calls::{READ_TRUCK, REMOVE_TRUCK, UPDATE_TRUCK},
    failure::{Failure, Kind},
    truck::{EntityTag, TaggedTruck, TruckId, TruckPatch, changes},
    write::WriteFailure,
};
use hello_shared::Truck;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use url::Url;

use super::{
    HttpRequest, Operation, Trucks, TrucksResponse,
    add::{unreadable, unwritable},
    answers,
    refusal::problem,
};

const SHOWING: Operation = Operation {
    name: "reading a truck",
    call: READ_TRUCK,
    in_doubt: "try again, or look at the service's log",
};
const CHANGING: Operation = Operation {
    name: "changing a truck",
    call: UPDATE_TRUCK,
    in_doubt: "hello-tui trucks list, to see whether it was changed",
};
const REMOVING: Operation = Operation {
    name: "removing a truck",
    call: REMOVE_TRUCK,
    in_doubt: "hello-tui trucks list, to see whether it was removed",
};

impl Trucks {
    /// Reads one truck, with the tag of its version.
    pub async fn get(&self, id: &TruckId) -> Result<TaggedTruck, Failure> {
        let read = self.read_one(&SHOWING, id, None).await?;
        read.ok_or_else(|| not_found(&SHOWING, id, "the service sent no truck"))
    }

    /// Reads one truck, unless it is still of the version that is `known`.
    pub(crate) async fn get_changed(
        &self,
        id: &TruckId,
        known: Option<&EntityTag>,
    ) -> Result<Option<TaggedTruck>, Failure> {
        self.read_one(&SHOWING, id, known).await
    }

    /// Changes the fields of `patch`, if `truck` is still of the version `if_match`.
    pub(crate) async fn update(
        &self,
        truck: &Truck,
        patch: &TruckPatch,
        if_match: &EntityTag,
    ) -> Result<Truck, WriteFailure> {
        let mut request = self.conditional(&CHANGING, Method::PATCH, truck, if_match)?;
        request.body = serde_json::to_vec(patch).map_err(|error| unwritable(&CHANGING, &error))?.into();
        let media_type = HeaderValue::from_static("application/merge-patch+json");
        request.headers.insert(header::CONTENT_TYPE, media_type);
        self.write_one(&CHANGING, request, truck).await
    }

    /// Removes `truck`, if it is still of the version `if_match`, and returns it as it last was.
    pub(crate) async fn remove(&self, truck: &Truck, if_match: &EntityTag) -> Result<Truck, WriteFailure> {
        let request = self.conditional(&REMOVING, Method::DELETE, truck, if_match)?;
        self.write_one(&REMOVING, request, truck).await
    }

    async fn read_one(
        &self,
        operation: &Operation,
        id: &TruckId,
        known: Option<&EntityTag>,
    ) -> Result<Option<TaggedTruck>, Failure> {
        let address = self.truck_address(id).ok_or_else(|| not_found(operation, id, "this is not an id"))?;
        let mut request = HttpRequest::get(address);
        request.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        let known = known.and_then(|tag| HeaderValue::from_str(tag.as_str()).ok());
        let is_conditional = known.is_some();
        request.headers.extend(known.map(|tag| (header::IF_NONE_MATCH, tag)));
        let answer = self.fetch(operation, request).await?;
        match answer.response.status() {
            StatusCode::NOT_MODIFIED if is_conditional => Ok(None),
            StatusCode::OK => {
                let truck = serde_json::from_slice(answer.response.body());
                let truck = truck.map_err(|error| {
                    self.unexpected(operation, format!("the answer is not a truck: {error}"))
                })?;
                Ok(Some(TaggedTruck { truck, tag: tag(answer.response.headers()) }))
            }
            StatusCode::NOT_FOUND => Err(self.missing(operation, &answer)),
            _ => Err(self.refused(operation, &answer)),
        }
    }

    fn conditional(
        &self,
        operation: &Operation,
        method: Method,
        truck: &Truck,
        if_match: &EntityTag,
    ) -> Result<HttpRequest, WriteFailure> {
        let address = self.truck_address(&truck.id);
        let address =
            address.ok_or_else(|| unwritable(operation, &"the truck's id cannot be in an address"))?;
        let mut request = HttpRequest { method, ..HttpRequest::get(address) };
        let tag = HeaderValue::from_str(if_match.as_str()).map_err(|error| unwritable(operation, &error))?;
        request.headers.insert(header::IF_MATCH, tag);
        Ok(request)
    }

    async fn write_one(
        &self,
        operation: &Operation,
        request: HttpRequest,
        before: &Truck,
    ) -> Result<Truck, WriteFailure> {
        let answer = self.fetch(operation, request).await?;
        match answer.response.status() {
            StatusCode::OK => serde_json::from_slice(answer.response.body()).map_err(|error| {
                unreadable(operation, &answer, &format!("its answer is not a truck: {error}"))
            }),
            StatusCode::PRECONDITION_FAILED => {
                Err(WriteFailure::Refused(self.conflict(operation, before).await))
            }
            StatusCode::NOT_FOUND => Err(WriteFailure::Refused(self.missing(operation, &answer))),
            _ => Err(self.refused_write(operation, &answer)),
        }
    }

    /// Reads the truck again to tell how it differs from the one that the write was decided on.
    async fn conflict(&self, operation: &Operation, before: &Truck) -> Failure {
        let mut why = "it was changed after it was read, so nothing was done".to_owned();
        match self.read_one(operation, &before.id, None).await {
            Ok(Some(TaggedTruck { truck: now, .. })) => {
                for change in changes(before, &now) {
                    // Writing to a string does not fail.
                    let _ = write!(why, "\n{change}");
                }
            }
            Err(failure) if failure.kind == Kind::NotFound => return failure,
            Ok(None) | Err(_) => {}
        }
        let hint = format!("hello-tui trucks show {}, then decide again", before.id);
        Failure::new(Kind::Conflict, operation.name, why).hint(hint)
    }

    /// Converts the response 404. A service that says so in a problem document has no such truck; without one, it may be
    /// another service.
    fn missing(&self, operation: &Operation, answer: &TrucksResponse) -> Failure {
        let failure = self.refused(operation, answer);
        if problem(answer.response.headers(), answer.response.body()).is_some() {
            failure.hint("hello-tui trucks list")
        } else {
            failure
        }
    }

    /// Returns the address of a truck; `None` for an id that a URL would take for a step between folders.
    fn truck_address(&self, id: &TruckId) -> Option<Url> {
        if matches!(id.as_str(), "" | "." | "..") {
            return None;
        }
        let mut address = self.address("trucks");
        address.path_segments_mut().ok()?.push(id.as_str());
        Some(address)
    }
}

fn not_found(operation: &Operation, id: &TruckId, why: &str) -> Failure {
    Failure::new(Kind::NotFound, operation.name, format!("`{id}`: {why}")).hint("hello-tui trucks list")
}

fn tag(headers: &HeaderMap) -> Option<EntityTag> {
    answers::text(headers, header::ETAG).and_then(EntityTag::strong)
}
