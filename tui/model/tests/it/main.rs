//! Third parties judge the tables of the model.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod github_operations;
