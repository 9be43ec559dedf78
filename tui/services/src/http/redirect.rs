//! Where a redirect leads, and which headers go with it.
//!
//! An origin is scheme, host and port. Once a chain of redirects has left its first origin, no header that may be a
//! credential is sent any more, even if the chain returns.

use http::{HeaderMap, HeaderName, StatusCode, header};
use url::Url;

use super::{Error, answer::text};

/// The maximum length of a chain. Real chains have one or two redirects.
const MAX_HOPS: usize = 5;

/// The headers sent to another origin. This is an allow list because no list of credential headers is complete.
const HARMLESS: [HeaderName; 4] = [
    header::ACCEPT,
    header::ACCEPT_LANGUAGE,
    header::USER_AGENT,
    HeaderName::from_static("x-github-api-version"),
];

/// How far redirects of GET and HEAD are followed. Other methods never are: a POST would become a GET.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Redirects {
    /// Not at all: the caller gets the redirect response.
    Never,
    /// Only to the original host, on any port.
    SameHost,
    /// To any host, without credentials.
    Anywhere,
}

/// A chain of redirects.
#[derive(Debug)]
pub(super) struct Chain {
    redirects: Redirects,
    first: Url,
    current: Url,
    hops: usize,
    /// Stays set even if the chain returns.
    has_left: bool,
}

impl Chain {
    pub(super) fn new(first: Url, redirects: Redirects) -> Self {
        Self { redirects, current: first.clone(), first, hops: 0, has_left: false }
    }

    /// Returns the target of a redirect, or `None` if the caller gets this response.
    pub(super) fn next(&mut self, status: StatusCode, headers: &HeaderMap) -> Result<Option<&Url>, Error> {
        if self.redirects == Redirects::Never
            || !is_redirect(status)
            || !headers.contains_key(header::LOCATION)
        {
            return Ok(None);
        }
        let next = self.target(headers)?;
        if self.redirects == Redirects::SameHost && next.host() != self.first.host() {
            return Ok(None);
        }
        if self.current.scheme() == "https" && next.scheme() != "https" {
            return Err(Error::Downgraded(next.scheme().to_owned()));
        }
        if self.hops == MAX_HOPS {
            return Err(Error::TooManyRedirects(MAX_HOPS));
        }
        self.hops += 1;
        self.has_left |= next.origin() != self.first.origin();
        self.current = next;
        Ok(Some(&self.current))
    }

    /// Removes the headers that must not be sent to the current target.
    pub(super) fn remove_unsafe_headers(&self, headers: &mut HeaderMap) {
        if !self.has_left {
            return;
        }
        *headers =
            HARMLESS.iter().filter_map(|name| Some((name.clone(), headers.get(name)?.clone()))).collect();
    }

    fn target(&self, headers: &HeaderMap) -> Result<Url, Error> {
        let location = text(headers, header::LOCATION).ok_or(Error::Misdirected)?;
        let mut next = self.current.join(location).map_err(|_| Error::Misdirected)?;
        if !matches!(next.scheme(), "http" | "https") {
            return Err(Error::Misdirected);
        }
        // The user did not choose the credentials in a redirect URL.
        let _ = next.set_username("");
        let _ = next.set_password(None);
        Ok(next)
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn follow(redirects: Redirects, addresses: &[&str]) -> (Chain, Result<(), Error>) {
        let mut chain = Chain::new(addresses[0].parse().unwrap(), redirects);
        for address in &addresses[1..] {
            let headers = HeaderMap::from_iter([(header::LOCATION, address.parse().unwrap())]);
            if let Err(error) = chain.next(StatusCode::FOUND, &headers) {
                return (chain, Err(error));
            }
        }
        (chain, Ok(()))
    }

    fn sends_credentials(addresses: &[&str]) -> bool {
        let (chain, followed) = follow(Redirects::Anywhere, addresses);
        followed.unwrap();
        let secrets = ["authorization", "cookie", "proxy-authorization", "x-amz-security-token", "x-api-key"];
        let mut headers: HeaderMap = secrets
            .iter()
            .map(|name| (HeaderName::from_static(name), "secret".parse().unwrap()))
            .chain([(header::ACCEPT, "application/json".parse().unwrap())])
            .collect();
        chain.remove_unsafe_headers(&mut headers);
        assert!(headers.contains_key(header::ACCEPT));
        assert!(matches!(headers.len(), 1 | 6), "{headers:?}");
        headers.len() > 1
    }

    #[test]
    fn credentials_stay_on_the_first_origin() {
        assert!(sends_credentials(&["http://a.test/", "/other", "http://a.test:80/x"]));
        for chain in [
            &["http://a.test/", "http://b.test/"][..],
            &["http://a.test/", "http://a.test:8080/"],
            &["http://a.test/", "https://a.test/"],
            &["http://a.test/", "http://b.test/", "http://b.test/"],
            &["http://a.test/", "http://b.test/", "http://c.test/"],
            &["http://a.test/", "http://b.test/", "http://a.test/"],
            &["http://a.test/", "//b.test/", "http://a.test/", "/again"],
        ] {
            assert!(!sends_credentials(chain), "{chain:?}");
        }
    }

    #[test]
    fn a_chain_never_goes_from_https_to_http() {
        let (_, followed) =
            follow(Redirects::Anywhere, &["https://a.test/", "https://b.test/", "http://a.test/"]);
        assert!(matches!(followed, Err(Error::Downgraded(_))), "{followed:?}");
    }

    #[test]
    fn a_chain_has_five_hops_at_most() {
        let loops = ["http://a.test/"; 7];
        assert!(follow(Redirects::Anywhere, &loops[..6]).1.is_ok());
        let (_, followed) = follow(Redirects::Anywhere, &loops);
        assert!(matches!(followed, Err(Error::TooManyRedirects(5))), "{followed:?}");
    }

    #[test]
    fn redirects_lead_to_web_addresses_without_their_user() {
        for odd in ["file:///etc/passwd", "data:,x", "http://", "gopher://a.test/"] {
            let (_, followed) = follow(Redirects::Anywhere, &["http://a.test/", odd]);
            assert!(matches!(followed, Err(Error::Misdirected)), "{odd}: {followed:?}");
        }
        let (chain, _) = follow(Redirects::Anywhere, &["http://a.test/", "http://driver:secret@a.test/x"]);
        assert_eq!(chain.current.as_str(), "http://a.test/x");
    }

    #[test]
    fn a_fixed_host_allows_no_redirect_elsewhere() {
        let (chain, _) = follow(Redirects::SameHost, &["http://a.test/", "http://b.test/"]);
        assert_eq!(chain.current.as_str(), "http://a.test/");
        let (chain, _) = follow(Redirects::SameHost, &["http://a.test/", "http://a.test:8080/"]);
        assert_eq!(chain.current.as_str(), "http://a.test:8080/");
    }
}
