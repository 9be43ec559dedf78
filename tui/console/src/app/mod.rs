//! The console as a state machine: `update` takes what happened and returns what to do, `view` draws the state.
//!
//! Never does I/O, never reads a clock, never starts a task. `hello-tui` does.

mod confirm;
mod connect;
mod data;
mod download;
mod history;
mod instances;
mod local;
mod mouse;
mod offers;
mod overlay;
mod page;
mod palette;
mod run;
#[cfg(test)]
mod tests;
mod view;
mod writes;

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    time::Instant,
};

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind};
use hello_model::{
    failure::Failure,
    fetch::{Attention, Want},
    query::{Query, Update},
    time::Now,
    world::{Connection, World, WorldId},
};
use hello_state::{
    cache::Cache,
    computation::{Computation, ComputationResult},
};

pub use hello_state::present::{Layouts, ListLayout, Sort};

use self::{
    data::Data, download::Download, history::History, instances::Instances, overlay::Overlay, writes::Writes,
};
use crate::{
    click::Click,
    command::Mode,
    commands,
    effect::Effect,
    msg::Msg,
    registry,
    route::{InstanceId, Route, ScreenId},
    screen::{Event, Screen},
    theme::{Theme, Tone},
};

/// What the console starts with.
#[derive(Debug)]
pub struct Setup {
    pub start: Route,
    pub world: World,
    /// The names of the contexts that can be connected to.
    pub contexts: Vec<String>,
    /// Unlike that of any other console ever started: idempotency keys are made of it.
    pub session: String,
    pub theme: Theme,
    /// How the lists were left in earlier runs.
    pub layouts: Layouts,
    pub now: Now,
}

/// The whole console.
#[derive(Debug)]
pub struct App {
    history: History,
    instances: Instances,
    data: Data,
    overlay: Option<Overlay>,
    /// Shown in the footer until the next key.
    notice: Option<(String, Tone)>,
    writes: Writes,
    download: Option<Download>,
    /// The latest computation of each screen.
    computations: HashMap<InstanceId, Computation>,
    contexts: Vec<String>,
    /// The context that is used after a sandbox.
    live_context: Option<String>,
    /// The latest click, unless it was the second of a double click.
    last_click: Option<(Click, Instant)>,
    /// How many connections were begun.
    connections: u64,
    /// What to connect to at the start.
    first: Option<Connection>,
    version: u64,
}

/// How often what is in view has changed. Compared, never added up: two changes must not cancel each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewVersion {
    console: u64,
    in_view: Vec<(Query, u64)>,
}

impl App {
    /// Makes the console; [`Self::start`] returns the first effects.
    pub fn new(setup: Setup) -> Self {
        let live_context = setup.world.context.clone();
        let connections = setup.world.id.0;
        let data = Data {
            cache: Cache::default(),
            world: setup.world,
            selected: None,
            targets: HashMap::new(),
            theme: setup.theme,
            layouts: setup.layouts,
            now: setup.now,
            wake: Cell::new(None),
            zones: RefCell::default(),
        };
        let mut app = Self {
            history: History::new(setup.start),
            instances: Instances::new(setup.session),
            data,
            overlay: None,
            notice: None,
            writes: Writes::default(),
            download: None,
            computations: HashMap::new(),
            contexts: setup.contexts,
            live_context,
            last_click: None,
            connections,
            first: None,
            version: 1,
        };
        app.arrive();
        app
    }

    /// Returns the first effects. The catalog is read on every screen: it says where the others look.
    pub fn start(&mut self) -> Vec<Effect> {
        let mut effects = self.first.take().map(|to| self.connect(to)).unwrap_or_default();
        effects.extend(self.sync());
        effects
    }

    /// Begins with a connection. Until it is made, no service answers.
    #[must_use]
    pub fn connecting(self, to: Connection) -> Self {
        Self { first: Some(to), ..self }
    }

