//! The console in a person's hands: keys are pressed, the screen is read, and what is waited for is seen on it.

use std::{io, sync::Arc, time::Duration};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use futures::{FutureExt, channel::mpsc};
use hello_console::{
    app::{App, Setup},
    msg::Msg,
    route::ScreenId,
    screens::home,
    theme::Theme,
};
use hello_model::{
    target::{Overrides, SandboxDefaults},
    time::Now,
    world::{World, WorldId},
};
use hello_sandbox::{Running, Sandbox};
use hello_services::{
    AwsAccess, Connections, GitHubAccess, Services, StaticKeys, catalog::Sources, gate::Gate,
};
use hello_tui::runtime::{
    self, Ending,
    input::Input,
    surface::Surface,
    worlds::{Connected, Worlds},
};
use jiff::tz::TimeZone;
use ratatui::{Terminal, backend::TestBackend};
use tempfile::TempDir;
use tokio::{sync::watch, task::JoinHandle, time::timeout};
use url::Url;

/// How long a person waits on a busy machine before something counts as broken.
const LIMIT: Duration = Duration::from_mins(1);

/// How a console is to be started.
pub(crate) struct Start {
    pub(crate) place: ScreenId,
    pub(crate) size: (u16, u16),
    pub(crate) read_only: bool,
    /// What lies in `catalog-info.yaml`, if there is one.
    pub(crate) descriptor: Option<String>,
    pub(crate) connections: Connections,
    /// Whether the console knows that it is a sandbox it talks to.
    pub(crate) in_sandbox: bool,
}

/// A running console.
pub(crate) struct Console {
    keys: mpsc::UnboundedSender<Input>,
    screen: watch::Receiver<String>,
    ended: JoinHandle<Result<Ending, runtime::Error>>,
    /// Its working directory and its state.
    pub(crate) home: TempDir,
}

impl Start {
    /// A console on this repository's own descriptor, connected to a sandbox.
    pub(crate) fn on(sandbox: &Running) -> Self {
        let root: Url = sandbox.url().parse().unwrap();
        Self {
            place: home::SPEC.id,
            size: (120, 40),
            read_only: false,
            descriptor: Some(include_str!("../../../catalog-info.yaml").to_owned()),
            connections: everything_at(&root),
            in_sandbox: true,
        }
    }

    pub(crate) fn at(self, place: ScreenId) -> Self {
        Self { place, ..self }
    }

    /// Opens the console. `wall` tells it the time.
    pub(crate) fn open(self, sandbox: Option<&Running>) -> Console {
        let home = tempfile::tempdir().unwrap();
        if let Some(descriptor) = &self.descriptor {
            std::fs::write(home.path().join("catalog-info.yaml"), descriptor).unwrap();
        }
        // The sandbox's clock may be moved by the story; the console lives in the same time.
        let clock = sandbox.map(|sandbox| sandbox.clock().clone());
        let now = move || Now {
            instant: tokio::time::Instant::now().into_std(),
            wall: clock.as_ref().map_or_else(jiff::Timestamp::now, |clock| {
                jiff::Timestamp::from_millisecond(clock.now().millis()).unwrap()
            }),
        };
        let sources = Sources { folder: home.path().to_owned(), ..Sources::default() };
        let connected = Connected {
            services: Services::connect(&self.connections),
            sources,
            sandbox: None,
            gate: Gate::new(self.read_only, Some(home.path().join("audit.jsonl"))),
            context: None,
            is_production: false,
            read_only: self.read_only,
            overrides: Overrides::default(),
        };
        let sandbox = self.in_sandbox.then(sandbox_defaults);
        let mut app = App::new(Setup {
            start: self.place.into(),
            world: World { sandbox, ..connected.world(WorldId::default()) },
            contexts: Vec::new(),
            session: uuid::Uuid::now_v7().to_string(),
            theme: Theme::new(true, TimeZone::UTC),
            layouts: hello_console::app::Layouts::default(),
            now: now(),
        });
        let live = connected.clone();
        let connect = move |_| futures::future::ready(Ok(live.clone())).boxed();
        let worlds = Worlds::new(connected, Arc::new(connect));
        let (shown, screen) = watch::channel(String::new());
        let (keys, inputs) = mpsc::unbounded();
        let (width, height) = self.size;
        let mut page = Page { terminal: Terminal::new(TestBackend::new(width, height)).unwrap(), shown };
        let ended = tokio::spawn(async move {
            runtime::run(&mut app, &mut page, inputs, |effect| worlds.run_effect(effect), now).await
        });
        Console { keys, screen, ended, home }
    }
}

