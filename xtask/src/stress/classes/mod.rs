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
