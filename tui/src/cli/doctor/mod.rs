//! `hello-tui doctor`: what the console finds, and what to do about it.
//!
//! All checks run at once. A section is printed as soon as it and those before it are done.

mod catalog;
mod report;
mod settings;
mod terminal;
mod versions;

use std::sync::Arc;

use futures::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesOrdered};
use hello_model::{
    check::{CheckReport, CheckSection, exit_code},
    target::Target,
};
use hello_services::checks::Checks;

use super::{Connected, Error, connect, output::Out};
use crate::config::{CliSettings, Settings};

/// The catalog, and what the component in it names.
#[derive(Debug, Clone)]
struct Loaded {
    sections: [CheckSection; 2],
    target: Target,
}

/// Checks everything, prints the report, and exits with its result.
pub(super) async fn run(given: CliSettings, out: &Out) -> Result<(), Error> {
    let mut report = Report::new(out);
    report.add(versions::section())?;
    report.add(terminal::section())?;
    let file = given.config.clone();
    match Settings::decide(given) {
        Err(failure) => report.add(settings::broken(file.as_deref(), failure))?,
        Ok(settings) => match connect(&settings).await {
            Err(failure) => report.add(settings::unconnected(&settings, file.as_deref(), failure))?,
            Ok(connected) => {
                report.add(settings::section(&settings, file.as_deref()))?;
                let mut services = services(&settings, &connected);
                while let Some(sections) = services.next().await {
                    sections.into_iter().try_for_each(|section| report.add(section))?;
                }
            }
        },
    }
    report.finish()
}

/// Starts the checks of all services. Their sections come in a fixed order.
fn services<'a>(
    settings: &'a Settings,
    connected: &'a Connected,
) -> FuturesOrdered<BoxFuture<'a, Vec<CheckSection>>> {
    let sandbox = connected.sandbox.as_ref();
    let connections = sandbox.map_or_else(|| settings.connections.clone(), |sandbox| sandbox.connections());
    let checks = Arc::new(Checks::new(&connections));
    let loaded = load(Arc::clone(&checks), connected).boxed().shared();
    let [of_repo, of_aws] = [(); 2].map(|()| loaded.clone());
    let repo = async move { of_repo.await.target.repo.clone() };
    let target = async move { of_aws.await.target.clone() };
    let [network, trucks, github, aws] = [(); 4].map(|()| Arc::clone(&checks));
    let sections: [BoxFuture<'a, Vec<CheckSection>>; 5] = [
        async move { vec![network.network(&connected.sources.named).await] }.boxed(),
        async move { loaded.await.sections.to_vec() }.boxed(),
        async move { vec![trucks.trucks().await] }.boxed(),
        async move { vec![github.github(repo).await] }.boxed(),
        async move { vec![aws.aws(target).await] }.boxed(),
    ];
    sections.into_iter().collect()
}

/// Loads the catalog and looks at the component.
async fn load(checks: Arc<Checks>, connected: &Connected) -> Arc<Loaded> {
    let catalog = checks.limited("reading the catalog", connected.sources.load().boxed()).await;
    let overrides = &connected.overrides;
    let target = match &catalog {
        Ok(catalog) => Target::in_catalog(catalog, None, overrides),
        Err(failure) => Target::without_catalog(overrides, failure),
    };
    let defaults = connected.sandbox.as_ref().map(|sandbox| sandbox.sandbox_defaults());
    let target = target.or(defaults.as_ref());
    let component = catalog::component(&target, overrides.component.as_ref(), catalog.as_ref().ok());
    Arc::new(Loaded { sections: [catalog::section(catalog, &connected.sources.named), component], target })
}

/// What was found so far. As text, it is printed at once.
pub(super) struct Report<'o> {
    sections: Vec<CheckSection>,
    out: &'o Out,
}

impl<'o> Report<'o> {
    /// Begins a report.
    pub(super) fn new(out: &'o Out) -> Self {
        Self { sections: Vec::new(), out }
    }

    /// Adds a section, and prints it if the report is text.
    pub(super) fn add(&mut self, section: CheckSection) -> Result<(), Error> {
        if self.out.is_table() {
            self.out.paragraph(section.title, |room| report::lines(&section, room))?;
        }
        self.sections.push(section);
        Ok(())
    }

    /// Ends the report. Its exit code is that of the failed checks.
    pub(super) fn finish(self) -> Result<(), Error> {
        if self.out.is_table() {
            self.out.text(&report::summary(&self.sections))?;
        } else {
            self.out.print(&CheckReport(&self.sections), Default::default)?;
        }
        match exit_code(&self.sections) {
            0 => Ok(()),
            code => Err(Error::ChecksFailed(code)),
        }
    }
}
