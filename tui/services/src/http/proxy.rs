//! Proxies from the environment, read as other programs do: upper-case names first, `ALL_PROXY` last.

use std::env;

use reqwest::{NoProxy, Proxy};
use url::Url;

use super::Error;

/// Hosts that never use a proxy, because a proxy would resolve them to its own machine.
const LOOPBACK: &str = "localhost,localhost.,127.0.0.0/8,::1,::ffff:127.0.0.0/104";

/// The supported proxy schemes.
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// Returns the proxies in order of precedence.
pub(super) fn of_environment() -> Result<Vec<Proxy>, Error> {
    proxies(|name| env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
}

fn proxies(variable: impl Fn(&str) -> Option<String>) -> Result<Vec<Proxy>, Error> {
    // A variable with an empty value counts as unset.
    let first = |names: [&'static str; 2]| {
        names.into_iter().find_map(|name| Some((name, variable(name).filter(|value| !value.is_empty())?)))
    };
    let exceptions = first(["NO_PROXY", "no_proxy"]).map_or_else(String::new, |(_, value)| value);
    let exceptions = NoProxy::from_string(&format!("{LOOPBACK},{exceptions}"));
    let mut proxies = Vec::new();
    for (names, scheme) in [
        (["HTTPS_PROXY", "https_proxy"], Proxy::https as fn(Url) -> reqwest::Result<Proxy>),
        (["HTTP_PROXY", "http_proxy"], Proxy::http),
        (["ALL_PROXY", "all_proxy"], Proxy::all),
    ] {
        let Some((name, value)) = first(names) else { continue };
        // An invalid proxy is an error: the request must not silently bypass it.
        let unusable =
            || Error::Setup(format!("{name} is not the address of a proxy, as http://HOST:PORT is"));
        let proxy = scheme(address(&value).ok_or_else(unusable)?).map_err(|_| unusable())?;
        proxies.push(proxy.no_proxy(exceptions.clone()));
    }
    Ok(proxies)
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
    fn an_unusable_proxy_is_named_without_its_value() {
        for value in ["ftp://proxy", "http://", "http://u:secret@host:port", "secret token"] {
            let why = count(&[("http_proxy", value)]).unwrap_err();
            assert!(why.contains("http_proxy") && !why.contains("secret"), "{why}");
        }
    }
}
