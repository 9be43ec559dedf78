//! Where a descriptor is edited.

use crate::local::Program;

/// Returns the editor at a line of a descriptor, unless that is on another machine.
pub(super) fn editor(source: &str, line: usize) -> Result<Program, String> {
    if source.contains("://") {
        return Err(format!("it is read from {source}"));
    }
    Ok(Program::Edit { path: source.into(), line: line.max(1) })
}
