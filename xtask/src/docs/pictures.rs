//! Takes the pictures, and writes them into a folder or compares them with the files there.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use vt100::Screen;

use super::{
    looks::Look,
    scenes::{Place, SCENES, Scene},
    services,
};
use crate::{
    command,
    dashboard::{self, Dashboard, Start},
    failure::Failure,
    picture,
    terminal::Terminal,
    workspace,
};

/// The pictures to take, and where their files are.
#[derive(Debug)]
pub(super) struct Pictures<'a> {
    pub(super) folder: PathBuf,
    pub(super) looks: Vec<Look>,
    /// The beginnings of names; all pictures if there are none.
    pub(super) only: &'a [String],
}

/// A picture of a scene with a look, and the name of its file.
struct Picture<'a> {
    scene: &'a Scene,
    look: Look,
    file: String,
}

/// What every picture shows as the current time. The sandbox's clock stands still at it.
const NOW: &str = "2026-05-18T14:03:20Z";

/// The port of every sandbox.
const PORT: &str = "45100";

/// How long a screen may take to fill.
const LIMIT: Duration = Duration::from_mins(1);

/// A screen without a change for this long has all of its answers: a request that takes 400 ms shows a spinner, which
/// moves.
const PAUSE: Duration = Duration::from_millis(700);

/// Texts of a screen that still waits for answers.
const WAITING: [&str; 3] = ["loading", "waiting for the catalog", " reading "];

/// The steps of the spinner. An ASCII terminal shows them as `|`, `/`, `-` and `\`.
const SPINNER: &str = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";

/// The settings in the home directory.
const SETTINGS: &str = ".config/hello-tui/config.toml";

const PRODUCTION: &str = "default = \"production\"\n\n[contexts.production]\nproduction = true\n";

/// A catalog with mistakes.
const MISTAKES: &str = include_str!("mistakes.yaml");

impl Pictures<'_> {
    /// Writes all files.
    pub(super) fn write(&self) -> Result<(), Failure> {
        fs::create_dir_all(&self.folder).map_err(Failure::file("create", &self.folder))?;
        self.take(|picture, svg| {
            let path = self.folder.join(&picture.file);
            eprintln!("pictures: {}", path.display());
            fs::write(&path, svg).map_err(Failure::file("write", &path))
        })
    }

    /// Names the files that differ from what the dashboard shows.
    pub(super) fn compare(&self) -> Result<ExitCode, Failure> {
        let differing = AtomicUsize::new(0);
        self.take(|picture, svg| {
            let path = self.folder.join(&picture.file);
            if fs::read_to_string(&path).is_ok_and(|written| written == svg) {
                return Ok(());
            }
            eprintln!("pictures: {} is not what the dashboard shows", path.display());
            differing.fetch_add(1, Ordering::Relaxed);
            Ok(())
        })?;
        let differing = differing.into_inner();
        if differing == 0 {
            return Ok(ExitCode::SUCCESS);
        }
        eprintln!("pictures: {differing} differ; look at them after `cargo xtask docs pictures`");
        Ok(ExitCode::FAILURE)
    }

    /// Takes the pictures, as many at once as there are cores, and passes them on.
    fn take(&self, done: impl Fn(&Picture, &str) -> Result<(), Failure> + Sync) -> Result<(), Failure> {
        // `--examples` enables the features that the tests enable, so that their compiled artifacts are reused.
        let mut build = command::cargo(&["build", "--package", "hello-tui", "--bins", "--examples"]);
        eprintln!("pictures: {}", command::line(&build));
        command::run(&mut build)?;
        let binary = dashboard::binary(&workspace::target(), "debug");
        let next = Mutex::new(self.wanted().into_iter());
        let work = || -> Result<(), Failure> {
            while let Some(picture) = next.lock().ok().and_then(|mut next| next.next()) {
                done(&picture, &picture.take(&binary)?)?;
            }
            Ok(())
        };
        thread::scope(|scope| {
            let workers: Vec<_> = (0..workspace::cores()).map(|_| scope.spawn(work)).collect();
            workers.into_iter().try_for_each(|worker| worker.join().expect("a worker returns its failure"))
        })
    }

    fn wanted(&self) -> Vec<Picture<'static>> {
        let all = SCENES.iter().flat_map(|scene| {
            self.looks.iter().map(move |look| Picture { scene, look: *look, file: look.file(scene.name) })
        });
        let is_wanted = |picture: &Picture| {
            self.only.is_empty() || self.only.iter().any(|only| picture.file.starts_with(only))
        };
        all.filter(is_wanted).collect()
    }
}

