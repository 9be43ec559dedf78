//! What this program is.

use std::env::consts::{ARCH, OS};

use hello_model::check::{Check, CheckSection};

/// The features that a build can have, and whether this one has them.
const FEATURES: [(&str, bool); 1] = [("sandbox", cfg!(feature = "sandbox"))];

pub(super) fn section() -> CheckSection {
    let features = FEATURES.iter().filter(|(_, is_there)| *is_there).map(|(name, _)| (*name).to_owned());
    let checks = vec![
        Check::ok("helloTui", "hello-tui", env!("CARGO_PKG_VERSION")),
        Check::info("features", "features", features.collect::<Vec<_>>()),
        Check::info("system", "system", format!("{OS} {ARCH}")),
    ];
    CheckSection { id: "versions", title: "Versions", checks }
}
