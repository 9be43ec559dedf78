//! The way from a commit to a running service, judged by the tools that its reviewers use: templates, workflows, image,
//! scripts, pages. Nothing of it is Rust, so it is tested from here, where nothing of the product is compiled.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod agreement;
mod catalog;
mod combinations;
mod command_line;
mod compose;
mod containers;
mod deploying;
mod emulator;
mod http;
mod image;
mod infrastructure;
mod keeping;
mod killed;
mod load;
mod local;
mod machine;
mod pages;
mod policy;
#[path = "../../src/ports.rs"]
mod ports;
mod releasing;
mod service;
mod smoke;
mod stacks;
mod strangers;
mod stub;
mod templates;
mod workflows;
