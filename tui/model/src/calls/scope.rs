//! The scopes of GitHub's classic tokens, which allow the calls of the table.

use std::fmt;

use super::{Permission, github};

/// What the device flow asks for: the calls of the table, workflow files, and repositories seen through a team.
pub const SIGN_IN_SCOPES: &str = "repo workflow read:org";

/// A scope that allows all calls to repositories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All repositories.
    Repo,
    /// Public repositories.
    PublicRepo,
}

impl Scope {
    /// Returns the widest of the scopes that a token has.
    pub fn granted(scopes: &[String]) -> Option<Self> {
        [Self::Repo, Self::PublicRepo].into_iter().find(|scope| scopes.iter().any(|had| had == scope.name()))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Repo => "repo",
            Self::PublicRepo => "public_repo",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Returns the permissions that all calls to GitHub need together. Permission to write includes that to read.
pub fn github_permissions() -> Vec<&'static str> {
    let permissions = github::ALL.iter().filter_map(|call| match call.permission {
        Permission::GitHub(permission) => Some(permission),
        Permission::None | Permission::Iam { .. } | Permission::Trucks(_) => None,
    });
    let mut needed: Vec<&str> = permissions.collect();
    needed.sort_unstable();
    needed.dedup();
    let all = needed.clone();
    needed.retain(|permission| {
        let writes = permission.strip_suffix("read").map(|subject| format!("{subject}write"));
        writes.is_none_or(|writes| !all.contains(&writes.as_str()))
    });
    needed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_includes_reading() {
        let needed = github_permissions();
        assert!(needed.contains(&"actions: write") && needed.contains(&"contents: read"), "{needed:?}");
        assert!(!needed.contains(&"actions: read"), "{needed:?}");
    }

    #[test]
    fn the_widest_scope_counts() {
        let granted = |scopes: &[&str]| {
            Scope::granted(&scopes.iter().map(|scope| (*scope).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(granted(&["public_repo", "repo"]), Some(Scope::Repo));
        assert_eq!(granted(&["public_repo"]), Some(Scope::PublicRepo));
        assert_eq!(granted(&["read:org", "repo:status"]), None);
    }
}
