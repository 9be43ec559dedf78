//! A filter that is typed over a list, parsed once for each edit.

use hello_model::filter::Filter;
use hello_state::present::Columns;
use tui_input::Input;

use crate::{
    command::CommandId,
    commands::{BACK, DROP_FILTER, FILTER, KEEP_FILTER},
    cx::Cx,
    line_input,
    screen::Event,
};

/// The text of a filter, what it means, and whether it is being typed.
#[derive(Debug, Clone, Default)]
pub struct FilterInput {
    input: Input,
    filter: Filter,
    is_typing: bool,
}

impl FilterInput {
    /// Executes a command that concerns the filter; returns whether it was one.
    pub fn act(&mut self, command: CommandId) -> bool {
        match command {
            FILTER => self.is_typing = true,
            KEEP_FILTER => self.is_typing = false,
            BACK | DROP_FILTER if self.is_shown() => *self = Self::default(),
            _ => return false,
        }
        true
    }

    /// Takes text that is typed or pasted; returns whether the filter may have changed.
    pub fn on(&mut self, event: &Event<'_>) -> bool {
        match event {
            Event::Typed(key) if self.is_typing => line_input::typed(&mut self.input, *key),
            Event::Pasted(text) if self.is_typing => line_input::pasted(&mut self.input, text),
            _ => return false,
        };
        self.filter = Filter::parse(self.input.value());
        true
    }

    /// Returns the items that pass, in their order.
    pub fn passing<'a, T>(&self, columns: &Columns<T>, items: &'a [T], cx: &Cx<'_>) -> Vec<&'a T> {
        columns.passing(items, &self.filter, &cx.format())
    }

    /// Returns what was typed so far, parsed.
    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    pub fn is_typing(&self) -> bool {
        self.is_typing
    }

    /// Reports whether there is anything to show of it.
    pub fn is_shown(&self) -> bool {
        self.is_typing || !self.input.value().is_empty()
    }

    pub fn input(&self) -> &Input {
        &self.input
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_edit_is_parsed() {
        let mut filter = FilterInput::default();
        assert!(!filter.on(&Event::Pasted("unasked")), "it is not being typed");
        filter.act(FILTER);
        assert!(filter.filter().is_empty());
        filter.on(&Event::Pasted("status:failure\n!main"));
        assert_eq!(filter.filter(), &Filter::parse("status:failure !main"));
    }

    #[test]
    fn esc_clears_the_filter_once() {
        let mut filter = FilterInput::default();
        filter.act(FILTER);
        filter.on(&Event::Pasted("x"));
        filter.act(KEEP_FILTER);
        assert!(filter.act(BACK));
        assert!(!filter.act(BACK), "there is none any more");
        assert!(filter.filter().is_empty());
    }
}
