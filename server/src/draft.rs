//! The rules of a truck, read out of JSON.
//!
//! Every field is looked at, so that a caller hears of all broken rules at once. No rule that needs the rest of the
//! fleet belongs here: that no plate is used twice is the store's to know.

use hello_shared::{FieldError, NewTruck, TruckStatus};
use serde_json::{Map, Value};

/// The longest make or model, in characters.
const NAME_LIMIT: usize = 50;
/// The longest number plate, in characters.
const PLATE_LIMIT: usize = 20;

/// Returns the truck that `body` describes, trimmed, or one error for each field that breaks a rule.
pub(crate) fn new_truck(body: &Value) -> Result<NewTruck, Vec<FieldError>> {
    let Value::Object(members) = body else {
        return Err(vec![FieldError::new("", "must be an object", kind_of(body))]);
    };
    let mut errors = Vec::new();
    let mut kept = |field: Result<Option<String>, FieldError>| {
        field.unwrap_or_else(|error| {
            errors.push(error);
            None
        })
    };
    let make = kept(required(members, "make", NAME_LIMIT).map(Some));
    let model = kept(required(members, "model", NAME_LIMIT).map(Some));
    let license_plate = kept(optional(members, "licensePlate", PLATE_LIMIT));
    let status = status(members).unwrap_or_else(|error| {
        errors.push(error);
        TruckStatus::default()
    });
    match (make, model) {
        (Some(make), Some(model)) if errors.is_empty() => Ok(NewTruck { make, model, license_plate, status }),
        _ => Err(errors),
    }
}

fn required(members: &Map<String, Value>, name: &str, limit: usize) -> Result<String, FieldError> {
    text(members.get(name), limit).map_err(|(rule, found)| FieldError::new(format!("/{name}"), rule, found))
}

/// Reads a text that may be left out; `null` leaves it out as well.
fn optional(members: &Map<String, Value>, name: &str, limit: usize) -> Result<Option<String>, FieldError> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(_) => required(members, name, limit).map(Some),
    }
}

/// Returns the trimmed text, or the rule that it breaks and what was found instead.
fn text(value: Option<&Value>, limit: usize) -> Result<String, (String, String)> {
    let length_rule = || format!("must be text of 1 to {limit} characters");
    let Some(value) = value else { return Err((length_rule(), "nothing".to_owned())) };
    let Value::String(text) = value else { return Err((length_rule(), kind_of(value).to_owned())) };
    let text = text.trim();
    match text.chars().count() {
        0 => return Err((length_rule(), "an empty text".to_owned())),
        length if length > limit => return Err((length_rule(), format!("{length} characters"))),
        _ => {}
    }
    match text.chars().find(|c| c.is_control()) {
        Some(control) => {
            Err(("must have no control characters".to_owned(), format!("U+{:04X}", u32::from(control))))
        }
        None => Ok(text.to_owned()),
    }
}

fn status(members: &Map<String, Value>) -> Result<TruckStatus, FieldError> {
    let found = match members.get("status") {
        None => return Ok(TruckStatus::default()),
        Some(Value::String(word)) => match word.parse() {
            Ok(status) => return Ok(status),
            Err(_) => "another word",
        },
        Some(other) => kind_of(other),
    };
    Err(FieldError::new("/status", "must be active, maintenance or retired", found))
}

/// Says of which kind a value is; what it holds is never repeated, for it may be anything.
fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
