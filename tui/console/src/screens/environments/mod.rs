//! Which commit is where: the environments of a repository beside the last run of each branch.

mod view;

use hello_model::{fetch::Want, query::Query, run::Environments};
use hello_state::present;
use ratatui::{buffer::Buffer, layout::Rect};

use crate::{
    command::{CommandId, Mode},
    commands::{MOVES, SELECTED, movement},
    cx::Cx,
    local::{CopyText, Selection},
    route::ScreenId,
    screen::{Event, Request, Screen, ScreenSpec},
    widgets::details::DetailsState,
};

pub const SPEC: ScreenSpec = ScreenSpec {
    id: ScreenId("environments"),
    title: "Environments",
    commands: &[&SELECTED, &MOVES],
    legend: present::legend::runs,
    open: |_| Box::<EnvironmentsScreen>::default(),
};

/// The environments screen.
#[derive(Debug, Default)]
pub struct EnvironmentsScreen {
    state: DetailsState,
}

/// A part at which the cursor stops.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// The commit that runs in an environment.
    Commit(String),
    /// The page that compares two environments.
    Compare(String),
}

impl Screen for EnvironmentsScreen {
    fn wants(&self, cx: &Cx<'_>) -> Vec<Want> {
        let Some(repo) = cx.repo() else { return Vec::new() };
        [Query::Environments(repo.clone()), Query::runs(repo.clone())].map(Want::from).into()
    }

    fn mode(&self, _: &Cx<'_>) -> Mode {
        Mode::Browse
    }

    fn selection(&self, cx: &Cx<'_>) -> Selection {
        let (_, parts) = view::of(cx);
        let part = self.state.selected().and_then(|stop| parts.get(stop));
        match part {
            None => Selection::nothing("nothing is deployed"),
            Some(Part::Commit(commit)) => {
                let url = web(cx).map(|web| format!("{web}/commit/{commit}"));
                Selection::of(CopyText::new(commit.clone(), "the commit")).url(url)
            }
            Some(Part::Compare(url)) => {
                Selection::of(CopyText::new(url.clone(), "the URL")).url(web(cx).map(|_| url.clone()))
            }
        }
    }

    fn act(&mut self, command: CommandId, _: &Cx<'_>) -> Vec<Request> {
        if let Some(way) = movement(command) {
            self.state.go(way);
        }
        Vec::new()
    }

    fn on(&mut self, event: &Event<'_>, _: &Cx<'_>) {
        match event {
            Event::Retargeted => *self = Self::default(),
            Event::Clicked(stop) => self.state.select(*stop),
            _ => {}
        }
    }

    fn view(&self, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
        view::draw(self, cx, area, buf);
    }
}

/// Returns the address of the repository on the web. The sandbox has no pages.
fn web(cx: &Cx<'_>) -> Result<String, String> {
    if cx.world.sandbox.is_some() {
        return Err("the sandbox has no pages on GitHub".to_owned());
    }
    repository_page(cx).ok_or_else(|| "GitHub names no page of this repository".to_owned())
}

/// Returns the address of the repository on the web, as the pages of its runs tell it.
fn repository_page(cx: &Cx<'_>) -> Option<String> {
    let repo = cx.repo()?.to_string();
    let runs = &cx.runs().value()?.runs.items;
    let page = runs.iter().find_map(|run| run.url.split_once(&format!("/{repo}/")))?.0;
    Some(format!("{page}/{repo}"))
}

/// Returns each two environments in which different commits run, with the page that compares them.
fn comparisons(environments: &Environments, page: &str) -> Vec<(String, String)> {
    let running: Vec<_> = environments
        .environments
        .iter()
        .filter_map(|environment| Some((environment.name.as_str(), environment.current.as_ref()?)))
        .collect();
    let mut pairs = Vec::new();
    for (place, (name, here)) in running.iter().enumerate() {
        for (other, there) in &running[place + 1..] {
            if here.commit != there.commit {
                let url = format!("{page}/compare/{}...{}", here.commit, there.commit);
                pairs.push((format!("{name} … {other}"), url));
            }
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use hello_model::run::{Environment, EnvironmentDeployment};

    use super::*;

    #[test]
    fn environments_with_different_commits_are_compared() {
        let environment = |name: &str, commit: Option<&str>| {
            let deployment = |commit: &str| EnvironmentDeployment {
                id: 1,
                commit: commit.to_owned(),
                reference: None,
                state: "success".to_owned(),
                creator: None,
                created_at: None,
            };
            Environment { name: name.to_owned(), current: commit.map(deployment), latest: None }
        };
        let environments = vec![
            environment("staging", Some("bbb")),
            environment("empty", None),
            environment("test", Some("bbb")),
            environment("production", Some("aaa")),
        ];
        let found = comparisons(&Environments { environments }, "https://github.com/a/b");
        let names: Vec<_> = found.iter().map(|(names, _)| names.as_str()).collect();
        assert_eq!(names, ["staging … production", "test … production"]);
        assert_eq!(found[0].1, "https://github.com/a/b/compare/bbb...aaa");
    }
}
