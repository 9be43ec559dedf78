//! Commands: of the console, of the screen in view, and of what lies over it.

use super::{App, confirm::Pending, overlay::Overlay, page::on_page};
use crate::{
    command::{CommandId, CommandSpec},
    commands,
    effect::Effect,
    registry,
    route::InstanceId,
    screen::{Event, Request},
    screens::entity::tabs,
    theme::Tone,
};
use hello_catalog::entity::EntityRef;
use hello_model::query::Query;

impl App {
    /// Executes a command, or says why it does nothing.
    pub(super) fn run(&mut self, command: CommandId) -> Vec<Effect> {
        match command {
            commands::QUIT | commands::FORCE_QUIT => return vec![Effect::Quit],
            commands::SUSPEND => return vec![Effect::Suspend],
            command if self.overlay.is_some() => return self.run_on_overlay(command),
            commands::CLOSE | commands::BACK if self.download.is_some() => {
                return self.cancel_download();
            }
            command if self.unavailable(command).is_some() => {
                let why = self.unavailable(command).unwrap_or_default();
                self.notify(format!("Not available: {why}."), Tone::Warning);
            }
            commands::PALETTE => self.open_palette(),
            commands::HELP => {
                self.overlay = Some(Overlay::help(self.history.current().screen, self.screen_mode()));
            }
            commands::SANDBOX => self.ask_for_sandbox(),
            commands::REFRESH => return self.refresh(),
            commands::HISTORY_BACK => self.go_back(),
            commands::BACK if self.history.is_jump() => self.go_back(),
            commands::HISTORY_FORWARD => {
                if self.history.forward() {
                    self.arrive();
                }
            }
            commands::NEXT_SCREEN => self.step(1),
            commands::PREVIOUS_SCREEN => self.step(-1),
            command => match (registry::opened_by(command), tabs::of_command(command)) {
                (Some(screen), _) => self.go_to_screen(screen),
                (None, Some(tab)) => self.go_to_tab(tab),
                (None, None) => {
                    return self.run_local(command).unwrap_or_else(|| self.run_on_screen(command));
                }
            },
        }
        Vec::new()
    }

    fn unavailable(&self, command: CommandId) -> Option<String> {
        let spec = registry::commands_of(self.history.current().screen).find(|spec| spec.id == command)?;
        self.why_not(&spec)
    }

    /// Returns why a command does nothing on this screen at present.
    pub(super) fn why_not(&self, command: &CommandSpec) -> Option<String> {
        let cx = self.data.cx(&self.history.current().scope);
        let of_screen = || self.screen()?.unavailable(command.id, &cx);
        (command.unavailable)(&cx).or_else(of_screen).or_else(|| self.local_unavailable(command.id))
    }

    fn run_on_screen(&mut self, command: CommandId) -> Vec<Effect> {
        let id = self.current();
        let Some(screen) = self.instances.get_mut(&id) else { return Vec::new() };
        let cx = self.data.cx(&id.scope);
        let requests = screen.act(command, &cx);
        requests.into_iter().flat_map(|request| self.fulfil(&id, request)).collect()
    }

    /// Does what a screen asks for.
    pub(super) fn fulfil(&mut self, origin: &InstanceId, request: Request) -> Vec<Effect> {
        match request {
            Request::Go(route) => self.jump(on_page(route, &origin.scope)),
            Request::GoFiltered(route, filter) => {
                self.jump(on_page(route, &origin.scope));
                return self.filter(&filter);
            }
            Request::Open(subject) => self.go(origin.opened(Some(subject))),
            Request::Close => self.close(),
            Request::SelectComponent(reference) => self.select_component(reference),
            Request::Arrange(noun, layout) => {
                self.data.layouts.insert(noun.to_owned(), layout.clone());
                return vec![Effect::KeepLayout { noun, layout }];
            }
            Request::Notify(text, tone) => self.notify(text, tone),
            Request::Copy(text) => return vec![Effect::Copy(text)],
            Request::Download(repo, artifact) => return self.download(repo, artifact),
            Request::Browse => return self.run_local(commands::BROWSE).unwrap_or_default(),
            Request::HandOver(program) => return vec![Effect::HandOver(program)],
            Request::Write(write) => return self.request_write(origin.clone(), write),
            Request::Ask(write, notes) => self.ask(origin.clone(), write, notes),
        }
        Vec::new()
    }

    /// Filters the rows of the screen in view, in place of an earlier filter.
    pub(super) fn filter(&mut self, text: &str) -> Vec<Effect> {
        let mut effects = self.run_on_screen(commands::DROP_FILTER);
        effects.extend(self.run_on_screen(commands::FILTER));
        self.tell_current(&Event::Pasted(text));
        effects.extend(self.run_on_screen(commands::KEEP_FILTER));
        effects
    }

    /// Makes a component the one in use.
    pub(super) fn select_component(&mut self, reference: EntityRef) {
        let notice = format!("Runs, deployments and logs are those of {reference} now.");
        self.notify(notice, Tone::Good);
        self.data.selected = Some(reference);
        self.retarget();
    }

    /// Asks again for everything in view, and for the catalog, from which all else follows.
    fn refresh(&mut self) -> Vec<Effect> {
        let wants = self.wants();
        let mut queries: Vec<&Query> = wants.iter().map(|want| &want.query).collect();
        if !queries.contains(&&Query::Catalog) {
            queries.push(&Query::Catalog);
        }
        let world = self.data.world.id;
        let fetches = self.data.cache.refresh(queries, self.data.now);
        fetches.into_iter().map(|fetch| Effect::Read { world, fetch }).collect()
    }

    fn run_on_overlay(&mut self, command: CommandId) -> Vec<Effect> {
        match (&mut self.overlay, command) {
            (Some(Overlay::Help { scroll, .. }), command) => match commands::movement(command) {
                Some(way) => scroll.go(way),
                None => self.overlay = None,
            },
            (Some(Overlay::Palette(_)), commands::CLOSE_PALETTE) => self.overlay = None,
            (Some(Overlay::Palette(_)), commands::RUN_SELECTED) => return self.run_offer(),
            (Some(Overlay::Palette(palette)), commands::PREVIOUS_COMMAND) => palette.select_previous(),
            (Some(Overlay::Palette(palette)), commands::NEXT_COMMAND) => palette.select_next(),
            (Some(Overlay::Confirm(_)), commands::NO | commands::CANCEL) => self.decline(),
            (Some(Overlay::Confirm(confirm)), commands::QUESTION_UP) => confirm.scroll.go(commands::Move::Up),
            (Some(Overlay::Confirm(confirm)), commands::QUESTION_DOWN) => {
                confirm.scroll.go(commands::Move::Down);
            }
            (Some(Overlay::Confirm(confirm)), commands::YES | commands::SUBMIT_NAME)
                if confirm.is_answered() =>
            {
                return self.confirmed();
            }
            (Some(Overlay::Confirm(_)), commands::SUBMIT_NAME) => {
                self.notify("That is not the name.".to_owned(), Tone::Warning);
            }
            _ => {}
        }
        Vec::new()
    }

    fn confirmed(&mut self) -> Vec<Effect> {
        let Some(Overlay::Confirm(confirm)) = self.overlay.take() else { return Vec::new() };
        match confirm.pending {
            Pending::Write { origin, write } => vec![self.execute(origin, *write)],
            Pending::Connect(to) => self.connect(to),
        }
    }
}
