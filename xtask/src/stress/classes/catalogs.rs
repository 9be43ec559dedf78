//! S8: catalogs built to hang the console that reads them: globs, links, depth, aliases, and a million files.

use std::{
    fmt::Write as _,
    fs, io,
    os::unix::fs::symlink,
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use super::super::{
    class::{Class, Round},
    console::{self, ANSWERED, Console, ServiceUrls},
    judgement::Judgement,
    probe::Probed,
    process::{Process, faults, folder},
    watch,
};
use crate::failure::Failure;

/// How long threads may stay after a load.
const IDLE_THREADS: Duration = Duration::from_secs(15);
/// How long a catalog may take to load; `STARTS` is the additional time for the console's start.
const READ: Duration = Duration::from_secs(10);
const STARTS: Duration = Duration::from_secs(2);
const MEMORY: u64 = 300;

/// The name of the valid component in each catalog.
const GOOD: &str = "a-good-one";

pub(super) const GLOBS: Class =
    class("catalog-globs", "a Location of 22 wildcards beside links to itself", globs);
pub(super) const LINKS: Class = class("catalog-links", "folders that link to each other", links);
pub(super) const DEPTH: Class =
    class("catalog-depth", "folders and documents that are nested without end", depth);
pub(super) const ALIASES: Class =
    class("catalog-aliases", "aliases that multiply, anchors without end", aliases);
pub(super) const MILLION: Class = class("catalog-million", "a folder of a million descriptors", million);

const fn class(
    name: &'static str,
    does: &'static str,
    attack: fn(&Round) -> Result<Judgement, Failure>,
) -> Class {
    Class { name, does, is_random: false, attack }
}

fn component(name: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}}}\n\
         spec: {{type: service, lifecycle: production, owner: fleet-team}}\n"
    )
}

fn location(target: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{name: far}}\nspec: {{targets: ['{target}']}}\n"
    )
}

fn written(path: &Path, text: &str) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Failure::file("create", folder))?;
    }
    fs::write(path, text).map_err(Failure::file("write", path))
}

fn linked(target: &Path, link: &Path) -> Result<(), Failure> {
    symlink(target, link).map_err(Failure::file("link", link))
}

fn globs(round: &Round) -> Result<Judgement, Failure> {
    let place = folder()?;
    let wildcards = round.size(22, 14);
    let text =
        format!("{}---\n{}", component(GOOD), location(&format!("./{}x.yaml", "*/".repeat(wildcards))));
    written(&place.path().join("catalog-info.yaml"), &text)?;
    for name in ["one", "two", "three", "four"] {
        linked(Path::new("."), &place.path().join(name))?;
    }
    let mut judgement = Judgement::of(format!("{wildcards} wildcards over 4 links to the same folder"));
    // Each link is resolved once, so the catalog need not reach a bound.
    read(round, place.path(), "catalog-info.yaml", false, &mut judgement)?;
    Ok(judgement)
}

fn links(round: &Round) -> Result<Judgement, Failure> {
    let place = folder()?;
    let count = round.size(200, 20);
    written(&place.path().join("catalog-info.yaml"), &component(GOOD))?;
    for number in 0..count {
        let folder = place.path().join(format!("d{number}"));
        fs::create_dir_all(&folder).map_err(Failure::file("create", &folder))?;
        for other in 0..6 {
            linked(
                &place.path().join(format!("d{}", (number * 7 + other) % count)),
                &folder.join(format!("l{other}")),
            )?;
        }
    }
    let mut judgement = Judgement::of(format!("{count} folders that link to each other"));
    for source in [".", "**/*.yaml"] {
        read(round, place.path(), source, false, &mut judgement)?;
    }
    on_command_line(round, place.path(), &format!("{}*.yaml", "*/".repeat(12)), &mut judgement)?;
    Ok(judgement)
}

fn depth(round: &Round) -> Result<Judgement, Failure> {
    let place = folder()?;
    let levels = round.size(900, 100);
    let mut deep = place.path().to_owned();
    for level in 0..levels {
        deep.push("d");
        if level % 100 == 99 {
            fs::create_dir_all(&deep).map_err(Failure::file("create", &deep))?;
        }
    }
    let nested = round.size(200_000, 10_000);
    let block: String = (0..2_000).fold(String::new(), |mut text, level| {
        let _ = writeln!(text, "{}a:", " ".repeat(level));
        text
    });
    let text = format!(
        "{}---\na: {}\n---\n{block}---\n- {}",
        component(GOOD),
        "[".repeat(nested),
        "- ".repeat(nested)
    );
    written(&place.path().join("catalog-info.yaml"), &text)?;
    let mut judgement = Judgement::of(format!("{levels} folders, {nested} brackets"));
    for source in [".", "**/catalog-info.yaml"] {
        read(round, place.path(), source, false, &mut judgement)?;
    }
    Ok(judgement)
}

fn aliases(round: &Round) -> Result<Judgement, Failure> {
    let place = folder()?;
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let inner = vec![format!("*a{}", level - 1); 9].join(", ");
        let _ = writeln!(bomb, "a{level}: &a{level} [{inner}]");
    }
    let mut chain = "---\n- &c0 []\n".to_owned();
    for level in 1..round.size(100_000, 5_000) {
        let _ = writeln!(chain, "- &c{level} [*c{}]", level - 1);
    }
    let mut wide = "---\nmany:\n".to_owned();
    for number in 0..round.size(200_000, 5_000) {
        let _ = writeln!(wide, "- &w{number} {{k{number}: 'v'}}");
    }
    written(&place.path().join("catalog-info.yaml"), &format!("{}---\n{bomb}", component(GOOD)))?;
    written(&place.path().join("chain/catalog-info.yaml"), &chain)?;
    written(&place.path().join("wide/catalog-info.yaml"), &wide)?;
    let mut judgement = Judgement::of("aliases of aliases, a chain of them, anchors without end");
    read(round, place.path(), ".", false, &mut judgement)?;
    Ok(judgement)
}