impl Picture<'_> {
    fn take(&self, binary: &Path) -> Result<String, Failure> {
        let dashboard = self.open(binary)?;
        let terminal = &dashboard.terminal;
        for keys in self.scene.keys {
            self.filled(terminal)?;
            terminal.press(keys)?;
        }
        terminal.wait_for(self.scene.shows, LIMIT)?;
        let screen = self.filled(terminal)?;
        Ok(with_same_port(&picture::svg(&screen, self.title(), self.look.theme.palette())))
    }

    fn open(&self, binary: &Path) -> Result<Dashboard, Failure> {
        let start = Start::new(binary)?.with(&["--at", NOW]).variables(self.look.theme.variables());
        let start = match self.scene.place {
            Place::Sandbox => start.with(&["--sandbox"]),
            Place::Mistakes => start.with(&["--sandbox"]).file("catalog-info.yaml", MISTAKES)?.at_home(),
            Place::Unreachable => connected(start, services::NOWHERE).file(SETTINGS, PRODUCTION)?,
            Place::Silent => connected(start, &services::silent()?),
            Place::Empty => connected(start, &services::empty()?),
        };
        start.open(self.look.size, &["? keys"])
    }

    fn title(&self) -> &'static str {
        match self.scene.place {
            Place::Sandbox | Place::Mistakes => "hello-tui dashboard --sandbox",
            Place::Unreachable => "hello-tui dashboard --context production",
            Place::Silent | Place::Empty => "hello-tui dashboard",
        }
    }

    /// Returns the screen once it has all of its answers, or shows that it waits for them.
    fn filled(&self, terminal: &Terminal) -> Result<Screen, Failure> {
        if self.scene.place == Place::Silent {
            return waiting(terminal);
        }
        let started = Instant::now();
        loop {
            let screen = terminal.wait_until_still(PAUSE, LIMIT);
            let contents = screen.contents();
            let Some(text) = WAITING.iter().find(|text| contents.contains(**text)) else { return Ok(screen) };
            if started.elapsed() > LIMIT {
                let why = format!("{text:?} stays");
                return Err(Failure::Unseen { missing: vec!["all answers".into()], why, screen: contents });
            }
        }
    }
}

/// Writes the port of a sandbox, which differs from run to run, as one that is always the same. The system gives ports
/// of five digits.
fn with_same_port(svg: &str) -> String {
    const HOST: &str = "127.0.0.1:";
    let mut parts = svg.split(HOST);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let port = if digits == PORT.len() { PORT } else { &part[..digits] };
        text + HOST + port + &part[digits..]
    })
}

/// Connects a dashboard with all of its services at one address.
fn connected(start: Start, url: &str) -> Start {
    start.variables(&[
        ("HELLO_TRUCKS_URL", url),
        ("GITHUB_API_URL", url),
        ("GH_TOKEN", "token"),
        ("AWS_ENDPOINT_URL", url),
        ("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
    ])
}

/// Returns the screen when every spinner shows its first step, after a round in which all had begun.
fn waiting(terminal: &Terminal) -> Result<Screen, Failure> {
    let mut seen = None;
    for step in [['⠏', '/'], ['⠋', '|']] {
        terminal.wait_until(LIMIT, |screen| {
            let steps = spinners(&screen.contents());
            let is_seen = steps.len() == 1 && step.iter().any(|shown| steps.contains(shown));
            seen = is_seen.then(|| screen.clone());
            is_seen
        });
    }
    seen.ok_or_else(|| Failure::Unseen {
        missing: vec!["a spinner".into()],
        why: "never was one step the only one".into(),
        screen: terminal.contents(),
    })
}

/// Returns the steps of spinners that a screen shows.
fn spinners(contents: &str) -> BTreeSet<char> {
    let before_words =
        contents.match_indices(" loading").filter_map(|(at, _)| contents[..at].chars().next_back());
    let ascii = before_words.filter(|step| "|/-\\".contains(*step));
    contents.chars().filter(|step| SPINNER.contains(*step)).chain(ascii).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_of_a_sandbox_is_always_the_same() {
        let written = "at 127.0.0.1:50017. At 127.0.0.1:1/ and 127.0.0.1:39999";
        assert_eq!(with_same_port(written), "at 127.0.0.1:45100. At 127.0.0.1:1/ and 127.0.0.1:45100");
    }

    #[test]
    fn spinners_are_found_in_both_forms() {
        assert_eq!(spinners("⠋ loading runs ⠙ loading"), BTreeSet::from(['⠋', '⠙']));
        assert_eq!(spinners("| / loading | loading"), BTreeSet::from(['/', '|']));
        assert_eq!(spinners("is loading"), BTreeSet::new());
    }
}
