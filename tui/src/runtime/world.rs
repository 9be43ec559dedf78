//! Executes effects: the only `match` that connects the console's effects with the services.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use futures::{
    FutureExt, StreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use hello_catalog::Catalog;
use hello_console::{
    app::msg::Msg,
    effect::Effect,
    screens::{catalog, deployments, logs, runs, trucks},
};
use hello_model::{
    failure::{Failure, Kind},
    target::{StandIn, Target},
    write::Write,
};
use hello_services::{
    self as services, Services,
    guard::{Guard, Written},
};

use crate::sandbox::Sandbox;

/// The current services and the write gate.
#[derive(Debug, Clone)]
pub struct World {
    /// Replaced as a whole when a sandbox is started.
    connected: Arc<Mutex<Connected>>,
    guard: Guard,
    /// The base of relative catalog paths.
    folder: PathBuf,
}

/// The current connections of the console.
#[derive(Debug, Clone)]
pub struct Connected {
    pub services: Services,
    /// The sources of the catalog, as named by the user.
    pub catalog: Vec<String>,
    /// Runs until this is dropped.
    pub sandbox: Option<Arc<Sandbox>>,
}

impl Connected {
    /// Connects to a sandbox and keeps the sources of the catalog.
    pub fn to_sandbox(sandbox: Sandbox, catalog: Vec<String>) -> Self {
        let services = Services::connect(&sandbox.connections());
        Self { services, catalog, sandbox: Some(Arc::new(sandbox)) }
    }

    /// Loads the catalog. If there is none at all, loads the sandbox's own descriptor, if there is a sandbox.
    pub async fn load_catalog(&self, folder: &Path) -> Result<Catalog, Failure> {
        let loaded = services::catalog::load(&self.catalog, folder).await;
        match (&loaded, &self.sandbox) {
            (Err(Failure { kind: Kind::NotConfigured, .. }), Some(sandbox)) if self.catalog.is_empty() => {
                services::catalog::load(&[sandbox.descriptor()], folder).await
            }
            _ => loaded,
        }
    }
}

impl World {
    pub fn new(connected: Connected, guard: Guard, folder: PathBuf) -> Self {
        Self { connected: Arc::new(Mutex::new(connected)), guard, folder }
    }

    /// Executes an effect and returns the resulting messages. Dropping the stream stops the work.
    pub fn perform(&self, effect: Effect) -> BoxStream<'static, Msg> {
        let connected = self.connected();
        let services = connected.services.clone();
        match effect {
            Effect::LoadCatalog => {
                let folder = self.folder.clone();
                once(async move { Msg::Catalog(catalog::Msg::Loaded(connected.load_catalog(&folder).await)) })
            }
            Effect::ListTrucks => {
                once(async move { Msg::Trucks(trucks::Msg::Listed(services.trucks.list().await)) })
            }
            Effect::ListRuns(repo) => {
                once(async move { Msg::Runs(runs::Msg::Listed(services.github.runs(&repo).await)) })
            }
            Effect::ShowRun(repo, id) => once(async move {
                Msg::Runs(runs::Msg::Shown(id, Box::new(services.github.run(&repo, id).await)))
            }),
            Effect::ShowRollouts(service) => once(async move {
                Msg::Deployments(deployments::Msg::Shown(services.ecs.rollouts(&service).await))
            }),
            Effect::ShowStackEvents(service, stack) => once(async move {
                let stacks = services.stacks.in_region(&service.region);
                Msg::Deployments(deployments::Msg::StackTold(stacks.events(&stack, None).await))
            }),
            Effect::TailLogs { source, since } => {
                services.logs.tail(source, since).map(|news| Msg::Logs(logs::Msg::Told(news))).boxed()
            }
            Effect::Write(write) => once(self.write(write, services)),
            Effect::StartSandbox(target) => once(self.start_sandbox(target)),
            Effect::Cancel(_) | Effect::Suspend | Effect::Quit => stream::empty().boxed(),
        }
    }

    fn write(&self, write: Write, services: Services) -> BoxFuture<'static, Msg> {
        let guard = self.guard.clone();
        async move {
            let answer = guard.carry_out(write, &services).await;
            Msg::Trucks(trucks::Msg::Saved(answer.and_then(Written::into_truck)))
        }
        .boxed()
    }

    fn start_sandbox(&self, target: Box<Target>) -> BoxFuture<'static, Msg> {
        let connected = Arc::clone(&self.connected);
        async move { Msg::SandboxStarted(Box::new(Self::take_over(&connected, &target).await)) }.boxed()
    }

    async fn take_over(connected: &Mutex<Connected>, target: &Target) -> Result<StandIn, Failure> {
        let sandbox = Sandbox::start(target).await?;
        let stand_in = sandbox.stand_in();
        let mut connected = connected.lock().unwrap_or_else(PoisonError::into_inner);
        *connected = Connected::to_sandbox(sandbox, std::mem::take(&mut connected.catalog));
        Ok(stand_in)
    }

    fn connected(&self) -> Connected {
        self.connected.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn once(answer: impl Future<Output = Msg> + Send + 'static) -> BoxStream<'static, Msg> {
    stream::once(answer).boxed()
}
