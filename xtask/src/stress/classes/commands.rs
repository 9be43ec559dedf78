//! S5, S10, S11, S17, S18, S25 to S27: the command line, its output, and the files that it reads and writes.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    process::Command,
    time::Duration,
};

use rustix::fs::{CWD, FileType, Mode, mknodat};

use super::super::{
    class::{Class, Round},
    console::{self, ServiceUrls, leaks_in},
    judgement::Judgement,
    peer::{Peer, reply},
    process::{Process, faults, folder, is_private},
    services::Service,
    watch::{Peaks, Watch},
};
use crate::{
    failure::Failure,
    terminal::{Size, Terminal},
};

const ENDS: Duration = Duration::from_secs(20);
const MEMORY: u64 = 250;
/// The maximum size of a printed table with one and a half megabytes of data.
const PRINTED: usize = 64 * 1024 * 1024;

pub(super) const OUTPUT: Class = Class {
    name: "command-output",
    does: "text that a terminal would obey, in every format, and rows of a megabyte",
    is_random: false,
    attack: output,
};

pub(super) const FILES: Class = Class {
    name: "command-files",
    does: "pipes and devices as settings, catalog and audit trail; no home; modes; secrets in errors",
    is_random: false,
    attack: files,
};

/// Control characters and characters that reorder text, from every Unicode group that has some.
const OBEYED: &str = "\u{1b}[2J\u{7}\u{8}\u{7f}\u{85}\u{9b}31m\u{9d}0;x\u{9c}\u{61c}\u{200e}\u{202e}\u{2066}\u{2028}\u{feff}\u{e0001}";

/// Starts a trucks service whose only truck has this model.
fn service(model: &str) -> Result<Peer, Failure> {
    let model = json(model);
    let truck = format!(
        r#"[{{"id":"0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000","make":"Scania","model":{model},"status":"active","createdAt":"2026-11-01T00:00:00Z","updatedAt":"2026-11-01T00:00:00Z","version":1}}]"#
    );
    Peer::start(move |request, stream| {
        let service = Service::of(request);
        let is_list = request.target.starts_with("/trucks");
        let body = if is_list { truck.clone() } else { service.normal_response(request) };
        reply(stream, "200 OK", &[("content-type", service.media())], body.as_bytes())
    })
}

/// Writes a JSON string in which every character that may be escaped is escaped.
fn json(text: &str) -> String {
    let units = text.encode_utf16().map(|unit| match u8::try_from(unit) {
        Ok(byte) if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("\\u{unit:04x}"),
    });
    format!("\"{}\"", units.collect::<String>())
}

fn output(round: &Round) -> Result<Judgement, Failure> {
    let mut judgement = Judgement::of("obeyed text as table, JSON and YAML; one row of a megabyte");
    let peer = service(&format!("a{OBEYED}z"))?;
    for format in ["table", "json", "yaml"] {
        on_terminal(round, &peer, format, &mut judgement)?;
    }
    let wide = service(&"w".repeat(round.size(1_300_000, 100_000)))?;
    let zero = service(&"\u{200b}".repeat(round.size(300_000, 30_000)))?;
    for (what, peer) in [("a wide row", &wide), ("a run of characters without width", &zero)] {
        let printed = piped(round, peer, &["trucks", "list"], &mut judgement)?;
        judgement
            .expect(printed.len() <= PRINTED, || format!("{what} printed {} MB", printed.len() / 1_000_000));
    }
    Ok(judgement)
}

