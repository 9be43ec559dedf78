//! The rules of a truck, checked on JSON.
//!
//! Every field is checked, so that a client gets all errors at once. Rules that need the rest of the fleet belong in
//! the store, for example that no plate is used twice.

mod unknown;

use hello_shared::{
    FieldError, NewTruck, TruckStatus, invisible_class,
    rules::{BrokenRule, NAME_LIMIT, PLATE_LIMIT, checked_text, text_rule},
};
use serde_json::{Map, Value};

use crate::store::Edit;

/// Returns the regular expression for a text of at most `limit` characters, which clients can check themselves. Blanks
/// around the text are trimmed and do not count. Control and invisible characters are not allowed in it.
pub(crate) fn text_pattern(limit: u64) -> String {
    // Unicode white space is listed, because the meaning of `\s` differs between regular expression dialects.
    const SPACES: &str = r" \u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000";
    const CONTROLS: &str = r"\u0000-\u001F\u007F-\u009F";
    let unseen = format!("{CONTROLS}{}", invisible_class());
    let blanks = format!(r"[\t-\r\u0085{SPACES}]*");
    let edge = format!("[^{unseen}{SPACES}]");
    let between = limit.saturating_sub(2);
    format!("^{blanks}{edge}([^{unseen}]{{0,{between}}}{edge})?{blanks}$")
}

/// The maximum number of trucks in one request. A longer list would block other writes for too long.
pub(crate) const TRUCKS_LIMIT: usize = 10_000;

/// The maximum number of reported errors: the response to a bad request must not be larger than the request.
const ERRORS_LIMIT: usize = 100;

/// Returns the truck that `body` describes, trimmed, or one error for each field that breaks a rule.
pub(crate) fn new_truck(body: &Value) -> Result<NewTruck, Vec<FieldError>> {
    let mut draft = Draft::of(body)?;
    let make = draft.keep(|members| required(members, "make", NAME_LIMIT).map(Some));
    let model = draft.keep(|members| required(members, "model", NAME_LIMIT).map(Some));
    let license_plate = draft.keep(|members| optional(members, "licensePlate", PLATE_LIMIT));
    let status = draft.keep(status);
    draft.refuse_unknown();
    match (make, model) {
        (Some(make), Some(model)) if draft.errors.is_empty() => {
            Ok(NewTruck { make, model, license_plate, status: status.unwrap_or_default() })
        }
        _ => Err(draft.errors),
    }
}

/// Returns the trucks that `rows` describe, or the errors of all rows, each with the number of its row from 0.
pub(crate) fn new_trucks(rows: &[Value]) -> Result<Vec<NewTruck>, Vec<FieldError>> {
    if rows.is_empty() {
        return Err(vec![FieldError::new("", "must have one truck at least", "an empty array")]);
    }
    if rows.len() > TRUCKS_LIMIT {
        let rule = format!("must have {TRUCKS_LIMIT} trucks at most");
        return Err(vec![FieldError::new("", rule, format!("{} of them", rows.len()))]);
    }
    let mut errors = Vec::new();
    let mut trucks = Vec::with_capacity(rows.len());
    for (row, body) in rows.iter().enumerate() {
        match new_truck(body) {
            Ok(truck) => trucks.push(truck),
            Err(broken) => errors.extend(broken.into_iter().map(|error| in_row(row, error))),
        }
        if errors.len() >= ERRORS_LIMIT {
            errors.truncate(ERRORS_LIMIT);
            break;
        }
    }
    if errors.is_empty() { Ok(trucks) } else { Err(errors) }
}

/// Returns the error with a pointer into row `row` of a list.
pub(crate) fn in_row(row: usize, error: FieldError) -> FieldError {
    FieldError { pointer: format!("/{row}{}", error.pointer), ..error }
}

