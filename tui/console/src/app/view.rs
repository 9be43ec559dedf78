//! The picture of the whole console.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{App, overlay::Overlay};
use crate::{
    registry,
    screens::SCREENS,
    theme::Theme,
    widgets::{chrome, overlay},
};

impl App {
    /// Draws the console.
    pub fn view(&self, area: Rect, buf: &mut Buffer) {
        let route = self.history.current();
        let cx = self.data.cx(&route.scope);
        let strips = chrome::strips(area);
        let titles: Vec<&str> = SCREENS.iter().map(|spec| spec.title).collect();
        let current = SCREENS.iter().position(|spec| spec.id == route.screen).unwrap_or(0);
        chrome::tabs(&titles, current, &self.identity(), strips.tabs, buf, cx.theme);
        if let Some(screen) = self.screen() {
            screen.view(&cx, strips.body, buf);
        }
        self.draw_overlay(strips.body, buf, cx.theme);
        let notice = self.notice.as_ref().map(|(text, tone)| (text.as_str(), *tone));
        let commands = registry::in_mode(route.screen, self.mode());
        chrome::footer(commands, notice, strips.keys, buf, cx.theme);
        self.data.wake.set(cx.wake());
    }

    fn draw_overlay(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        match &self.overlay {
            Some(Overlay::Help { screen, mode, scroll }) => {
                let title = registry::screen(*screen).map(|spec| spec.title).unwrap_or_default();
                overlay::help(title, registry::in_mode(*screen, *mode), scroll, area, buf, theme);
            }
            Some(Overlay::Palette(palette)) => {
                let rows = palette.rows(&self.offers());
                overlay::palette(palette.input(), &rows, palette.selected(), area, buf, theme);
            }
            Some(Overlay::Confirm(confirm)) => {
                let name = confirm.name.as_deref().map(|name| (name, &confirm.input));
                overlay::question(&confirm.question, &confirm.consequence, name, area, buf, theme);
            }
            None => {}
        }
    }

    /// Returns what the user should never forget, the most important last: the component in use, and what is connected.
    fn identity(&self) -> Vec<String> {
        let world = &self.data.world;
        let target = self.data.target(&self.history.current().scope);
        let component = target.and_then(|target| target.component.as_ref());
        let words = [
            component.map(|component| component.name.clone()),
            world.context.clone(),
            world.sandbox.as_ref().map(|_| "sandbox".to_owned()),
            world.is_production.then(|| "PRODUCTION".to_owned()),
            world.read_only.then(|| "read-only".to_owned()),
        ];
        words.into_iter().flatten().collect()
    }
}
