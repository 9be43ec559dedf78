//! The authors of the pushes, and their commits.

use super::Scenario;
use crate::moment::{Moment, secs};
use crate::repository::Snapshot;

/// A GitHub user.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct User {
    pub id: u64,
    pub login: &'static str,
    pub name: &'static str,
}

impl User {
    /// Returns the `noreply` address that GitHub assigns when a user hides the real one.
    pub(crate) fn email(&self) -> String {
        format!("{}+{}@users.noreply.github.com", self.id, self.login)
    }
}

/// The owner of the sandbox's credentials, shown as the actor of commands.
pub(crate) const OPERATOR: &User = &User { id: 4_210_007, login: "noor-operator", name: "Noor Haddad" };

/// A user outside the organization, with a fork of the repository.
pub(crate) const STRANGER: &User = &User { id: 4_219_901, login: "passer-by", name: "Sam Passer" };

/// The authors of the pushes.
pub(crate) const AUTHORS: &[User] = &[
    User { id: 4_210_011, login: "ilse-vdb", name: "Ilse van den Berg" },
    User { id: 4_210_013, login: "tomasz-k", name: "Tomasz Kowalczyk" },
    User { id: 4_210_017, login: "adaeze-o", name: "Adaeze Okafor" },
    User { id: 4_210_019, login: "mkarlsson", name: "Maja Karlsson" },
];

/// A commit and where it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Commit {
    pub sha: String,
    pub tree: String,
    pub message: String,
    pub author: &'static User,
    pub at: Moment,
    pub branch: String,
    /// The files of the commit.
    pub files: Snapshot,
}

const CHANGES: &[(&str, &str)] = &[
    ("feat: list trucks by status", "feature/list-by-status"),
    ("fix: refuse a plate that is already taken", "fix/duplicate-plate"),
    ("perf: answer unchanged lists from memory", "perf/unchanged-lists"),
    ("fix: keep the search text when a page is turned", "fix/search-paging"),
    ("feat: retire a truck with its last mileage", "feature/retire"),
    ("refactor: one place for problem documents", "refactor/problems"),
    ("build: smaller image on a distroless base", "build/distroless"),
    ("feat: say when a truck was last serviced", "feature/last-serviced"),
    ("fix: count trucks once per page", "fix/count-once"),
    ("docs: how to read the access log", "docs/access-log"),
    ("chore: update dependencies", "chore/dependencies"),
    ("feat: export the fleet as CSV", "feature/export-csv"),
];

impl Scenario {
    /// Returns the commit that a cycle pushes to `main`.
    pub(crate) fn push_commit(&self, cycle: u64, at: Moment) -> Commit {
        self.commit("push", cycle, at, self.change(cycle).0, "main")
    }

    /// Returns the newest commit of `main` at a moment, which may be before the first cycle.
    pub(crate) fn main_before(&self, at: Moment) -> Commit {
        let index = self.cycles(at).end.saturating_sub(1);
        let cycle = self.cycle(index);
        if cycle.start <= at {
            return self.push_commit(index, cycle.start);
        }
        let hours = cycle.start.since(at).as_secs() / 3600;
        self.commit("before", hours, at - secs(600), self.change(hours).0, "main")
    }

    /// Returns the commit of the pull request that is tested during a cycle's release.
    pub(crate) fn pull_request_commit(&self, cycle: u64, at: Moment) -> Commit {
        let (message, branch) = self.change(cycle + 3);
        self.commit("pull", cycle, at, message, branch)
    }

    /// Returns the change of a cycle; the order ensures that no two consecutive cycles have the same one.
    fn change(&self, cycle: u64) -> (&'static str, &'static str) {
        let all = CHANGES.len() as u64;
        let place = (cycle * 5 + self.seed % all) % all;
        CHANGES[usize::try_from(place).unwrap_or(0)]
    }

    fn commit(&self, what: &str, cycle: u64, at: Moment, message: &str, branch: &str) -> Commit {
        let kind = match what {
            "push" => 0,
            "pull" => 1,
            _ => 2,
        };
        let mut rng = self.rng("commit", &[cycle, kind]);
        Commit {
            sha: rng.hex(40),
            tree: rng.hex(40),
            message: message.to_owned(),
            author: rng.pick(AUTHORS),
            at: at - secs(rng.between(5, 40)),
            branch: branch.to_owned(),
            files: Snapshot::Main,
        }
    }
}
