//! Changes and removes several trucks, one after another.

use hello_model::{
    failure::{Failure, Kind},
    truck::{EntityTag, Truck, changes},
    write::{Batch, TruckEdit, UnchangedTruck, WriteFailure},
};

use super::Trucks;

impl Trucks {
    /// Changes each truck, if it is still of the version in its edit.
    pub(crate) async fn edit_each(&self, edits: Vec<TruckEdit>) -> Result<Batch, WriteFailure> {
        let mut ended = Ended::default();
        for TruckEdit { truck, patch } in edits {
            let result = match ended.reason_to_stop() {
                None => match self.tag_of("changing a truck", &truck).await {
                    Ok(tag) => self.update(&truck, &patch, &tag).await,
                    Err(failure) => Err(failure),
                },
                Some(failure) => Err(failure),
            };
            ended.note(truck, result);
        }
        ended.into_batch()
    }

    /// Removes each truck, if it is still of this version.
    pub(crate) async fn remove_each(&self, trucks: Vec<Truck>) -> Result<Batch, WriteFailure> {
        let mut ended = Ended::default();
        for truck in trucks {
            let result = match ended.reason_to_stop() {
                None => match self.tag_of("removing a truck", &truck).await {
                    Ok(tag) => self.remove(&truck, &tag).await,
                    Err(failure) => Err(failure),
                },
                Some(failure) => Err(failure),
            };
            ended.note(truck, result);
        }
        ended.into_batch()
    }

    /// Reads the tag of a truck, if it is still of this version.
    async fn tag_of(&self, what: &str, truck: &Truck) -> Result<EntityTag, WriteFailure> {
        let refused = |kind, why: String| WriteFailure::Refused(Failure::new(kind, what, why));
        let now = self.get(&truck.id).await.map_err(WriteFailure::Refused)?;
        if now.truck.version != truck.version {
            let changes = changes(truck, &now.truck).into_iter().map(|change| format!("\n{change}"));
            let why = "it was changed after it was read, so nothing was done".to_owned();
            return Err(refused(Kind::Conflict, why + &changes.collect::<String>()));
        }
        let why = "the service sent no entity tag, so a change by another user would be overwritten";
        now.tag.ok_or_else(|| refused(Kind::Unexpected, why.to_owned()))
    }
}

/// What became of the trucks so far.
#[derive(Default)]
struct Ended {
    batch: Batch,
    /// The latest failure, if every further request would fail in the same way.
    stopped_by: Option<Failure>,
    latest: Option<WriteFailure>,
}

impl Ended {
    /// Returns why no further truck is tried.
    fn reason_to_stop(&self) -> Option<WriteFailure> {
        let failure = self.stopped_by.clone()?;
        Some(WriteFailure::Refused(Failure { why: format!("not tried: {}", failure.why), ..failure }))
    }

    fn note(&mut self, truck: Truck, result: Result<Truck, WriteFailure>) {
        let write_failure = match result {
            Ok(truck) => return self.batch.done.push(truck),
            Err(failure) => failure,
        };
        let failure = match write_failure.clone() {
            WriteFailure::Refused(failure) => failure,
            WriteFailure::Unknown(failure) => {
                Failure { why: format!("result unknown: {}", failure.why), ..failure }
            }
        };
        let stops = matches!(
            failure.kind,
            Kind::Offline | Kind::Unauthorized | Kind::RateLimited { .. } | Kind::NotConfigured
        );
        if stops && self.stopped_by.is_none() {
            self.stopped_by = Some(failure.clone());
        }
        self.latest = Some(write_failure);
        self.batch.failed.push(UnchangedTruck { truck, failure });
    }

    /// Returns the batch; for a single truck that failed, its failure.
    fn into_batch(self) -> Result<Batch, WriteFailure> {
        match (self.batch.done.len() + self.batch.failed.len(), self.latest) {
            (1, Some(failure)) => Err(failure),
            _ => Ok(self.batch),
        }
    }
}
