//! The drawing surface of the loop: a terminal, or a buffer in tests.

use std::io;

use hello_console::app::App;

/// A target for frames.
pub trait Surface {
    /// Draws one frame.
    fn draw(&mut self, app: &App) -> io::Result<()>;

    /// Restores the terminal and suspends the process. Returns once the process is resumed and the terminal is taken
    /// again. The next frame is drawn completely.
    fn suspend(&mut self) -> io::Result<()>;

    /// Restores the terminal for another program, until [`Self::resume`] takes it again.
    fn release(&mut self) -> io::Result<()>;

    /// Puts a text into the terminal's clipboard.
    fn copy(&mut self, text: &str) -> io::Result<()>;

    /// Takes the terminal again after another program had it, or after the process was stopped and resumed from outside.
    fn resume(&mut self) -> io::Result<()>;
}
