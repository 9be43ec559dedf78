//! What is seen: each screen loading, full, empty, failed and typed in, at three sizes.
//!
//! The golden files beside this are read like pictures before they are accepted.

use std::{sync::atomic::AtomicBool, time::Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use hello_console::{
    app::{App, Setup},
    effect::{Effect, Task},
    msg::Msg,
    route::{Route, ScreenId},
    screens::{SCREENS, catalog, home, runs, trucks},
    theme::Theme,
};
use hello_model::{
    deployment::{ServiceRef, ServiceSnapshot, StackEvent},
    failure::{Failure, Kind},
    log::{LogSource, TailEvent},
    pages::{Cursor, Pages},
    query::{Query, Update},
    run::{Pending, PendingEnvironment, Repo, Run, RunDetail, RunId, RunList, State},
    truck::Fleet,
    world::{World, WorldId},
};
use jiff::tz::TimeZone;
use ratatui::{Terminal, backend::TestBackend};

use crate::answers::{answers, at, catalog as catalog_of, now, offline, run, run_detail, snapshot};

/// The world that the console starts in.
pub(crate) const WORLD: WorldId = WorldId(0);

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (40, 10)];

/// Returns the news of a query, or nothing while its answer is waited for.
type Answers = fn(&Query) -> Option<Result<Vec<Update>, Failure>>;

/// A console that gets its answers from a function.
pub(crate) struct Told {
    pub(crate) app: App,
    pub(crate) start: Instant,
    pub(crate) answer: Answers,
}

impl Told {
    /// A console that gets no answer.
    fn at(place: ScreenId) -> Self {
        Self::with(place, |_| None)
    }

    /// A console that gets every answer at once.
    pub(crate) fn full(place: impl Into<Route>) -> Self {
        Self::with(place, |query| Some(Ok(answers(query))))
    }

    pub(crate) fn with(place: impl Into<Route>, answer: Answers) -> Self {
        Self::themed(place, answer, Theme::new(true, TimeZone::UTC))
    }

    pub(crate) fn themed(place: impl Into<Route>, answer: Answers, theme: Theme) -> Self {
        Self::made(place, answer, theme, World::default())
    }

    /// A console of a world that gets every answer at once.
    pub(crate) fn in_world(place: ScreenId, world: World) -> Self {
        Self::made(place, |query| Some(Ok(answers(query))), Theme::new(true, TimeZone::UTC), world)
    }

    fn made(place: impl Into<Route>, answer: Answers, theme: Theme, world: World) -> Self {
        let start = Instant::now();
        let mut app = App::new(Setup {
            start: place.into(),
            world,
            contexts: vec!["live".to_owned()],
            session: "session".to_owned(),
            theme,
            layouts: hello_console::app::Layouts::default(),
            now: now(start, 0),
        });
        let effects = app.start();
        let mut told = Self { app, start, answer };
        told.run_effects(effects, 0);
        told
    }

    fn run_effects(&mut self, effects: Vec<Effect>, seconds: u64) {
        for effect in effects {
            if let Effect::Compute { world, of, computation } = effect {
                let mut results = Vec::new();
                computation.run(&AtomicBool::new(false), &mut |result| results.push(result));
                let told = |result| self.tell(Msg::Computed(world, of.clone(), result), seconds);
                results.into_iter().for_each(told);
                continue;
            }
            let Some(Task::Read(_, query)) = effect.task() else { continue };
            match (self.answer)(&query) {
                None => {}
                Some(Ok(updates)) => {
                    for update in updates {
                        self.tell(Msg::answered(WORLD, query.clone(), Ok(update)), seconds);
                    }
                }
                Some(Err(failure)) => self.tell(Msg::answered(WORLD, query, Err(failure)), seconds),
            }
        }
    }

    pub(crate) fn catalog(&mut self, text: &str) {
        self.hear(Msg::answered(WORLD, Query::Catalog, Ok(catalog_of(text).into())));
    }

    pub(crate) fn hear(&mut self, msg: Msg) {
        self.tell(msg, 0);
    }

    fn tell(&mut self, msg: Msg, seconds: u64) {
        let effects = self.app.update(msg, now(self.start, seconds));
        self.run_effects(effects, seconds);
    }

    pub(crate) fn wait(&mut self, seconds: u64) {
        self.tell(Msg::Woke, seconds);
    }

    pub(crate) fn press(&mut self, keys: &str) {
        keys.chars().for_each(|c| self.key(KeyCode::Char(c)));
    }

    pub(crate) fn key(&mut self, code: KeyCode) {
        self.hear(Msg::Pressed(KeyEvent::new(code, KeyModifiers::NONE)));
    }

