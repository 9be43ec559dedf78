//! The attack classes, one file per family.

mod busy_client;
mod catalogs;
mod commands;
mod console_answers;
mod console_input;
mod hosts;
mod keys;
mod leaving;
mod parsers;
mod redirects;
mod requests;
mod sandbox;
mod server_files;
mod two_consoles;
mod unread;

use super::class::Class;
use crate::failure::Failure;

/// All classes, in the order in which they run.
pub(super) const ALL: &[Class] = &[
    unread::BULK,
    unread::LISTS,
    unread::SLOW_READERS,
    busy_client::IDLE_SOCKETS,
    busy_client::SLOW_BODIES,
    busy_client::SLOW_LARGE_BODIES,
    busy_client::EVENT_STREAMS,
    hosts::HOSTS,
    hosts::CONNECTIONS,
    server_files::FILES,
    server_files::TOKENS,
    console_answers::ENDLESS,
    console_answers::HUGE,
    console_answers::PAGES,
    console_answers::COMPRESSED,
    console_answers::SLOW,
    console_answers::SILENT,
    console_answers::LONG_ROWS,
    redirects::REDIRECTS,
    commands::OUTPUT,
    commands::FILES,
    catalogs::GLOBS,
    catalogs::LINKS,
    catalogs::DEPTH,
    catalogs::ALIASES,
    catalogs::MILLION,
    leaving::LEAVING,
    two_consoles::TWO_CONSOLES,
    sandbox::MISUSE,
    parsers::PARSERS,
    console_input::INPUT,
    requests::REQUESTS,
    sandbox::RANDOM,
    keys::KEYS,
    keys::FAULTS,
];

/// Returns the classes with these names, or all classes if no name is given.
pub(super) fn chosen(names: &[String]) -> Result<Vec<Class>, Failure> {
    let unknown = names.iter().find(|name| !ALL.iter().any(|class| class.name == **name));
    if let Some(name) = unknown {
        let why = format!("there is no class `{name}`");
        return Err(Failure::Stress { why, hint: "cargo xtask stress --list" });
    }
    let wanted = |class: &&Class| names.is_empty() || names.iter().any(|name| name == class.name);
    Ok(ALL.iter().filter(wanted).copied().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_class_is_named() {
        let failure = chosen(&["no-such".to_owned()]).unwrap_err().to_string();
        assert!(failure.contains("no class `no-such`") && failure.contains("--list"), "{failure}");
    }

    #[test]
    fn class_names_are_unique() {
        for (place, class) in ALL.iter().enumerate() {
            assert!(ALL[..place].iter().all(|other| other.name != class.name), "{}", class.name);
        }
    }
}
