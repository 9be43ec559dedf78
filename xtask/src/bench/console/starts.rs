//! From the start of a program to its first picture, and to a catalog of 500 entities.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use portable_pty::CommandBuilder;

use super::{LIMIT, Row, SIZE, millis, part};
use crate::{
    bench::programs::{PEER_PICTURES, Programs},
    failure::Failure,
    terminal::Terminal,
};

const FILES: usize = 100;
const ENTITIES_OF_FILE: usize = 5;

/// The texts of Home before any data has arrived.
const HOME: &[&str] = &["Home", "Catalog", "Trucks", "Runs", "Deployments", "Logs"];

/// The title of the list, with the number of entities.
const FULL_CATALOG: &[&str] = &["Catalog 500"];

/// The longest times, as a multiple of those of the quicker peer.
const HOME_TARGET: f64 = 0.8;
const CATALOG_TARGET: f64 = 2.0;

pub(super) fn measure(programs: &Programs, times: usize) -> Result<Vec<Row>, Failure> {
    let catalog = write_catalog(programs.home())?;
    let catalog = catalog.display().to_string();
    let (mut home, mut entities, mut peers) = (Vec::new(), Vec::new(), [Vec::new(), Vec::new()]);
    // In turns, so that other programs on the machine disturb all alike.
    for _ in 0..times {
        home.push(start(programs.console(&["dashboard", "--sandbox"], &[]), HOME)?);
        let command = programs.console(&["dashboard", "catalog", "--catalog", &catalog], &[]);
        entities.push(start(command, FULL_CATALOG)?);
        for (place, taken) in peers.iter_mut().enumerate() {
            if let Some(peer) = programs.peer(place) {
                taken.push(start(peer, PEER_PICTURES[place])?);
            }
        }
    }
    let peers = peers.map(|mut times| (!times.is_empty()).then(|| part(&mut times, 500)));
    let quicker = peers.iter().flatten().min().copied();
    Ok([
        ("first frame of Home with the sandbox", home, HOME_TARGET),
        ("500 entities in 100 files", entities, CATALOG_TARGET),
    ]
    .map(|(work, mut times, target)| row(work, part(&mut times, 500), &peers, quicker, target))
    .into())
}

fn row(
    work: &str,
    console: Duration,
    peers: &[Option<Duration>; 2],
    quicker: Option<Duration>,
    target: f64,
) -> Row {
    let ratio = quicker.map(|peer| console.as_secs_f64() / peer.as_secs_f64());
    Row {
        work: format!("start to {work}, median"),
        console: match ratio {
            Some(ratio) => format!("{}, {ratio:.2} × the quicker peer", millis(console)),
            None => millis(console),
        },
        peers: peers.map(|time| time.map(millis)),
        target: format!("≤ {target} ×"),
        is_reached: ratio.map(|ratio| ratio <= target),
    }
}

fn start(command: CommandBuilder, texts: &[&str]) -> Result<Duration, Failure> {
    let started = Instant::now();
    let terminal = Terminal::start(command, SIZE)?;
    terminal.wait_for(texts, LIMIT)?;
    Ok(started.elapsed())
}

/// Writes a location with its files into a folder of their own, where no other measurement finds them. Returns its path.
fn write_catalog(home: &Path) -> Result<PathBuf, Failure> {
    let folder = home.join("catalog");
    fs::create_dir(&folder).map_err(Failure::file("create", &folder))?;
    let mut targets = String::new();
    for file in 0..FILES {
        let name = format!("component-{file}.yaml");
        let _ = write!(targets, "\n    - ./{name}");
        let text: String =
            (0..ENTITIES_OF_FILE).map(|number| entity(file * ENTITIES_OF_FILE + number)).collect();
        write_file(&folder.join(name), &text)?;
    }
    let path = folder.join("catalog-info.yaml");
    let location = format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: all\nspec:\n  targets:{targets}\n"
    );
    write_file(&path, &location)?;
    Ok(path)
}

/// Returns a component; the location itself is the first of the 500 entities.
fn entity(number: usize) -> String {
    if number == 0 {
        return String::new();
    }
    format!(
        "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: service-{number}\n  description: \
         Service {number} of the shop\nspec:\n  type: service\n  lifecycle: production\n  owner: team-{}\n",
        number % 9
    )
}

fn write_file(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(Failure::file("write", path))
}
