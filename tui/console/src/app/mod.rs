//! The console as a state machine: `update` takes what happened and returns what to do, `view` draws the state.
//!
//! Never does I/O, never reads a clock, never starts a task. `hello-tui` does.

mod data;
pub mod msg;
mod overlay;
pub mod palette;
mod sandbox;
mod view;

use std::{cell::Cell, time::Instant};

use crossterm::event::{KeyEvent, KeyEventKind};
use hello_model::{
    failure::Failure,
    query::{Query, Update},
    target::{Overrides, SandboxDefaults},
    time::Now,
    write::{Write, WriteResult},
};
use hello_state::cache::Cache;

use self::{data::Data, msg::Msg, overlay::Overlay};
use crate::{
    action::{Action, ScreenId},
    effect::Effect,
    keys::{self, Context},
    screens::{self, Event, Request, Screen},
    theme::{Theme, Tone},
};

/// What the console starts with.
#[derive(Debug)]
pub struct Setup {
    pub start: ScreenId,
    pub overrides: Overrides,
    /// Unlike that of any other console ever started: its idempotency keys are made of it.
    pub session: String,
    /// The sandbox that answers everything, if one does.
    pub sandbox: Option<SandboxDefaults>,
    pub read_only: bool,
    pub theme: Theme,
    pub now: Now,
}

/// The whole console.
#[derive(Debug)]
pub struct App {
    place: ScreenId,
    /// In the order of [`ScreenId::ALL`].
    screens: Vec<Box<dyn Screen>>,
    data: Data,
    overlay: Option<Overlay>,
    /// What is said in the footer until the next key.
    notice: Option<(String, Tone)>,
    /// The write that is under way, and the screen that asked for it.
    write: Option<(ScreenId, Write)>,
    read_only: bool,
    version: u64,
}

/// How often what is in view has changed. Compared, never added up: two changes must not cancel each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    console: u64,
    in_view: Vec<(Query, u64)>,
}

impl App {
    /// Makes the console; [`Self::start`] begins its life.
    pub fn new(setup: Setup) -> Self {
        let data = Data {
            cache: Cache::default(),
            overrides: setup.overrides,
            selected: None,
            target: None,
            sandbox: setup.sandbox,
            theme: setup.theme,
            now: setup.now,
            wake: Cell::new(None),
        };
        Self {
            place: setup.start,
            screens: screens::all(&setup.session),
            data,
            overlay: None,
            notice: None,
            write: None,
            read_only: setup.read_only,
            version: 1,
        }
    }

    /// Returns the first things to do. The catalog is read whatever screen comes first: it says where the others look.
    pub fn start(&mut self) -> Vec<Effect> {
        self.sync()
    }

    /// Takes in what happened and returns what to do about it.
    pub fn update(&mut self, msg: Msg, now: Now) -> Vec<Effect> {
        self.data.now = now;
        let mut effects = self.route(msg);
        if self.data.wake.get().is_some_and(|wake| wake <= now.instant) {
            self.data.wake.set(None);
            self.version += 1;
        }
        effects.extend(self.sync());
        effects
    }

    /// Returns when the console must be woken although nothing happens.
    pub fn next_deadline(&self) -> Option<Instant> {
        let of_cache = self.data.cache.next_deadline(&self.wants());
        of_cache.into_iter().chain(self.data.wake.get()).min()
    }

    /// Counts the visible changes: a frame is due when this is not what it was.
    pub fn revision(&self) -> Revision {
        let in_view = self.screen().wants(&self.data.cx());
        let in_view = in_view.into_iter().map(|query| {
            let version = self.data.cache.version(&query);
            (query, version)
        });
        Revision { console: self.version, in_view: in_view.collect() }
    }

    /// Returns which keys apply.
    pub fn context(&self) -> Context {
        match &self.overlay {
            Some(overlay) => overlay.context(),
            None => self.screen().context(&self.data.cx()),
        }
    }

    fn screen(&self) -> &dyn Screen {
        &*self.screens[self.place.index()]
    }

    /// Returns the queries of the screen in view, and the catalog while it may still say where another one looks.
    fn wants(&self) -> Vec<Query> {
        let mut wants = self.screen().wants(&self.data.cx());
        if self.data.lacks_a_part() && !wants.contains(&Query::Catalog) {
            wants.push(Query::Catalog);
        }
        wants
    }

    fn sync(&mut self) -> Vec<Effect> {
        let wants = self.wants();
        self.data.cache.sync(&wants, self.data.now).into_iter().map(Effect::from).collect()
    }

