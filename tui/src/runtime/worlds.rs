//! Executes effects and returns their messages.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures::{
    FutureExt, StreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use hello_console::{
    effect::{Effect, WriteId},
    msg::Msg,
};
use hello_model::{
    failure::{Failure, Kind},
    fetch::Fetch,
    run::{Artifact, Repo},
    target::{Overrides, Target},
    world::{Connection, World, WorldId},
    write::{Write, WriteResult},
};
use hello_services::{Services, catalog::Sources, gate::Gate};

use super::{computations, layouts::LayoutStore, local};
use crate::sandbox::Sandbox;

/// What the console is connected to.
#[derive(Debug, Clone)]
pub struct Connected {
    pub services: Services,
    /// What the catalog is read from.
    pub sources: Sources,
    /// Runs as long as this lives.
    pub sandbox: Option<Arc<Sandbox>>,
    pub gate: Gate,
    /// The name of the context of the settings.
    pub context: Option<String>,
    pub is_production: bool,
    pub read_only: bool,
    pub overrides: Overrides,
}

impl Connected {
    /// Connects to a sandbox instead. The catalog's sources stay; where there is none, the sandbox's own descriptor is
    /// read.
    #[must_use]
    pub fn to_sandbox(self, sandbox: Sandbox) -> Self {
        let services = Services::connect(&sandbox.connections());
        let sources = Sources { fallback: Some(sandbox.descriptor()), ..self.sources };
        let (sandbox, gate) = (Some(Arc::new(sandbox)), self.gate.clone().in_sandbox());
        Self { services, sources, sandbox, gate, context: None, is_production: false, ..self }
    }

    /// Returns the component that a command is about, and its parts.
    pub async fn target(&self) -> Target {
        let target = match self.sources.load().await {
            Ok(catalog) => Target::in_catalog(&catalog, None, &self.overrides),
            Err(failure) => Target::without_catalog(&self.overrides, &failure),
        };
        let sandbox = self.sandbox.as_ref();
        target.or(sandbox.map(|sandbox| sandbox.sandbox_defaults()).as_ref())
    }

    /// Describes the connection for the console.
    pub fn world(&self, id: WorldId) -> World {
        World {
            id,
            context: self.context.clone(),
            sandbox: self.sandbox.as_ref().map(|sandbox| sandbox.sandbox_defaults()),
            read_only: self.read_only,
            is_production: self.is_production,
            overrides: self.overrides.clone(),
        }
    }
}

/// Connects to a context of the settings.
pub type Connect =
    Arc<dyn Fn(Option<String>) -> BoxFuture<'static, Result<Connected, Failure>> + Send + Sync>;

/// Starts the sandbox that this run was started with.
pub type StartSandbox = Arc<dyn Fn() -> BoxFuture<'static, Result<Connected, Failure>> + Send + Sync>;

/// The connections in use. There are two only while the console changes from one to the other.
#[derive(Clone)]
pub struct Worlds {
    live: Arc<Mutex<HashMap<WorldId, Connected>>>,
    connect: Connect,
    /// There is none where services are connected from the beginning.
    start_sandbox: Option<StartSandbox>,
    layouts: LayoutStore,
}

impl fmt::Debug for Worlds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worlds").field("live", &self.live).finish_non_exhaustive()
    }
}

impl Worlds {
    /// `connected` is the world of [`WorldId::default`].
    pub fn new(connected: Connected, connect: Connect) -> Self {
        let live = Arc::new(Mutex::new(HashMap::from([(WorldId::default(), connected)])));
        Self { live, connect, start_sandbox: None, layouts: LayoutStore::default() }
    }

    /// Begins without a connection: nothing is answered until [`Connection::FirstSandbox`] is entered.
    pub fn before_sandbox(start_sandbox: StartSandbox, connect: Connect) -> Self {
        let start_sandbox = Some(start_sandbox);
        Self { live: Arc::default(), connect, start_sandbox, layouts: LayoutStore::default() }
    }

    /// Sets where the layouts of lists are kept.
    #[must_use]
    pub fn keeping(self, layouts: LayoutStore) -> Self {
        Self { layouts, ..self }
    }

