//! What needs the user. What is still awaited is named in the corner.

use hello_model::run::RunDetail;
use hello_state::{
    log_feed::LogFeed,
    needs::{self, Area, Known, Need},
    remote::Remote,
};
use ratatui::text::Line;

use crate::{
    cx::Cx,
    route::{Route, ScreenId},
    screen::Request,
    screens::{
        catalog,
        contents::{Content, Row, row},
        deployments, logs, runs, trucks,
    },
    theme::Tone,
    widgets::text::{row_span, span, status_badge, toned},
};

pub(super) fn content(cx: &Cx<'_>) -> Content {
    let waiting = cx.runs().value().into_iter().flat_map(needs::waiting_runs);
    let waiting: Vec<&RunDetail> = waiting.filter_map(|run| cx.run(run.id).value()).collect();
    let needs = needs::needs(&Known {
        catalog: cx.cache.catalog(),
        trucks: cx.cache.trucks(),
        runs: cx.runs(),
        waiting_runs: &waiting,
        service: cx.service(),
        logs_failure: cx.logs_failure(),
        has_component: cx.target.is_none_or(|target| target.component.is_some()),
    });
    let offer = offers_sandbox(cx).then(|| {
        let text = "Not everything is connected: S starts a sandbox instead, ? shows the keys.";
        row("sandbox", Line::from(toned(cx.theme, text, Tone::Accent)), None)
    });
    let rows: Vec<Row> = needs.iter().map(|need| row_of(need, cx)).chain(offer).collect();
    let awaited = awaited(cx);
    let status = match (needs.first(), awaited.is_empty()) {
        (Some(first), _) => vec![
            status_badge(cx.theme, &first.badge),
            span(&more(&first.text, needs.len() - 1), ratatui::style::Style::new()),
        ],
        (None, true) => vec![toned(cx.theme, "✓ nothing", Tone::Good)],
        (None, false) => vec![toned(cx.theme, "loading…", Tone::Busy)],
    };
    let note = match &awaited[..] {
        [] => Line::default(),
        areas => Line::from(toned(cx.theme, &format!("loading {} ", areas.join(", ")), Tone::Busy)),
    };
    Content { status, note, rows }
}

/// Reports whether a sandbox is the way to see anything: there is no component to show.
fn offers_sandbox(cx: &Cx<'_>) -> bool {
    cx.world.sandbox.is_none() && cx.target.is_some_and(|target| target.component.is_none())
}

fn more(first: &str, others: usize) -> String {
    match others {
        0 => format!("  {first}"),
        others => format!("  {first}, and {others} more"),
    }
}

fn row_of(need: &Need, cx: &Cx<'_>) -> Row {
    let (glyph, _, tone) = &need.badge;
    let mut spans = vec![
        toned(cx.theme, &format!("{glyph} "), *tone),
        span(&format!("{}: ", area_titles(need)), cx.theme.title()),
        row_span(&need.text, ratatui::style::Style::new()),
    ];
    spans.extend(need.hint.iter().map(|hint| toned(cx.theme, &format!(" → {hint}"), Tone::Accent)));
    let route = Route { subject: need.subject.clone(), ..Route::from(screen(need.area)) };
    let key = format!("{:?} {:?}", need.area, need.subject.as_deref().unwrap_or(&need.text));
    row(key, Line::from(spans), Some(Request::Go(route)))
}

fn screen(area: Area) -> ScreenId {
    match area {
        Area::Catalog => catalog::SPEC.id,
        Area::Trucks => trucks::SPEC.id,
        Area::Runs => runs::SPEC.id,
        Area::Deployments => deployments::SPEC.id,
        Area::Logs => logs::SPEC.id,
    }
}

fn area_titles(need: &Need) -> String {
    let titles: Vec<&str> = [need.area].iter().chain(&need.also).map(|area| area_title(*area)).collect();
    titles.join(", ")
}

fn area_title(area: Area) -> &'static str {
    match area {
        Area::Catalog => catalog::SPEC.title,
        Area::Trucks => trucks::SPEC.title,
        Area::Runs => runs::SPEC.title,
        Area::Deployments => deployments::SPEC.title,
        Area::Logs => logs::SPEC.title,
    }
}

/// Returns the titles of what has neither answered nor failed: it may still add something.
fn awaited(cx: &Cx<'_>) -> Vec<&'static str> {
    let are_logs_read = cx.logs_failure().is_some() || cx.logs().is_some_and(LogFeed::is_read);
    let has_trucks = cx.target.is_some_and(|target| target.serves_trucks);
    let sources = [
        (Area::Catalog, is_settled(cx.cache.catalog())),
        (Area::Trucks, !has_trucks || is_settled(cx.cache.trucks())),
        (Area::Runs, is_settled(cx.runs())),
        (Area::Deployments, is_settled(cx.service())),
        (Area::Logs, are_logs_read),
    ];
    sources.into_iter().filter(|(_, is_settled)| !is_settled).map(|(area, _)| area_title(area)).collect()
}

fn is_settled<T>(remote: Remote<'_, T>) -> bool {
    remote.value().is_some() || remote.failure().is_some()
}