    fn route(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Pressed(key) => return self.press(key),
            Msg::Pasted(text) if self.context().takes_text() => {
                self.version += 1;
                return self.act(&Action::Insert(text));
            }
            Msg::Resized => self.version += 1,
            Msg::Woke | Msg::Pasted(_) => {}
            Msg::Answered(query, news) => self.answered(&query, news),
            Msg::Executed(result) => self.executed(&result),
            Msg::SandboxStarted(result) => return self.sandbox_started(*result),
        }
        Vec::new()
    }

    fn answered(&mut self, query: &Query, news: Result<Update, Failure>) {
        self.data.cache.settle(query, news, self.data.now);
        if *query == Query::Catalog {
            self.retarget();
        }
        self.tell_all(&Event::Updated(query));
    }

    fn retarget(&mut self) {
        if self.data.retarget() {
            self.version += 1;
            self.tell_all(&Event::Retargeted);
        }
    }

    /// Hands the result to the screen that asked, and makes due what the write affects.
    fn executed(&mut self, result: &WriteResult) {
        self.version += 1;
        let Some((place, write)) = self.write.take() else { return };
        self.screens[place.index()].on(&Event::Executed(result), &self.data.cx());
        self.data.cache.expire(|query| write.affects(query), self.data.now);
    }

    fn tell_all(&mut self, event: &Event<'_>) {
        let cx = self.data.cx();
        for screen in &mut self.screens {
            screen.on(event, &cx);
        }
    }

    fn press(&mut self, key: KeyEvent) -> Vec<Effect> {
        if key.kind == KeyEventKind::Release {
            return Vec::new();
        }
        self.notice = None;
        self.version += 1;
        keys::resolve(self.context(), key).map_or_else(Vec::new, |action| self.act(&action))
    }

    fn act(&mut self, action: &Action) -> Vec<Effect> {
        match action {
            Action::Quit => return vec![Effect::Quit],
            Action::Suspend => return vec![Effect::Suspend],
            action if self.overlay.is_some() => return self.act_on_overlay(action),
            Action::Show(place) => self.show(*place),
            Action::NextScreen => self.show(self.place.step(1)),
            Action::PreviousScreen => self.show(self.place.step(-1)),
            Action::Palette => self.overlay = Some(Overlay::palette()),
            Action::Help => self.overlay = Some(Overlay::help(self.context())),
            Action::StartSandbox => return self.start_sandbox(),
            Action::Refresh => return self.refresh_all(),
            Action::New => return self.act_on_new(),
            Action::SelectComponent if self.place != ScreenId::Catalog => {
                self.notify("Only a component of the catalog can be chosen.".to_owned(), Tone::Warning);
            }
            action => return self.act_on_screen(action),
        }
        Vec::new()
    }

    /// Opens the form of a new truck from any screen.
    fn act_on_new(&mut self) -> Vec<Effect> {
        if self.read_only {
            let notice = "This console is read-only; start it without --read-only.";
            self.notify(notice.to_owned(), Tone::Warning);
            return Vec::new();
        }
        self.show(ScreenId::Trucks);
        self.act_on_screen(&Action::New)
    }

    fn act_on_screen(&mut self, action: &Action) -> Vec<Effect> {
        let requests = self.screens[self.place.index()].act(action, &self.data.cx());
        requests.into_iter().flat_map(|request| self.carry_out(request)).collect()
    }

    fn carry_out(&mut self, request: Request) -> Vec<Effect> {
        match request {
            Request::Go(place) => self.show(place),
            Request::SelectComponent(reference) => {
                let notice = format!("Runs, deployments and logs are those of {reference} now.");
                self.notify(notice, Tone::Good);
                self.data.selected = Some(reference);
                self.retarget();
            }
            Request::Notify(text, tone) => self.notify(text, tone),
            Request::Write(write) => {
                self.write = Some((self.place, write.clone()));
                return vec![Effect::Write(write)];
            }
        }
        Vec::new()
    }

    fn act_on_overlay(&mut self, action: &Action) -> Vec<Effect> {
        let Some(overlay) = &mut self.overlay else { return Vec::new() };
        match action {
            Action::Back => self.overlay = None,
            Action::Submit => {
                let chosen = overlay.chosen();
                self.overlay = None;
                return chosen.map_or_else(Vec::new, |action| self.act(&action));
            }
            other => overlay.act(other),
        }
        Vec::new()
    }

    fn show(&mut self, place: ScreenId) {
        self.place = place;
        self.version += 1;
    }

    /// Asks anew for everything in view. Home also reads the catalog again.
    fn refresh_all(&mut self) -> Vec<Effect> {
        let mut queries = self.wants();
        if self.place == ScreenId::Home && !queries.contains(&Query::Catalog) {
            queries.push(Query::Catalog);
        }
        self.refresh(&queries)
    }

    fn refresh(&mut self, queries: &[Query]) -> Vec<Effect> {
        self.data.cache.refresh(queries, self.data.now).into_iter().map(Effect::from).collect()
    }

    /// Says that the console ends as soon as a write that is under way has ended.
    pub fn finishing(&mut self) {
        self.notify("Finishing a save; ctrl-c again leaves at once.".to_owned(), Tone::Busy);
    }

    fn notify(&mut self, text: String, tone: Tone) {
        self.notice = Some((text, tone));
        self.version += 1;
    }
}
