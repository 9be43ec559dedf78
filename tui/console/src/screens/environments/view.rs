//! The picture of the environments screen.

use std::collections::HashSet;

use hello_model::{
    run::{Environment, Run},
    text::width,
};
use hello_state::present::{Cell, environment};
use ratatui::{buffer::Buffer, layout::Rect};

use super::{EnvironmentsScreen, Part, comparisons, repository_page};
use crate::{
    cx::Cx,
    theme::{Tone, run_badge},
    widgets::{
        chrome,
        details::{Details, Part as Text},
        remote,
    },
};

/// How many branches and how many pairs of environments are shown.
const MAX_ROWS: usize = 12;

/// The most columns of a name: what follows begins below each other.
const MAX_NAME: usize = 24;

pub(super) fn draw(screen: &EnvironmentsScreen, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let Some(repo) = cx.repo() else {
        let remote = cx.runs();
        let inner = chrome::pane("Environments", remote::note(remote, cx), true, area, buf, cx.theme);
        remote::placeholder(remote, "the environments", inner, buf, cx);
        return;
    };
    let remote = cx.cache.environments(repo);
    let title = format!("Environments of {repo}");
    let inner = chrome::pane(&title, remote::note(remote, cx), true, area, buf, cx.theme);
    if remote::placeholder(remote, "the environments", inner, buf, cx) {
        return;
    }
    let (details, _) = of(cx);
    details.draw(&screen.state, inner, area, buf, cx.theme);
    screen.state.note_clicks(inner, &cx.zones);
}

/// Returns the text, and the parts at which the cursor stops.
pub(super) fn of(cx: &Cx<'_>) -> (Details<'static>, Vec<Part>) {
    let (mut details, mut parts) = (Details::default(), Vec::new());
    let found = cx.repo().and_then(|repo| cx.cache.environments(repo).value());
    let Some(found) = found else { return (details, parts) };
    if found.environments.is_empty() {
        details.toned(
            cx.theme,
            "The repository has no environments, and records no deployments.",
            Tone::Faint,
        );
        details.toned(cx.theme, "→ name an environment in a job of a workflow", Tone::Accent);
    }
    let names = found.environments.iter().map(|environment| width(&environment.name));
    let column = names.max().unwrap_or(0).min(MAX_NAME);
    for environment in &found.environments {
        add_environment(&mut details, environment, column, cx);
        if let Some(current) = &environment.current {
            details.stop();
            parts.push(Part::Commit(current.commit.clone()));
        }
    }
    add_branches(&mut details, cx);
    let page = repository_page(cx);
    let pairs = page.map(|page| comparisons(found, &page)).unwrap_or_default();
    if !pairs.is_empty() {
        details.heading(cx.theme, "Compare");
    }
    for (names, url) in pairs.into_iter().take(MAX_ROWS) {
        details
            .parts([Text::plain(format!("{names}  ")), Text::toned(cx.theme, url.clone(), Tone::Faint)], 2);
        details.stop();
        parts.push(Part::Compare(url));
    }
    (details, parts)
}

fn add_environment(details: &mut Details<'_>, environment: &Environment, column: usize, cx: &Cx<'_>) {
    let format = cx.format();
    let shown = environment::COLUMNS.of(environment::COLUMNS.screen);
    let cells = shown.iter().skip(1).map(|(column, _)| (column.id, (column.cell)(environment, &format)));
    let padding = " ".repeat(column.saturating_sub(width(&environment.name)));
    let mut line = vec![Text::new(format!("{}{padding}", environment.name), cx.theme.title())];
    if environment.current.is_none() {
        line.push(Text::toned(cx.theme, "  nothing yet", Tone::Faint));
    }
    for (id, Cell { text, tone, .. }) in cells.filter(|(_, cell)| cell.text != "–") {
        let word = match id {
            "by" => "by ",
            "next" => "then ",
            _ => "",
        };
        line.push(Text::toned(cx.theme, format!("  {word}{text}"), tone));
    }
    details.parts(line, 2);
}

/// Adds the last run of each branch.
fn add_branches(details: &mut Details<'_>, cx: &Cx<'_>) {
    let runs = cx.runs().value().map(|list| list.runs.items.as_slice()).unwrap_or_default();
    let mut seen = HashSet::new();
    let last: Vec<(&str, &Run)> = runs
        .iter()
        .filter_map(|run| Some((run.branch.as_deref()?, run)))
        .filter(|(branch, _)| seen.insert(*branch))
        .take(MAX_ROWS)
        .collect();
    if last.is_empty() {
        return;
    }
    details.heading(cx.theme, "The last run of each branch");
    let column = last.iter().map(|(branch, _)| width(branch)).max().unwrap_or(0).min(MAX_NAME);
    for (branch, run) in last {
        let padding = " ".repeat(column.saturating_sub(width(branch)));
        let age = cx.format().age(run.began_at());
        let line = [
            Text::plain(format!("{branch}{padding}  ")),
            Text::toned(cx.theme, format!("{}  ", run.short_commit()), Tone::Faint),
            Text::badge(cx.theme, &run_badge(&run.state)),
            Text::toned(cx.theme, format!("  {age}"), Tone::Faint),
            Text::plain(format!("  {} {}", run.workflow, run.label())),
        ];
        details.parts(line, 2);
    }
}
