//! What the user wants, whatever key said so.

use crossterm::event::KeyEvent;

/// The console's screens, in the order of their number keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScreenId {
    Home,
    Catalog,
    Trucks,
    Runs,
    Deployments,
    Logs,
}

impl ScreenId {
    pub const ALL: [Self; 6] =
        [Self::Home, Self::Catalog, Self::Trucks, Self::Runs, Self::Deployments, Self::Logs];

    pub fn title(self) -> &'static str {
        match self {
            Self::Home => "Home",
            Self::Catalog => "Catalog",
            Self::Trucks => "Trucks",
            Self::Runs => "Runs",
            Self::Deployments => "Deployments",
            Self::Logs => "Logs",
        }
    }

    /// Returns its place in [`Self::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// Returns the screen `steps` to the right, round the end.
    #[must_use]
    pub fn step(self, steps: isize) -> Self {
        Self::ALL[self.index().wrapping_add_signed(steps + 6) % 6]
    }
}

/// One wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    Quit,
    Suspend,
    Show(ScreenId),
    NextScreen,
    PreviousScreen,
    Move(Move),
    Open,
    Back,
    Filter,
    Palette,
    Help,
    Refresh,
    StartSandbox,
    /// Make the selected component the one that runs, deployments and logs are about.
    SelectComponent,
    New,
    /// Go on with, or stop, showing the newest lines.
    Follow,
    NextField,
    PreviousField,
    Submit,
    /// A key that is text for the field being typed in.
    Type(KeyEvent),
    /// Text that was pasted into the field being typed in.
    Insert(String),
}

/// A movement of the selection or of the view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    Top,
    Bottom,
}
