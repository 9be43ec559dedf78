//! A console for tests: keys at given times, a buffer as terminal, and canned responses.

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
    action::Place,
    app::{App, Setup, msg::Msg},
    effect::Effect,
    screens::{catalog, deployments, logs, runs, trucks},
    widgets::look::Look,
};
use hello_model::{
    deployment::{Rollouts, ServiceState},
    log::{Level, LogLine, TailNews},
    run::RunList,
    target::Overrides,
    time::Now,
    truck::{Fleet, NewTruck},
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
spec: {type: service, lifecycle: production, owner: trucks}
";

/// A console and a record of its effects.
pub(super) struct Stage {
    place: Place,
    surface: RefCell<Page>,
    asked: RefCell<Vec<Effect>>,
    elapsed: Cell<Duration>,
}

/// An 80×24 terminal that counts frames and suspensions.
struct Page {
    terminal: Terminal<TestBackend>,
    frames: usize,
    naps: usize,
}

impl Stage {
    pub(super) fn new(place: Place) -> Self {
        let terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
        Self {
            place,
            surface: RefCell::new(Page { terminal, frames: 0, naps: 0 }),
            asked: RefCell::default(),
            elapsed: Cell::default(),
        }
    }

    /// Runs the console with inputs at the given times, relative to the start.
    #[expect(clippy::await_holding_refcell_ref, reason = "a test reads it only after the console has ended")]
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
        let mut app = app(self.place);
        let perform = |effect: Effect| {
            self.asked.borrow_mut().push(effect.clone());
            world(effect)
        };
        let clock = || Now {
            instant: Instant::now().into_std(),
            wall: Timestamp::from_second(1_800_000_000).unwrap() + start.elapsed(),
        };
        let inputs = inputs.chain(stream::pending());
        let ended = run(&mut app, &mut *self.surface.borrow_mut(), inputs, perform, clock).await;
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

    fn resume(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn app(start: Place) -> App {
    App::new(Setup {
        start,
        overrides: Overrides::default(),
        session: "session".to_owned(),
        sandbox: None,
        read_only: false,
        look: Look::new(true, TimeZone::UTC),
    })
}

/// Immediate responses in which nothing is in progress.
#[expect(clippy::needless_pass_by_value, reason = "the runtime passes effects by value")]
pub(super) fn answers(effect: Effect) -> BoxStream<'static, Msg> {
    let msg = match effect {
        Effect::LoadCatalog => {
            let source = Source { name: "catalog-info.yaml".to_owned(), text: DESCRIPTOR.into() };
            Msg::Catalog(catalog::Msg::Loaded(Ok(descriptors::read(&[source]))))
        }
        Effect::ListTrucks => fleet_of("Scania"),
        Effect::ListRuns(_) => Msg::Runs(runs::Msg::Listed(Ok(RunList::default()))),
        Effect::ShowRollouts(_) => Msg::Deployments(deployments::Msg::Shown(Ok(calm_rollouts()))),
        Effect::TailLogs { .. } => return calm_tail(),
        _ => return stream::empty().boxed(),
    };
    stream::once(async { msg }).boxed()
}

fn calm_rollouts() -> Rollouts {
    let service = ServiceState {
        status: "ACTIVE".to_owned(),
        desired: 2,
        running: 2,
        pending: 0,
        task_definition: None,
        stack: None,
    };
    Rollouts { service, deployments: Vec::new(), events: Vec::new() }
}

/// A tail that polls every two seconds and finds nothing.
fn calm_tail() -> BoxStream<'static, Msg> {
    stream::unfold((), async |()| {
        tokio::time::sleep(Duration::from_secs(2)).await;
        let news = TailNews::CaughtUp { at: Timestamp::UNIX_EPOCH };
        Some((Msg::Logs(logs::Msg::Told(Ok(news))), ()))
    })
    .boxed()
}

/// A list with one truck.
pub(super) fn fleet_of(make: &str) -> Msg {
    let truck = NewTruck::new(make, "V8").into_truck("0190".into(), Timestamp::UNIX_EPOCH);
    Msg::Trucks(trucks::Msg::Listed(Ok(Fleet { trucks: vec![truck], unread: None, service_version: None })))
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
