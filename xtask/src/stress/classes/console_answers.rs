//! S2, S4, S9, B15: services that send the console endless responses, huge responses, or none.

use std::time::{Duration, Instant};

use super::super::{
    class::{Class, Round},
    console::{ANSWERED, Console, ServiceUrls},
    hostile::{self, Mode},
    judgement::Judgement,
    peer::{Peer, reply},
    probe::Probed,
    process::{self, folder},
    services::{CATALOG, Service},
};
use crate::failure::Failure;

pub(super) const ENDLESS: Class =
    class("console-endless", "bodies without an end from every service", |round| {
        attack(round, Mode::Endless)
    });
pub(super) const HUGE: Class =
    class("console-huge", "a body of 200 MB from every service", |round| attack(round, Mode::Huge));
pub(super) const PAGES: Class =
    class("console-pages", "page after page without end from every service", |round| {
        attack(round, Mode::Pages)
    });
pub(super) const COMPRESSED: Class =
    class("console-compressed", "compressed bodies without an end from every service", |round| {
        attack(round, Mode::Compressed)
    });
pub(super) const SLOW: Class =
    class("console-slow", "a byte now and then from every service", |round| attack(round, Mode::Slow));
pub(super) const SILENT: Class =
    class("console-silent", "no answer from any service", |round| attack(round, Mode::Silent));
pub(super) const LONG_ROWS: Class =
    class("console-long-rows", "log lines and rows of a megabyte", |round| attack(round, Mode::LongRows));

const fn class(
    name: &'static str,
    does: &'static str,
    attack: fn(&Round) -> Result<Judgement, Failure>,
) -> Class {
    Class { name, does, is_random: false, attack }
}

/// Makes all services except ECS hostile at once, then ECS alone: ECS names the stack that CloudFormation is asked for.
fn attack(round: &Round, mode: Mode) -> Result<Judgement, Failure> {
    let mut judgement = Judgement::default();
    let time = round.seconds(12, 2);
    for (hostile, is_hostile) in [
        ("all but ECS", (|service| service != Service::Ecs) as fn(Service) -> bool),
        ("ECS alone", |service| service == Service::Ecs),
    ] {
        let peer = Peer::start(move |request, stream| {
            let service = Service::of(request);
            if is_hostile(service) {
                hostile::answer(mode, service, request, stream)
            } else {
                let normal_response = service.normal_response(request);
                reply(stream, "200 OK", &[("content-type", service.media())], normal_response.as_bytes())
            }
        })?;
        browse(round, &peer, time, &mut judgement)?;
        judgement.also(&format!("{hostile}: {} asked", peer.requests()));
    }
    Ok(judgement)
}

/// Switches between the screens for a time, refreshes each, and opens the help repeatedly.
fn browse(round: &Round, peer: &Peer, time: Duration, judgement: &mut Judgement) -> Result<(), Failure> {
    let folder = folder()?;
    let descriptor = folder.path().join("catalog-info.yaml");
    std::fs::write(&descriptor, CATALOG).map_err(Failure::file("write", &descriptor))?;
    let catalog = format!("{}/catalog-info.yaml", peer.url());
    // The component comes from a file; the second source is the hostile service.
    let mut urls = ServiceUrls::at(&peer.url(), "");
    urls.catalog.clear();
    let home = process::folder()?;
    let mut command = super::super::console::command(round, home.path(), &urls);
    command.args(["dashboard", "--catalog", &descriptor.display().to_string(), "--catalog", &catalog]);
    let console = Console::start(command, home)?;
    let (started, mut probed, mut screen) = (Instant::now(), Probed::default(), 0_u8);
    while started.elapsed() < time && probed.failures.is_empty() {
        screen = screen % 6 + 1;
        console.terminal.press(&format!("{screen}r"))?;
        console.asks_for_help(&mut probed);
        console.leaks(round, judgement);
        std::thread::sleep(Duration::from_millis(300));
    }
    judgement.probe("a key", &probed, round.allowed(ANSWERED));
    console.end(round, judgement);
    Ok(())
}
