//! GitHub's API and the storage host that it names, with scripted answers.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use crate::answering::serve;
use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use futures::{StreamExt, stream};
use url::Url;

/// A server with answers in their order, and the requests that it got.
#[derive(Clone, Default)]
pub(crate) struct Host {
    script: Arc<Mutex<VecDeque<Response>>>,
    pub(crate) seen: Arc<Mutex<Vec<(String, HeaderMap)>>>,
}

impl Host {
    async fn start(&self) -> Url {
        async fn answer(State(host): State<Host>, uri: Uri, headers: HeaderMap) -> Response {
            host.seen.lock().unwrap().push((uri.path().to_owned(), headers));
            let scripted = host.script.lock().unwrap().pop_front();
            scripted.unwrap_or_else(|| StatusCode::IM_A_TEAPOT.into_response())
        }
        serve(Router::new().fallback(answer).with_state(self.clone())).await
    }

    pub(crate) fn answers(&self, response: impl IntoResponse) {
        self.script.lock().unwrap().push_back(response.into_response());
    }

    pub(crate) fn seen(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

/// GitHub's API, and the storage host that it names.
pub(crate) struct Net {
    pub(crate) api: Host,
    pub(crate) storage: Host,
    pub(crate) api_url: Url,
    storage_url: Url,
}

impl Net {
    pub(crate) async fn start() -> Self {
        let (api, storage) = (Host::default(), Host::default());
        let (api_url, storage_url) = (api.start().await, storage.start().await);
        Self { api, storage, api_url, storage_url }
    }

    /// Lets the API name the storage host once.
    pub(crate) fn redirect(&self) {
        let place = self.storage_url.join("stored/7?sig=AAAA").unwrap();
        self.api.answers((StatusCode::FOUND, [(header::LOCATION, place.to_string())]));
    }

    pub(crate) fn assert_storage_got_no_credentials(&self) {
        let (path, headers) = self.storage.seen.lock().unwrap()[0].clone();
        assert_eq!(path, "/stored/7");
        let is_secret = |name: &str| {
            ["authorization", "cookie", "proxy-authorization"].contains(&name) || name.starts_with("x-github")
        };
        assert!(!headers.keys().any(|name| is_secret(name.as_str())), "{headers:?}");
    }
}

/// An error of the storage host.
pub(crate) fn xml(status: u16, code: &str) -> (StatusCode, String) {
    let body =
        format!("\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code></Error>");
    (StatusCode::from_u16(status).unwrap(), body)
}

/// A response whose connection is lost after its first bytes.
pub(crate) fn breaks_off_after(text: &'static str) -> Response {
    // The server sends what it has when the body makes it wait.
    let gone = async {
        tokio::task::yield_now().await;
        Err(std::io::Error::other("gone"))
    };
    let broken = stream::iter([Ok(text)]).chain(stream::once(gone));
    Body::from_stream(broken).into_response()
}
