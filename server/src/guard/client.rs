//! Who asks: the address at the other end, or the one that a trusted proxy names.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::http::Request;
use ipnet::IpNet;

/// The address at the other end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddr(pub SocketAddr);

/// Returns the client's address.
///
/// `X-Forwarded-For` is read from its end, where the nearest proxy wrote, as long as trusted proxies wrote: the first
/// address that is not one of theirs is the client's. What stands before it, anybody may have written.
pub(crate) fn client<B>(request: &Request<B>, trusted: &[IpNet]) -> IpAddr {
    let peer = request
        .extensions()
        .get::<ClientAddr>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |addr| addr.0.ip());
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    let mut client = peer.to_canonical();
    if !is_trusted(&client) {
        return client;
    }
    // A line that is no text ends the way back: what is left of it, anybody may have written.
    let lines = request.headers().get_all("x-forwarded-for").iter();
    let lines: Vec<_> = lines.map(|line| line.to_str().unwrap_or_default()).collect();
    for hop in lines.iter().flat_map(|line| line.split(',')).rev() {
        let Some(address) = address(hop.trim()) else { break };
        client = address.to_canonical();
        if !is_trusted(&client) {
            break;
        }
    }
    client
}

/// Reads an address, also with a port.
fn address(text: &str) -> Option<IpAddr> {
    text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn seen(peer: &str, forwarded: &[&str]) -> String {
        let mut request = Request::builder();
        for line in forwarded {
            request = request.header("x-forwarded-for", *line);
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(ClientAddr(SocketAddr::new(peer.parse().unwrap(), 1)));
        let trusted = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        client(&request, &trusted).to_string()
    }

    #[test]
    fn a_stranger_is_not_believed() {
        assert_eq!(seen("203.0.113.9", &["1.1.1.1"]), "203.0.113.9");
    }

    #[test]
    fn a_trusted_proxy_is_believed_as_far_as_trusted_proxies_wrote() {
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, 203.0.113.9, 10.0.0.2"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6", "203.0.113.9:4711"]), "203.0.113.9");
        assert_eq!(seen("::ffff:10.0.0.1", &["2001:db8::1"]), "2001:db8::1");
    }

    #[test]
    fn where_no_client_can_be_read_the_nearest_proxy_stands_for_it() {
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["unknown"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6", "ü"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["10.0.0.3"]), "10.0.0.3");
    }
}
