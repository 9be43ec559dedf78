//! The tokens that allow reading and writing, stored only as digests.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

/// The access that a token grants. Write access includes read access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Access {
    Read,
    Write,
}

type Sha256Digest = [u8; 32];

/// The digests of the accepted tokens. Without any, every client may read and write. Once any token is configured,
/// writes need a write token. Once a read token is configured, reads need a token too.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Tokens(Vec<(Access, Sha256Digest)>);

impl Tokens {
    /// Parses tokens, one per line: `read` or `write`, and the SHA-256 of the token in hexadecimal digits. Blank lines
    /// and lines that begin with `#` are ignored.
    ///
    /// # Errors
    ///
    /// When a line is not a token, or there is no token at all. An empty list, such as a file that is just being
    /// written, must not open the service to every client.
    pub fn read(text: &str) -> Result<Self, BadTokens> {
        let lines = text.lines().enumerate().map(|(number, line)| (number + 1, line.trim()));
        let tokens = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let tokens: Vec<_> = tokens
            .map(|(line, text)| token(text).ok_or(BadTokens::Line { line }))
            .collect::<Result<_, _>>()?;
        if tokens.is_empty() { Err(BadTokens::Nothing) } else { Ok(Self(tokens)) }
    }

    /// Reports whether this access needs a token.
    pub(super) fn guard(&self, wanted: Access) -> bool {
        match wanted {
            Access::Read => self.0.iter().any(|(access, _)| *access == Access::Read),
            Access::Write => !self.0.is_empty(),
        }
    }

    /// Returns the access that a token grants. Takes constant time, so that timing reveals nothing about accepted
    /// tokens.
    pub(super) fn access(&self, token: &str) -> Option<Access> {
        let sent: Sha256Digest = Sha256::digest(token).into();
        let matching = |wanted: Access| {
            let of_access = self.0.iter().filter(|(access, _)| *access == wanted);
            of_access.fold(Choice::from(0), |found, (_, digest)| found | digest.ct_eq(&sent))
        };
        let (write, read) = (matching(Access::Write), matching(Access::Read));
        if write.into() { Some(Access::Write) } else { bool::from(read).then_some(Access::Read) }
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tokens({})", self.0.len())
    }
}

fn token(line: &str) -> Option<(Access, Sha256Digest)> {
    let mut words = line.split_ascii_whitespace();
    let access = match words.next()? {
        "read" => Access::Read,
        "write" => Access::Write,
        _ => return None,
    };
    let digest = hex::decode(words.next()?).ok()?.try_into().ok()?;
    Some((access, digest))
}

/// The reason why a text is not a list of tokens.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadTokens {
    /// A line is not a token. Its content is not repeated, because it may be a secret.
    #[error(
        "line {line}, which is none: `read` or `write` and a SHA-256 in 64 hexadecimal digits (printf %s TOKEN | sha256sum)"
    )]
    Line {
        /// The number of the line, from 1.
        line: usize,
    },
    /// There is no token.
    #[error(
        "none: a line is `read` or `write` and a SHA-256 in 64 hexadecimal digits (printf %s TOKEN | sha256sum)"
    )]
    Nothing,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(access: &str, token: &str) -> String {
        format!("{access} {}", hex::encode(Sha256::digest(token)))
    }

    #[test]
    fn a_token_permits_what_its_line_says() {
        let tokens = format!("# ours\n\n{}\n{} ci\n", line("write", "w"), line("read", "r"));
        let tokens = Tokens::read(&tokens).unwrap();
        assert_eq!(tokens.access("w"), Some(Access::Write));
        assert_eq!(tokens.access("r"), Some(Access::Read));
        assert_eq!(tokens.access("x"), None);
        assert_eq!(tokens.access(""), None);
    }

    #[test]
    fn writes_and_reads_need_a_token_once_one_is_configured() {
        assert!(!Tokens::default().guard(Access::Write) && !Tokens::default().guard(Access::Read));
        let tokens = Tokens::read(&line("write", "w")).unwrap();
        assert!(tokens.guard(Access::Write) && !tokens.guard(Access::Read));
        let tokens = Tokens::read(&line("read", "r")).unwrap();
        assert!(
            tokens.guard(Access::Write) && tokens.guard(Access::Read),
            "no token may write, so no client may"
        );
    }

    #[test]
    fn a_token_list_without_a_token_is_an_error() {
        for nothing in ["", " \n", "# all revoked\n"] {
            assert_eq!(Tokens::read(nothing), Err(BadTokens::Nothing));
        }
    }

    #[test]
    fn an_invalid_token_line_is_named_by_number_only() {
        for bad in ["write secret", "admin 00", "write", &"é".repeat(40)] {
            let error = Tokens::read(&format!("\n{bad}")).unwrap_err().to_string();
            assert!(error.starts_with("line 2, ") && !error.contains("secret"), "{error}");
        }
    }
}