/// Lists the trucks on a terminal, and checks the bytes that reach it for control characters.
fn on_terminal(round: &Round, peer: &Peer, format: &str, judgement: &mut Judgement) -> Result<(), Failure> {
    let home = folder()?;
    let mut command = console::command(round, home.path(), &ServiceUrls::at(&peer.url(), ""));
    command.args(["trucks", "list", "-o", format, "--color", "never"]);
    let mut terminal = Terminal::start(command, Size::new(200, 50))?;
    judgement.expect(terminal.ends(ENDS).is_some(), || format!("-o {format} does not end"));
    let _ = terminal.wait_until_still(Duration::from_millis(50), ENDS);
    let written = terminal.written();
    let text = String::from_utf8_lossy(&written);
    judgement.expect(text.contains("Scania"), || format!("-o {format} lists nothing: {}", text.trim()));
    let raw: Vec<_> = text.chars().filter(|c| OBEYED.contains(*c) && !c.is_ascii_graphic()).collect();
    judgement.expect(raw.is_empty(), || format!("-o {format} on a terminal writes {raw:?} raw"));
    Ok(())
}

/// Runs a command with its output in a file; returns the output.
fn piped(
    round: &Round,
    peer: &Peer,
    arguments: &[&str],
    judgement: &mut Judgement,
) -> Result<Vec<u8>, Failure> {
    let home = folder()?;
    let (printed, peaks) = run(round, home.path(), &ServiceUrls::at(&peer.url(), ""), arguments, judgement)?;
    judgement.memory(&peaks, MEMORY);
    Ok(printed)
}

/// Runs a command to its end; a command that does not end in time is a fault.
fn run(
    round: &Round,
    home: &Path,
    urls: &ServiceUrls,
    arguments: &[&str],
    judgement: &mut Judgement,
) -> Result<(Vec<u8>, Peaks), Failure> {
    let mut command = Command::new(round.programs.console());
    command.args(arguments).current_dir(home).env_clear();
    command.envs(console::environment(round, home, urls));
    ended(&mut command, round, home, arguments, judgement)
}

fn ended(
    command: &mut Command,
    round: &Round,
    home: &Path,
    arguments: &[&str],
    judgement: &mut Judgement,
) -> Result<(Vec<u8>, Peaks), Failure> {
    let mut process = Process::start(command, home, "printed")?;
    let watch = Watch::start(process.id());
    let status = process.ends(ENDS);
    let peaks = watch.peaks();
    let printed = process.printed();
    judgement.expect(status.is_some(), || format!("`{}` does not end", arguments.join(" ")));
    judgement.broken.extend(faults(&printed, status));
    for secret in round.secrets.found_in(&printed) {
        judgement.broken.push(format!("`{}` prints the {secret}", arguments.join(" ")));
    }
    Ok((printed, peaks))
}

fn files(round: &Round) -> Result<Judgement, Failure> {
    let mut judgement = Judgement::of("help, errors, settings, audit trail, no home, no terminal");
    let peer = service("V8")?;
    secrets(round, &peer, &mut judgement)?;
    odd_files(round, &peer, &mut judgement)?;
    no_home(round, &peer, &mut judgement)?;
    modes(round, &peer, &mut judgement)?;
    no_terminal(round, &peer, &mut judgement)?;
    Ok(judgement)
}

/// Checks that no help and no error contains values of variables or credentials from URLs.
fn secrets(round: &Round, peer: &Peer, judgement: &mut Judgement) -> Result<(), Failure> {
    let token = &round.secrets.trucks;
    let urls = [
        format!("http://driver:{token}@127.0.0.1:1/"),
        format!("http://127.0.0.1:1/?token={token}"),
        format!("http://driver:{token}@[::zz]/"),
        format!("{token}://"),
    ];
    for url in &urls {
        let home = folder()?;
        let urls = ServiceUrls { trucks: url.clone(), ..ServiceUrls::at(&peer.url(), "") };
        for arguments in [
            &["--help"][..],
            &["trucks", "--help"],
            &["trucks", "list"],
            &["trucks", "add", "--make", "Scania", "--model", "V8", "--yes"],
        ] {
            run(round, home.path(), &urls, arguments, judgement)?;
        }
        leaks_in(home.path(), round, judgement);
    }
    let home = folder()?;
    let settings = home.path().join("config.toml");
    let text = format!("[contexts.a]\ntrucks-url = \"http://driver:{token}@\"\nnonsense = \"{token}\"\n");
    fs::write(&settings, text).map_err(Failure::file("write", &settings))?;
    let arguments = ["trucks", "list", "--config", &settings.display().to_string(), "--context", "a"];
    let (printed, _) = run(round, home.path(), &ServiceUrls::at(&peer.url(), ""), &arguments, judgement)?;
    judgement.expect(!printed.is_empty(), || "invalid settings are not reported".to_owned());
    Ok(())
}

