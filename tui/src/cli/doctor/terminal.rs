//! What the terminal can do, as far as its environment tells. Nothing is asked of the terminal itself.

use std::io::{IsTerminal, stdin};

use hello_model::check::{Check, CheckSection};

use crate::cli::writer;

/// What is known of the terminal.
struct Terminal<V> {
    /// Returns a variable that is set to something.
    variable: V,
    stdin: bool,
    stdout: bool,
    stderr: bool,
    size: Option<(u16, u16)>,
}

pub(super) fn section() -> CheckSection {
    let (stdout, stderr) = writer::are_terminals();
    let variable = |name: &str| {
        std::env::var_os(name)
            .map(|value| value.to_string_lossy().into_owned())
            .filter(|value| !value.is_empty())
    };
    // Asked of a terminal only: elsewhere, crossterm would run another program to find out.
    let size = stdout.then(|| crossterm::terminal::size().ok()).flatten();
    let size = size.filter(|(columns, rows)| *columns > 0 && *rows > 0);
    Terminal { variable, stdin: stdin().is_terminal(), stdout, stderr, size }.section()
}

/// The smallest size that shows every screen.
const SMALLEST: (u16, u16) = (60, 18);

/// Terminals that set the clipboard with OSC 52 unless the user has turned it off, by `TERM` and `TERM_PROGRAM`.
const COPYING: [&str; 8] = ["alacritty", "contour", "foot", "ghostty", "kitty", "rio", "wezterm", "xterm"];

/// Terminals that do not, by `TERM_PROGRAM`.
const NOT_COPYING: [&str; 1] = ["apple_terminal"];

impl<V: Fn(&str) -> Option<String>> Terminal<V> {
    fn section(&self) -> CheckSection {
        let checks = vec![
            self.streams(),
            self.size(),
            self.kind(),
            self.colours(),
            self.encoding(),
            self.multiplexer(),
            self.remote(),
            self.clipboard(),
        ];
        CheckSection { id: "terminal", title: "Terminal", checks }
    }

    fn get(&self, name: &str) -> Option<String> {
        (self.variable)(name)
    }

    fn streams(&self) -> Check {
        let streams = [("input", self.stdin), ("output", self.stdout), ("error", self.stderr)];
        let names = |wanted: bool| {
            let names = streams.iter().filter(|(_, is)| *is == wanted).map(|(name, _)| *name);
            names.collect::<Vec<_>>().join(", ")
        };
        let check = match (names(true), names(false)) {
            (terminals, others) if others.is_empty() => {
                return Check::ok("streams", "streams", format!("terminals: {terminals}"));
            }
            (terminals, others) if terminals.is_empty() => format!("no terminals: {others}"),
            (terminals, others) => format!("terminals: {terminals}; no terminals: {others}"),
        };
        let check = Check::info("streams", "streams", check);
        if self.stdout { check } else { check.because("the dashboard needs a terminal as output") }
    }

    fn size(&self) -> Check {
        match self.size {
            Some((columns, rows)) if columns >= SMALLEST.0 && rows >= SMALLEST.1 => {
                Check::ok("size", "size", format!("{columns}×{rows}"))
            }
            Some((columns, rows)) => {
                let why = format!("the screens are made for {}×{} and more", SMALLEST.0, SMALLEST.1);
                Check::warning("size", "size", why)
                    .with_value(format!("{columns}×{rows}"))
                    .next("enlarge the window")
            }
            None => Check::skipped("size", "size", "unknown"),
        }
    }

    fn kind(&self) -> Check {
        match self.get("TERM") {
            Some(term) if term != "dumb" => Check::ok("term", "TERM", term),
            _ if !self.stdout => Check::skipped("term", "TERM", "not set"),
            term => Check::warning("term", "TERM", "the terminal cannot show the dashboard")
                .with_value(term.unwrap_or_else(|| "not set".to_owned()))
                .next("export TERM=xterm-256color"),
        }
    }

    /// Tells what the terminal shows; the console uses sixteen colours.
    fn colours(&self) -> Check {
        if self.get("NO_COLOR").is_some() {
            return Check::info("colours", "colours", "off, by NO_COLOR");
        }
        let term = self.get("TERM").unwrap_or_default();
        match self.get("COLORTERM").as_deref() {
            Some(depth @ ("truecolor" | "24bit")) => {
                Check::ok("colours", "colours", format!("16 million (COLORTERM={depth})"))
            }
            _ if term.contains("256color") => Check::ok("colours", "colours", "256 (TERM)"),
            _ if term.is_empty() || term == "dumb" => Check::info("colours", "colours", "unknown"),
            _ => Check::ok("colours", "colours", "16"),
        }
    }