    /// Takes in what happened and returns what to do about it.
    pub fn update(&mut self, msg: Msg, now: Now) -> Vec<Effect> {
        self.data.now = now;
        let mut effects = self.handle(msg);
        if self.data.wake.get().is_some_and(|wake| wake <= now.instant) {
            self.data.wake.set(None);
            self.version += 1;
        }
        self.recheck_writes();
        effects.extend(self.sync());
        effects
    }

    /// Returns when the console must be woken although nothing happens.
    pub fn next_deadline(&self) -> Option<Instant> {
        let of_cache = self.data.cache.next_deadline(&self.wants());
        of_cache.into_iter().chain(self.writes.next_deadline()).chain(self.data.wake.get()).min()
    }

    /// Counts the visible changes: a frame is due when this is not what it was.
    pub fn revision(&self) -> ViewVersion {
        let in_view = self.wants_of_screen().into_iter().map(|want| {
            let version = self.data.cache.version(&want.query);
            (want.query, version)
        });
        ViewVersion { console: self.version, in_view: in_view.collect() }
    }

    /// Returns which keys apply.
    pub fn mode(&self) -> Mode {
        match &self.overlay {
            Some(overlay) => overlay.mode(),
            None => self.screen_mode(),
        }
    }

    /// Notes that the console ends as soon as a write that is under way has ended.
    pub fn finishing(&mut self) {
        self.notify("Finishing a save; ctrl-c again leaves at once.".to_owned(), Tone::Busy);
    }

    fn current(&self) -> InstanceId {
        self.history.current().instance()
    }

    fn screen(&self) -> Option<&dyn Screen> {
        self.instances.get(&self.current())
    }

    fn screen_mode(&self) -> Mode {
        let cx = self.data.cx(&self.history.current().scope);
        self.screen().map_or(Mode::Browse, |screen| screen.mode(&cx))
    }

    fn wants_of_screen(&self) -> Vec<Want> {
        let cx = self.data.cx(&self.history.current().scope);
        self.screen().map(|screen| screen.wants(&cx)).unwrap_or_default()
    }

    /// Returns what the screen in view wants, and the catalog while it may still say where another one looks.
    fn wants(&self) -> Vec<Want> {
        let mut wants = self.wants_of_screen();
        if self.data.lacks_a_part(&self.history.current().scope) {
            wants.push(Want::from(Query::Catalog).attention(Attention::Background));
        }
        wants
    }

    fn sync(&mut self) -> Vec<Effect> {
        let wants = self.wants();
        let plan = self.data.cache.sync(&wants, self.data.now);
        let mut effects = Effect::of(plan, self.data.world.id);
        effects.extend(self.new_computation());
        effects
    }

    /// Returns the computation of the screen in view, unless it was started already.
    fn new_computation(&mut self) -> Option<Effect> {
        let (world, of) = (self.data.world.id, self.current());
        let computation = self.screen()?.computation(&self.data.cx(&of.scope))?;
        if self.computations.get(&of).is_some_and(|started| started.is_same(&computation)) {
            return None;
        }
        self.computations.insert(of.clone(), computation.clone());
        Some(Effect::Compute { world, of, computation })
    }

