//! The scopes of a classic token, as GitHub's answers tell them.

use http::HeaderMap;

use super::answers;

/// What the headers of a refusal tell about scopes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MissingScopes {
    had: Vec<String>,
    /// Any of these would do.
    pub(super) accepted: Vec<String>,
}

impl MissingScopes {
    /// Compares what the token has with what the request accepts. Returns `None` if scopes are not the cause, or if
    /// GitHub does not tell: a fine-grained token has none.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let had = list(answers::text(headers, "x-oauth-scopes")?);
        let accepted = list(answers::text(headers, "x-accepted-oauth-scopes")?);
        let is_covered = |scope: &String| had.iter().any(|had| had == scope || includes(had, scope));
        let is_missing = !accepted.is_empty() && !accepted.iter().any(is_covered);
        is_missing.then_some(Self { had, accepted })
    }

    /// Says what the token has and what it needs.
    pub(super) fn describe(&self) -> String {
        let had = if self.had.is_empty() {
            "no scopes".to_owned()
        } else {
            format!("the scopes {}", self.had.join(", "))
        };
        format!("the token has {had}, and this needs {}", self.accepted.join(" or "))
    }
}

/// Reads a list as GitHub writes it in a header.
pub(super) fn list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
}

/// Reports whether a scope includes another one.
fn includes(had: &str, scope: &str) -> bool {
    match had {
        "repo" => ["public_repo", "repo:status", "repo_deployment", "repo:invite", "security_events"]
            .contains(&scope),
        "admin:org" => ["write:org", "read:org", "manage_runners:org"].contains(&scope),
        "write:org" => scope == "read:org",
        "user" => ["read:user", "user:email", "user:follow"].contains(&scope),
        "write:packages" => scope == "read:packages",
        "admin:enterprise" => scope.ends_with(":enterprise"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(had: &str, accepted: &str) -> Option<String> {
        let header =
            |name: &'static str, value: &str| (http::HeaderName::from_static(name), value.parse().unwrap());
        let headers = [header("x-oauth-scopes", had), header("x-accepted-oauth-scopes", accepted)];
        MissingScopes::of(&headers.into_iter().collect()).map(|missing| missing.describe())
    }

    #[test]
    fn a_scope_that_is_not_covered_is_missing() {
        for (had, accepted) in
            [("repo", "repo"), ("repo, workflow", "public_repo, repo"), ("admin:org", "read:org"), ("", "")]
        {
            assert_eq!(missing(had, accepted), None, "{had} for {accepted}");
        }
        assert_eq!(
            missing("read:org, gist", "public_repo, repo").as_deref(),
            Some("the token has the scopes read:org, gist, and this needs public_repo or repo")
        );
        assert_eq!(missing("", "repo").as_deref(), Some("the token has no scopes, and this needs repo"));
    }

    #[test]
    fn a_fine_grained_token_has_no_scopes_to_miss() {
        let headers = [(http::HeaderName::from_static("x-accepted-oauth-scopes"), "repo".parse().unwrap())];
        assert_eq!(MissingScopes::of(&headers.into_iter().collect()), None);
    }
}
