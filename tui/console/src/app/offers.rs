//! What the palette offers, and what choosing it does.

use super::{
    App,
    overlay::Overlay,
    palette::{Invoke, Offer},
};
use crate::{
    command::{CommandId, CommandSpec, Mode},
    commands,
    effect::Effect,
    registry,
    route::Route,
    theme::Tone,
};

impl App {
    /// Returns what the palette can do: screens, commands of this screen, those that are offered everywhere, contexts.
    pub(super) fn offers(&self) -> Vec<Offer> {
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
            let unavailable = (command.unavailable)(&cx).or_else(|| wrong_mode.map(str::to_owned));
            Offer::command(*here, &command, unavailable)
        });
        let elsewhere = registry::everywhere().filter(|(screen, _)| screen != here);
        let elsewhere =
            elsewhere.map(|(screen, command)| Offer::command(screen, &command, (command.unavailable)(&cx)));
        let contexts = self.contexts.iter().map(|name| {
            let is_in_use =
                self.data.world.sandbox.is_none() && self.data.world.context.as_ref() == Some(name);
            Offer::context(name, is_in_use)
        });
        of_here.chain(elsewhere).chain(contexts).collect()
    }

    pub(super) fn run_offer(&mut self) -> Vec<Effect> {
        let Some(Overlay::Palette(palette)) = &self.overlay else { return Vec::new() };
        let offers = self.offers();
        let Some(offer) = palette.chosen(&offers) else { return Vec::new() };
        if let Some(why) = offer.unavailable() {
            let why = format!("Not available: {why}.");
            self.notify(why, Tone::Warning);
            return Vec::new();
        }
        self.overlay = None;
        match offer.invoke.clone() {
            Invoke::Connect(to) => {
                self.ask_for_context(to);
                Vec::new()
            }
            Invoke::Command(screen, command) => {
                if screen != self.history.current().screen {
                    self.go_to_screen(screen);
                }
                self.run(command)
            }
        }
    }
}

/// Orders the commands: screens first, movements last.
fn rank(command: CommandId) -> u8 {
    match () {
        () if registry::opened_by(command).is_some() => 0,
        () if commands::movement(command).is_some() => 2,
        () => 1,
    }
}
