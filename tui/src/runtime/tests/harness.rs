//! A harness for the console: keys at given times, a buffer for a terminal, a world of prepared answers.

use std::{
    cell::{Cell, RefCell},
    io,
    time::Duration,
};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use hello_catalog::{self as descriptors, Source};
use hello_console::{
    app::{App, Setup},
    effect::Effect,
    msg::Msg,
    route::ScreenId,
    theme::Theme,
};
use hello_model::{
    deployment::{ServiceSnapshot, ServiceState},
    log::{Level, LogLine, LogSource, TailEvent},
    query::{Answer, Query, Update},
    run::RunList,
    time::Now,
    truck::{Fleet, FleetEvent, NewTruck},
    world::{World, WorldId},
};
use jiff::{Timestamp, tz::TimeZone};
use ratatui::{Terminal, backend::TestBackend};
use tokio::time::Instant;

use crate::runtime::{Ending, Error, input::Input, run, surface::Surface};

const DESCRIPTOR: &str = "
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: hello-server
  annotations:
    github.com/project-slug: hello-truck/hello-truck
    aws.amazon.com/amazon-ecs-service-arn: arn:aws:ecs:us-east-1:123456789012:service/hello-truck/hello-server
spec: {type: service, lifecycle: production, owner: trucks, providesApis: [hello-truck-api]}
";

/// A console, and what it did.
pub(super) struct Harness {
    place: ScreenId,
    surface: RefCell<Page>,
    asked: RefCell<Vec<Effect>>,
    elapsed: Cell<Duration>,
}

/// A terminal of 80×24 that counts.
struct Page {
    terminal: Terminal<TestBackend>,
    frames: usize,
    naps: usize,
}

impl Harness {
    pub(super) fn new(place: ScreenId) -> Self {
        let terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
        Self {
            place,
            surface: RefCell::new(Page { terminal, frames: 0, naps: 0 }),
            asked: RefCell::default(),
            elapsed: Cell::default(),
        }
    }

    /// Runs the console while inputs come at their times, counted from the start.
    #[expect(clippy::await_holding_refcell_ref, reason = "a test looks only when the console has ended")]
    pub(super) async fn run(
        &self,
        inputs: impl IntoIterator<Item = (Duration, Input)>,
        world: impl Fn(Effect) -> BoxStream<'static, Msg>,
    ) -> Result<Ending, Error> {
        let start = Instant::now();
        let inputs: Vec<_> = inputs.into_iter().collect();
        let inputs = stream::iter(inputs).then(async |(at, input)| {
            tokio::time::sleep_until(start + at).await;
            input
        });
        let clock = || Now {
            instant: Instant::now().into_std(),
            wall: Timestamp::from_second(1_800_000_000).unwrap() + start.elapsed(),
        };
        let mut app = app(self.place, clock());
        let run_effect = |effect: Effect| {
            self.asked.borrow_mut().push(effect.clone());
            world(effect)
        };
        let inputs = Box::pin(inputs.chain(stream::pending()));
        let ended = run(&mut app, &mut *self.surface.borrow_mut(), inputs, run_effect, clock).await;
        self.elapsed.set(start.elapsed());
        ended
    }

    pub(super) fn frames(&self) -> usize {
        self.surface.borrow().frames
    }

    pub(super) fn naps(&self) -> usize {
        self.surface.borrow().naps
    }

    pub(super) fn screen(&self) -> String {
        self.surface.borrow().terminal.backend().to_string()
    }

    pub(super) fn asked(&self) -> Vec<Effect> {
        self.asked.borrow().clone()
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.elapsed.get()
    }
}

impl Surface for Page {
    fn draw(&mut self, app: &App) -> io::Result<()> {
        self.frames += 1;
        let drawn = self.terminal.draw(|frame| app.view(frame.area(), frame.buffer_mut()));
        drawn.map(drop).map_err(io::Error::other)
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.naps += 1;
        Ok(())
    }

