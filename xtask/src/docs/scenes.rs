//! What the pictures show: each screen, dialog and state, with the keys that lead there.

/// A screen in a state: what a dashboard is connected to, and the keys to press in it.
#[derive(Debug)]
pub(super) struct Scene {
    /// The beginning of the names of its pictures.
    pub(super) name: &'static str,
    /// Its heading on the page of all pictures.
    pub(super) title: &'static str,
    pub(super) place: Place,
    /// Pressed one after the other, each after the screen has filled.
    pub(super) keys: &'static [&'static str],
    /// Texts that the screen then shows at every size and in every theme.
    pub(super) shows: &'static [&'static str],
}

/// What a dashboard is connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A sandbox, with the catalog of this repository.
    Sandbox,
    /// A sandbox, with a catalog that holds mistakes.
    Mistakes,
    /// Production, none of whose services can be reached.
    Unreachable,
    /// Services that do not answer yet.
    Silent,
    /// Services that have nothing to show.
    Empty,
}

const ENTER: &str = "\r";
const TAB: &str = "\t";
const BACK_TAB: &str = "\x1b[Z";
const ESCAPE: &str = "\x1b";
const DOWN: &str = "j";
const END: &str = "G";
const UP: &str = "k";
const RIGHT: &str = "\x1b[C";

const fn scene(
    name: &'static str,
    title: &'static str,
    keys: &'static [&'static str],
    shows: &'static [&'static str],
) -> Scene {
    Scene { name, title, place: Place::Sandbox, keys, shows }
}

impl Scene {
    const fn at(self, place: Place) -> Self {
        Self { place, ..self }
    }
}

pub(super) const SCENES: &[Scene] = &[
    scene("home", "Home", &[], &["Needs you", "tasks"]),
    scene("catalog", "Catalog", &["2"], &["hello-truck-api"]),
    scene("catalog-problems", "Problems of a catalog", &["2", "p"], &["metadata.name"]).at(Place::Mistakes),
    scene("entity", "Page of an entity: Overview", &["2", ENTER], &["trucks"]),
    scene("entity-runs", "Page of an entity: Runs", &["2", ENTER, TAB], &["LintAndTest"]),
    scene(
        "entity-deployments",
        "Page of an entity: Deployments",
        &["2", ENTER, TAB, TAB, TAB],
        &["rollback"],
    ),
    scene("entity-logs", "Page of an entity: Logs", &["2", ENTER, TAB, TAB, TAB, TAB], &["GET /trucks"]),
    scene("entity-trucks", "Page of an entity: Trucks", &["2", ENTER, BACK_TAB, BACK_TAB], &["Iveco"]),
    scene("entity-source", "Page of an entity: Source", &["2", ENTER, BACK_TAB], &["apiVersion"]),
    scene("source-problems", "Source with problems", &["2", ENTER, BACK_TAB], &["apiVersion"])
        .at(Place::Mistakes),
    scene("trucks", "Trucks", &["3"], &["Iveco"]),
    scene("truck", "A truck", &["3", ENTER], &["HT-142-I"]),
    scene("truck-form", "A new truck", &["3", "n"], &["Make"]),
    scene("truck-form-refused", "A new truck with mistakes", &["3", "n", ENTER], &["Make"]),
    scene("truck-edit", "Changing a truck", &["3", "e"], &["Make"]),
    scene(
        "truck-conflict",
        "A truck that was changed meanwhile",
        // A draft stays while the status is changed, so its base is outdated. The column that is hidden shows when
        // that was.
        &["3", "s", END, UP, " ", ESCAPE, "e", " XL", ESCAPE, "c", RIGHT, ENTER, "e", ENTER],
        &["yours"],
    ),
    scene("trucks-marked", "Marked trucks and a question", &["3", " ", " ", "D"], &["Iveco"]),
    scene("trucks-none", "A filter that nothing passes", &["3", "/", "tatra", ENTER], &["tatra"]),
    scene("trucks-empty", "An empty fleet", &["3"], &["n "]).at(Place::Empty),
    scene("runs", "Runs", &["4"], &["LintAndTest"]),
    scene("run", "A run", &["4", ENTER], &["clippy"]),
    scene("runs-filtered", "Filtered runs", &["4", "/", "status:failure", ENTER], &["status:failure"]),
    scene("columns", "Order and columns of a list", &["4", "s"], &["BRANCH"]),
    scene("deployments", "Deployments", &["5"], &["rollback"]),
    scene("deployment", "A deployment that was rolled back", &["5", DOWN, ENTER], &["rollback"]),
    scene("logs", "Logs", &["6"], &["GET /trucks"]),
    scene("log-line", "A log line", &["6", ENTER], &["GET /trucks"]),
    scene("palette", "Palette", &[":"], &["Home"]),
    scene("help", "Keys and signs", &["?"], &["keys"]),
    scene("loading", "Services that do not answer yet", &[], &["loading"]).at(Place::Silent),
    scene("failed", "Production, out of reach", &[], &["PRODUCTION"]).at(Place::Unreachable),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_scene_has_its_own_name_and_waits_for_something() {
        let names: BTreeSet<_> = SCENES.iter().map(|scene| scene.name).collect();
        let titles: BTreeSet<_> = SCENES.iter().map(|scene| scene.title).collect();
        assert_eq!((names.len(), titles.len()), (SCENES.len(), SCENES.len()));
        assert!(SCENES.iter().all(|scene| !scene.shows.is_empty()));
        // A text that an ASCII terminal cannot show would never be seen.
        assert!(SCENES.iter().flat_map(|scene| scene.shows).all(|text| text.is_ascii()));
    }
}
