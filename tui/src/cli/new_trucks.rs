//! The input of `trucks add --json`, checked before anything is sent.
//!
//! The service checks the values. This module checks field names and types: the wire format's own type would accept
//! some mistakes, and report others without their location.

use std::{
    fmt,
    io::{self, stdin},
};

use hello_model::{
    failure::{Failure, Kind},
    truck::{NewTruck, TruckStatus},
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The maximum size of the input, in bytes: several times what a service accepts by default.
const SIZE_LIMIT: u64 = 8 * 1024 * 1024;

/// The maximum number of mistakes listed.
const MISTAKE_LIMIT: usize = 10;

const FIELDS: [&str; 4] = ["make", "model", "licensePlate", "status"];

/// The parsed input. The service's response differs between a single truck and a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NewTrucks {
    One(NewTruck),
    Many(Vec<NewTruck>),
}

/// Reads trucks from a file, or from standard input if `source` is `-`.
pub(super) fn read(source: &str) -> Result<NewTrucks, Failure> {
    let wrong = |why: String| {
        Failure::new(Kind::NotConfigured, format!("reading trucks from {source}"), why)
            .hint(r#"write {"make": "Scania", "model": "V8"}, or a list of these"#)
    };
    let bytes = bytes(source).map_err(|error| {
        let wrong = wrong(error.to_string());
        // A shell's process substitution, as in `<(…)`, is a pipe and not a regular file.
        if source == "-" { wrong } else { wrong.hint("name a JSON file, or write - to read standard input") }
    })?;
    parse(&bytes).map_err(wrong)
}

fn bytes(source: &str) -> io::Result<Vec<u8>> {
    match source {
        "-" => hello_files::read_all(stdin().lock(), SIZE_LIMIT),
        path => hello_files::read(path.as_ref(), SIZE_LIMIT),
    }
}

/// Returns the trucks, or an error with one line per mistake.
fn parse(bytes: &[u8]) -> Result<NewTrucks, String> {
    let document = serde_json::from_slice(bytes).map_err(|error| format!("this is not JSON: {error}"))?;
    let mut mistakes = Mistakes::default();
    let input = match document {
        Value::Object(fields) => truck(fields, "", &mut mistakes).map(NewTrucks::One),
        Value::Array(rows) if rows.is_empty() => return Err("the list is empty".to_owned()),
        Value::Array(rows) => many(rows, &mut mistakes).map(NewTrucks::Many),
        other => return Err(format!("{} is neither a truck nor a list of trucks", kind(&other))),
    };
    input.ok_or_else(|| mistakes.to_string())
}

fn many(rows: Vec<Value>, mistakes: &mut Mistakes) -> Option<Vec<NewTruck>> {
    let mut trucks = Some(Vec::with_capacity(rows.len()));
    for (row, value) in rows.into_iter().enumerate() {
        let truck = match value {
            Value::Object(fields) => truck(fields, &format!("{row}."), mistakes),
            other => {
                mistakes.add(|| format!("{row}: {} is not a truck", kind(&other)));
                None
            }
        };
        trucks = trucks.zip(truck).map(|(mut trucks, truck)| {
            trucks.push(truck);
            trucks
        });
    }
    trucks
}

/// Returns the truck if all fields are valid. `place` is the prefix of field names in messages.
fn truck(mut fields: Map<String, Value>, place: &str, mistakes: &mut Mistakes) -> Option<NewTruck> {
    let before = mistakes.count;
    for name in fields.keys().filter(|name| !FIELDS.contains(&name.as_str())) {
        mistakes.add(|| unknown(name, place));
    }
    let mut take = |name: &str| fields.remove(name);
    let make = required(take("make"), "make", place, mistakes);
    let model = required(take("model"), "model", place, mistakes);
    let license_plate = optional(take("licensePlate"), "licensePlate", "text", place, mistakes);
    let status: Option<TruckStatus> =
        optional(take("status"), "status", "active, maintenance or retired", place, mistakes);
    let (make, model) = make.zip(model)?;
    let truck = NewTruck { make, model, license_plate, status: status.unwrap_or_default() };
    (mistakes.count == before).then_some(truck)
}

fn required(value: Option<Value>, name: &str, place: &str, mistakes: &mut Mistakes) -> Option<String> {
    match value {
        Some(Value::String(text)) => return Some(text),
        Some(other) => mistakes.add(|| format!("{place}{name}: must be text, not {}", kind(&other))),
        None => mistakes.add(|| format!("{place}{name}: is missing")),
    }
    None
}

fn optional<T: DeserializeOwned>(
    value: Option<Value>,
    name: &str,
    rule: &str,
    place: &str,
    mistakes: &mut Mistakes,
) -> Option<T> {
    let value = value.filter(|value| !value.is_null())?;
    let found = if let Value::String(text) = &value { format!("`{text}`") } else { kind(&value).to_owned() };
    let read = serde_json::from_value(value).ok();
    if read.is_none() {
        mistakes.add(|| format!("{place}{name}: must be {rule}, not {found}"));
    }
    read
}

/// The mistakes in the input: messages for the first ones, and the total number.
#[derive(Debug, Default)]
struct Mistakes {
    lines: Vec<String>,
    count: usize,
}

impl Mistakes {
    fn add(&mut self, line: impl FnOnce() -> String) {
        self.count += 1;
        if self.lines.len() < MISTAKE_LIMIT {
            self.lines.push(line());
        }
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines.join("\n"))?;
        match self.count - self.lines.len() {
            0 => Ok(()),
            more => write!(f, "\n… and {more} more"),
        }
    }
}

