//! What a panic does: the terminal is given back first, then the report is told.

/// Installs the hooks for reports of our own faults.
pub(crate) fn report() -> color_eyre::Result<()> {
    let (panic, error) = color_eyre::config::HookBuilder::default().into_hooks();
    error.install()?;
    std::panic::set_hook(Box::new(move |info| {
        hello_tui::runtime::terminal::abandon();
        #[expect(clippy::print_stderr, reason = "a panic has no other way to be told")]
        {
            eprintln!("{}", panic.panic_report(info));
        }
    }));
    Ok(())
}
