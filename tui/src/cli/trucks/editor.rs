//! `hello-tui trucks edit` without flags: the truck's fields in the user's editor.

use std::{
    fs::Permissions,
    io::{self, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use hello_model::{
    document,
    failure::{Failure, Kind},
    truck::{Truck, TruckPatch, TruckStatus},
};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        confirm::{can_ask, is_answered_with_yes},
        writer::editor_output,
    },
    Error, Out,
};
use crate::user_program::UserProgram;

/// The maximum size of the edited file, in bytes.
const SIZE_LIMIT: u64 = 64 * 1024;

const OPERATION: &str = "editing a truck";

/// The fields of a truck that users can change, as they are in the file.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct EditedTruck {
    make: String,
    model: String,
    license_plate: Option<String>,
    status: TruckStatus,
}

/// Fails without a terminal, because an editor needs one.
pub(super) fn check_terminal() -> Result<(), Failure> {
    if can_ask() {
        return Ok(());
    }
    let why = "no flag says what to change, and there is no terminal for an editor";
    Err(Failure::new(Kind::NotConfigured, OPERATION, why)
        .hint("name what to change: --make, --model, --license-plate or --status"))
}

/// Opens the truck in the user's editor, and returns the values of all its fields.
///
/// A mistake in the file is shown, and the same file can be edited again.
pub(super) fn edit(truck: &Truck, out: &Out) -> Result<TruckPatch, Error> {
    let failed = |error: io::Error| {
        Failure::new(Kind::Unexpected, OPERATION, error.to_string())
            .hint("name what to change instead: --make, --model, --license-plate or --status")
    };
    // Only the user may enter the folder, and it goes with its files when the edit ends.
    let permissions = Permissions::from_mode(0o700);
    let folder = tempfile::Builder::new().prefix("hello-tui-").permissions(permissions).tempdir();
    let folder = folder.map_err(failed)?;
    let path = folder.path().join("truck.yaml");
    let text = document(truck).map_err(failed)?;
    hello_files::open_or_create(&path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(failed)?;
    loop {
        open_editor(&path)?;
        let text = hello_files::read_to_string(&path, SIZE_LIMIT).map_err(failed)?;
        match parse(&text) {
            Ok(fields) => return Ok(fields.into()),
            Err(why) => out.failure(&Failure::new(Kind::NotConfigured, OPERATION, why)),
        }
        if !is_answered_with_yes("Edit the file again?", &[]).map_err(failed)? {
            return Err(Error::Declined);
        }
    }
}

/// Runs the user's editor.
fn open_editor(path: &Path) -> Result<(), Failure> {
    let editor = UserProgram::editor();
    let mut command = editor.command([path]);
    command.stdout(editor_output());
    let editor = editor.name();
    let why = match command.status() {
        Ok(status) if status.success() => return Ok(()),
        Ok(status) => format!("the editor `{editor}` ended with {status}"),
        Err(error) => format!("the editor `{editor}` cannot be started: {error}"),
    };
    Err(Failure::new(Kind::Unexpected, OPERATION, format!("{why}; nothing was changed"))
        .hint("export EDITOR=vi, or name what to change: --make, --model, --license-plate or --status"))
}

/// Returns the file that is edited.
fn document(truck: &Truck) -> io::Result<String> {
    let fields = EditedTruck {
        make: truck.make.clone(),
        model: truck.model.clone(),
        license_plate: truck.license_plate.clone(),
        status: truck.status,
    };
    let yaml = document::yaml(&fields).map_err(io::Error::other)?;
    let id = document::json_line(&truck.id).map_err(io::Error::other)?;
    Ok(format!(
        "# Truck {id}. Save the file and close the editor; the changes are shown before they are made.\n\
         # The status is active, maintenance or retired. A licensePlate of null removes the plate.\n{yaml}"
    ))
}

/// Returns the fields, or why the file cannot be used.
fn parse(text: &str) -> Result<EditedTruck, String> {
    serde_yaml::from_str(text).map_err(|error| error.to_string())
}

impl From<EditedTruck> for TruckPatch {
    fn from(fields: EditedTruck) -> Self {
        Self {
            make: Some(fields.make),
            model: Some(fields.model),
            license_plate: Some(fields.license_plate.filter(|plate| !plate.is_empty())),
            status: Some(fields.status),
        }
    }
}

#[cfg(test)]
mod tests {
    use hello_model::truck::NewTruck;

    use super::*;

    fn truck(plate: &str) -> Truck {
        let truck = NewTruck { license_plate: Some(plate.to_owned()), ..NewTruck::new("Scania", "V8") };
        truck.into_truck("0190".into(), "2026-11-23T10:00:00Z".parse().unwrap())
    }

    #[test]
    fn an_unchanged_file_changes_nothing() {
        for plate in ["B-1", "007", "1e3", "null", "no", "a: b # c", "\u{202e}x\u{1b}"] {
            let truck = truck(plate);
            let patch = TruckPatch::from(parse(&document(&truck).unwrap()).unwrap());
            assert!(patch.without_same(&truck).is_empty(), "{plate}");
        }
    }

    #[test]
    fn values_that_look_like_numbers_are_texts() {
        let fields = parse("make: Scania\nmodel: 500\nlicensePlate: 007\nstatus: active\n").unwrap();
        assert_eq!((fields.model.as_str(), fields.license_plate.as_deref()), ("500", Some("007")));
    }

    #[test]
    fn a_plate_is_removed_by_null_or_an_empty_value() {
        for plate in ["licensePlate: null\n", "licensePlate:\n", "licensePlate: ''\n", ""] {
            let fields = parse(&format!("make: a\nmodel: b\n{plate}status: retired\n")).unwrap();
            assert_eq!(TruckPatch::from(fields).license_plate, Some(None), "{plate}");
        }
    }

    #[test]
    fn an_unknown_field_is_named() {
        let why = parse("make: a\nmodel: b\nlicense_plate: c\nstatus: active\n").unwrap_err();
        assert!(why.contains("license_plate") && why.contains("licensePlate"), "{why}");
        assert!(parse("model: b\nstatus: active\n").unwrap_err().contains("make"));
    }
}
