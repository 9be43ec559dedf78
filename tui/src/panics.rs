//! Panic handling: restores the terminal first, then prints the report.

use std::io::Write;

use color_eyre::config::{HookBuilder, Theme};
use hello_model::text::marked;
use hello_tui::runtime::terminal;

/// Installs the hooks that report internal errors.
pub(crate) fn report() -> color_eyre::Result<()> {
    // Without colours: a message may quote untrusted text, whose escape sequences must not pass for our own.
    let (panic, error) = HookBuilder::default().theme(Theme::new()).into_hooks();
    error.install()?;
    std::panic::set_hook(Box::new(move |info| {
        terminal::abandon();
        let mut report = String::new();
        for line in panic.panic_report(info).to_string().lines() {
            report.push_str(&marked(line));
            report.push('\n');
        }
        // A write error is ignored, because a panic here would abort the process.
        let _ = std::io::stderr().write_all(report.as_bytes());
    }));
    Ok(())
}
