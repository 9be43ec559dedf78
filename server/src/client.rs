//! The client of a request: the peer of the connection, or the address that a trusted proxy reports.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::http::{Extensions, HeaderMap};
use ipnet::IpNet;

/// The peer address of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddr(pub SocketAddr);

/// The client that a request counts for in shared limits; `None` if it is unknown, for example behind a trusted proxy
/// that reports no client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Client(pub(crate) Option<IpAddr>);

impl Client {
    pub(crate) fn of(extensions: &Extensions, headers: &HeaderMap, trusted: &[IpNet]) -> Self {
        let client = extensions.get::<ClientAddr>().map(|_| client(extensions, headers, trusted));
        Self(client.filter(|client| !is_trusted(client, trusted)))
    }
}

fn is_trusted(address: &IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|net| net.contains(address))
}

/// Returns the client's address.
///
/// `X-Forwarded-For` is read from its end, where the nearest proxy wrote, as long as the addresses are trusted proxies.
/// The first other address is the client. Anything before it may be forged.
pub(crate) fn client(extensions: &Extensions, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let peer = extensions.get::<ClientAddr>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |addr| addr.0.ip());
    let mut client = peer.to_canonical();
    if !is_trusted(&client, trusted) {
        return client;
    }
    // A line that is not text ends the search, because the rest may be forged.
    let lines = headers.get_all("x-forwarded-for").iter();
    let lines: Vec<_> = lines.map(|line| line.to_str().unwrap_or_default()).collect();
    for hop in lines.iter().flat_map(|line| line.split(',')).rev() {
        let Some(address) = address(hop.trim()) else { break };
        client = address.to_canonical();
        if !is_trusted(&client, trusted) {
            break;
        }
    }
    client
}

/// Parses an address, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request};

    use super::*;

    fn seen(peer: &str, forwarded: &[&str]) -> String {
        let mut request = Request::builder();
        for line in forwarded {
            request = request.header("x-forwarded-for", *line);
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(ClientAddr(SocketAddr::new(peer.parse().unwrap(), 1)));
        let trusted = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        client(request.extensions(), request.headers(), &trusted).to_string()
    }

    #[test]
    fn an_untrusted_peer_cannot_name_another_client() {
        assert_eq!(seen("203.0.113.9", &["1.1.1.1"]), "203.0.113.9");
    }

    #[test]
    fn the_address_before_the_trusted_proxies_is_the_client() {
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, 203.0.113.9, 10.0.0.2"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6", "203.0.113.9:4711"]), "203.0.113.9");
        assert_eq!(seen("::ffff:10.0.0.1", &["2001:db8::1"]), "2001:db8::1");
    }

    #[test]
    fn without_a_readable_client_the_nearest_proxy_counts() {
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["unknown"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6", "ü"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["10.0.0.3"]), "10.0.0.3");
    }
}