    pub(crate) fn seen(&self, size: (u16, u16)) -> String {
        self.drawn(size).backend().to_string()
    }

    pub(crate) fn drawn(&self, (width, height): (u16, u16)) -> Terminal<TestBackend> {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| self.app.view(frame.area(), frame.buffer_mut())).unwrap();
        terminal
    }

    /// Compares the screen at all sizes with its golden files.
    pub(crate) fn is_as_in(&self, name: &str) {
        for size in SIZES {
            insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), self.seen(size));
        }
    }

    pub(crate) fn is_as_in_at(&self, name: &str, size: (u16, u16)) {
        insta::assert_snapshot!(name, self.seen(size));
    }
}

#[test]
fn full() {
    for screen in all() {
        Told::full(screen).is_as_in(&named("full", screen));
    }
}

#[test]
fn loading() {
    for screen in all() {
        let mut told = Told::with(screen, |query| (*query == Query::Catalog).then(|| Ok(answers(query))));
        told.wait(1);
        told.is_as_in_at(&named("loading", screen), (80, 24));
    }
}

#[test]
fn home_names_the_sources_that_are_still_loading() {
    let denied = || Failure::new(Kind::Unauthorized, "asking GitHub", "the token is not valid");
    let no_trucks = || Fleet::default();
    let mut told = Told::with(home::SPEC.id, |query| (*query == Query::Catalog).then(|| Ok(answers(query))));
    told.hear(Msg::answered(WORLD, Query::trucks(), Ok(no_trucks().into())));
    let seen = told.seen((80, 24));
    assert!(seen.contains("loading…") && !seen.contains("✓ nothing"), "{seen}");
    assert!(seen.contains("loading Runs, Deployments, Logs"), "{seen}");
    let repo = "hello-truck/hello-truck".parse().unwrap();
    told.hear(Msg::answered(WORLD, Query::runs(repo), Err(denied())));
    told.is_as_in_at("partly_loaded_home", (80, 24));
}

#[test]
fn home_says_whose_approval_a_run_waits_for() {
    let waiting = || Run { workflow: "Deploy".to_owned(), ..run(12, "waiting", None) };
    let mut told = Told::full(home::SPEC.id);
    let repo: Repo = "hello-truck/hello-truck".parse().unwrap();
    let list = RunList { runs: vec![waiting()].into(), unreadable: 0 };
    let reviewers = vec!["marta".to_owned()];
    let production = PendingEnvironment {
        id: 1,
        name: "production".to_owned(),
        reviewers,
        you_may_approve: true,
        waits_until: None,
    };
    let pending = Pending { environments: vec![production], unknown: None };
    let detail = RunDetail { pending, ..RunDetail::new(waiting(), Vec::new()) };
    told.answer = |_| None;
    told.hear(Msg::answered(WORLD, Query::runs(repo.clone()), Ok(list.into())));
    told.hear(Msg::answered(WORLD, Query::Run(repo, waiting().id), Ok(detail.into())));
    told.is_as_in_at("waiting_run_home", (80, 24));
}

#[test]
fn empty() {
    let nothing = |query: &Query| {
        Some(Ok(match query {
            Query::Trucks(_) => {
                vec![Fleet::default().into()]
            }
            Query::Runs(_) => vec![RunList::default().into()],
            Query::Service(_) => {
                let full = snapshot();
                vec![ServiceSnapshot { deployments: Vec::new(), events: Vec::new(), ..full }.into()]
            }
            Query::StackEvents { .. } => vec![Pages::<StackEvent>::default().into()],
            Query::Logs(_) => vec![Update::Tail(TailEvent::CaughtUp { at: at(0) })],
            query => answers(query),
        }))
    };
    for screen in all() {
        Told::with(screen, nothing).is_as_in_at(&named("empty", screen), (80, 24));
    }
    let no_component = |query: &Query| match query {
        Query::Catalog => Some(Ok(vec![catalog_of("").into()])),
        query => Some(Ok(answers(query))),
    };
    Told::with(home::SPEC.id, no_component).is_as_in_at("empty_catalog_home", (80, 24));
    Told::with(home::SPEC.id, no_component).is_as_in_at("empty_catalog_home_120x40", (120, 40));
}

#[test]
fn denied() {
    let denied = |query: &Query| match query {
        Query::Catalog => Some(Ok(answers(query))),
        _ => Some(Err(Failure::new(Kind::Unauthorized, "asking the service", "the token is not valid")
            .hint("gh auth login"))),
    };
    for screen in all() {
        Told::with(screen, denied).is_as_in_at(&named("denied", screen), (80, 24));
    }
}

