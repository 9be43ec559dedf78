//! Delivery from a commit to a running service, checked with the tools of its reviewers: templates, workflows, image,
//! scripts, pages. None of it is Rust, so it is tested here, in a crate that compiles no product code.
#![expect(clippy::unwrap_used, reason = "a test that cannot continue has failed")]

mod agreement;
mod catalog;
mod combinations;
mod command_line;
mod compose;
mod containers;
mod crash_recovery;
mod deploying;
mod emulator;
mod http;
mod image;
mod infrastructure;
mod load;
mod local;
mod machine;
mod pages;
mod policy;
#[path = "../../src/ports.rs"]
mod ports;
mod releasing;
mod retention;
mod service;
mod smoke;
mod stacks;
mod stub;
mod templates;
mod third_party;
mod workflows;
