//! HTTP, as every client of the console speaks it.
//!
//! This is the only place where a request leaves the console, so that a new client cannot forget a rule. [`Client`] has
//! them all: where redirects lead and with what, how large and how slow an answer may be, which proxies and which
//! certificates are used, and how the console introduces itself. The AWS SDK and octocrab send through it, too
//! ([`aws`], [`octocrab`]).

mod answer;
pub(super) mod aws;
mod body;
mod client;
mod error;
pub(super) mod octocrab;
mod proxy;
mod redirect;
mod roots;
mod shape;
mod transport;

pub(super) use self::{
    answer::{described, innermost, kind, retry_at, text, translated},
    body::Body,
    client::{Client, Limits, Request, collect},
    error::Error,
    redirect::Redirects,
    shape::Shape,
    transport::Transport,
};
