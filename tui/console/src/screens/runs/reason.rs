//! Why the open run failed: what must be known for it, and how it is shown.

use hello_model::{
    fetch::Want,
    query::Query,
    run::{Repo, RunDetail},
};
use hello_state::why::{self, Evidence, Why};

use crate::{
    cx::Cx,
    theme::Tone,
    widgets::details::{Details, Part as Text},
};

/// Returns the queries that tell why a run failed.
pub(super) fn wants(detail: &RunDetail, repo: &Repo) -> Vec<Want> {
    let run = &detail.run;
    let file = why::has_invalid_file(detail).then(|| run.path.clone()).flatten();
    let file = file.map(|path| Query::RepositoryFile {
        repo: repo.clone(),
        path,
        reference: Some(run.commit.clone()),
    });
    let annotations = why::suspect(detail).map(|job| Query::Annotations(repo.clone(), job.id));
    file.into_iter().chain(annotations).map(Want::from).collect()
}

/// Returns why a run failed, by what is known now.
pub(super) fn of(detail: &RunDetail, cx: &Cx<'_>) -> Option<Why> {
    let repo = cx.repo()?;
    let run = &detail.run;
    let annotations = why::suspect(detail).and_then(|job| cx.cache.annotations(repo, job.id).value());
    let path = run.path.as_ref();
    let file = path.and_then(|path| cx.cache.repository_file(repo, path, Some(&run.commit)).value());
    let annotations = annotations.map(Vec::as_slice).unwrap_or_default();
    why::why(detail, &Evidence { annotations, error_line: None, file }, cx.now.wall)
}

/// Adds the reason, and lines of the file that it quotes.
pub(super) fn add(details: &mut Details<'_>, detail: &RunDetail, cx: &Cx<'_>) {
    let Some(why) = of(detail, cx) else { return };
    let tone = if detail.run.state.is_active() || detail.run.awaits_fork_approval() {
        Tone::Warning
    } else {
        Tone::Bad
    };
    details.gap();
    details.parts([Text::toned(cx.theme, format!("Why: {}", why.text), tone)], 5);
    for line in why.excerpt {
        details.parts([Text::plain(format!("     {line}"))], 5);
    }
    if let Some(hint) = why.hint {
        details.parts([Text::toned(cx.theme, format!("     → {hint}"), Tone::Accent)], 7);
    }
}
