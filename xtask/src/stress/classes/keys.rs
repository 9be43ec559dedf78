//! Seeded random keys, pastes and resizes in the console on its own sandbox.

use std::time::{Duration, Instant};

use super::super::{
    class::{Class, Round},
    console::{self, ANSWERED, Console, ServiceUrls},
    exchange::request,
    judgement::Judgement,
    probe::Probed,
    process::folder,
    random::Random,
};
use super::sandbox::Sandbox;
use crate::{failure::Failure, terminal::Size};

pub(super) const KEYS: Class = Class {
    name: "random-keys",
    does: "seeded random keys, pastes and sizes of the terminal",
    is_random: true,
    attack: keys,
};

/// Common keys, except those that quit.
const PRESSED: &[&str] = &[
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "\t",
    "\x1b[Z",
    "\r",
    "\x1b",
    "/",
    ":",
    "?",
    "r",
    "n",
    "f",
    "j",
    "k",
    "h",
    "l",
    "g",
    "G",
    "\x04",
    "\x15",
    "\x1b[A",
    "\x1b[B",
    "\x1b[C",
    "\x1b[D",
    "\x1b[5~",
    "\x1b[6~",
    "\x7f",
    "s",
    "w",
    "y",
    "o",
    "u",
    "e",
    "d",
    "z",
    " ",
    "x",
    "[",
    "]",
    "Scania",
    "level:error",
    "\u{e9}\u{1f69a}",
];

/// Byte sequences that no key sends.
const ODD: &[&str] = &[
    "\x1b[200~pasted \x1b[31mred\x07 \u{202e}text\r\nline\x1b[201~",
    "\x1b[<0;10;10M",
    "\x1b[999;999H",
    "\x1b]52;c;aGVsbG8=\x07",
    "\x1b[?62c",
    "\x1bOP",
    "\x1b\x1b\x1b",
    "\x00",
    "\x1b[13;5u",
    "\u{fffd}\u{200b}\u{fe0f}",
];

pub(super) const FAULTS: Class = Class {
    name: "random-faults",
    does: "seeded random keys while the services of a sandbox fail at random",
    is_random: true,
    attack: faults,
};

fn keys(round: &Round) -> Result<Judgement, Failure> {
    let home = folder()?;
    let mut command = console::command(round, home.path(), &ServiceUrls::default());
    command.args(["dashboard", "--sandbox"]);
    press_keys(round, Console::start(command, home)?, |_| {})
}

fn faults(round: &Round) -> Result<Judgement, Failure> {
    let (sandbox, home) = (Sandbox::start(round)?, folder()?);
    let url = format!("http://{}", sandbox.address);
    let urls = ServiceUrls::at(&url, &format!("{url}/catalog-info.yaml"));
    let mut command = console::command(round, home.path(), &urls);
    command.arg("dashboard");
    let mut judgement = press_keys(round, Console::start(command, home)?, |random| {
        sandbox.control("faults", &fault(random));
    })?;
    sandbox.status(&request("DELETE", "/_sandbox/faults", &[], b""));
    sandbox.end(&mut judgement);
    Ok(judgement)
}

/// Returns a fault of a few requests to a service.
fn fault(random: &mut Random) -> String {
    let service = random.one_of(&["trucks", "github", "ecs", "cloudformation", "logs"]);
    let kind = random.one_of(&["status", "throttle", "slow", "hang", "cut", "expired"]);
    let (delay, times) = (random.below(3_000), random.below(4) + 1);
    format!(r#"[{{"service":"{service}","kind":"{kind}","delay":"{delay}ms","times":{times}}}]"#)
}

/// Presses random keys until the time is over, and then looks whether the console still answers and how it ends.
fn press_keys(
    round: &Round,
    mut console: Console,
    mut meanwhile: impl FnMut(&mut Random),
) -> Result<Judgement, Failure> {
    let (mut random, started) = (round.random(), Instant::now());
    let (mut judgement, mut pressed, mut resized) = (Judgement::default(), 0, 0);
    let before = console.watch.peaks();
    while started.elapsed() < round.time {
        if random.one_in(5) {
            meanwhile(&mut random);
        }
        for _ in 0..random.below(12) {
            console.terminal.press(if random.one_in(6) {
                random.one_of(ODD)
            } else {
                random.one_of(PRESSED)
            })?;
            pressed += 1;
        }
        if random.one_in(3) {
            console.terminal.resize(size(&mut random))?;
            resized += 1;
        }
        if let Some(status) = console.terminal.ends(Duration::from_millis(20)) {
            judgement.broken.push(format!("the console ended after {pressed} keys: {status:?}"));
            break;
        }
    }
    judgement.also(&format!("{pressed} keys, {resized} sizes"));
    console.terminal.resize(console::SIZE)?;
    let mut probed = Probed::default();
    // Closes whatever is open: a form, a filter, the help.
    for _ in 0..4 {
        // Two escapes without a pause would be read as another key.
        console.terminal.press("\x1b")?;
        std::thread::sleep(Duration::from_millis(200));
    }
    console.asks_for_help(&mut probed);
    judgement.probe("a key after all of these", &probed, round.allowed(ANSWERED));
    judgement.expect(before.threads > 0, || "the console was not seen".to_owned());
    console.end(round, &mut judgement);
    Ok(judgement)
}

fn size(random: &mut Random) -> Size {
    let cells = |random: &mut Random, most: usize| u16::try_from(random.below(most) + 1).unwrap_or(1);
    let (columns, rows) = (cells(random, 250), cells(random, 80));
    Size::new(columns, rows)
}
