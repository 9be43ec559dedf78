//! Measures reading a large catalog: 10,000 entities in 2,000 descriptors.
//!
//! Start it with `cargo run --release -p hello-catalog --example bench-catalog`. The descriptors are the same in each
//! run. With a folder as its argument, it also writes them there, so that another program can be measured with them.
//!
//! The output is one line: what was measured, the median and the slowest time in milliseconds, separated by tabs.
//! `cargo xtask bench catalog` reads it.

#![expect(clippy::print_stdout, reason = "a measurement prints its result")]
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock and may write files")]

use std::{
    env,
    fmt::Write,
    fs, io,
    path::Path,
    time::{Duration, Instant},
};

use fastrand::Rng;
use hello_catalog::{Catalog, Source, read};

const SEED: u64 = 20_240_229;
const FILES: usize = 2_000;
const ENTITIES_PER_FILE: usize = 5;
const ROUNDS: usize = 15;

/// One file in this number has a reference to an entity that no file describes.
const FILES_PER_PROBLEM: usize = 100;

fn main() -> io::Result<()> {
    let sources = sources();
    if let Some(folder) = env::args_os().nth(1) {
        write(Path::new(&folder), &sources)?;
    }
    let mut times: Vec<Duration> = (0..ROUNDS).map(|_| measure(&sources)).collect();
    times.sort_unstable();
    println!(
        "validate and relate {} entities of {FILES} sources in memory	{:.1}	{:.1}",
        FILES * ENTITIES_PER_FILE,
        milliseconds(times[ROUNDS / 2]),
        milliseconds(times[ROUNDS - 1]),
    );
    Ok(())
}

fn measure(sources: &[Source]) -> Duration {
    let started = Instant::now();
    let catalog = read(sources);
    let took = started.elapsed();
    check(&catalog);
    took
}

/// Panics if the catalog is not complete: a measurement of something else is worth nothing.
fn check(catalog: &Catalog) {
    assert_eq!(catalog.entities.len(), FILES * ENTITIES_PER_FILE);
    assert_eq!(catalog.problems.len(), FILES / FILES_PER_PROBLEM, "{:?}", catalog.problems.first());
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn write(folder: &Path, sources: &[Source]) -> io::Result<()> {
    for source in sources {
        let path = folder.join(&source.name);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, &source.text)?;
    }
    Ok(())
}

fn sources() -> Vec<Source> {
    let mut rng = Rng::with_seed(SEED);
    (0..FILES).map(|number| source(number, &mut rng)).collect()
}

/// Returns the descriptor of a repository: a service, its API and its database, with a team and one of its members.
fn source(number: usize, rng: &mut Rng) -> Source {
    let mut text = String::new();
    component(&mut text, number, rng);
    let owner = rng.usize(..FILES);
    let _ = write!(
        text,
        "---
apiVersion: backstage.io/v1alpha1
kind: API
metadata:
  name: service-{number}-api
  description: The HTTP interface of service {number}
spec:
  type: openapi
  lifecycle: production
  owner: team-{owner}
  definition:
    $text: ./openapi.yaml
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata:
  name: service-{number}-db
  annotations:
    amazon.com/account-id: \"012345678901\"
spec:
  type: database
  owner: group:default/team-{owner}
  dependencyOf: ['component:service-{number}']
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata:
  name: team-{number}
spec:
  type: team
  profile:
    displayName: Team {number}
    email: team-{number}@example.com
  children: []
  members: [person-{number}]
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata:
  name: person-{number}
spec:
  profile:
    displayName: \"Person Number {number}\"
    email: person-{number}@example.com
  memberOf: [team-{number}, team-{}]
",
        rng.usize(..FILES),
    );
    Source { name: format!("service-{number}/catalog-info.yaml"), text: text.into_bytes() }
}

fn component(text: &mut String, number: usize, rng: &mut Rng) {
    let [owner, consumed, other] = std::array::from_fn(|_| rng.usize(..FILES));
    let language = rng.choice(["go", "java", "python", "rust", "typescript"]).unwrap_or_default();
    let missing = if number.is_multiple_of(FILES_PER_PROBLEM) { "    - component:retired\n" } else { "" };
    let _ = write!(
        text,
        "apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: service-{number}
  title: Service {number}
  description: |
    Service {number} takes orders for trucks, plans routes for them,
    and reports where they are.
  labels:
    example.com/tier: \"{}\"
  annotations:
    github.com/project-slug: example/service-{number}
    backstage.io/techdocs-ref: dir:.
    aws.amazon.com/amazon-ecs-service-arn: arn:aws:ecs:eu-central-1:012345678901:service/main/service-{number}
  tags: [{language}, http, fleet]
  links:
    - url: https://example.com/dashboards/service-{number}?tab=latency
      title: Dashboard
      icon: dashboard
    - url: https://example.com/runbooks/service-{number}
      title: Runbook
spec:
  type: service
  lifecycle: production # since 2021
  owner: team-{owner}
  providesApis:
    - service-{number}-api
  consumesApis:
    - api:default/service-{consumed}-api
  dependsOn:
    - resource:service-{number}-db
    - component:service-{other}
{missing}",
        rng.u8(1..=3),
    );
}