fn unknown(name: &str, place: &str) -> String {
    match meant(name) {
        Some(field) => format!("{place}{name}: there is no such field; did you mean `{field}`?"),
        None => format!("{place}{name}: there is no such field; known: {}", FIELDS.join(", ")),
    }
}

/// Returns the field that a misspelt name means: different case, `_`, `-`, or a few wrong letters.
fn meant(name: &str) -> Option<&'static str> {
    // The comparison takes quadratic time.
    if name.len() > 2 * FIELDS[2].len() {
        return None;
    }
    let plain = |name: &str| name.replace(['_', '-', ' '], "").to_lowercase();
    let name = plain(name);
    let distance = |field: &str| strsim::osa_distance(&plain(field), &name);
    FIELDS.into_iter().filter(|field| distance(field) <= field.len() / 3).min_by_key(|field| distance(field))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(json: &str) -> String {
        parse(json.as_bytes()).unwrap_err()
    }

    #[test]
    fn a_truck_differs_from_a_list_of_one() {
        let truck = NewTruck { license_plate: Some("B-1".to_owned()), ..NewTruck::new("Scania", "V8") };
        let json = r#"{"make": "Scania", "model": "V8", "licensePlate": "B-1"}"#;
        assert_eq!(parse(json.as_bytes()).unwrap(), NewTrucks::One(truck.clone()));
        assert_eq!(
            parse(format!("[{json},{json}]").as_bytes()).unwrap(),
            NewTrucks::Many(vec![truck.clone(), truck])
        );
    }

    #[test]
    fn null_leaves_an_optional_field_out() {
        let json = r#"{"make": "Scania", "model": "V8", "licensePlate": null, "status": null}"#;
        assert_eq!(parse(json.as_bytes()).unwrap(), NewTrucks::One(NewTruck::new("Scania", "V8")));
    }

    #[test]
    fn a_misspelt_field_has_a_suggestion() {
        for name in ["license_plate", "licenseplate", "LicensePlate", "license-plate", "licencePlate"] {
            let said = mistakes(&format!(r#"{{"make": "a", "model": "b", "{name}": "B-1"}}"#));
            assert_eq!(said, format!("{name}: there is no such field; did you mean `licensePlate`?"));
        }
        assert!(mistakes(r#"{"maker": "a", "model": "b"}"#).contains("did you mean `make`?"));
    }

    #[test]
    fn a_strange_field_is_named_with_the_known_ones() {
        let said = mistakes(r#"{"make": "a", "model": "b", "horn": true}"#);
        assert_eq!(said, "horn: there is no such field; known: make, model, licensePlate, status");
    }

    #[test]
    fn every_mistake_of_a_list_is_named_with_its_row() {
        let said = mistakes(
            r#"[{"make": "a", "model": 1}, {"make": "a", "model": "b", "statuss": "active"}, 7,
                {"model": "b", "status": "flying", "licensePlate": 1}]"#,
        );
        let expected = [
            "0.model: must be text, not a number",
            "1.statuss: there is no such field; did you mean `status`?",
            "2: a number is not a truck",
            "3.make: is missing",
            "3.licensePlate: must be text, not a number",
            "3.status: must be active, maintenance or retired, not `flying`",
        ];
        assert_eq!(said.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_thousand_mistakes_are_counted() {
        let said = mistakes(&format!("[{}7]", "7,".repeat(999)));
        assert_eq!(said.lines().count(), MISTAKE_LIMIT + 1);
        assert!(said.ends_with("and 990 more"), "{said}");
    }

    #[test]
    fn only_a_truck_or_a_list_is_accepted() {
        for json in ["[]", "7", "null", "\"truck\"", "", "{", "{} {}"] {
            assert!(parse(json.as_bytes()).is_err(), "{json}");
        }
    }
}
