//! GitHub: its address, the token, the account and what it may read.

mod token;

use futures::FutureExt;
use hello_model::{
    address::display_url,
    check::{Check, CheckSection},
    failure::Failure,
    query::Query,
    run::Repo,
};

use super::{Checks, NOT_CHECKED, permissions};
use crate::github::{Account, TokenOrigin};

const TITLE: &str = "GitHub";

impl Checks {
    /// Checks GitHub. `repo` is the component's repository, once it is known.
    pub async fn github(&self, repo: impl Future<Output = Result<Repo, Failure>>) -> CheckSection {
        let ((origin, account), repo) = futures::future::join(self.account(), repo).await;
        let access = &self.connections.github;
        let api = display_url(&access.api);
        let mut checks =
            vec![Check::info("api", "API", api.trim_end_matches('/')), token::source(origin, access)];
        let is_reached = account.is_ok();
        checks.extend(token::identity(origin, account, access));
        checks.push(match repo {
            Ok(repo) if is_reached => self.runs(&repo).await,
            Ok(_) => Check::skipped("runs", "reads runs", NOT_CHECKED),
            Err(failure) => Check::skipped("runs", "reads runs", failure.why),
        });
        CheckSection { id: "github", title: TITLE, checks }
    }

    /// Checks whether there is a token for GitHub, and whether GitHub accepts it. Without a token, a check fails.
    pub async fn github_sign_in(&self) -> CheckSection {
        let (origin, account) = self.account().await;
        let access = &self.connections.github;
        let mut checks = vec![Check::info("host", "host", access.host.as_str())];
        if let Some(TokenOrigin::Anonymous(problem)) = origin {
            checks.push(Check::failed("token", "token", token::missing(problem, access)));
        } else {
            checks.push(token::source(origin, access));
            checks.extend(token::identity(origin, account, access));
        }
        CheckSection { id: "github", title: TITLE, checks }
    }

    async fn account(&self) -> (Option<TokenOrigin>, Result<Account, Failure>) {
        let account = async { Ok(self.services.github.account().await) };
        let asked = self.limited("asking GitHub", account.boxed()).await;
        asked.unwrap_or_else(|failure| (None, Err(failure)))
    }

    async fn runs(&self, repo: &Repo) -> Check {
        let read = self.limited("reading the runs", self.services.github.runs(repo).boxed()).await;
        let query = Query::runs(repo.clone());
        let needed = permissions(&query).join(", ");
        Check::of("runs", "reads runs", read.map(|_| format!("of {repo} ({needed})")))
    }
}
