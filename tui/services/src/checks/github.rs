//! GitHub: its address, the token, the account and what it may read.

use futures::FutureExt;
use hello_model::{
    address::display_url,
    check::{Check, CheckSection},
    failure::Failure,
    query::Query,
    run::Repo,
};

use super::{Checks, NOT_CHECKED, permissions};
use crate::{
    GitHubAccess,
    github::{Account, TokenOrigin, may_send_token, sign_in},
};

impl Checks {
    /// Checks GitHub. `variable` is what the token was taken from, if it was not `gh`. `repo` is the component's
    /// repository, once it is known.
    pub async fn github(
        &self,
        variable: Option<&str>,
        repo: impl Future<Output = Result<Repo, Failure>>,
    ) -> CheckSection {
        let access = &self.connections.github;
        let account = async { Ok(self.services.github.account().await) };
        let (asked, repo) = futures::future::join(self.limited("asking GitHub", account.boxed()), repo).await;
        let (origin, account) = asked.unwrap_or_else(|failure| (None, Err(failure)));
        let mut checks = vec![
            Check::info("api", "API", display_url(&access.api).trim_end_matches('/')),
            token(origin, variable, access),
        ];
        let is_reached = account.is_ok();
        checks.extend(identity(origin, account));
        checks.push(match repo {
            Ok(repo) if is_reached => self.runs(&repo).await,
            Ok(_) => Check::skipped("runs", "reads runs", NOT_CHECKED),
            Err(failure) => Check::skipped("runs", "reads runs", failure.why),
        });
        CheckSection { id: "github", title: "GitHub", checks }
    }

    async fn runs(&self, repo: &Repo) -> Check {
        let read = self.limited("reading the runs", self.services.github.runs(repo).boxed()).await;
        let query = Query::runs(repo.clone());
        let needed = permissions(&query).join(", ");
        Check::of("runs", "reads runs", read.map(|_| format!("of {repo} ({needed})")))
    }
}

fn token(origin: Option<TokenOrigin>, variable: Option<&str>, access: &GitHubAccess) -> Check {
    let check = |source: &str| Check::ok("token", "token", format!("from {source}"));
    match origin {
        Some(TokenOrigin::Gh) => check("gh auth token"),
        Some(TokenOrigin::Anonymous) => {
            let why = "none: public repositories only, and few requests an hour";
            let or_variable = if may_send_token(access) { ", or export GH_TOKEN=TOKEN" } else { "" };
            Check::warning("token", "token", why).next(format!("{}{or_variable}", sign_in(access)))
        }
        Some(TokenOrigin::Given) => check(variable.unwrap_or("the settings")),
        None => match variable {
            Some(variable) => check(variable),
            None => Check::skipped("token", "token", "gh did not answer"),
        },
    }
}

fn identity(origin: Option<TokenOrigin>, account: Result<Account, Failure>) -> Vec<Check> {
    let account = match account {
        Ok(account) => account,
        Err(failure) => return vec![Check::failed("login", "account", failure)],
    };
    let is_anonymous = origin == Some(TokenOrigin::Anonymous);
    let mut checks = vec![match account.login {
        Some(login) => Check::ok("login", "account", login),
        None if is_anonymous => Check::info("login", "account", "none: GitHub answers without a token"),
        None => Check::info("login", "account", "the token is of an app or a workflow, not of a user"),
    }];
    if !is_anonymous {
        checks.push(match account.scopes {
            Some(scopes) => Check::info("scopes", "scopes", scopes),
            None => Check::info("scopes", "scopes", "fine-grained: GitHub tells no scopes"),
        });
    }
    let expires = account.expires.map(|at| Check::info("expires", "expires", at));
    let version = account.server_version.map(|version| Check::info("version", "version", version));
    checks.extend(expires.into_iter().chain(version));
    checks
}
