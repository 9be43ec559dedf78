//! The checks of one token for GitHub: where it is from, whose it is, what it allows and until when.

use hello_model::{
    calls::{self, Scope},
    check::Check,
    failure::{Failure, Kind},
    time::Timestamp,
};
use jiff::fmt::strtime;

use crate::{
    GitHubAccess,
    credentials::KeyringProblem,
    github::{Account, TokenOrigin, belongs_to_host, sign_in},
};

/// A token that expires within this many days is a warning.
const SOON_DAYS: i64 = 7;

/// Says where the token is from. `None`: it was not found out.
pub(super) fn source(origin: Option<TokenOrigin>, access: &GitHubAccess) -> Check {
    let check = |source: &str| Check::ok("token", "token", format!("from {source}"));
    match (origin, &access.token) {
        (Some(TokenOrigin::Gh), _) => check("gh auth token"),
        (Some(TokenOrigin::Keyring), _) => check("the keyring"),
        (Some(TokenOrigin::Given(source)), _) => check(source),
        (Some(TokenOrigin::Anonymous(problem)), _) => {
            Check::warned("token", "token", missing(problem, access))
        }
        (None, Some(token)) => check(token.source),
        (None, None) => Check::skipped("token", "token", "gh and the keyring did not answer"),
    }
}

/// Says that there is no token, and what the keyring has to do with it.
pub(super) fn missing(problem: Option<KeyringProblem>, access: &GitHubAccess) -> Failure {
    let why = "none: public repositories only, and few requests an hour";
    let or_variable =
        if belongs_to_host(&access.api, &access.host) { ", or export GH_TOKEN=TOKEN" } else { "" };
    let sign_in = format!("{}{or_variable}", sign_in(access));
    let failure = |why: String| Failure::new(Kind::Unauthorized, "signing in to GitHub", why);
    match problem {
        Some(problem @ (KeyringProblem::Locked | KeyringProblem::Silent)) => {
            failure(format!("{problem}; elsewhere there is none")).hint(problem.advice())
        }
        Some(problem) => failure(format!("{why}; {problem}")).hint(sign_in),
        None => failure(why.to_owned()).hint(sign_in),
    }
}

/// Says whose token it is, what it allows and when it expires.
pub(super) fn identity(
    origin: Option<TokenOrigin>,
    account: Result<Account, Failure>,
    access: &GitHubAccess,
) -> Vec<Check> {
    let account = match account {
        Ok(account) => account,
        Err(failure) => return vec![Check::failed("login", "account", failure)],
    };
    let is_anonymous = origin.is_some_and(TokenOrigin::is_anonymous);
    let mut checks = vec![match account.login {
        Some(login) => Check::ok("login", "account", login),
        None if is_anonymous => Check::info("login", "account", "none: GitHub answers without a token"),
        None => Check::info("login", "account", "the token is of an app or a workflow, not of a user"),
    }];
    if !is_anonymous {
        checks.push(permissions(account.scopes.as_deref(), origin, access));
        checks.push(match account.scopes {
            Some(scopes) => Check::info("scopes", "scopes", scopes),
            None => Check::info("scopes", "scopes", "fine-grained: GitHub tells no scopes"),
        });
    }
    let expires = account.expires.map(|at| expiry(&at, Timestamp::now()));
    let version = account.server_version.map(|version| Check::info("version", "version", version));
    checks.extend(expires.into_iter().chain(version));
    checks
}