fn million(round: &Round) -> Result<Judgement, Failure> {
    let place = folder()?;
    let (folders, files) = (round.size(1_000, 20), round.size(1_000, 50));
    written(&place.path().join("catalog-info.yaml"), &component(GOOD))?;
    let halves: [io::Result<()>; 2] = thread::scope(|scope| {
        let half = |first: usize| {
            let place = place.path();
            scope.spawn(move || {
                (first..folders).step_by(2).try_for_each(|number| crowded(place, number, files))
            })
        };
        [half(0), half(1)]
            .map(|half| half.join().unwrap_or_else(|_| Err(io::Error::other("a thread failed"))))
    });
    halves.into_iter().collect::<io::Result<()>>().map_err(Failure::file("write into", place.path()))?;
    let mut judgement = Judgement::of(format!("{} descriptors", folders * files));
    for source in [".", "**/*.yaml"] {
        read(round, place.path(), source, folders * files > 100_000, &mut judgement)?;
    }
    Ok(judgement)
}

fn crowded(place: &Path, number: usize, files: usize) -> io::Result<()> {
    let folder = place.join(format!("d{number}"));
    fs::create_dir(&folder)?;
    (0..files).try_for_each(|file| {
        fs::write(folder.join(format!("f{file}.yaml")), component(&format!("c{number}-{file}")))
    })
}

/// Loads a catalog in the dashboard and on the command line. If it reaches a bound, the console must report that.
fn read(
    round: &Round,
    place: &Path,
    source: &str,
    reaches_a_bound: bool,
    judgement: &mut Judgement,
) -> Result<(), Failure> {
    let (home, started) = (folder()?, Instant::now());
    let mut command = console::command(round, home.path(), &ServiceUrls::at("http://127.0.0.1:1", source));
    command.cwd(place);
    command.args(["dashboard", "catalog"]);
    let console = Console::start(command, home)?;
    let mut probed = Probed::default();
    console.asks_for_help(&mut probed);
    let limit = round.allowed(READ + STARTS).saturating_sub(started.elapsed());
    let is_there = |text: &str| text.contains(GOOD);
    let loaded = console.terminal.wait_until(limit, |screen| is_there(&screen.contents()));
    judgement.expect(loaded.is_some(), || {
        format!("`{source}`: the valid entity is not there after {} s", READ.as_secs())
    });
    // The rest of the frame may still be on its way.
    let is_reported = |text: &str| !reaches_a_bound || reports_a_bound(text);
    let reported =
        console.terminal.wait_until(round.allowed(ANSWERED), |screen| is_reported(&screen.contents()));
    judgement.expect(reported.is_some(), || {
        let text = console.terminal.contents();
        format!("`{source}`: no bound is reported: {}", text.split_whitespace().collect::<Vec<_>>().join(" "))
    });
    // An abandoned load must not leave threads behind.
    let threads = watch::now(console.process).threads;
    for _ in 0..round.size(8, 3) {
        console.terminal.press("r")?;
        console.asks_for_help(&mut probed);
    }
    thread::sleep(round.seconds(3, 1));
    // The runtime keeps idle threads for ten seconds; those of a load that is not over stay.
    let limit = Instant::now() + round.allowed(IDLE_THREADS);
    let mut now = watch::now(console.process).threads;
    while now > threads + 3 && Instant::now() < limit {
        thread::sleep(Duration::from_millis(200));
        now = watch::now(console.process).threads;
    }
    judgement.expect(now <= threads + 3, || format!("`{source}`: {threads} threads became {now}"));
    judgement.probe("a key", &probed, round.allowed(ANSWERED));
    judgement.memory(&console.watch.peaks(), MEMORY);
    let memory = judgement.memory;
    console.end(round, judgement);
    judgement.memory = memory;
    on_command_line(round, place, source, judgement)
}

fn reports_a_bound(text: &str) -> bool {
    [
        "100,000", "100000", "at most", "bound", "limit", "stopped", "too many", "too long", "too deep",
        "not read",
    ]
    .iter()
    .any(|word| text.contains(word))
}

/// Runs a command that reads the catalog for its sandbox; it must end in time.
fn on_command_line(
    round: &Round,
    place: &Path,
    source: &str,
    judgement: &mut Judgement,
) -> Result<(), Failure> {
    let home = folder()?;
    let mut command = Command::new(round.programs.console());
    command.args(["trucks", "list", "--limit", "1", "--sandbox", "--catalog", source]).env_clear();
    command.envs(console::environment(round, home.path(), &ServiceUrls::default())).current_dir(place);
    let mut process = Process::start(&mut command, home.path(), "printed")?;
    let status = process.ends(round.allowed(READ + STARTS));
    judgement
        .expect(status.is_some(), || format!("`{source}`: the command does not end in {} s", READ.as_secs()));
    judgement.broken.extend(faults(&process.printed(), status));
    Ok(())
}