    /// Returns what an effect brings. Dropping the stream ends the work.
    pub fn run_effect(&self, effect: Effect) -> BoxStream<'static, Msg> {
        match effect {
            Effect::Read { world, fetch } => self.open(world, fetch),
            Effect::Compute { world, of, computation } => computations::run(computation)
                .map(move |result| Msg::Computed(world, of.clone(), result))
                .boxed(),
            Effect::Execute { id, world, write } => once(self.execute(id, world, write)),
            Effect::Connect { id, from, to } => once(self.enter(id, from, to)),
            Effect::Leave { new, .. } => {
                // A connection that was replaced before it was entered ends, too.
                self.live().retain(|id, _| *id >= new);
                stream::empty().boxed()
            }
            Effect::KeepLayout { noun, layout } => self.layouts.keep(noun, layout),
            Effect::Download { world, repo, artifact } => self.download(world, &repo, &artifact),
            Effect::Copy(_) | Effect::OpenUrl(_) | Effect::HandOver(_) => local::run(effect),
            Effect::CopyByTerminal(_)
            | Effect::CancelDownload(_)
            | Effect::Stop(..)
            | Effect::Suspend
            | Effect::Quit => stream::empty().boxed(),
        }
    }

    fn open(&self, world: WorldId, fetch: Fetch) -> BoxStream<'static, Msg> {
        let Some(connected) = self.live().get(&world).cloned() else { return stream::empty().boxed() };
        let query = fetch.query.clone();
        let answers = connected.services.open(fetch, &connected.sources);
        // A sandbox lives at least as long as the requests to it.
        answers
            .map(move |news| {
                let _alive = &connected.sandbox;
                Msg::answered(world, query.clone(), news)
            })
            .boxed()
    }

    /// Downloads an artifact into the folder in which the console was started.
    fn download(&self, world: WorldId, repo: &Repo, artifact: &Artifact) -> BoxStream<'static, Msg> {
        let Some(connected) = self.live().get(&world).cloned() else { return stream::empty().boxed() };
        let Connected { services, sources, sandbox, .. } = connected;
        let events = services.github.download_artifact(repo, artifact, sources.folder);
        events
            .map(move |event| {
                let _alive = &sandbox;
                Msg::Downloaded(Box::new(event))
            })
            .boxed()
    }

    fn execute(&self, id: WriteId, world: WorldId, write: Write) -> BoxFuture<'static, Msg> {
        let connected = self.live().get(&world).cloned();
        async move {
            let result = match connected {
                Some(Connected { gate, services, sandbox: _alive, .. }) => {
                    gate.execute(write, &services).await
                }
                None => WriteResult::Refused(Failure::new(
                    Kind::NotConfigured,
                    write.label(),
                    "the services are not connected at present",
                )),
            };
            Msg::Executed(id, result)
        }
        .boxed()
    }

    /// Connects, and describes the new world.
    fn enter(&self, id: WorldId, from: WorldId, to: Connection) -> BoxFuture<'static, Msg> {
        let worlds = self.clone();
        async move {
            let connected = worlds.connected(from, to).await;
            let world = connected.map(|connected| {
                let world = connected.world(id);
                worlds.live().insert(id, connected);
                world
            });
            Msg::Connected(Box::new(world))
        }
        .boxed()
    }

    async fn connected(&self, from: WorldId, to: Connection) -> Result<Connected, Failure> {
        match to {
            Connection::Context(name) => (self.connect)(name).await,
            Connection::FirstSandbox => match &self.start_sandbox {
                Some(start) => start().await,
                None => Err(Failure::new(Kind::Unexpected, "starting the sandbox", "it was not asked for")),
            },
            Connection::Sandbox(target) => {
                let sandbox = Sandbox::start(&target, None).await?;
                let present = self.live().get(&from).cloned();
                present.map(|connected| connected.to_sandbox(sandbox)).ok_or_else(|| {
                    Failure::new(Kind::Unexpected, "starting the sandbox", "nothing is connected")
                })
            }
        }
    }

    fn live(&self) -> MutexGuard<'_, HashMap<WorldId, Connected>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn once(answer: impl Future<Output = Msg> + Send + 'static) -> BoxStream<'static, Msg> {
    stream::once(answer).boxed()
}