#[test]
fn failed() {
    let failed = |_: &Query| Some(Err(offline()));
    Told::with(trucks::SPEC.id, failed).is_as_in_at("failed", (80, 24));
}

#[test]
fn failed_with_older_data() {
    for screen in all() {
        let mut told = Told::full(screen);
        told.answer = |_| None;
        for query in queries() {
            told.hear(Msg::answered(WORLD, query, Err(offline())));
        }
        told.wait(75);
        told.is_as_in_at(&named("failed_with_older_data", screen), (80, 24));
    }
}

#[test]
fn filter_without_a_match() {
    for screen in all().filter(|screen| *screen != home::SPEC.id) {
        let mut told = Told::full(screen);
        told.press("/zzz");
        told.is_as_in_at(&named("no_match", screen), (80, 24));
    }
}

#[test]
fn a_list_without_a_row_offers_only_what_works() {
    for screen in all().filter(|screen| *screen != home::SPEC.id) {
        let mut told = Told::full(screen);
        assert!(told.seen((80, 24)).contains("enter open"), "{screen:?}");
        told.press("/zzz");
        told.key(KeyCode::Enter);
        let seen = told.seen((80, 24));
        assert!(!seen.contains("enter open") && seen.contains("/ filter"), "{seen}");
        told.key(KeyCode::Enter);
        let seen = told.seen((80, 24));
        assert!(seen.contains("Not available: "), "{seen}");
    }
}

#[test]
fn a_filter_combines_status_and_branch() {
    let run_on = |number, conclusion, branch: &str| Run {
        branch: Some(branch.to_owned()),
        ..run(number, "completed", Some(conclusion))
    };
    let runs = vec![
        run_on(6, "failure", "fix/doors"),
        run_on(5, "success", "fix/doors"),
        run_on(4, "failure", "main"),
        run(3, "in_progress", None),
        run_on(2, "failure", "retire"),
        run_on(1, "success", "main"),
    ];
    let mut told = Told::full(runs::SPEC.id);
    let repo = "hello-truck/hello-truck".parse().unwrap();
    told.hear(Msg::answered(
        WORLD,
        Query::runs(repo),
        Ok(RunList { runs: runs.into(), unreadable: 0 }.into()),
    ));
    told.press("/status:failure !main");
    told.key(KeyCode::Enter);
    let seen = told.seen((80, 24));
    assert!(seen.contains("Runs of hello-truck/hello-truck, 2 of 6"), "{seen}");
    assert!(seen.contains("#6") && seen.contains("#2") && !seen.contains("#4"), "{seen}");
    told.is_as_in_at("filtered_runs", (80, 24));
    told.key(KeyCode::Esc);
    assert!(told.seen((80, 24)).contains("Runs of hello-truck/hello-truck, 6"));
}

#[test]
fn the_count_says_that_more_is_not_loaded() {
    let mut told = Told::with(runs::SPEC.id, |query| (*query == Query::Catalog).then(|| Ok(answers(query))));
    let runs = vec![run(2, "completed", Some("success")), run(1, "completed", Some("failure"))];
    let pages = Pages { items: runs, next: Some(Cursor("2".to_owned())), total: Some(2_406), left_out: 0 };
    let repo = "hello-truck/hello-truck".parse().unwrap();
    told.hear(Msg::answered(WORLD, Query::runs(repo), Ok(RunList { runs: pages, unreadable: 0 }.into())));
    assert!(told.seen((80, 24)).contains("Runs of hello-truck/hello-truck, 2 of 2,406 loaded"));
    told.press("/status:failure");
    assert!(told.seen((80, 24)).contains("Runs of hello-truck/hello-truck, 1 of 2 loaded"));
}

fn named(state: &str, screen: ScreenId) -> String {
    format!("{state}_{}", screen.0)
}

pub(crate) fn all() -> impl Iterator<Item = ScreenId> {
    SCREENS.iter().map(|spec| spec.id)
}

/// Returns the queries of all screens.
fn queries() -> Vec<Query> {
    let service: ServiceRef =
        "arn:aws:ecs:us-east-1:123456789012:service/hello-truck/hello-server".parse().unwrap();
    vec![
        Query::Catalog,
        Query::trucks(),
        Query::runs("hello-truck/hello-truck".parse().unwrap()),
        Query::Service(service.clone()),
        Query::StackEvents { region: service.region.clone(), stack: "hello-truck".to_owned() },
        Query::Logs(LogSource::Service(service.clone())),
        Query::Logs(LogSource::Group("/ecs/hello-truck/hello-server".to_owned())),
    ]
}

#[test]
fn typing_a_filter() {
    let mut told = Told::full(trucks::SPEC.id);
    told.press("/vol");
    told.is_as_in_at("typing", (80, 24));
}