/// Compares the scopes with the table of calls. GitHub tells the permissions of no other tokens.
fn permissions(scopes: Option<&[String]>, origin: Option<TokenOrigin>, access: &GitHubAccess) -> Check {
    let (id, label) = ("permissions", "permissions");
    let needed = calls::github_permissions().join(", ");
    let Some(scopes) = scopes else {
        let why = format!("GitHub does not tell them; all screens need {needed}");
        return Check::skipped(id, label, why);
    };
    let renew = match origin {
        Some(TokenOrigin::Gh) => {
            format!("gh auth refresh --hostname {} --scopes {}", access.host, Scope::Repo)
        }
        Some(TokenOrigin::Given(source)) => format!("add the scope {} to the token of {source}", Scope::Repo),
        _ => sign_in(access),
    };
    match Scope::granted(scopes) {
        Some(Scope::Repo) => Check::ok(id, label, "all that the screens need"),
        Some(Scope::PublicRepo) => {
            let why = format!("for public repositories only: private ones need the scope {}", Scope::Repo);
            Check::warning(id, label, why).next(renew)
        }
        None => {
            let why = format!("the scope {} is missing, for {needed}", Scope::Repo);
            Check::warning(id, label, why).next(renew)
        }
    }
}

/// Says when the token expires. GitHub writes `2026-12-01 10:00:00 UTC`, or an offset in place of the zone.
fn expiry(at: &str, now: Timestamp) -> Check {
    let (id, label) = ("expires", "expires");
    let numeric = at.replace("UTC", "+0000");
    let Some(time) =
        strtime::parse("%Y-%m-%d %H:%M:%S %z", &numeric).ok().and_then(|time| time.to_timestamp().ok())
    else {
        return Check::info(id, label, at);
    };
    match time.duration_since(now).as_hours().div_euclid(24) {
        days if days < 0 => Check::warning(id, label, "it has expired"),
        0 => Check::warning(id, label, "within a day"),
        days if days < SOON_DAYS => Check::warning(id, label, format!("in {days} days")),
        _ => return Check::info(id, label, at),
    }
    .with_value(at)
    .next("make a new token in time")
}

#[cfg(test)]
mod tests {
    use hello_model::check::CheckStatus;

    use super::*;

    fn access() -> GitHubAccess {
        GitHubAccess::at_host("github.com").unwrap()
    }

    #[test]
    fn a_token_that_expires_soon_is_a_warning() {
        let now = "2026-11-23T10:00:00Z".parse().unwrap();
        let of = |at: &str| {
            let check = expiry(at, now);
            (check.status, check.why.unwrap_or_default())
        };
        assert_eq!(of("2026-12-23 10:00:00 UTC").0, CheckStatus::Info);
        assert_eq!(of("2026-11-26 11:00:00 UTC"), (CheckStatus::Warning, "in 3 days".to_owned()));
        assert_eq!(of("2026-11-23 13:30:00 +0200"), (CheckStatus::Warning, "within a day".to_owned()));
        assert_eq!(of("2026-11-22 10:00:00 UTC"), (CheckStatus::Warning, "it has expired".to_owned()));
        assert_eq!(of("soon").0, CheckStatus::Info, "unknown words are shown as they are");
    }

    #[test]
    fn scopes_are_compared_with_what_the_screens_need() {
        let of = |scopes: &[&str]| {
            let scopes: Vec<_> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
            permissions(Some(&scopes), Some(TokenOrigin::Given("GH_TOKEN")), &access())
        };
        assert_eq!(of(&["repo", "workflow"]).status, CheckStatus::Ok);
        assert!(of(&["public_repo"]).why.unwrap().contains("private ones need the scope repo"));
        let missing = of(&["read:org"]);
        assert!(missing.why.unwrap().contains("repo is missing, for actions: write"));
        assert_eq!(missing.next.as_deref(), Some("add the scope repo to the token of GH_TOKEN"));
        assert_eq!(permissions(None, None, &access()).status, CheckStatus::Info);
    }

    #[test]
    fn a_locked_keyring_is_not_a_missing_token() {
        let locked = missing(Some(KeyringProblem::Locked), &access());
        assert!(locked.why.starts_with("the keyring is locked"), "{locked}");
        assert_eq!(locked.hint.as_deref(), Some("unlock the keyring"));
        let none = missing(Some(KeyringProblem::Missing), &access());
        assert!(none.why.ends_with("there is no keyring in this session"), "{none}");
        assert!(none.hint.unwrap().contains("GH_TOKEN"));
    }
}
