//! The trucks service: its address, its version, the token and what it may read.

use futures::FutureExt;
use hello_model::{
    address::display_url,
    check::{Check, CheckSection},
    failure::{Failure, Kind},
    truck::{Fleet, TruckFilter},
};

use super::Checks;

const TITLE: &str = "Trucks service";

impl Checks {
    /// Checks the trucks service with one page of trucks.
    pub async fn trucks(&self) -> CheckSection {
        let trucks = &self.services.trucks;
        let filter = TruckFilter::default();
        let page = self.limited("reading the trucks", trucks.page(&filter, None, None).boxed()).await;
        let page = page.map(Option::unwrap_or_default);
        let mut checks =
            vec![Check::info("url", "URL", display_url(&self.connections.trucks.url).trim_end_matches('/'))];
        checks.extend(reached(&page));
        checks.push(self.trucks_token(&page).await);
        if let Some(read) = read(page) {
            checks.push(read);
        }
        let why = "not tried, because that would change something";
        checks.push(Check::skipped("write", "writes trucks", why));
        CheckSection { id: "trucks", title: TITLE, checks }
    }

    /// Checks whether the trucks service accepts the token, or needs none. A service that does not answer is no failure.
    pub async fn trucks_sign_in(&self) -> CheckSection {
        let filter = TruckFilter::default();
        let page = self.services.trucks.page(&filter, None, None).boxed();
        let page = self.limited("reading the trucks", page).await.map(Option::unwrap_or_default);
        let url = display_url(&self.connections.trucks.url);
        let mut checks =
            vec![Check::info("url", "URL", url.trim_end_matches('/')), self.trucks_token(&page).await];
        checks.push(match page {
            Err(failure) if failure.kind != Kind::Unauthorized => {
                Check::warned("read", "reads trucks", failure)
            }
            page => Check::of("read", "reads trucks", page.map(|_| true)),
        });
        CheckSection { id: "trucks", title: TITLE, checks }
    }

    async fn trucks_token(&self, page: &Result<Fleet, Failure>) -> Check {
        match self.services.trucks.token_in_use().await {
            Some((source, true)) => Check::warning("token", "token", "sent without encryption")
                .with_value(source)
                .next("name the service with https:// in --trucks-url"),
            Some((source, false)) => Check::ok("token", "token", source),
            None if page.is_ok() => Check::info("token", "token", "none, and the service asked for none"),
            None => match self.services.trucks.keyring_error() {
                Some(error) => {
                    Check::warning("token", "token", error.to_string()).next(error.problem.advice())
                }
                None => Check::info("token", "token", "none"),
            },
        }
    }
}

fn reached(page: &Result<Fleet, Failure>) -> Vec<Check> {
    let reachable = |is: bool| Check::ok("reachable", "reachable", is);
    match page {
        Ok(fleet) => {
            let version = match &fleet.service_version {
                Some(version) => Check::info("version", "version", version.as_str()),
                None => Check::skipped("version", "version", "the service does not tell it"),
            };
            vec![reachable(true), version]
        }
        Err(failure) if matches!(failure.kind, Kind::Offline) => {
            vec![Check::failed("reachable", "reachable", failure.clone())]
        }
        Err(failure) if matches!(failure.kind, Kind::NotConfigured) => Vec::new(),
        Err(_) => vec![reachable(true)],
    }
}

fn read(page: Result<Fleet, Failure>) -> Option<Check> {
    match page {
        Err(failure) if failure.kind == Kind::Offline => None,
        page => Some(Check::of("read", "reads trucks", page.map(|_| true))),
    }
}
