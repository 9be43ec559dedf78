//! URLs in a form that is safe to show.
//!
//! A URL often carries a secret: a user and password before the host, a token in the query. Everything that shows a
//! URL, on a screen, in an error or in a log, shows the result of [`display_url`].

use url::Url;

/// The replacement for a hidden value.
const HIDDEN: &str = "…";

/// Returns a URL that is safe to show: without user, password and fragment, and with its query values hidden.
pub fn display_url(url: &Url) -> String {
    if url.cannot_be_a_base() {
        // `data:` and similar URLs hold their content in the address.
        return format!("{}:{HIDDEN}", url.scheme());
    }
    let mut shown = url.clone();
    // Both calls fail only for a URL without a host, which has neither user nor password.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.set_fragment(None);
    let Some(query) = url.query() else { return shown.into() };
    shown.set_query(None);
    let pairs: Vec<String> = query.split('&').map(display_pair).collect();
    format!("{shown}?{}", pairs.join("&"))
}

/// Returns a URL text that is safe to show. If it cannot be parsed, only the scheme is shown.
pub fn display_url_text(text: &str) -> String {
    match text.parse() {
        Ok(url) => display_url(&url),
        Err(_) => match text.split_once("://") {
            Some((scheme, _)) if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                format!("{scheme}://{HIDDEN}")
            }
            _ => HIDDEN.to_owned(),
        },
    }
}

/// A part without `=` may be a value rather than a name, so it is hidden too.
fn display_pair(pair: &str) -> String {
    match pair.split_once('=') {
        Some((name, _)) => format!("{name}={HIDDEN}"),
        None => HIDDEN.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        display_url(&text.parse().unwrap())
    }

    #[test]
    fn user_and_password_are_not_shown() {
        assert_eq!(shown("http://driver:secret@trucks.test/api"), "http://trucks.test/api");
        assert_eq!(shown("https://ghp_secret@trucks.test:8443"), "https://trucks.test:8443/");
    }

    #[test]
    fn query_values_are_hidden_and_their_names_stay() {
        assert_eq!(shown("http://trucks.test/?token=secret&page=2"), "http://trucks.test/?token=…&page=…");
        assert_eq!(shown("http://trucks.test/?secret"), "http://trucks.test/?…");
        assert_eq!(shown("http://trucks.test/a?x=a=secret#secret"), "http://trucks.test/a?x=…");
        assert_eq!(shown("http://trucks.test/#access_token=secret"), "http://trucks.test/");
    }

    #[test]
    fn an_address_without_a_host_shows_its_scheme() {
        assert_eq!(shown("data:text/plain,secret"), "data:…");
    }

    #[test]
    fn text_that_is_no_url_is_not_quoted() {
        assert_eq!(display_url_text("https://driver:sec/ret@host:port/"), "https://…");
        assert_eq!(display_url_text("secret"), "…");
        assert_eq!(display_url_text("http://driver:secret@trucks.test"), "http://trucks.test/");
    }
}
