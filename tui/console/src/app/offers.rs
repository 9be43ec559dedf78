//! What the palette offers, and what choosing it does.

use super::{
    App,
    overlay::Overlay,
    palette::{Choices, Invoke, Offer, Palette},
};
use crate::{
    command::{CommandId, CommandSpec, Mode},
    commands,
    effect::Effect,
    registry,
    route::{Route, Scope},
    screens::entity,
    theme::Tone,
};

impl App {
    /// Opens the palette.
    pub(super) fn open_palette(&mut self) {
        let is_filterable = self.screen_mode() == Mode::Browse
            && registry::commands_of(self.history.current().screen).any(|spec| spec.id == commands::FILTER);
        self.overlay = Some(Overlay::Palette(Palette::new(self.choices(), is_filterable)));
    }

    /// Offers what can be done now, if the palette is open.
    pub(super) fn renew_palette(&mut self) {
        if matches!(self.overlay, Some(Overlay::Palette(_))) {
            let choices = self.choices();
            if let Some(Overlay::Palette(palette)) = &mut self.overlay {
                palette.renew(choices);
            }
        }
    }

    /// Returns what the palette can do: screens, commands of this screen, those that are offered everywhere, orders of
    /// its list, contexts, components, pages of entities, and last the movements.
    fn choices(&self) -> Choices {
        let Route { screen: here, scope, .. } = self.history.current();
        let (cx, mode) = (self.data.cx(scope), self.screen_mode());
        let mut of_here: Vec<CommandSpec> = registry::commands_of(*here).collect();
        of_here.sort_by_key(|command| rank(command.id));
        let of_here = of_here.into_iter().filter(|command| {
            let is_for_screen = |mode: &Mode| matches!(mode, Mode::Browse | Mode::Detail);
            command.modes.iter().any(is_for_screen) && command.id != commands::PALETTE
        });
        let of_here = of_here.map(|command| {
            let wrong_mode = (!command.modes.contains(&mode)).then(|| command.modes[0].requirement());
            let unavailable = (command.unavailable)(&cx)
                .or_else(|| wrong_mode.map(str::to_owned))
                .or_else(|| self.why_not(&command));
            Offer::command(*here, &command, unavailable)
        });
        let elsewhere = registry::everywhere().filter(|(screen, _)| screen != here);
        let elsewhere =
            elsewhere.map(|(screen, command)| Offer::command(screen, &command, (command.unavailable)(&cx)));
        let tabs = self.page().map(|_| self.tabs_of_page()).unwrap_or_default();
        let tabs = tabs.into_iter().map(|tab| Offer::tab(*here, tab.title, tab.command));
        let mut offers: Vec<Offer> = of_here.chain(tabs).chain(elsewhere).collect();
        let is_movement =
            |offer: &Offer| matches!(offer.invoke, Invoke::Command(_, id) if rank(id) == MOVEMENT);
        let movements: Vec<Offer> = offers.extract_if(.., |offer| is_movement(offer)).collect();
        let of_screen = self.screen().map(|screen| screen.offers(&cx)).unwrap_or_default();
        offers.extend(of_screen.into_iter().map(|(title, request)| Offer::request(title, request)));
        offers.extend(self.offered_contexts());
        let in_use = self.data.target(&Scope::Everything).and_then(|target| target.component.clone());
        Choices::new(offers, self.data.cache.shared_catalog().cloned(), in_use, movements)
    }

    fn offered_contexts(&self) -> impl Iterator<Item = Offer> {
        self.contexts.iter().map(|name| {
            let is_in_use =
                self.data.world.sandbox.is_none() && self.data.world.context.as_ref() == Some(name);
            Offer::context(name, is_in_use)
        })
    }

    pub(super) fn run_offer(&mut self) -> Vec<Effect> {
        let Some(Overlay::Palette(palette)) = &self.overlay else { return Vec::new() };
        let Some(invoke) = palette.chosen() else { return Vec::new() };
        if let Some(why) = palette.unavailable() {
            let why = format!("Not available: {why}.");
            self.notify(why, Tone::Warning);
            return Vec::new();
        }
        self.overlay = None;
        match invoke {
            Invoke::Connect(to) => {
                self.ask_for_context(to);
                Vec::new()
            }
            Invoke::SelectComponent(reference) => {
                self.select_component(reference);
                Vec::new()
            }
            Invoke::Entity(reference) => {
                self.jump(entity::page(&reference));
                Vec::new()
            }
            Invoke::Filter(text) => self.filter(&text),
            Invoke::Request(request) => self.fulfil(&self.current(), *request),
            Invoke::Command(screen, command) => {
                if screen != self.history.current().screen {
                    self.go_to_screen(screen);
                }
                self.run(command)
            }
        }
    }
}

/// The rank of movements.
const MOVEMENT: u8 = 2;

/// Orders the commands: screens first, movements last.
fn rank(command: CommandId) -> u8 {
    match () {
        () if registry::opened_by(command).is_some() => 0,
        () if commands::movement(command).is_some() => MOVEMENT,
        () => 1,
    }
}
