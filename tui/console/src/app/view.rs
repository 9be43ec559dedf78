//! The picture of the whole console.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{App, overlay::Overlay};
use crate::action::Place;
use crate::{
    screens::Screen,
    widgets::{chrome, overlay},
};

impl App {
    /// Draws the console.
    pub fn view(&self, area: Rect, buf: &mut Buffer) {
        let look = &self.look;
        let strips = chrome::strips(area);
        chrome::tabs(self.place, &self.mode(), strips.tabs, buf, look);
        match self.place {
            Place::Home => self.home.view(self.sights(), strips.body, buf, look),
            Place::Catalog => self.catalog.view(strips.body, buf, look),
            Place::Trucks => self.trucks.view(strips.body, buf, look),
            Place::Runs => self.runs.view(strips.body, buf, look),
            Place::Deployments => self.deployments.view(strips.body, buf, look),
            Place::Logs => self.logs.view(strips.body, buf, look),
        }
        match &self.overlay {
            Some(Overlay::Help { about, scroll }) => overlay::help(*about, scroll, strips.body, buf, look),
            Some(Overlay::Palette(palette)) => {
                overlay::palette(
                    palette.input(),
                    &palette.names(),
                    palette.selected(),
                    strips.body,
                    buf,
                    look,
                );
            }
            None => {}
        }
        let notice = self.notice.as_ref().map(|(text, tone)| (text.as_str(), *tone));
        chrome::footer(self.context(), notice, strips.keys, buf, look);
    }

    /// Returns what the user should never forget, the most important last: what all this is about, and whether it is real.
    fn mode(&self) -> Vec<String> {
        let component = self.target.as_ref().and_then(|target| target.component.as_ref());
        let words = [
            component.map(|component| component.name.clone()),
            self.sandbox.as_ref().map(|_| "sandbox".to_owned()),
            self.read_only.then(|| "read-only".to_owned()),
        ];
        words.into_iter().flatten().collect()
    }
}