/// Returns the edit of a merge patch (RFC 7396): absent members keep their value, and `null` removes it.
pub(crate) fn patch(body: &Value) -> Result<Edit, Vec<FieldError>> {
    let mut draft = Draft::of(body)?;
    let mut name = |field| {
        draft.keep(|members| match members.get(field) {
            None => Ok(None),
            Some(Value::Null) => Err(broken(field, text_rule(NAME_LIMIT), "nothing")),
            Some(_) => required(members, field, NAME_LIMIT).map(Some),
        })
    };
    let (make, model) = (name("make"), name("model"));
    let license_plate = draft.keep(|members| {
        let given = members.contains_key("licensePlate");
        Ok(optional(members, "licensePlate", PLATE_LIMIT)?
            .map_or_else(|| given.then_some(None), |p| Some(Some(p))))
    });
    let status = draft.keep(status);
    draft.refuse_unknown();
    if draft.errors.is_empty() { Ok(Edit { make, model, license_plate, status }) } else { Err(draft.errors) }
}

/// Returns the edit that makes a truck equal to `body`. Omitted fields get the defaults of a new truck.
pub(crate) fn replacement(body: &Value) -> Result<Edit, Vec<FieldError>> {
    let NewTruck { make, model, license_plate, status } = new_truck(body)?;
    Ok(Edit {
        make: Some(make),
        model: Some(model),
        license_plate: Some(license_plate),
        status: Some(status),
    })
}

/// Collects the errors of an object, field by field.
struct Draft<'b> {
    members: &'b Map<String, Value>,
    errors: Vec<FieldError>,
}

impl<'b> Draft<'b> {
    fn of(body: &'b Value) -> Result<Self, Vec<FieldError>> {
        match body {
            Value::Object(members) => Ok(Self { members, errors: Vec::new() }),
            other => Err(vec![FieldError::new("", "must be an object", kind_of(other))]),
        }
    }

    fn keep<T>(
        &mut self,
        read: impl FnOnce(&Map<String, Value>) -> Result<Option<T>, FieldError>,
    ) -> Option<T> {
        read(self.members).unwrap_or_else(|error| {
            self.errors.push(error);
            None
        })
    }

    /// Adds an error for each field that a truck does not have, or that a client cannot set.
    fn refuse_unknown(&mut self) {
        let room = ERRORS_LIMIT.saturating_sub(self.errors.len());
        self.errors.extend(self.members.keys().filter_map(|name| unknown::refuse(name)).take(room));
    }
}

fn required(members: &Map<String, Value>, name: &str, limit: usize) -> Result<String, FieldError> {
    text(members.get(name), limit).map_err(|(rule, found)| broken(name, rule, found))
}

/// Parses an optional text; `null` counts as absent.
fn optional(members: &Map<String, Value>, name: &str, limit: usize) -> Result<Option<String>, FieldError> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(_) => required(members, name, limit).map(Some),
    }
}

/// Returns the trimmed text, or the rule that it breaks and what was found instead.
fn text(value: Option<&Value>, limit: usize) -> Result<String, (String, String)> {
    let Some(value) = value else { return Err((text_rule(limit), "nothing".to_owned())) };
    let Value::String(text) = value else { return Err((text_rule(limit), kind_of(value).to_owned())) };
    checked_text(text, limit).map(str::to_owned).map_err(|BrokenRule { rule, found }| (rule, found))
}

fn status(members: &Map<String, Value>) -> Result<Option<TruckStatus>, FieldError> {
    let found = match members.get("status") {
        None => return Ok(None),
        Some(Value::String(word)) => match word.parse() {
            Ok(status) => return Ok(Some(status)),
            Err(_) => "another word",
        },
        Some(other) => kind_of(other),
    };
    Err(broken("status", "must be active, maintenance or retired", found))
}

fn broken(name: &str, rule: impl Into<String>, found: impl Into<String>) -> FieldError {
    FieldError::new(format!("/{name}"), rule, found)
}

/// Returns the kind of a value. The value itself is never repeated, because it may be anything.
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
