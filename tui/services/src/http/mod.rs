//! HTTP for all clients of the console.
//!
//! Requests leave the console only here, so that a new client cannot miss a rule. [`Client`] applies them all: where
//! redirects may lead and what they carry, when a host may be asked, size and time limits of responses, proxies, certificates, and the user
//! agent. The AWS SDK and octocrab send through it too ([`aws`], [`octocrab`]).

mod answer;
pub(super) mod aws;
mod body;
mod client;
mod error;
mod limiter;
mod loopback;
pub(super) mod octocrab;
mod proxy;
mod redirect;
mod roots;
mod shape;
mod transport;

pub(super) use self::{
    answer::{described, innermost, kind, pause_until, text},
    body::Body,
    client::{Client, HttpRequest, Limits, collect},
    error::Error,
    limiter::with_attention,
    loopback::is_loopback,
    proxy::in_use as proxy_in_use,
    redirect::Redirects,
    roots::{Bundle, bundles},
    shape::Shape,
    transport::Transport,
};
