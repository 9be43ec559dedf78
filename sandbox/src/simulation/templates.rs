//! The jobs of each workflow, with their steps and the usual duration of each step.

use super::environments::{Environment, PRODUCTION_EU, STAGING, STAGING_EU};

/// A job of a workflow.
#[derive(Clone, Copy, Debug)]
pub(super) struct JobTemplate {
    pub name: &'static str,
    /// The indices of the jobs that it needs.
    pub needs: &'static [usize],
    pub steps: &'static [StepTemplate],
    /// The index of the step that fails if the job fails.
    pub failing_step: usize,
    pub labels: &'static [&'static str],
    /// The environment that it deploys to.
    pub environment: Option<&'static Environment>,
}

/// A step: its name, its usual duration in seconds, and when it starts.
#[derive(Debug)]
pub(super) struct StepTemplate {
    pub name: &'static str,
    pub seconds: u64,
    pub start: Start,
}

/// When a step starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// After the steps before it, except those in the background.
    Then,
    /// Likewise; the next step does not wait for it.
    Background,
    /// Likewise; it lasts as long as the members that follow it.
    Group,
    /// With the group before it.
    Member,
}

use Start::{Background, Group, Member, Then};

pub(super) const HOSTED: &[&str] = &["ubuntu-24.04"];
const ARM: &[&str] = &["ubuntu-24.04-arm"];
const LATEST: &[&str] = &["ubuntu-latest"];
const OWN: &[&str] = &["self-hosted", "arm64"];

const fn job(name: &'static str, steps: &'static [StepTemplate], failing_step: usize) -> JobTemplate {
    JobTemplate { name, needs: &[], steps, failing_step, labels: HOSTED, environment: None }
}

/// Returns a job that runs after other jobs.
const fn after(needs: &'static [usize], template: JobTemplate) -> JobTemplate {
    JobTemplate { needs, ..template }
}

/// Returns a job that needs a runner with these labels.
const fn on(labels: &'static [&'static str], template: JobTemplate) -> JobTemplate {
    JobTemplate { labels, ..template }
}

const fn step(name: &'static str, seconds: u64) -> StepTemplate {
    StepTemplate { name, seconds, start: Then }
}

const fn starting(start: Start, name: &'static str, seconds: u64) -> StepTemplate {
    StepTemplate { name, seconds, start }
}

const SET_UP: StepTemplate = step("Set up job", 3);
const CHECK_OUT: StepTemplate = step("Check out the repository", 2);
const POST: StepTemplate = step("Post Check out the repository", 1);
const COMPLETE: StepTemplate = step("Complete job", 1);

pub(super) const CHECK: &[JobTemplate] = &[
    job(
        "lint",
        &[
            SET_UP,
            CHECK_OUT,
            step("Install Rust", 9),
            step("Restore the build cache", 4),
            step("Check formatting", 2),
            step("Run clippy", 24),
            POST,
            COMPLETE,
        ],
        5,
    ),
    job(
        "test",
        &[
            SET_UP,
            CHECK_OUT,
            step("Install Rust", 9),
            step("Restore the build cache", 5),
            step("Build", 34),
            step("Run the tests", 33),
            POST,
            COMPLETE,
        ],
        5,
    ),
];

pub(super) const BUILD: JobTemplate = job(
    "build",
    &[
        SET_UP,
        CHECK_OUT,
        step("Set up Docker Buildx", 4),
        step("Log in to Docker Hub", 1),
        step("Build and push the image", 46),
        POST,
        COMPLETE,
    ],
    4,
);

pub(super) const SMOKE: JobTemplate =
    job("smoke", &[SET_UP, step("Ask for the trucks", 12), step("Compare the image digest", 4), COMPLETE], 1);

const ANALYZE: &[StepTemplate] = &[
    SET_UP,
    step("Check out", 2),
    step("Prepare", 21),
    step("Analyze", 160),
    step("Post Check out", 1),
    COMPLETE,
];

pub(super) const CODEQL: &[JobTemplate] =
    &[job("Analyze actions", ANALYZE, 3), job("Analyze rust", ANALYZE, 3)];

const LEG: &[StepTemplate] =
    &[SET_UP, CHECK_OUT, step("Restore the build cache", 6), step("Run the tests", 230), POST, COMPLETE];