#[test]
fn a_run_opened() {
    let mut told = Told::full(runs::SPEC.id);
    told.key(KeyCode::Enter);
    told.is_as_in("run");
}

#[test]
fn a_run_followed_to_its_failure() {
    let mut told = Told::full(runs::SPEC.id);
    told.key(KeyCode::Enter);
    let query = Query::Run("hello-truck/hello-truck".parse().unwrap(), RunId(9_002));
    told.hear(Msg::answered(WORLD, query.clone(), Err(offline())));
    let mut detail = run_detail();
    let failed = State::from_words("completed", Some("failure"));
    let [test] = &mut detail.jobs[..] else { panic!("one job") };
    (test.state, test.completed_at) = (failed.clone(), Some(at(-12)));
    (test.steps[1].state, test.steps[1].completed_at) = (failed.clone(), Some(at(-15)));
    detail.run.state = failed;
    told.hear(Msg::answered(WORLD, query, Ok(detail.into())));
    told.is_as_in("run_followed");
}

#[test]
fn incomplete_runs_are_shown_and_unreadable_ones_counted() {
    let bare = Run {
        id: RunId(1),
        number: 0,
        workflow: String::new(),
        title: String::new(),
        event: String::new(),
        branch: None,
        commit: String::new(),
        actor: None,
        state: State::from_words("held_by_policy", None),
        created_at: None,
        started_at: None,
        updated_at: None,
        url: String::new(),
        path: None,
        fork: None,
        pull_request: None,
        ..run(0, "", None)
    };
    let backwards = Run { updated_at: Some(at(-9_000)), ..run(2, "completed", Some("superseded")) };
    let list = RunList { runs: vec![backwards, bare].into(), unreadable: 1 };
    let mut told = Told::full(runs::SPEC.id);
    let repo = "hello-truck/hello-truck".parse().unwrap();
    told.hear(Msg::answered(WORLD, Query::runs(repo), Ok(list.into())));
    told.is_as_in_at("odd_runs", (120, 40));
}

#[test]
fn problems_of_the_catalog() {
    let mut told = Told::at(catalog::SPEC.id);
    told.catalog(
        "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: bad-}\nspec: {owner: a}\n",
    );
    told.is_as_in_at("problems", (80, 24));
}

#[test]
fn all_problems_are_shown_and_scrolled_errors_first() {
    let mut told = Told::at(catalog::SPEC.id);
    let bad = |number: usize| {
        let name = if number.is_multiple_of(3) { format!("bad{number}-") } else { format!("good{number}") };
        format!(
            "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {{name: {name}}}\nspec: {{owner: nothing}}\n---\n"
        )
    };
    told.catalog(&(0..12).map(bad).collect::<String>());
    told.is_as_in_at("many_problems", (80, 24));
    told.press("p");
    told.is_as_in_at("all_problems", (80, 24));
    told.press("G");
    told.is_as_in_at("all_problems_scrolled", (80, 24));
    told.key(KeyCode::Esc);
    told.is_as_in_at("many_problems", (80, 24));
}

#[test]
fn the_help_and_the_palette() {
    let mut told = Told::full(trucks::SPEC.id);
    told.press("?");
    told.is_as_in("help");
    told.key(KeyCode::Esc);
    told.press(":ru");
    told.is_as_in_at("palette", (80, 24));
}

#[test]
fn every_screen_is_drawn_at_every_size() {
    const WIDTHS: [u16; 6] = [1, 7, 39, 61, 80, 130];
    // Layouts change at small heights; one of more rows is like the next.
    let heights = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 17, 18, 24, 45];
    let mut failed = Told::at(home::SPEC.id);
    failed.hear(Msg::answered(WORLD, Query::Catalog, Err(offline())));
    failed.hear(Msg::answered(WORLD, Query::trucks(), Err(offline())));
    let mut consoles = vec![Told::at(home::SPEC.id), failed, Told::full(home::SPEC.id)];
    for told in &mut consoles {
        for keys in ["1", "2", "3", "n", "4", "5", "6", "g", "?", ":"] {
            told.press(keys);
            for (width, height) in heights.into_iter().flat_map(|height| WIDTHS.map(|width| (width, height)))
            {
                told.seen((width, height));
            }
            told.key(KeyCode::Esc);
        }
    }
}

#[test]
fn a_wide_text_scrolls_with_its_cursor_in_view() {
    let mut told = Told::full(trucks::SPEC.id);
    told.press("n");
    told.app.update(Msg::Pasted("日本語のトラック".repeat(8)), now(told.start, 0));
    told.is_as_in_at("wide_text", (80, 24));
}
