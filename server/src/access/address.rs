//! The address that a request really comes from. What a header says of it counts only where a trusted proxy wrote it.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use http::request::Parts;
use http::{Extensions, HeaderMap};
use ipnet::IpNet;

/// Each proxy appends the address that it was asked from.
const FORWARDED: &str = "x-forwarded-for";

/// The address of the client: that of the connection, or, where a trusted proxy holds the connection, the last one in
/// `X-Forwarded-For` that is not a trusted proxy's.
pub fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|net| net.contains(&address));
    let mut known = peer.to_canonical();
    if !is_trusted(known) {
        return known;
    }
    let lines: Vec<&str> = headers.get_all(FORWARDED).iter().filter_map(|line| line.to_str().ok()).collect();
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        // What is before something unreadable was not written by a proxy of ours.
        let Some(address) = read(hop.trim()) else { return known };
        known = address;
        if !is_trusted(known) {
            return known;
        }
    }
    known
}

/// The same for a request that arrived.
pub(crate) fn of(parts: &Parts, trusted: &[IpNet]) -> Option<IpAddr> {
    peer(&parts.extensions).map(|peer| client(peer, &parts.headers, trusted))
}

fn peer(extensions: &Extensions) -> Option<IpAddr> {
    extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip())
}

/// An address, with or without a port.
fn read(text: &str) -> Option<IpAddr> {
    let bare = || text.parse::<IpAddr>().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<IpAddr>().ok();
    bare().or_else(with_port).or_else(in_brackets).map(|address| address.to_canonical())
}