impl Console {
    /// Presses keys, one a character.
    pub(crate) fn press(&self, keys: &str) {
        keys.chars().for_each(|c| self.key(KeyCode::Char(c)));
    }

    pub(crate) fn key(&self, code: KeyCode) {
        self.send(Msg::Pressed(KeyEvent::new(code, KeyModifiers::NONE)));
    }

    /// Pastes text, as a terminal does.
    pub(crate) fn paste(&self, text: &str) {
        self.send(Msg::Pasted(text.to_owned()));
    }

    fn send(&self, msg: Msg) {
        self.keys.unbounded_send(Input::Happened(msg)).expect("the console has ended");
    }

    /// Waits until the screen shows all of these, and returns it.
    pub(crate) async fn sees(&mut self, texts: &[&str]) -> String {
        self.until(&format!("{texts:?}"), |screen| texts.iter().all(|text| screen.contains(text))).await
    }

    /// Waits until the screen is as `wanted` says, and returns it.
    pub(crate) async fn until(&mut self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        let found = timeout(LIMIT, self.screen.wait_for(|screen| wanted(screen))).await;
        if let Ok(Ok(screen)) = found {
            return screen.clone();
        }
        drop(found);
        panic!("waited in vain for {what}:\n{}", *self.screen.borrow())
    }

    /// Quits and returns how the console ended.
    pub(crate) async fn quit(self) -> Ending {
        self.send(Msg::Pressed(KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL)));
        timeout(LIMIT, self.ended).await.expect("the console does not end").unwrap().unwrap()
    }
}

/// A terminal that shows its frames to the test.
struct Page {
    terminal: Terminal<TestBackend>,
    shown: watch::Sender<String>,
}

impl Surface for Page {
    fn draw(&mut self, app: &App) -> io::Result<()> {
        self.terminal.draw(|frame| app.view(frame.area(), frame.buffer_mut())).map_err(io::Error::other)?;
        self.shown.send_replace(self.terminal.backend().to_string());
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<()> {
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

/// Starts a sandbox of its own for one story.
pub(crate) async fn sandbox() -> Running {
    Sandbox::start(hello_sandbox::Config::default()).await.unwrap()
}

/// What a sandbox has for a component that names nothing.
fn sandbox_defaults() -> SandboxDefaults {
    SandboxDefaults {
        component: None,
        address: "127.0.0.1:4510".to_owned(),
        repo: "hello-truck/hello-truck".parse().unwrap(),
        service: "arn:aws:ecs:us-east-1:123456789012:service/hello-truck/hello-server".parse().unwrap(),
        log_group: "/ecs/hello-truck/hello-server".to_owned(),
    }
}

/// Everything is looked for at one address.
pub(crate) fn everything_at(root: &Url) -> Connections {
    Connections {
        trucks: root.clone().into(),
        github: GitHubAccess::new(root.clone(), "localhost").with_token("the sandbox", "sandbox".into()),
        aws: AwsAccess {
            profile: None,
            region: Some("us-east-1".to_owned()),
            endpoint: Some(root.clone()),
            keys: Some(StaticKeys { id: "sandbox".to_owned(), secret: "sandbox".to_owned().into() }),
        },
    }
}

/// An address without a listener.
pub(crate) fn nowhere() -> Url {
    "http://127.0.0.1:9".parse().unwrap()
}
