//! GitHub's device flow: codes that a user approves, and the tokens that are issued for them.

use std::sync::{Mutex, PoisonError};

use crate::moment::{Moment, secs};
use crate::seeded_rng::SeededRng;

/// How long a code is valid, in seconds.
pub(crate) const EXPIRES_IN: u64 = 900;

/// The shortest time between two polls, in seconds; each poll that comes too early adds it once more.
pub(crate) const INTERVAL: u64 = 5;

/// The maximum number of codes and of tokens that are kept; the oldest are forgotten.
const MAX_KEPT: usize = 100;

/// A code that waits for its user.
#[derive(Clone, Debug)]
pub(crate) struct Activation {
    pub device_code: String,
    pub user_code: String,
    scope: String,
    client: String,
    made_at: Moment,
    interval: u64,
    polled_at: Option<Moment>,
    approved: Option<bool>,
}

/// The answer to a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Poll {
    Pending,
    /// The client must wait longer between two polls, in seconds.
    SlowDown(u64),
    Expired,
    Denied,
    UnknownCode,
    UnknownClient,
    /// The token and its scope.
    Issued(String, String),
}

#[derive(Debug, Default)]
struct Kept {
    codes: Vec<Activation>,
    /// Each token with its scope.
    tokens: Vec<(String, String)>,
    made: u64,
}

/// The codes and tokens of a sandbox.
#[derive(Debug, Default)]
pub(crate) struct SignIn(Mutex<Kept>);

impl SignIn {
    /// Makes a code for a client.
    pub(crate) fn begin(&self, seed: u64, client: &str, scope: &str, now: Moment) -> Activation {
        self.with(|kept| {
            kept.made += 1;
            let mut rng = SeededRng::of(seed, "device code", &[kept.made]);
            let code = Activation {
                device_code: rng.hex(40),
                user_code: user_code(&mut rng),
                scope: scope.to_owned(),
                client: client.to_owned(),
                made_at: now,
                interval: INTERVAL,
                polled_at: None,
                approved: None,
            };
            if kept.codes.len() == MAX_KEPT {
                kept.codes.remove(0);
            }
            kept.codes.push(code.clone());
            code
        })
    }

    /// Approves or denies a code, or the newest one; reports whether there is one that waits.
    pub(crate) fn decide(&self, user_code: Option<&str>, approved: bool, now: Moment) -> bool {
        self.with(|kept| {
            let waits = |code: &&mut Activation| code.approved.is_none() && !code.has_expired(now);
            let wanted =
                |code: &Activation| user_code.is_none_or(|wanted| same_code(wanted, &code.user_code));
            let found = kept.codes.iter_mut().rev().find(|code| waits(code) && wanted(code));
            found.map(|code| code.approved = Some(approved)).is_some()
        })
    }

    /// Answers a poll; a token is issued once.
    pub(crate) fn poll(&self, seed: u64, client: &str, device_code: &str, now: Moment) -> Poll {
        self.with(|kept| {
            let place = kept.codes.iter().position(|code| code.device_code == device_code);
            let Some((place, code)) = place.and_then(|place| Some((place, kept.codes.get_mut(place)?)))
            else {
                return Poll::UnknownCode;
            };
            if code.client != client {
                return Poll::UnknownClient;
            }
            if code.has_expired(now) {
                return Poll::Expired;
            }
            let early = code.polled_at.is_some_and(|polled| now < polled + secs(code.interval));
            code.polled_at = Some(now);
            if early {
                code.interval += INTERVAL;
                return Poll::SlowDown(code.interval);
            }
            match code.approved {
                None => Poll::Pending,
                Some(false) => Poll::Denied,
                Some(true) => {
                    let scope = kept.codes.remove(place).scope;
                    let token = format!("gho_{}", SeededRng::of(seed, device_code, &[]).token(36));
                    if kept.tokens.len() == MAX_KEPT {
                        kept.tokens.remove(0);
                    }
                    kept.tokens.push((token.clone(), scope.clone()));
                    Poll::Issued(token, scope)
                }
            }
        })
    }

    /// Returns the scope of a token that was issued here.
    pub(crate) fn scope(&self, token: &str) -> Option<String> {
        self.with(|kept| {
            kept.tokens.iter().find(|(issued, _)| issued == token).map(|(_, scope)| scope.clone())
        })
    }

    fn with<T>(&self, change: impl FnOnce(&mut Kept) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Activation {
    fn has_expired(&self, now: Moment) -> bool {
        now >= self.made_at + secs(EXPIRES_IN)
    }
}

/// Returns a code without letters that look like others, such as `WDJB-MJHT`.
fn user_code(rng: &mut SeededRng) -> String {
    let mut letters = || (0..4).map(|_| char::from(*rng.pick(b"BCDFGHJKLMNPQRSTVWXZ"))).collect::<String>();
    format!("{}-{}", letters(), letters())
}

/// Compares codes as typed: the case and the hyphen do not matter.
fn same_code(typed: &str, code: &str) -> bool {
    let plain = |text: &str| text.replace('-', "").trim().to_ascii_uppercase();
    plain(typed) == plain(code)
}
