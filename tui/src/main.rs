//! The program: reports of our own faults in colour, everything else in the library.

use std::process::ExitCode;

fn main() -> color_eyre::Result<ExitCode> {
    let (panic, error) = color_eyre::config::HookBuilder::default().into_hooks();
    error.install()?;
    std::panic::set_hook(Box::new(move |info| {
        hello_tui::runtime::terminal::give_back();
        #[expect(clippy::print_stderr, reason = "a panic has no other way to be told")]
        {
            eprintln!("{}", panic.panic_report(info));
        }
    }));
    hello_tui::cli::main()
}
