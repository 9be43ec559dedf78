//! S1: redirects. A credential must reach only the origin that it is for, however long the chain.

use std::{
    sync::{Arc, OnceLock},
    thread,
    time::Duration,
};

use super::super::{
    class::{Class, Round},
    console::{Console, ServiceUrls},
    judgement::Judgement,
    peer::{Peer, reply},
    secrets::base64,
    services::{CATALOG, Service},
};
use crate::failure::Failure;

pub(super) const REDIRECTS: Class = Class {
    name: "redirects",
    does: "chains of redirects over three origins, from every service",
    is_random: false,
    attack: redirects,
};

/// The redirect target of the foreign host.
#[derive(Debug, Clone, Copy)]
enum Chain {
    /// Itself, on another path.
    Itself,
    /// A third host.
    Third,
    /// The first host.
    Home,
}

fn redirects(round: &Round) -> Result<Judgement, Failure> {
    let mut judgement = Judgement::of("nine chains over three origins, from every service");
    for chain in [Chain::Itself, Chain::Third, Chain::Home] {
        for status in ["302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
            follow(round, chain, status, &mut judgement)?;
        }
    }
    Ok(judgement)
}

/// Opens every screen while each service redirects to a foreign host, which redirects again.
fn follow(
    round: &Round,
    chain: Chain,
    status: &'static str,
    judgement: &mut Judgement,
) -> Result<(), Failure> {
    let home: Arc<OnceLock<String>> = Arc::default();
    let third = Peer::start(|request, stream| {
        let service = Service::of(request);
        reply(
            stream,
            "200 OK",
            &[("content-type", service.media())],
            service.normal_response(request).as_bytes(),
        )
    })?;
    // The same machine under another name and port, so that both parts distinguish the origins.
    let third_url = format!("http://localhost:{}", third.address.port());
    let back = Arc::clone(&home);
    let foreign = Peer::start(move |request, stream| {
        let to = match chain {
            Chain::Itself if request.target.contains("again") => format!("{third_url}{}", request.target),
            Chain::Itself => {
                format!("{}{}again", request.target, if request.target.contains('?') { "&" } else { "?" })
            }
            Chain::Third => format!("{third_url}{}", request.target),
            Chain::Home => format!("{}{}", back.get().map_or("", String::as_str), request.target),
        };
        reply(stream, status, &[("location", &to)], b"")
    })?;
    let foreign_url = format!("http://localhost:{}", foreign.address.port());
    let first = Peer::start(move |request, stream| {
        reply(stream, status, &[("location", &format!("{foreign_url}{}", request.target))], b"")
    })?;
    let _ = home.set(first.url());
    // The catalog URL has its own user name and password.
    let password = "stress-catalog-password";
    let url = format!("http://driver:{password}@{}/catalog-info.yaml", first.address);
    let folder = super::super::process::folder()?;
    let descriptor = folder.path().join("catalog-info.yaml");
    std::fs::write(&descriptor, CATALOG).map_err(Failure::file("write", &descriptor))?;
    let own_home = super::super::process::folder()?;
    let mut command =
        super::super::console::command(round, own_home.path(), &ServiceUrls::at(&first.url(), ""));
    command.args(["dashboard", "--catalog", &descriptor.display().to_string(), "--catalog", &url]);
    let console = Console::start(command, own_home)?;
    for screen in 1..=6 {
        console.terminal.press(&format!("{screen}r"))?;
        thread::sleep(Duration::from_millis(300));
    }
    judgement.expect(first.requests() > 0, || format!("{chain:?} {status}: no service was asked"));
    for (host, peer) in [("a foreign host", &foreign), ("a third host", &third)] {
        let received = peer.received();
        for secret in round.secrets.found_in(&received) {
            judgement.broken.push(format!("{chain:?}, {status}: the {secret} reached {host}"));
        }
        let basic = base64(&format!("driver:{password}"));
        judgement.expect(memchr::memmem::find(&received, basic.as_bytes()).is_none(), || {
            format!("{chain:?}, {status}: the catalog's password reached {host}")
        });
    }
    console.end(round, judgement);
    Ok(())
}
