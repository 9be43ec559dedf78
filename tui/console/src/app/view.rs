//! The picture of the whole console.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{App, overlay::Overlay};
use crate::widgets::{chrome, overlay};

impl App {
    /// Draws the console.
    pub fn view(&self, area: Rect, buf: &mut Buffer) {
        let cx = self.data.cx();
        let theme = cx.theme;
        let strips = chrome::strips(area);
        chrome::tabs(self.place, &self.mode(), strips.tabs, buf, theme);
        self.screen().view(&cx, strips.body, buf);
        match &self.overlay {
            Some(Overlay::Help { about, scroll }) => overlay::help(*about, scroll, strips.body, buf, theme),
            Some(Overlay::Palette(palette)) => {
                overlay::palette(
                    palette.input(),
                    &palette.names(),
                    palette.selected(),
                    strips.body,
                    buf,
                    theme,
                );
            }
            None => {}
        }
        let notice = self.notice.as_ref().map(|(text, tone)| (text.as_str(), *tone));
        chrome::footer(self.context(), notice, strips.keys, buf, theme);
        self.data.wake.set(cx.wake());
    }

    /// Returns what the user should never forget, the most important last: the component in use, and whether it is real.
    fn mode(&self) -> Vec<String> {
        let component = self.data.target.as_ref().and_then(|target| target.component.as_ref());
        let words = [
            component.map(|component| component.name.clone()),
            self.data.sandbox.as_ref().map(|_| "sandbox".to_owned()),
            self.read_only.then(|| "read-only".to_owned()),
        ];
        words.into_iter().flatten().collect()
    }
}
