//! The trucks service: its address, its version, the token and what it may read.

use futures::FutureExt;
use hello_model::{
    address::display_url,
    check::{Check, CheckSection},
    failure::{Failure, Kind},
    truck::{Fleet, TruckFilter},
};

use super::Checks;

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
        CheckSection { id: "trucks", title: "Trucks service", checks }
    }

    async fn trucks_token(&self, page: &Result<Fleet, Failure>) -> Check {
        match self.services.trucks.token_in_use().await {
            Some((source, true)) => Check::warning("token", "token", "sent without encryption")
                .with_value(source)
                .next("name the service with https:// in --trucks-url"),
            Some((source, false)) => Check::ok("token", "token", source),
            None if page.is_ok() => Check::info("token", "token", "none, and the service asked for none"),
            None => Check::info("token", "token", "none"),
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
