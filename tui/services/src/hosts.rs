//! The addresses of a host of GitHub: github.com, a tenant of ghe.com, or an Enterprise Server.

use url::{Position, Url};

use super::http::is_loopback;

/// The only host whose API everyone knows.
pub(crate) const GITHUB: &str = "github.com";

/// Returns the address of a host's REST API, or `None` if that is no host.
pub(crate) fn api_of(host: &str) -> Option<Url> {
    let is_host = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-.:[]".contains(c));
    let parsed = |text: String| text.parse::<Url>().ok().filter(|_| is_host);
    if host == GITHUB || host.ends_with(".ghe.com") {
        return parsed(format!("https://api.{host}/"));
    }
    let api = parsed(format!("https://{host}/api/v3"))?;
    // A server on this machine that has a certificate is the exception.
    if is_loopback(&api) { parsed(format!("http://{host}/api/v3")) } else { Some(api) }
}

/// Returns the host that an API belongs to, with its port if it is not the usual one.
pub(crate) fn host_of(api: &Url) -> String {
    let authority = &api[Position::BeforeHost..Position::AfterPort];
    match authority.strip_prefix("api.") {
        Some(host) if host == GITHUB || host.ends_with(".ghe.com") => host.to_owned(),
        _ => authority.to_owned(),
    }
}

/// Returns the root of the web pages beside an API, where users sign in.
pub(crate) fn web_of(api: &Url) -> Url {
    let mut web = api.clone();
    web.set_path("/");
    web.set_query(None);
    web.set_fragment(None);
    let host = api.host_str().and_then(|host| host.strip_prefix("api."));
    if let Some(host) = host.filter(|host| *host == GITHUB || host.ends_with(".ghe.com")) {
        // What follows `api.` is a host, too.
        let _ = web.set_host(Some(host));
    }
    web
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_an_api_and_web_pages() {
        for (host, api, web) in [
            ("github.com", "https://api.github.com/", "https://github.com/"),
            ("octo.ghe.com", "https://api.octo.ghe.com/", "https://octo.ghe.com/"),
            ("ghe.test", "https://ghe.test/api/v3", "https://ghe.test/"),
            ("ghe.test:8443", "https://ghe.test:8443/api/v3", "https://ghe.test:8443/"),
            ("127.0.0.1:4510", "http://127.0.0.1:4510/api/v3", "http://127.0.0.1:4510/"),
        ] {
            let address = api_of(host).unwrap();
            assert_eq!((address.as_str(), web_of(&address).as_str()), (api, web));
            assert_eq!(host_of(&address), host);
        }
    }

    #[test]
    fn what_is_no_host_has_no_api() {
        for bad in ["", "me@ghe.test", "ghe.test/x", "ghe.test?x", "ghe test", "a:b:c"] {
            assert_eq!(api_of(bad), None, "{bad}");
        }
    }
}
