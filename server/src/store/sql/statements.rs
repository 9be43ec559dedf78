//! The statements that write a plan, each with its JSON parameter.

use super::{
    dialect::{Dialect, Statement},
    json_params,
};
use crate::store::plan::Plan;

/// The replica that writes a batch.
#[derive(Debug)]
pub(in crate::store) struct Author<'a> {
    /// The name of the replica.
    pub(in crate::store) name: &'a str,
    /// The number of the last event that it knows.
    pub(in crate::store) known: u64,
}

/// Returns the statements of a plan, in an order that violates no constraint: plates are released before they are
/// reused.
pub(super) fn of<DB: Dialect>(plan: &Plan, author: &Author<'_>) -> Vec<Statement> {
    if plan.is_empty() {
        return Vec::new();
    }
    let plate_released = plan.plate_released.iter().filter(|id| plan.edited.contains_key(id));
    let edited = plan.edited.values().map(|truck| (None, truck));
    let added = plan.added.iter().map(|(&seq, truck)| (Some(seq), truck));
    let statements = [
        (DB::REMOVE_TRUCKS, plan.removed.is_empty(), json_params::of_ids(plan.removed.iter())),
        (DB::CLEAR_PLATES, plan.plate_released.is_empty(), json_params::of_ids(plate_released)),
        (DB::UPDATE_TRUCKS, plan.edited.is_empty(), json_params::of_trucks(edited)),
        (DB::ADD_TRUCKS, plan.added.is_empty(), json_params::of_trucks(added)),
        (DB::ADD_EVENTS, plan.events.is_empty(), json_params::of_events(&plan.events)),
        (DB::ADD_KEYS, plan.keys.is_empty(), json_params::of_keys(&plan.keys)),
        (DB::UPDATE_FLEET, false, json_params::of_fleet(&plan.fleet)),
    ];
    let statements = statements.into_iter().filter(|(_, is_empty, _)| !is_empty);
    let notify = DB::NOTIFY.map(|statement| Statement {
        sql: statement,
        json_param: format!("{} {}", plan.fleet.revision, author.name),
    });
    statements
        .map(|(statement, _, json_param)| Statement { sql: statement, json_param })
        .chain(notify)
        .collect()
}
