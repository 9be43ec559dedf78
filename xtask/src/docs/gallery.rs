//! The page with all pictures.

use std::fmt::Write as _;

use super::{
    looks::{Look, SIZES, THEMES, Theme, USUAL},
    scenes::{SCENES, Scene},
};

/// The page's path in the repository.
pub(super) const PATH: &str = "docs/screens.md";

const HEAD: &str = "# Screens\n\nWritten by `cargo xtask docs`, with its pictures: every screen on the sandbox, in a dark \
                    terminal of 120×40. Below each\nis the same at other sizes, in a light terminal, without colours \
                    (`NO_COLOR`) and with ASCII characters only.\n";

/// Writes the page.
pub(super) fn page() -> String {
    SCENES.iter().fold(HEAD.to_owned(), |mut page, scene| {
        section(&mut page, scene);
        page
    })
}

fn section(page: &mut String, scene: &Scene) {
    let link = |words: &str, look: Look| format!("[{words}](img/{})", look.file(scene.name));
    let sizes = SIZES.into_iter().filter(|size| *size != USUAL).map(|size| {
        let words = format!("{}×{}", size.columns, size.rows);
        link(&words, Look { size, theme: Theme::Dark })
    });
    let themes = THEMES
        .into_iter()
        .filter(|theme| *theme != Theme::Dark)
        .map(|theme| link(theme.words(), Look { size: USUAL, theme }));
    let links: Vec<String> = sizes.chain(themes).collect();
    let usual = Look { size: USUAL, theme: Theme::Dark }.file(scene.name);
    let title = scene.title;
    let _ = write!(page, "\n## {title}\n\n![{title}](img/{usual})\n\n{}\n", links.join(" · "));
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    use super::{super::looks, *};
    use crate::workspace;

    /// A drawing that no program makes.
    const DRAWN: &str = "infrastructure.svg";

    #[test]
    fn the_page_is_that_of_the_scenes() {
        let written = fs::read_to_string(workspace::root().join(PATH)).unwrap();
        assert!(written == page(), "{PATH} is not the list of scenes; run `cargo xtask docs pictures`");
    }

    #[test]
    fn the_folder_holds_all_pictures_and_no_old_ones() {
        let folder = workspace::root().join("docs/img");
        let there: BTreeSet<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| name != DRAWN)
            .collect();
        let named =
            SCENES.iter().flat_map(|scene| looks::committed().into_iter().map(|l| l.file(scene.name)));
        assert_eq!(there, named.collect(), "run `cargo xtask docs pictures`");
    }
}
