//! Secrets that are typed or piped in. What is typed is not shown.

use std::io::{self, Read, stdin};

use crossterm::{
    event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, read},
    terminal::{disable_raw_mode, enable_raw_mode},
};

use crate::cli::{options::When, writer::Writer};

/// The maximum size of what is read, in bytes. A token is much shorter.
const MAX_BYTES: usize = 64 * 1024;

/// Turns the echo of the terminal off until it is dropped.
struct Hidden;

/// What has been typed so far.
#[derive(Debug, Default)]
struct Typed(String);

/// What a key means while a secret is typed.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    More,
    Done,
    Cancelled,
}

/// Asks for a secret on the terminal. Returns `None` if the user cancels.
pub(super) fn ask(question: &str) -> io::Result<Option<String>> {
    write(question)?;
    let step = {
        let _hidden = Hidden::start()?;
        type_in()
    };
    // The key that ended it has left the cursor where it was.
    write_line()?;
    let (step, Typed(text)) = step?;
    Ok((step == Step::Done).then_some(text))
}

/// Asks a question whose usual answer is yes.
pub(super) fn is_wanted(question: &str) -> io::Result<bool> {
    write(question)?;
    let mut answer = String::new();
    stdin().read_line(&mut answer)?;
    Ok(!matches!(answer.trim().to_lowercase().as_str(), "n" | "no"))
}

/// Reads a secret from a pipe or a file.
pub(super) fn piped() -> io::Result<String> {
    let mut text = Vec::new();
    stdin().take(MAX_BYTES as u64 + 1).read_to_end(&mut text)?;
    // What is not text becomes text that is no token.
    Ok(String::from_utf8_lossy(&text).into_owned())
}

fn type_in() -> io::Result<(Step, Typed)> {
    let mut typed = Typed::default();
    loop {
        let Event::Key(key) = read()? else { continue };
        match typed.press(key) {
            Step::More => {}
            step => return Ok((step, typed)),
        }
    }
}

impl Typed {
    fn press(&mut self, key: KeyEvent) -> Step {
        if key.kind == KeyEventKind::Release {
            return Step::More;
        }
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Enter => return Step::Done,
            KeyCode::Esc => return Step::Cancelled,
            KeyCode::Char('c' | 'd') if control => return Step::Cancelled,
            KeyCode::Char('j' | 'm') if control => return Step::Done,
            KeyCode::Char('u') if control => self.0.clear(),
            KeyCode::Char(_) if control => {}
            KeyCode::Char(c) if self.0.len() < MAX_BYTES => self.0.push(c),
            KeyCode::Backspace => {
                self.0.pop();
            }
            _ => {}
        }
        Step::More
    }
}

impl Hidden {
    fn start() -> io::Result<Self> {
        enable_raw_mode()?;
        Ok(Self)
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        // There is nothing else to be done about a terminal that refuses.
        let _ = disable_raw_mode();
    }
}

fn write(text: &str) -> io::Result<()> {
    let mut out = Writer::errors(When::Auto);
    out.text(text)?;
    out.finish()
}

fn write_line() -> io::Result<()> {
    let mut out = Writer::errors(When::Auto);
    out.line("")?;
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_typed_corrected_and_ended() {
        let mut typed = Typed::default();
        let key = |code| KeyEvent::new(code, KeyModifiers::NONE);
        for c in "wrongghx".chars() {
            assert_eq!(typed.press(key(KeyCode::Char(c))), Step::More);
            if c == 'g' && typed.0 == "wrong" {
                typed.press(KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL));
            }
        }
        typed.press(key(KeyCode::Backspace));
        assert_eq!(typed.press(key(KeyCode::Enter)), Step::Done);
        assert_eq!(typed.0, "gh");
    }

    #[test]
    fn ctrl_c_cancels() {
        let key = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        assert_eq!(Typed::default().press(key), Step::Cancelled);
    }
}
