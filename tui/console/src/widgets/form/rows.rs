//! The rows of a form, drawn as a whole, of which a part is in view.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::{Modifier, Style},
    text::{Line, Span},
    widgets::Widget,
};
use tui_input::Input;

use super::{
    FormState,
    field::{Field, FieldKind, FieldValue},
    input,
};
use crate::{
    click::Click,
    cx::Cx,
    theme::{Theme, Tone},
    widgets::{
        remote,
        text::{span, toned},
        wrap::wrapped,
    },
};

/// The least width of a value beside its label.
const VALUE_WIDTH: u16 = 24;

/// The rows that a field, and a failure, have room for.
const ROWS_PER_FIELD: u16 = 8;
const ROWS_OF_FAILURE: u16 = 40;

/// The most rows of a form that are drawn.
const MAX_ROWS: u16 = 500;

/// A picture of the whole form, and where its parts are in it.
pub(super) struct Rows {
    picture: Buffer,
    /// The first row of each field, and the one after its last.
    fields: Vec<(u16, u16)>,
    height: u16,
    failure_at: u16,
    zones: Vec<(Rect, usize)>,
}

impl Rows {
    /// Draws a form of this width, with a row between its fields if it is `roomy`.
    pub(super) fn of(form: &FormState, width: u16, roomy: bool, cx: &Cx<'_>) -> Self {
        let fields = u16::try_from(form.fields.len()).unwrap_or(u16::MAX);
        let most = fields.saturating_mul(ROWS_PER_FIELD).saturating_add(ROWS_OF_FAILURE).min(MAX_ROWS);
        let picture = Buffer::empty(Rect::new(0, 0, width, most));
        let mut rows = Self { picture, fields: Vec::new(), height: 0, failure_at: 0, zones: Vec::new() };
        let labels = form.fields.iter().map(|field| line_width(&field.spec.label)).max().unwrap_or(0);
        let indent = if width >= labels + 2 + VALUE_WIDTH { labels + 2 } else { 0 };
        for index in 0..form.fields.len() {
            rows.field_rows(form, index, indent, cx);
            rows.height += u16::from(roomy && index + 1 < form.fields.len());
        }
        rows.failure_at = rows.height;
        rows.failure_rows(form, cx.theme);
        rows
    }

    pub(super) fn height(&self) -> u16 {
        self.height
    }

    /// Returns the first row of a field, and the one after its last.
    pub(super) fn field(&self, index: usize) -> (u16, u16) {
        self.fields.get(index).copied().unwrap_or_default()
    }

    pub(super) fn failure(&self) -> (u16, u16) {
        (self.failure_at, self.height)
    }

    /// Draws the rows from `top` on, and notes where clicks do something.
    pub(super) fn draw(&self, top: u16, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        let shown = Rect { height: area.height.min(self.height.saturating_sub(top)), ..area };
        for Position { x, y } in shown.positions() {
            let from = Position::new(x - area.x, y - area.y + top);
            if let (Some(cell), Some(target)) = (self.picture.cell(from), buf.cell_mut((x, y))) {
                *target = cell.clone();
            }
        }
        for (zone, click) in &self.zones {
            let visible = zone.intersection(Rect { x: 0, y: top, ..shown });
            if !visible.is_empty() {
                let place = Rect { x: area.x + visible.x, y: area.y + visible.y - top, ..visible };
                cx.zones.add(place, Click::Row(*click));
            }
        }
    }

    fn field_rows(&mut self, form: &FormState, index: usize, indent: u16, cx: &Cx<'_>) {
        let (field, theme) = (&form.fields[index], cx.theme);
        let is_focused = form.focus == index;
        let begin = self.height;
        let tone = if is_focused { Tone::Accent } else { Tone::Plain };
        self.line(0, &Line::from(toned(theme, &field.spec.label, tone)));
        if indent == 0 {
            self.height += 1;
        }
        let values = self.value(form, index, indent, is_focused, theme);
        self.height += 1;
        let fault = field.fault();
        let said = match &fault {
            Some(fault) => (format!("✗ {fault}"), Tone::Bad),
            None => (field.spec.hint.to_string(), Tone::Faint),
        };
        if !said.0.is_empty() {
            for line in wrapped(&said.0, usize::from(self.width().saturating_sub(indent))) {
                self.line(indent, &Line::from(toned(theme, &line, said.1)));
                self.height += 1;
            }
        }
        self.fields.push((begin, self.height));
        let whole = Rect::new(0, begin, self.width(), self.height - begin);
        let count = form.fields.len();
        self.zones.push((whole, index));
        self.zones.extend(values.into_iter().enumerate().map(|(at, zone)| (zone, index + count * (at + 1))));
    }

