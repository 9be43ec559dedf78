//! What the palette can do: a row, and what choosing it does.

use hello_catalog::entity::EntityRef;
use hello_model::world::Connection;

use super::{FILTER_SIGN, IN_USE};
use crate::{
    command::{CommandId, CommandSpec},
    route::ScreenId,
    screen::Request,
    widgets::palette::PaletteRow,
};

/// Something that the palette can do.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::app) struct Offer {
    pub(super) row: PaletteRow,
    pub(in crate::app) invoke: Invoke,
}

/// What choosing an offer does.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::app) enum Invoke {
    /// Execute a command of a screen, which is opened first.
    Command(ScreenId, CommandId),
    /// Do what the screen in view asks for.
    Request(Box<Request>),
    Connect(Connection),
    SelectComponent(EntityRef),
    /// Go to the page of an entity.
    Entity(EntityRef),
    /// Filter the rows of the screen.
    Filter(String),
}

impl Offer {
    /// Offers a command of a screen, which may be unavailable for a reason.
    pub(in crate::app) fn command(
        screen: ScreenId,
        command: &CommandSpec,
        unavailable: Option<String>,
    ) -> Self {
        let row = PaletteRow { title: command.title.to_owned(), keys: command.key_names(), unavailable };
        Self { row, invoke: Invoke::Command(screen, command.id) }
    }

    /// Offers something that the screen in view asks for.
    pub(in crate::app) fn request(title: String, request: Request) -> Self {
        let row = PaletteRow { title, keys: String::new(), unavailable: None };
        Self { row, invoke: Invoke::Request(Box::new(request)) }
    }

    /// Offers another context of the settings.
    pub(in crate::app) fn context(name: &str, is_in_use: bool) -> Self {
        let unavailable = is_in_use.then(|| IN_USE.to_owned());
        let row = PaletteRow { title: format!("context {name}"), keys: String::new(), unavailable };
        Self { row, invoke: Invoke::Connect(Connection::Context(Some(name.to_owned()))) }
    }

    /// Offers a tab of the page in view.
    pub(in crate::app) fn tab(screen: ScreenId, title: &str, command: CommandId) -> Self {
        let row = PaletteRow { title: format!("tab {title}"), keys: String::new(), unavailable: None };
        Self { row, invoke: Invoke::Command(screen, command) }
    }

    pub(in crate::app) fn filter(text: &str) -> Self {
        let title = match text {
            "" => "filter this screen: type a filter".to_owned(),
            text => format!("filter this screen: {text}"),
        };
        let row = PaletteRow { title, keys: FILTER_SIGN.to_string(), unavailable: None };
        Self { row, invoke: Invoke::Filter(text.to_owned()) }
    }
}
