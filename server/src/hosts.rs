//! The hosts that a listener answers for.
//!
//! A browser lets a page call its own host. A page whose host name points at this machine (DNS rebinding) could read
//! and write trucks if the `Host` and `Origin` headers were not compared with known names.

use std::{
    net::{IpAddr, Ipv6Addr},
    str::FromStr,
};

/// The hosts that a listener answers for, and the origins that may call it.
///
/// By default, any host is allowed. If hosts are named, or on a loopback address, only these are allowed, each with any
/// port: the named hosts, `localhost`, names under it, and loopback addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowedHosts {
    named: Vec<HostName>,
    is_enforced: bool,
    is_loopback: bool,
}

/// A host that is allowed: an exact name or address, or `*.example.com` for every name under `example.com`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostName(String);

/// The error for a text that is not a host name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a host is a name like trucks.example.com, or an address, without scheme and port")]
pub struct BadHostName;

/// The error for a request whose host or origin is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ForeignRequest {
    /// The request is for another host; 421 is the status for it.
    #[error(
        "this service does not answer for the host that the Host header names; to allow it, start the service with \
         --allowed-hosts (HELLO_ALLOWED_HOSTS)"
    )]
    Host,
    /// The request comes from a page of another host; 403 is the status for it.
    #[error(
        "pages of this origin may not call the service; to allow them, start the service with --cors-origins \
         (HELLO_CORS_ORIGINS)"
    )]
    Origin,
}

impl AllowedHosts {
    /// Allows the hosts named here besides loopback hosts. Without any, every host is allowed.
    pub fn named(hosts: Vec<HostName>) -> Self {
        Self { is_enforced: !hosts.is_empty(), named: hosts, is_loopback: false }
    }

    /// Allows loopback hosts only.
    pub fn loopback() -> Self {
        Self { named: Vec::new(), is_enforced: true, is_loopback: true }
    }

    /// Returns the rule for a listener at this address: on a loopback address hosts are always compared.
    #[must_use]
    pub fn on(mut self, address: IpAddr) -> Self {
        self.is_loopback = address.to_canonical().is_loopback();
        self.is_enforced |= self.is_loopback;
        self
    }

    /// Checks the value of the `Host` header, and of the `Origin` header, of a request.
    ///
    /// A request without `Host` passes: only clients of HTTP/1.0 send none, and no browser is among them.
    ///
    /// # Errors
    ///
    /// When the host, or the host of the origin, is not allowed.
    pub fn check(&self, host: Option<&str>, origin: Option<&str>) -> Result<(), ForeignRequest> {
        if !self.is_enforced {
            return Ok(());
        }
        if host.is_some_and(|host| !self.allows(host)) {
            return Err(ForeignRequest::Host);
        }
        if origin.is_some_and(|origin| !self.allows_origin(origin)) {
            return Err(ForeignRequest::Origin);
        }
        Ok(())
    }

    /// Reports whether the listener is reachable from this machine only.
    pub(crate) fn is_loopback(&self) -> bool {
        self.is_loopback
    }

    fn allows_origin(&self, origin: &str) -> bool {
        let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        authority.is_some_and(|authority| self.allows(authority))
    }

    fn allows(&self, authority: &str) -> bool {
        let Some(host) = host_of(authority) else { return false };
        // One dot at the end makes a name absolute.
        let host = host.strip_suffix('.').unwrap_or(host);
        is_loopback(host) || self.named.iter().any(|named| named.matches(host))
    }
}

impl HostName {
    fn matches(&self, host: &str) -> bool {
        match self.0.strip_prefix('*') {
            Some(domain) => is_under(host, domain),
            None => self.0.eq_ignore_ascii_case(host),
        }
    }
}

impl FromStr for HostName {
    type Err = BadHostName;

