//! How artifacts are shown, and their downloads.

use bytesize::ByteSize;
use hello_model::{
    filter::{Value, ValueKind},
    run::Artifact,
};

use super::{Cell, Column, Columns, Format, Width};

/// The columns of artifacts.
pub const COLUMNS: Columns<Artifact> = Columns {
    all: &[
        Column {
            id: "id",
            title: "ID",
            width: Width::Content(8, 20),
            kind: ValueKind::Text,
            cell: |artifact, _| Cell::plain(artifact.id.to_string()),
            value: |artifact, _| Value::Text(artifact.id.to_string().into()),
        },
        Column {
            id: "name",
            title: "NAME",
            width: Width::Rest(16),
            kind: ValueKind::Name,
            cell: |artifact, _| Cell::or_dash(Some(&artifact.name)),
            value: |artifact, _| Value::text(Some(&artifact.name)),
        },
        Column {
            id: "size",
            title: "SIZE",
            width: Width::Content(7, 10),
            kind: ValueKind::Number,
            cell: |artifact, _| Cell::plain(size(artifact.bytes)),
            #[expect(clippy::cast_precision_loss, reason = "a size is compared, not added up")]
            value: |artifact, _| Value::Number(artifact.bytes as f64),
        },
        Column {
            id: "expires",
            title: "EXPIRES",
            width: Width::Content(7, 19),
            kind: ValueKind::Time,
            cell: expires,
            value: |artifact, _| artifact.expires_at.map_or(Value::Missing, Value::Time),
        },
    ],
    screen: &[("name", 0), ("size", 0), ("expires", 1)],
    command: &[("name", 0), ("size", 0), ("expires", 1), ("id", 2)],
};

fn expires(artifact: &Artifact, format: &Format) -> Cell {
    if artifact.is_expired {
        return Cell::faint("expired");
    }
    Cell::plain(format.moment(artifact.expires_at))
}

/// Writes a number of bytes: `1.2 MiB`.
pub fn size(bytes: u64) -> String {
    ByteSize(bytes).to_string()
}

/// Writes how far a download is: `3.0 MiB of 12.0 MiB`. GitHub's own size is taken where the host tells none.
pub fn progress(received: u64, total: Option<u64>, artifact: &Artifact) -> String {
    format!("{} of {}", size(received), size(total.unwrap_or(artifact.bytes)))
}