    /// Draws the value of a field; returns the zones of its options.
    fn value(
        &mut self,
        form: &FormState,
        index: usize,
        indent: u16,
        is_focused: bool,
        theme: &Theme,
    ) -> Vec<Rect> {
        let field = &form.fields[index];
        let row = Rect::new(indent, self.height, self.width().saturating_sub(indent), 1);
        match &field.value {
            FieldValue::Line(line) if field.spec.kind == FieldKind::Secret => {
                let dots = "•".repeat(line.value().chars().count());
                input(&Input::new(dots).with_cursor(line.cursor()), is_focused, row, &mut self.picture);
                Vec::new()
            }
            FieldValue::Line(line) => {
                input(line, is_focused, row, &mut self.picture);
                Vec::new()
            }
            FieldValue::Boolean(is_true) => {
                let text = if *is_true { "[x] yes" } else { "[ ] no" };
                let shown = span(text, chosen(true, is_focused));
                let zone = Rect { width: line_width(text).min(row.width), ..row };
                Line::from(shown).render(row, &mut self.picture);
                vec![zone]
            }
            FieldValue::Choice(at) => self.options(field, *at, is_focused, row, theme),
        }
    }

    /// Draws all options where there is room, else the chosen one and how many there are.
    fn options(&mut self, field: &Field, at: usize, is_focused: bool, row: Rect, theme: &Theme) -> Vec<Rect> {
        let FieldKind::Choice(options) = &field.spec.kind else { return Vec::new() };
        let sign = |option: usize| if option == at { "●" } else { "○" };
        let texts: Vec<String> =
            options.iter().enumerate().map(|(option, text)| format!("{} {text}", sign(option))).collect();
        let width: u16 = texts.iter().map(|text| line_width(text) + 2).sum();
        if width > row.width + 2 {
            let text = options.get(at).map(ToString::to_string).unwrap_or_default();
            let parts = vec![
                span(&format!("◂ {text} ▸"), chosen(true, is_focused)),
                toned(theme, &format!("  {} of {}", at + 1, options.len()), Tone::Faint),
            ];
            Line::from(parts).render(row, &mut self.picture);
            return Vec::new();
        }
        let mut x = row.x;
        let mut zones = Vec::new();
        for (option, text) in texts.iter().enumerate() {
            let zone = Rect { x, width: line_width(text).min(row.right().saturating_sub(x)), ..row };
            Line::from(span(text, chosen(option == at, is_focused))).render(zone, &mut self.picture);
            zones.push(zone);
            x += line_width(text) + 2;
        }
        zones
    }

    fn failure_rows(&mut self, form: &FormState, theme: &Theme) {
        let Some(failure) = &form.failure else { return };
        self.height += 1;
        for line in remote::failure_text(failure, theme).lines {
            let style = line.spans.first().map_or(Style::new(), |first| first.style);
            let text: String = line.spans.iter().map(|part: &Span<'_>| &*part.content).collect();
            for row in wrapped(&text, usize::from(self.width())) {
                self.line(0, &Line::from(span(&row, style)));
                self.height += 1;
            }
        }
    }

    fn line(&mut self, x: u16, line: &Line<'_>) {
        if self.height < self.picture.area.height {
            let row = Rect::new(x, self.height, self.width().saturating_sub(x), 1);
            line.render(row, &mut self.picture);
        }
    }

    fn width(&self) -> u16 {
        self.picture.area.width
    }
}

/// Returns the style of an option. The chosen one of the field that is typed in is reversed, as a cursor is.
fn chosen(is_chosen: bool, is_focused: bool) -> Style {
    match (is_chosen, is_focused) {
        (true, true) => Style::new().add_modifier(Modifier::REVERSED),
        (true, false) => Style::new().add_modifier(Modifier::BOLD),
        (false, _) => Style::new(),
    }
}

fn line_width(text: &str) -> u16 {
    u16::try_from(span(text, Style::new()).width()).unwrap_or(u16::MAX)
}
