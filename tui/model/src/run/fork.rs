//! What a run from a fork would execute.

use serde::Serialize;

use super::Run;

/// Where the files are that decide what runs.
const WORKFLOWS: &str = ".github/";

/// The files that a commit of a fork changes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ForkChanges {
    /// The branch that it is compared with.
    pub base: String,
    /// The paths of the changed files; GitHub names at most 300.
    pub files: Vec<String>,
}

impl ForkChanges {
    /// Returns lines for the question before the run is approved: whose code it is, and which of the files that decide
    /// what runs it changes.
    pub fn notes(&self, run: &Run) -> Vec<String> {
        let author = run.actor.as_deref().unwrap_or("an unknown account");
        let from = run.fork.as_deref().unwrap_or("an unknown repository");
        let branch = run.branch.as_deref().unwrap_or("no branch");
        let changed: Vec<_> = self.files.iter().filter(|path| path.starts_with(WORKFLOWS)).collect();
        let verdict = match changed.len() {
            0 => "No workflow file is changed.",
            _ => "It changes what runs:",
        };
        let notes = [
            format!("Code of {author} from {from}, branch {branch}, commit {}.", run.short_commit()),
            format!("{} files differ from {}.", self.files.len(), self.base),
            verdict.to_owned(),
        ];
        notes.into_iter().chain(changed.into_iter().map(|path| format!("  {path}"))).collect()
    }
}