    fn release(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn copy(&mut self, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn resume(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn app(start: ScreenId, now: Now) -> App {
    App::new(Setup {
        start: start.into(),
        world: World::default(),
        contexts: Vec::new(),
        session: "session".to_owned(),
        theme: Theme::new(true, TimeZone::UTC),
        layouts: hello_console::app::Layouts::default(),
        now,
    })
}

/// A calm world: everything answers at once, nothing is going on.
pub(super) fn answers(effect: Effect) -> BoxStream<'static, Msg> {
    let Effect::Read { fetch, .. } = effect else { return stream::empty().boxed() };
    let msg = match fetch.query {
        Query::Catalog => {
            let source = Source { name: "catalog-info.yaml".to_owned(), text: DESCRIPTOR.into() };
            answered(Query::Catalog, descriptors::read(&[source]))
        }
        Query::Trucks(_) => fleet_of("Scania"),
        query @ Query::Runs(_) => answered(query, RunList::default()),
        query @ Query::Service(_) => answered(query, calm_rollouts()),
        Query::Logs(source) => return calm_tail(source),
        Query::TruckEvents => return quiet_events(),
        _ => return stream::empty().boxed(),
    };
    let msg = unless_known(msg, fetch.known.as_ref());
    stream::once(async { msg }).boxed()
}

/// Reports an answer that is known already as unchanged, as the services do.
fn unless_known(msg: Msg, known: Option<&Answer>) -> Msg {
    match msg {
        Msg::Answered(world, query, Ok(Update::Value(answer)))
            if known.is_some_and(|known| known.is_confirmed_by(&answer)) =>
        {
            Msg::answered(world, *query, Ok(Update::Unchanged))
        }
        msg => msg,
    }
}

fn answered(query: Query, answer: impl Into<Update>) -> Msg {
    Msg::answered(WorldId(0), query, Ok(answer.into()))
}

fn calm_rollouts() -> ServiceSnapshot {
    let service = ServiceState {
        status: "ACTIVE".to_owned(),
        desired: 2,
        running: 2,
        pending: 0,
        task_definition: None,
        stack: None,
    };
    ServiceSnapshot { service, deployments: Vec::new(), events: Vec::new() }
}

/// Looks every two seconds and finds nothing.
fn calm_tail(source: LogSource) -> BoxStream<'static, Msg> {
    stream::unfold(source, async |source| {
        tokio::time::sleep(Duration::from_secs(2)).await;
        let event = TailEvent::CaughtUp { at: Timestamp::UNIX_EPOCH };
        Some((tailed(&source, event), source))
    })
    .boxed()
}

/// Opens at once, and nothing happens.
fn quiet_events() -> BoxStream<'static, Msg> {
    let opened = Msg::answered(WorldId(0), Query::TruckEvents, Ok(Update::Fleet(FleetEvent::Opened)));
    stream::once(async { opened }).chain(stream::pending()).boxed()
}

/// A fleet of one truck.
pub(super) fn fleet_of(make: &str) -> Msg {
    let truck = NewTruck::new(make, "V8").into_truck("0190".into(), Timestamp::UNIX_EPOCH);
    answered(Query::trucks(), Fleet { trucks: vec![truck].into(), ..Fleet::default() })
}

/// An event of a tail.
pub(super) fn tailed(source: &LogSource, event: TailEvent) -> Msg {
    Msg::answered(WorldId(0), Query::Logs(source.clone()), Ok(Update::Tail(event)))
}

pub(super) fn lines(first: u32, count: u32) -> Vec<LogLine> {
    let line = |number: u32| LogLine {
        id: number.to_string(),
        stream: "server/hello-server/0a1b2c3d".to_owned(),
        at: Timestamp::UNIX_EPOCH,
        ingested: None,
        message: format!("line {number}"),
        level: Level::Info,
    };
    (first..first + count).map(line).collect()
}

pub(super) fn press(c: char) -> Input {
    key(KeyCode::Char(c))
}

pub(super) fn control(c: char) -> Input {
    Input::Happened(Msg::Pressed(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL)))
}

pub(super) fn key(code: KeyCode) -> Input {
    Input::Happened(Msg::Pressed(KeyEvent::new(code, KeyModifiers::NONE)))
}

/// Returns the query that an effect fetches.
pub(super) fn query(effect: &Effect) -> Option<&Query> {
    match effect {
        Effect::Read { fetch, .. } => Some(&fetch.query),
        _ => None,
    }
}