const fn leg(name: &'static str, labels: &'static [&'static str]) -> JobTemplate {
    after(&[0], on(labels, job(name, LEG, 3)))
}

/// The index of the job of the fleet checks that needs a runner of the repository's own.
pub(super) const OWN_RUNNER: usize = 9;

/// Twelve jobs that take about ten minutes; `FLEET_WAITING` deploys to other environments.
pub(super) const FLEET: &[JobTemplate] = &[
    job("prepare", &[SET_UP, CHECK_OUT, step("Run ./prepare.sh", 44), POST, COMPLETE], 2),
    leg("test (ubuntu-latest, 1)", LATEST),
    leg("test (ubuntu-latest, 2)", LATEST),
    leg("test (ubuntu-latest, 3)", LATEST),
    leg("test (ubuntu-latest, 4)", LATEST),
    leg("test (ubuntu-24.04-arm, 1)", ARM),
    leg("test (ubuntu-24.04-arm, 2)", ARM),
    leg("test (ubuntu-24.04-arm, 3)", ARM),
    leg("test (ubuntu-24.04-arm, 4)", ARM),
    after(&[0], on(OWN, job("build", PARALLEL, 4))),
    JobTemplate {
        environment: Some(STAGING),
        ..after(&[1, 2, 3, 4, 5, 6, 7, 8, 9], job("deploy / Deploy to staging", DEPLOY_STEPS, 3))
    },
    after(&[10], job("report", &[SET_UP, step("Write the report", 25), COMPLETE], 1)),
];

const PARALLEL: &[StepTemplate] = &[
    SET_UP,
    CHECK_OUT,
    starting(Background, "Start database (bg)", 210),
    starting(Group, "Parallel group", 0),
    starting(Member, "Lint", 38),
    starting(Member, "Unit tests", 170),
    step("Package", 60),
    COMPLETE,
];

const DEPLOY_STEPS: &[StepTemplate] = &[
    SET_UP,
    step("Check out", 2),
    step("Verify the signature", 6),
    step("Deploy", 190),
    step("Run the smoke test", 20),
    COMPLETE,
];

const BINARIES: &[StepTemplate] =
    &[SET_UP, step("Check out", 2), step("Build", 210), step("Upload the binaries", 5), COMPLETE];

pub(super) const RELEASE: &[JobTemplate] = &[
    job("Version and notes", &[SET_UP, step("Check out", 3), step("Upload the notes", 2), COMPLETE], 1),
    after(&[0], job("Binaries for x86_64", BINARIES, 2)),
    after(&[0], on(ARM, job("Binaries for aarch64", BINARIES, 2))),
    after(&[0], job("Image / Build for amd64", IMAGE_STEPS, 2)),
    after(&[0], on(ARM, job("Image / Build for arm64", IMAGE_STEPS, 2))),
    after(&[1, 2, 3, 4], job("Publish", &[SET_UP, step("Download", 4), step("Publish", 6), COMPLETE], 2)),
];

const IMAGE_STEPS: &[StepTemplate] =
    &[SET_UP, step("Check out", 2), step("Build", 150), step("Push", 9), COMPLETE];

/// The name of the deploy job. `DEPLOY_STEP` is its step that waits for CloudFormation.
pub(super) const DEPLOY: &str = "deploy";
pub(super) const DEPLOY_STEP: &str = "Deploy the CloudFormation stack";
pub(super) const BEFORE_DEPLOY: &[StepTemplate] = &[SET_UP, CHECK_OUT, step("Configure AWS credentials", 2)];

/// The fleet checks that deploy to two environments with reviewers.
pub(super) const FLEET_WAITING: &[JobTemplate] = &[
    job("prepare", &[SET_UP, CHECK_OUT, step("Run ./prepare.sh", 44), POST, COMPLETE], 2),
    leg("test (ubuntu-latest, 1)", LATEST),
    leg("test (ubuntu-24.04-arm, 1)", ARM),
    JobTemplate {
        environment: Some(STAGING_EU),
        ..after(&[1, 2], job("deploy / Deploy to staging/eu west", DEPLOY_STEPS, 3))
    },
    JobTemplate {
        environment: Some(PRODUCTION_EU),
        ..after(&[1, 2], job("deploy / Deploy to production-eu", DEPLOY_STEPS, 3))
    },
];
