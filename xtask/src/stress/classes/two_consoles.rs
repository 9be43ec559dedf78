//! Two consoles at once, with the same settings, state and audit trail.

use std::{fs, path::Path, process::Command, thread, time::Duration};

use super::super::{
    class::{Class, Round},
    console::{self, ServiceUrls},
    judgement::Judgement,
    process::{eventually, faults, folder},
};
use super::sandbox::Sandbox;
use crate::{
    failure::Failure,
    terminal::{Size, Terminal},
};

const LIMIT: Duration = Duration::from_mins(1);
const SIZE: Size = Size::new(100, 30);

pub(super) const TWO_CONSOLES: Class = Class {
    name: "two-consoles",
    does: "two consoles that share settings, state and audit trail, and write at the same time",
    is_random: false,
    attack: two_consoles,
};

fn two_consoles(round: &Round) -> Result<Judgement, Failure> {
    let trucks = round.size(50, 3);
    let (sandbox, home) = (Sandbox::start(round)?, folder()?);
    let url = format!("http://{}", sandbox.address);
    let urls = ServiceUrls::at(&url, &format!("{url}/catalog-info.yaml"));
    let mut consoles = Vec::new();
    for _ in 0..2 {
        let mut command = console::command(round, home.path(), &urls);
        command.args(["dashboard", "trucks"]);
        let terminal = Terminal::start(command, SIZE)?;
        terminal.wait_for(&["Trucks "], LIMIT)?;
        consoles.push(terminal);
    }
    let added: Vec<Result<(), Failure>> = thread::scope(|scope| {
        let adding: Vec<_> = consoles
            .iter_mut()
            .enumerate()
            .map(|(of, console)| scope.spawn(move || add(console, of, trucks)))
            .collect();
        adding.into_iter().map(|thread| thread.join().unwrap_or(Ok(()))).collect()
    });
    added.into_iter().collect::<Result<(), Failure>>()?;
    let mut judgement = Judgement::of(format!("{trucks} trucks from each of two consoles"));
    for mut console in consoles {
        let _ = console.press("\x03");
        judgement.expect(console.ends(LIMIT).is_some(), || "ctrl-c did not end a console".to_owned());
        judgement.expect(!console.is_full_screen(), || "a console leaves the terminal as it was".to_owned());
        judgement.broken.extend(faults(console.contents().as_bytes(), None));
    }
    judge_trail(home.path(), trucks * 2, &mut judgement);
    judge_settings(round, home.path(), &urls, &mut judgement)?;
    sandbox.end(&mut judgement);
    Ok(judgement)
}

/// Adds trucks with the form, one after the other.
fn add(console: &Terminal, of: usize, trucks: usize) -> Result<(), Failure> {
    for number in 0..trucks {
        console.press("n")?;
        console.wait_for(&["New truck"], LIMIT)?;
        let make = format!("C{of}N{number}");
        console.press(&format!("{make}\tModel"))?;
        console.wait_for(&[&make, "Model          Model"], LIMIT)?;
        // Keys that come without a pause are a paste, and a paste confirms nothing.
        thread::sleep(Duration::from_millis(50));
        console.press("\r")?;
        let closed = |screen: &vt100::Screen| !screen.contents().contains("New truck");
        console.wait_until(LIMIT, closed).ok_or_else(|| Failure::Unseen {
            missing: vec!["the list after a save".to_owned()],
            why: "too late".to_owned(),
            screen: console.contents(),
        })?;
    }
    Ok(())
}

/// Checks that each write has its two whole lines in the trail.
fn judge_trail(home: &Path, writes: usize, judgement: &mut Judgement) {
    let trail = home.join("state/hello-tui/audit.jsonl");
    let mut text = String::new();
    eventually(LIMIT, || {
        text = fs::read_to_string(&trail).unwrap_or_default();
        text.lines().count() >= writes * 2
    });
    for result in ["asked", "done"] {
        let end = format!(r#""result":"{result}"}}"#);
        let whole = text.lines().filter(|line| line.starts_with("{\"at\":") && line.ends_with(&end));
        let whole = whole.filter(|line| line.matches("\"at\":").count() == 1).count();
        judgement.expect(whole == writes, || {
            format!("{whole} of {writes} writes are `{result}` in the audit trail")
        });
    }
}

/// Checks that the program still reads its files.
fn judge_settings(
    round: &Round,
    home: &Path,
    urls: &ServiceUrls,
    judgement: &mut Judgement,
) -> Result<(), Failure> {
    let mut config = Command::new(round.programs.console());
    config
        .args(["config", "show"])
        .current_dir(home)
        .env_clear()
        .envs(console::environment(round, home, urls));
    let output = config
        .output()
        .map_err(|source| Failure::Start { command: "hello-tui config".to_owned(), source })?;
    judgement.expect(output.status.success(), || {
        format!("the settings cannot be read afterwards: {}", String::from_utf8_lossy(&output.stderr).trim())
    });
    Ok(())
}