    fn handle(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Pressed(key) => return self.press(key),
            Msg::PressedInBurst(key) => return self.press_in_burst(key),
            Msg::Clicked(position) => return self.click(position),
            Msg::Scrolled(wheel) => return self.wheel(wheel),
            Msg::Pasted(text) => self.paste(&text),
            Msg::Resized => self.version += 1,
            Msg::Woke => {}
            Msg::Answered(world, query, news) => self.answered(world, &query, news),
            Msg::Computed(world, of, result) => self.computed(world, &of, &result),
            Msg::Executed(id, result) => self.executed(id, &result),
            Msg::LayoutLost(failure) => self.notify(failure.to_string(), Tone::Warning),
            Msg::Connected(result) => return self.connected(*result),
            Msg::Downloaded(result) => self.downloaded(*result),
            Msg::Local(result) => return self.local_ended(result),
        }
        Vec::new()
    }

    /// Takes an answer in. An answer from another world is late, and dropped.
    fn answered(&mut self, world: WorldId, query: &Query, news: Result<Update, Failure>) {
        if world != self.data.world.id {
            return;
        }
        self.data.cache.resolve(query, news, self.data.now);
        if *query == Query::Catalog {
            self.retarget();
            self.renew_palette();
        }
        self.instances.tell_all(&Event::Updated(query), &self.data);
    }

    fn computed(&mut self, world: WorldId, of: &InstanceId, result: &ComputationResult) {
        if world == self.data.world.id {
            self.version += 1;
            self.instances.tell(of, &Event::Computed(result), &self.data);
        }
    }

    fn retarget(&mut self) {
        let retargeting = self.data.retarget(&self.history.current().scope);
        self.version += u64::from(retargeting.has_changed);
        self.instances.tell_scopes(&retargeting.replaced, &Event::Retargeted, &self.data);
    }

    fn paste(&mut self, text: &str) {
        self.version += 1;
        if let Some(overlay) = &mut self.overlay {
            overlay.pasted(text);
        } else if self.screen_mode().takes_text() {
            self.tell_current(&Event::Pasted(text));
        }
    }

    fn press(&mut self, key: KeyEvent) -> Vec<Effect> {
        if key.kind == KeyEventKind::Release {
            return Vec::new();
        }
        self.notice = None;
        self.version += 1;
        let (screen, mode) = (self.history.current().screen, self.mode());
        match registry::resolve(screen, mode, key) {
            Some(command) => self.run(command.id),
            None if self.download.is_some() && key.code == KeyCode::Esc && !mode.takes_text() => {
                self.cancel_download()
            }
            None if mode.takes_text() => {
                match &mut self.overlay {
                    Some(overlay) => overlay.typed(key),
                    None => self.tell_current(&Event::Typed(key)),
                }
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    /// Takes a key that a paste typed. It confirms nothing.
    fn press_in_burst(&mut self, key: KeyEvent) -> Vec<Effect> {
        let screen = self.history.current().screen;
        let command = registry::resolve(screen, self.mode(), key);
        if command.is_none_or(|command| !commands::is_confirmation(command.id)) {
            return self.press(key);
        }
        self.notify(
            "That key came with a paste, so it confirms nothing. Press it again.".to_owned(),
            Tone::Warning,
        );
        Vec::new()
    }

    fn go(&mut self, route: Route) {
        self.history.go(route);
        self.arrive();
    }

    /// Goes to a route from a row of another screen.
    fn jump(&mut self, route: Route) {
        self.history.jump(route);
        self.arrive();
    }

    fn go_back(&mut self) {
        if self.history.back() {
            self.arrive();
        }
    }

    /// Goes to a screen as it was left, or if it is in view, closes what is opened on it.
    fn go_to_screen(&mut self, screen: ScreenId) {
        self.go_to_instance(screen.into());
    }

    fn go_to_instance(&mut self, route: Route) {
        let latest = self.history.latest(&route.instance()).filter(|_| self.current() != route.instance());
        self.go(latest.unwrap_or(route));
    }

    fn step(&mut self, steps: isize) {
        if self.page().is_some() {
            return self.step_tab(steps);
        }
        self.go_to_screen(registry::neighbour(self.history.current().screen, steps));
    }

    /// Shows the current route.
    fn arrive(&mut self) {
        self.version += 1;
        let route = self.history.current().clone();
        let id = route.instance();
        self.data.note_scope(&id.scope);
        if let Some(dropped) = self.instances.use_instance(&id, &self.data) {
            self.computations.remove(&dropped);
            if !self.instances.has_scope(&dropped.scope) {
                self.data.forget_scope(&dropped.scope);
            }
        }
        self.instances.tell(&id, &Event::Opened(route.subject.as_deref()), &self.data);
    }

    fn tell_current(&mut self, event: &Event<'_>) {
        let id = self.current();
        self.instances.tell(&id, event, &self.data);
    }

    fn notify(&mut self, text: String, tone: Tone) {
        self.notice = Some((text, tone));
        self.version += 1;
    }
}
