//! The download of an artifact.

use hello_model::run::{Artifact, ArtifactEvent};

use super::*;
use crate::screen::Request;

fn artifact() -> Artifact {
    Artifact { id: 7, name: "report".to_owned(), bytes: 2_097_152, is_expired: false, expires_at: None }
}

/// Asks for the download of an artifact, as a screen does.
fn download(app: &mut App) -> Vec<Effect> {
    let request = Request::Download("a/b".parse().unwrap(), artifact());
    let origin = app.current();
    app.fulfil(&origin, request)
}

fn tell(app: &mut App, event: Result<ArtifactEvent, Failure>) {
    app.update(Msg::Downloaded(Box::new(event)), now());
}

fn received(bytes: u64) -> ArtifactEvent {
    ArtifactEvent::Received { bytes, total: None }
}

#[test]
fn the_footer_shows_the_progress_and_the_place() {
    let mut app = console(runs::SPEC.id, World::default());
    let effects = download(&mut app);
    assert!(matches!(&effects[..], [Effect::Download { artifact, .. }] if artifact.id == 7), "{effects:?}");
    assert!(seen(&app).contains("Downloading report…"));
    tell(&mut app, Ok(received(1_048_576)));
    assert!(seen(&app).contains("Downloading report: 1.0 MiB of 2.0 MiB; esc cancels."), "{}", seen(&app));
    assert_eq!(download(&mut app), [], "one at a time");
    assert!(seen(&app).contains("report is still being downloaded"), "{}", seen(&app));
    tell(&mut app, Ok(received(2_097_152)));
    assert!(seen(&app).contains("still being downloaded"), "another notice stays until the next key");
    tell(&mut app, Ok(ArtifactEvent::Saved("/home/jane/report.zip".into())));
    assert!(seen(&app).contains("report is saved: /home/jane/report.zip"), "{}", seen(&app));
    assert_eq!(download(&mut app).len(), 1);
}

#[test]
fn esc_cancels_a_download_and_nothing_else() {
    let mut app = console(runs::SPEC.id, World::default());
    download(&mut app);
    tell(&mut app, Ok(received(1)));
    assert_eq!(press(&mut app, KeyCode::Esc), [Effect::CancelDownload(WorldId(0))]);
    assert!(seen(&app).contains("The download of report is cancelled"), "{}", seen(&app));
    tell(&mut app, Ok(received(2)));
    assert!(!seen(&app).contains("Downloading"), "a late message of it is dropped");
    assert_eq!(download(&mut app).len(), 1);
}

#[test]
fn a_download_that_fails_says_why_and_what_next() {
    let mut app = console(runs::SPEC.id, World::default());
    download(&mut app);
    let failure = Failure::new(Kind::NotFound, "downloading the artifact report", "it has expired");
    tell(&mut app, Err(failure.hint("run the workflow again")));
    let page = seen(&app);
    assert!(page.contains("report: it has expired → run the workflow again"), "{page}");
}

#[test]
fn a_download_ends_with_its_world() {
    let mut app = console(runs::SPEC.id, World::default());
    download(&mut app);
    let world = World { id: WorldId(1), ..World::default() };
    app.update(Msg::Connected(Box::new(Ok(world))), now());
    assert_eq!(download(&mut app).len(), 1);
}