/// Checks that pipes and devices in place of files are refused without blocking.
fn odd_files(round: &Round, peer: &Peer, judgement: &mut Judgement) -> Result<(), Failure> {
    let urls = ServiceUrls::at(&peer.url(), "");
    let add = ["trucks", "add", "--make", "Scania", "--model", "V8", "--yes"];
    for odd in ["pipe", "/dev/zero", "/proc/kmsg"] {
        let home = folder()?;
        let make = |path: &Path| {
            let parent = path.parent().unwrap_or(path);
            fs::create_dir_all(parent)?;
            if odd == "pipe" {
                Ok(mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)?)
            } else {
                symlink(odd, path)
            }
        };
        let settings = home.path().join("odd.toml");
        make(&settings).map_err(Failure::file("make", &settings))?;
        let name = settings.display().to_string();
        run(round, home.path(), &urls, &["trucks", "list", "--config", &name], judgement)?;
        run(round, home.path(), &urls, &["trucks", "list", "--sandbox", "--catalog", &name], judgement)?;
        let trail = home.path().join("state/hello-tui/audit.jsonl");
        make(&trail).map_err(Failure::file("make", &trail))?;
        run(round, home.path(), &urls, &add, judgement)?;
    }
    Ok(())
}

/// Checks that no truck is added if there is no folder for the audit trail.
fn no_home(round: &Round, peer: &Peer, judgement: &mut Judgement) -> Result<(), Failure> {
    let home = folder()?;
    let before = peer.requests();
    let arguments = ["trucks", "add", "--make", "Scania", "--model", "V8", "--yes"];
    let mut command = Command::new(round.programs.console());
    command.args(arguments).current_dir(home.path()).env_clear().env("HELLO_TRUCKS_URL", peer.url());
    // The account's own home directory must not be written to either.
    command.env("HOME", "");
    ended(&mut command, round, home.path(), &arguments, judgement)?;
    let received = String::from_utf8_lossy(&peer.received()).matches("POST /trucks").count();
    judgement.expect(peer.requests() == before || received == 0, || {
        "a truck was added though there is no place for the audit trail".to_owned()
    });
    Ok(())
}

/// Checks that only the user can access the files that the console writes.
fn modes(round: &Round, peer: &Peer, judgement: &mut Judgement) -> Result<(), Failure> {
    let home = folder()?;
    let add = ["trucks", "add", "--make", "Scania", "--model", "V8", "--yes"];
    run(round, home.path(), &ServiceUrls::at(&peer.url(), ""), &add, judgement)?;
    let state = home.path().join("state/hello-tui");
    for path in
        fs::read_dir(&state).into_iter().flatten().flatten().map(|entry| entry.path()).chain([state.clone()])
    {
        let mode = fs::metadata(&path).map_or(0, |found| found.permissions().mode() & 0o777);
        judgement.expect(is_private(mode), || {
            format!("{} has mode {mode:o}", path.file_name().unwrap_or_default().display())
        });
    }
    judgement.expect(state.join("audit.jsonl").exists(), || "a write left no audit trail".to_owned());
    Ok(())
}

/// Checks that the dashboard prints a short error if there is no terminal.
fn no_terminal(round: &Round, peer: &Peer, judgement: &mut Judgement) -> Result<(), Failure> {
    let home = folder()?;
    let (printed, _) = run(round, home.path(), &ServiceUrls::at(&peer.url(), ""), &["dashboard"], judgement)?;
    let lines = String::from_utf8_lossy(&printed).lines().count();
    judgement.expect((1..=5).contains(&lines), || format!("without a terminal, {lines} lines are printed"));
    Ok(())
}
