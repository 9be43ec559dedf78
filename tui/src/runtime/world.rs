//! From an effect to the messages it brings.

use std::sync::{Arc, Mutex, PoisonError};

use futures::{
    FutureExt, StreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use hello_console::{app::msg::Msg, effect::Effect};
use hello_model::{
    failure::Failure,
    query::Query,
    target::{SandboxDefaults, Target},
    time::Timestamp,
    write::Write,
};
use hello_services::{Services, catalog::Sources, guard::Guard};

use crate::sandbox::Sandbox;

/// The services in use, and the gate before them.
#[derive(Debug, Clone)]
pub struct World {
    /// Replaced as a whole when the sandbox takes over.
    connected: Arc<Mutex<Connected>>,
    guard: Guard,
}

/// What the console is connected to.
#[derive(Debug, Clone)]
pub struct Connected {
    pub services: Services,
    /// What the catalog is read from.
    pub sources: Sources,
    /// Runs as long as this lives.
    pub sandbox: Option<Arc<Sandbox>>,
}

impl Connected {
    /// Connects to a sandbox. The catalog's sources stay; where there is none at all, the sandbox's own descriptor is read.
    pub fn to_sandbox(sandbox: Sandbox, sources: Sources) -> Self {
        let services = Services::connect(&sandbox.connections());
        let sources = Sources { fallback: Some(sandbox.descriptor()), ..sources };
        Self { services, sources, sandbox: Some(Arc::new(sandbox)) }
    }
}

impl World {
    pub fn new(connected: Connected, guard: Guard) -> Self {
        Self { connected: Arc::new(Mutex::new(connected)), guard }
    }

    /// Returns what an effect brings. Dropping the stream ends the work.
    pub fn perform(&self, effect: Effect) -> BoxStream<'static, Msg> {
        match effect {
            Effect::Fetch(query) => self.open(query, None),
            Effect::Tail { source, since } => self.open(Query::Logs(source), Some(since)),
            Effect::Write(write) => once(self.write(write)),
            Effect::StartSandbox(target) => once(self.start_sandbox(target)),
            Effect::Stop(_) | Effect::StopAll | Effect::Suspend | Effect::Quit => stream::empty().boxed(),
        }
    }

    fn open(&self, query: Query, since: Option<Timestamp>) -> BoxStream<'static, Msg> {
        let connected = self.connected();
        let answers = connected.services.open(query.clone(), since, &connected.sources);
        // A sandbox lives at least as long as the requests to it.
        answers
            .map(move |news| {
                let _alive = &connected.sandbox;
                Msg::answered(query.clone(), news)
            })
            .boxed()
    }

    fn write(&self, write: Write) -> BoxFuture<'static, Msg> {
        let (guard, services) = (self.guard.clone(), self.connected().services);
        async move { Msg::Executed(guard.execute(write, &services).await) }.boxed()
    }

    fn start_sandbox(&self, target: Box<Target>) -> BoxFuture<'static, Msg> {
        let connected = Arc::clone(&self.connected);
        async move { Msg::SandboxStarted(Box::new(Self::take_over(&connected, &target).await)) }.boxed()
    }

    async fn take_over(connected: &Mutex<Connected>, target: &Target) -> Result<SandboxDefaults, Failure> {
        let sandbox = Sandbox::start(target).await?;
        let sandbox_defaults = sandbox.sandbox_defaults();
        let mut connected = connected.lock().unwrap_or_else(PoisonError::into_inner);
        *connected = Connected::to_sandbox(sandbox, std::mem::take(&mut connected.sources));
        Ok(sandbox_defaults)
    }

    fn connected(&self) -> Connected {
        self.connected.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn once(answer: impl Future<Output = Msg> + Send + 'static) -> BoxStream<'static, Msg> {
    stream::once(answer).boxed()
}
