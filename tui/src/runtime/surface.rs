//! What the loop draws on: a terminal, or a test's buffer.

use std::io;

use hello_console::app::App;

/// A place for frames.
pub trait Surface {
    /// Draws one frame.
    fn draw(&mut self, app: &App) -> io::Result<()>;

    /// Gives the terminal back and puts the process to sleep; returns when it has been woken, with the terminal taken
    /// again. The next frame is drawn whole.
    fn suspend(&mut self) -> io::Result<()>;

    /// Takes the terminal again after somebody else stopped and continued the process.
    fn resume(&mut self) -> io::Result<()>;
}