    fn encoding(&self) -> Check {
        let set = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| Some((name, self.get(name)?)));
        let is_utf8 = |value: &str| {
            let value = value.to_lowercase();
            value.contains("utf-8") || value.contains("utf8")
        };
        match set {
            Some((name, value)) if is_utf8(&value) => {
                Check::ok("encoding", "encoding", format!("UTF-8 ({name}={value})"))
            }
            _ if !self.stdout => Check::skipped("encoding", "encoding", "unknown"),
            set => {
                let value =
                    set.map_or_else(|| "not set".to_owned(), |(name, value)| format!("{name}={value}"));
                let why = "the locale is not UTF-8, so signs and frames may look wrong";
                Check::warning("encoding", "encoding", why).with_value(value).next("export LC_ALL=C.UTF-8")
            }
        }
    }

    fn multiplexer(&self) -> Check {
        let name = match () {
            () if self.get("TMUX").is_some() => "tmux",
            () if self.get("STY").is_some() => "screen",
            () if self.get("ZELLIJ").is_some() => "zellij",
            () => "none",
        };
        Check::info("multiplexer", "multiplexer", name)
    }

    fn remote(&self) -> Check {
        let is_remote = ["SSH_CONNECTION", "SSH_TTY"].iter().any(|name| self.get(name).is_some());
        Check::info("ssh", "over ssh", is_remote)
    }

    /// Guesses whether OSC 52 sets the clipboard: no terminal tells.
    fn clipboard(&self) -> Check {
        let program = self.get("TERM_PROGRAM").unwrap_or_default().to_lowercase();
        let names =
            [program.as_str(), &self.get("TERM").unwrap_or_default().to_lowercase()].map(str::to_owned);
        let is_one_of =
            |known: &[&str]| names.iter().any(|name| known.iter().any(|known| name.contains(known)));
        let check = |text: &str| Check::info("clipboard", "clipboard (OSC 52)", text);
        if self.get("TMUX").is_some() {
            return check("likely, if tmux has set-clipboard on").next("tmux set -g set-clipboard on");
        }
        match () {
            () if !self.stdout => check("no"),
            () if is_one_of(&NOT_COPYING) || self.get("VTE_VERSION").is_some() => check("unlikely"),
            () if program.contains("iterm") => {
                check("likely, if its settings allow programs to access the clipboard")
            }
            () if is_one_of(&COPYING) || self.get("WT_SESSION").is_some() => check("likely"),
            () => check("unknown"),
        }
    }
}

#[cfg(test)]
mod tests {
    use hello_model::check::CheckStatus;

    use super::*;

    fn found(variables: &[(&str, &str)], is_terminal: bool, size: Option<(u16, u16)>) -> CheckSection {
        let variable = |wanted: &str| {
            variables.iter().find(|(name, _)| *name == wanted).map(|(_, value)| (*value).to_owned())
        };
        Terminal { variable, stdin: is_terminal, stdout: is_terminal, stderr: is_terminal, size }.section()
    }

    fn value(section: &CheckSection, id: &str) -> (CheckStatus, String) {
        let check = section.checks.iter().find(|check| check.id == id).unwrap();
        (check.status, check.value.as_ref().map(ToString::to_string).unwrap_or_default())
    }

    #[test]
    fn a_good_terminal_has_no_warning() {
        let variables = [("TERM", "xterm-kitty"), ("COLORTERM", "truecolor"), ("LANG", "en_US.UTF-8")];
        let section = found(&variables, true, Some((120, 40)));
        assert_eq!(section.status(), CheckStatus::Ok);
        assert_eq!(value(&section, "size"), (CheckStatus::Ok, "120×40".to_owned()));
        assert_eq!(value(&section, "clipboard").1, "likely");
        assert_eq!(value(&section, "colours").1, "16 million (COLORTERM=truecolor)");
    }

    #[test]
    fn a_bad_terminal_says_what_to_set() {
        let section =
            found(&[("TERM", "dumb"), ("LC_ALL", "C"), ("LANG", "en_US.UTF-8")], true, Some((40, 10)));
        let warnings = section.checks.iter().filter(|check| check.status == CheckStatus::Warning);
        let ids: Vec<_> = warnings.map(|check| (check.id, check.next.is_some())).collect();
        assert_eq!(ids, [("size", true), ("term", true), ("encoding", true)]);
    }

    #[test]
    fn a_pipe_is_no_problem() {
        let section = found(&[], false, None);
        assert_eq!(section.status(), CheckStatus::Info);
        assert_eq!(value(&section, "clipboard").1, "no");
    }

    #[test]
    fn no_color_tmux_and_ssh_are_told() {
        let variables =
            [("NO_COLOR", "1"), ("TMUX", "/tmp/x"), ("SSH_TTY", "/dev/pts/1"), ("TERM", "screen")];
        let section = found(&variables, true, None);
        assert_eq!(value(&section, "colours").1, "off, by NO_COLOR");
        assert_eq!(value(&section, "multiplexer").1, "tmux");
        assert_eq!(value(&section, "ssh").1, "yes");
        assert!(value(&section, "clipboard").1.contains("set-clipboard"));
    }
}
