//! Proxies from the environment, read as other programs do: upper-case names first, `ALL_PROXY` last.

use std::env;

use hello_model::address::display_url;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{NoProxy, Proxy};
use url::Url;

use super::Error;

/// Hosts that never use a proxy, because a proxy would resolve them to its own machine.
const LOOPBACK: &str = "localhost,localhost.,127.0.0.0/8,::1,::ffff:127.0.0.0/104";

/// The supported proxy schemes.
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// The two names of a variable.
type Names = [&'static str; 2];

const HTTPS: Names = ["HTTPS_PROXY", "https_proxy"];
const HTTP: Names = ["HTTP_PROXY", "http_proxy"];
const ALL: Names = ["ALL_PROXY", "all_proxy"];

/// Returns the proxies in order of precedence.
pub(super) fn of_environment() -> Result<Vec<Proxy>, Error> {
    proxies(of_process)
}

/// The proxy that requests to a URL use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProxyInUse {
    /// The variable that names it.
    pub(crate) variable: &'static str,
    /// Its address, safe to show.
    pub(crate) address: String,
}

/// Returns the proxy that requests to `url` use, or `None` if they are sent directly.
pub(crate) fn in_use(url: &Url) -> Result<Option<ProxyInUse>, Error> {
    chosen(url, of_process)
}

fn chosen(url: &Url, variable: impl Fn(&str) -> Option<String>) -> Result<Option<ProxyInUse>, Error> {
    // An invalid proxy fails all requests, also those that would not use it.
    proxies(&variable)?;
    let own = if url.scheme() == "https" { HTTPS } else { HTTP };
    let Some((name, value)) = first(own, &variable).or_else(|| first(ALL, &variable)) else {
        return Ok(None);
    };
    let Some(proxy) = address(&value) else { return Ok(None) };
    // Any address: only whether the host is an exception is asked.
    let matcher = Matcher::builder().all("http://proxy").no(exceptions(&variable)).build();
    let uri: http::Uri = url.as_str().parse().map_err(|_| Error::Misdirected)?;
    let is_used = matcher.intercept(&uri).is_some();
    Ok(is_used.then(|| ProxyInUse { variable: name, address: display_url(&proxy) }))
}

fn proxies(variable: impl Fn(&str) -> Option<String>) -> Result<Vec<Proxy>, Error> {
    let exceptions = NoProxy::from_string(&exceptions(&variable));
    let mut proxies = Vec::new();
    for (names, scheme) in
        [(HTTPS, Proxy::https as fn(Url) -> reqwest::Result<Proxy>), (HTTP, Proxy::http), (ALL, Proxy::all)]
    {
        let Some((name, value)) = first(names, &variable) else { continue };
        // An invalid proxy is an error: the request must not silently bypass it.
        let unusable =
            || Error::Setup(format!("{name} is not the address of a proxy, as http://HOST:PORT is"));
        let proxy = scheme(address(&value).ok_or_else(unusable)?).map_err(|_| unusable())?;
        proxies.push(proxy.no_proxy(exceptions.clone()));
    }
    Ok(proxies)
}

/// Returns the first variable that is set, with its value. An empty value counts as unset.
fn first(names: Names, variable: impl Fn(&str) -> Option<String>) -> Option<(&'static str, String)> {
    names.into_iter().find_map(|name| Some((name, variable(name).filter(|value| !value.is_empty())?)))
}

/// Returns the hosts that use no proxy.
fn exceptions(variable: impl Fn(&str) -> Option<String>) -> String {
    let named = first(["NO_PROXY", "no_proxy"], variable).map_or_else(String::new, |(_, value)| value);
    format!("{LOOPBACK},{named}")
}

fn of_process(name: &str) -> Option<String> {
    env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// Parses the address of a proxy. Without a scheme, it is HTTP.
fn address(text: &str) -> Option<Url> {
    let text = text.trim();
    let url: Url = if text.contains("://") { text.parse() } else { format!("http://{text}").parse() }.ok()?;
    let is_usable =
        SCHEMES.contains(&url.scheme()) && url.has_host() && url.as_str().parse::<http::Uri>().is_ok();
    is_usable.then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(variables: &[(&str, &str)]) -> Result<usize, String> {
        let variable = |wanted: &str| {
            variables.iter().find(|(name, _)| *name == wanted).map(|(_, value)| (*value).to_owned())
        };
        proxies(variable).map(|proxies| proxies.len()).map_err(|error| error.to_string())
    }

    #[test]
    fn proxy_variables_have_either_case_and_empty_is_unset() {
        assert_eq!(count(&[]), Ok(0));
        assert_eq!(count(&[("HTTPS_PROXY", ""), ("https_proxy", "proxy:3128")]), Ok(1));
        assert_eq!(count(&[("HTTP_PROXY", "socks5h://proxy"), ("ALL_PROXY", "https://u:p@proxy")]), Ok(2));
    }

    #[test]
    fn the_proxy_of_a_url_is_told_without_its_user() {
        let used = |url: &str, variables: &[(&str, &str)]| {
            let variable = |wanted: &str| {
                variables.iter().find(|(name, _)| *name == wanted).map(|(_, value)| (*value).to_owned())
            };
            let used = chosen(&url.parse().unwrap(), variable).unwrap();
            used.map(|proxy| (proxy.variable, proxy.address))
        };
        let proxies =
            [("HTTPS_PROXY", "u:p@one:3128"), ("all_proxy", "socks5://two"), ("NO_PROXY", "b.test")];
        assert_eq!(used("https://a.test/", &proxies), Some(("HTTPS_PROXY", "http://one:3128/".to_owned())));
        assert_eq!(used("http://a.test/", &proxies), Some(("all_proxy", "socks5://two".to_owned())));
        for direct in ["https://b.test/", "https://x.b.test/", "http://localhost:5000/", "http://[::1]/"] {
            assert_eq!(used(direct, &proxies), None, "{direct}");
        }
        assert_eq!(used("https://a.test/", &[]), None);
    }

    #[test]
    fn an_unusable_proxy_is_named_without_its_value() {
        for value in ["ftp://proxy", "http://", "http://u:secret@host:port", "secret token"] {
            let why = count(&[("http_proxy", value)]).unwrap_err();
            assert!(why.contains("http_proxy") && !why.contains("secret"), "{why}");
        }
    }
}