    fn from_str(text: &str) -> Result<Self, BadHostName> {
        if let Ok(address) = text.parse::<Ipv6Addr>() {
            return Ok(Self(format!("[{address}]")));
        }
        let name = text.strip_suffix('.').unwrap_or(text);
        let labels = name.strip_prefix("*.").unwrap_or(name);
        let is_label = |label: &str| {
            !label.is_empty()
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        let is_address = name.starts_with('[') && host_of(name) == Some(name);
        if is_address || labels.split('.').all(is_label) {
            Ok(Self(name.to_owned()))
        } else {
            Err(BadHostName)
        }
    }
}

/// Returns the host of an authority, which may have a port; `None` if it is neither a name nor an address.
///
/// The type `Authority` of the crate `http` also accepts a user, and ports that are not numbers.
pub(super) fn host_of(authority: &str) -> Option<&str> {
    let end = if let Some(rest) = authority.strip_prefix('[') {
        let address = rest.split_once(']')?.0;
        address.parse::<Ipv6Addr>().ok()?;
        address.len() + 2
    } else {
        let end = authority.find(':').unwrap_or(authority.len());
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=%".contains(&byte);
        (end > 0 && authority[..end].bytes().all(is_plain)).then_some(end)?
    };
    let (host, port) = authority.split_at(end);
    // The digits may be missing, but not the colon before them.
    let is_port = port.strip_prefix(':').is_some_and(|digits| {
        digits.is_empty() || digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u16>().is_ok()
    });
    (port.is_empty() || is_port).then_some(host)
}

fn is_loopback(host: &str) -> bool {
    if host.eq_ignore_ascii_case("localhost") || is_under(host, ".localhost") {
        return true;
    }
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    address.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

/// Reports whether `host` is a name that ends with `domain`, which begins with a dot.
fn is_under(host: &str, domain: &str) -> bool {
    host.len() > domain.len()
        && host.is_char_boundary(host.len() - domain.len())
        && host[host.len() - domain.len()..].eq_ignore_ascii_case(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(names: &[&str]) -> AllowedHosts {
        AllowedHosts::named(names.iter().map(|name| name.parse().unwrap()).collect())
    }

    #[test]
    fn without_names_every_host_is_allowed_but_not_on_loopback() {
        let any = AllowedHosts::default();
        assert_eq!(any.check(Some("evil.example"), Some("https://evil.example")), Ok(()));
        let public = any.clone().on("0.0.0.0".parse().unwrap());
        assert_eq!(public.check(Some("evil.example"), None), Ok(()));
        for address in ["127.0.0.1", "::1", "127.8.9.10", "::ffff:127.0.0.1"] {
            let local = any.clone().on(address.parse().unwrap());
            assert_eq!(local.check(Some("evil.example"), None), Err(ForeignRequest::Host), "{address}");
        }
    }

    #[test]
    fn loopback_hosts_are_known_in_every_spelling() {
        for host in [
            "localhost",
            "LOCALHOST:5000",
            "localhost.",
            "localhost:",
            "fleet.localhost:80",
            "127.0.0.1",
            "127.1.2.3:65535",
            "[::1]",
            "[::1]:5000",
            "[::ffff:127.0.0.1]:1",
        ] {
            assert_eq!(AllowedHosts::loopback().check(Some(host), None), Ok(()), "{host}");
            let origin = format!("http://{host}");
            assert_eq!(AllowedHosts::loopback().check(Some(host), Some(&origin)), Ok(()), "{origin}");
        }
        assert_eq!(AllowedHosts::loopback().check(None, None), Ok(()), "HTTP/1.0");
    }

    #[test]
    fn other_hosts_are_foreign_however_they_look() {
        for host in [
            "",
            ".",
            "evil.example",
            "localhost.evil.example",
            "evil-localhost",
            ".localhost",
            "notlocalhost:5000",
            "localhost:port",
            "localhost:70000",
            "localhost:+80",
            "user@localhost",
            "localhost/path",
            "localhost, evil.example",
            "127.0.0.1.evil.example",
            "128.0.0.1",
            "0.0.0.0",
            "127.1",
            "2130706433",
            "[::2]",
            "[::1",
            "::1",
            "[::1]evil.example",
            "[127.0.0.1]",
            "localhost..",
            "ĺocalhost",
        ] {
            assert_eq!(AllowedHosts::loopback().check(Some(host), None), Err(ForeignRequest::Host), "{host}");
        }
    }

    #[test]
    fn foreign_origins_are_refused_at_a_known_host() {
        for origin in [
            "null",
            "https://evil.example",
            "http://localhost.evil.example",
            "file://",
            "ftp://localhost",
            "chrome-extension://localhost",
            "localhost",
            "http://localhost/path",
            "",
        ] {
            assert_eq!(
                AllowedHosts::loopback().check(Some("localhost:5000"), Some(origin)),
                Err(ForeignRequest::Origin),
                "{origin}"
            );
        }
    }

    #[test]
    fn named_hosts_are_enforced_on_every_listener() {
        let hosts = hosts(&["Trucks.example.com", "*.fleet.example", "192.0.2.1", "2001:db8::1"]);
        for address in ["0.0.0.0", "127.0.0.1"] {
            let hosts = hosts.clone().on(address.parse().unwrap());
            for known in [
                "trucks.example.com:8443",
                "a.b.fleet.example",
                "192.0.2.1",
                "[2001:db8::1]:5000",
                "localhost",
            ] {
                assert_eq!(hosts.check(Some(known), Some(&format!("https://{known}"))), Ok(()), "{known}");
            }
            for foreign in ["example.com", "fleet.example", "x.trucks.example.com", "192.0.2.2"] {
                assert_eq!(hosts.check(Some(foreign), None), Err(ForeignRequest::Host), "{foreign}");
            }
        }
    }

    #[test]
    fn names_with_a_scheme_or_a_port_are_refused() {
        for bad in ["", "*", "*.", "https://x", "x:80", "a b", "a,b", "a..b", "[::1]:80", "*.[::1]", "a.*.b"]
        {
            assert_eq!(bad.parse::<HostName>(), Err(BadHostName), "{bad}");
        }
        assert!("[::1]".parse::<HostName>().is_ok() && "example.com.".parse::<HostName>().is_ok());
    }
}
