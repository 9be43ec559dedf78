//! The workflows of a repository, and their files.

use serde::Serialize;

/// A workflow that GitHub has registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Workflow {
    pub id: u64,
    pub name: String,
    /// The path of its file: `.github/workflows/deploy.yml`.
    pub path: String,
    /// GitHub's word: `active`, `disabled_manually`, `disabled_inactivity`.
    pub state: String,
    pub url: String,
}

impl Workflow {
    /// Returns the name of its file, which GitHub takes in place of the id.
    pub fn file(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Reports whether it runs by its events.
    pub fn is_enabled(&self) -> bool {
        self.state == "active"
    }

    /// Reports whether a user means this workflow: by its file, with or without its ending, by its name or its id.
    pub fn is_named(&self, text: &str) -> bool {
        let file = self.file();
        let stem = file.strip_suffix(".yml").or_else(|| file.strip_suffix(".yaml")).unwrap_or(file);
        [file, stem, self.path.as_str()].contains(&text)
            || self.name.eq_ignore_ascii_case(text)
            || text.parse() == Ok(self.id)
    }
}

/// The workflows of a repository, in GitHub's order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Workflows {
    pub workflows: Vec<Workflow>,
    /// The branch whose files decide what can be started; `None` if GitHub does not tell it.
    pub default_branch: Option<String>,
    /// The number of entries that have no id and cannot be shown.
    pub unreadable: usize,
}

/// The text of a file in a repository at one commit, as GitHub stores it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryFile {
    /// The path in the repository.
    pub path: String,
    /// The branch, tag or commit that it was read at.
    pub reference: String,
    pub text: Vec<u8>,
}
