//! Files that GitHub rejects: the line, the reason, and what to do.

use hello_workflow::{JobSpec, Problem, Severity, Trigger, Workflow};

use crate::{JOB, is_rejected, problems, read};

const RELEASE: &str = "\
name: Release
run-name: Release ${{ inputs.version }}
on: [push, workflow_dispatch]
jobs:
  build:
    name: Build ${{ matrix.os }}
    strategy: {matrix: {os: [linux, macos]}}
    runs-on: ${{ matrix.os }}
    steps: [{uses: actions/checkout@v5}, {run: make}]
  deploy:
    needs: [build, test]
    environment: {name: production, url: https://example.com}
    runs-on: ubuntu-latest
    steps: [{run: make deploy}]
  test:
    needs: build
    uses: ./.github/workflows/test.yaml
";

#[test]
fn jobs_keep_their_order_and_their_needs() {
    let (workflow, problems) = read(RELEASE);
    assert_eq!(problems, []);
    assert_eq!(workflow.name.as_deref(), Some("Release"));
    assert_eq!(workflow.run_name.as_deref(), Some("Release ${{ inputs.version }}"));
    let event = |event: &str| Trigger { event: event.to_owned(), line: 3 };
    assert_eq!(workflow.triggers, [event("push"), event("workflow_dispatch")]);
    let [build, deploy, test] = &workflow.jobs[..] else { panic!("{:?}", workflow.jobs) };
    assert!(build.matrix && !deploy.matrix);
    assert_eq!(build.name.as_deref(), Some("Build ${{ matrix.os }}"));
    assert_eq!((&deploy.needs[..], deploy.line), (&["build".to_owned(), "test".to_owned()][..], 10));
    assert_eq!(deploy.environment.as_deref(), Some("production"));
    assert_eq!(test.uses.as_deref(), Some("./.github/workflows/test.yaml"));
    let expected =
        JobSpec { id: "test".to_owned(), needs: vec!["build".to_owned()], line: 15, ..test.clone() };
    assert_eq!(*test, expected);
}

#[test]
fn an_unquoted_colon_in_a_script_is_shown_with_a_caret() {
    let text = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: echo state: ok\n";
    let (_, problems) = read(text);
    let [problem] = &problems[..] else { panic!("{problems:?}") };
    assert_eq!(problem.to_string(), "line 6, column 24: a `: ` in unquoted text begins a map");
    let hint = "quote this text: run: \"echo state: ok\", or write it below `run: |`";
    assert_eq!((problem.hint.as_deref(), problem.severity), (Some(hint), Severity::Error));
    let excerpt = problem.excerpt(text, 80).unwrap();
    assert_eq!(excerpt.to_string(), "      - run: echo state: ok\n                       ^");
}

#[test]
fn text_that_is_no_yaml_is_located() {
    for (text, begins, hint) in [
        ("on: push\non: push\n", "2:1 Map keys must be unique", "remove one of the two"),
        ("on: push\njobs:\n\ta: {}\n", "3:", "indent with spaces"),
        ("on: push\nname: \"CI\njobs: {}\n", "", "check the quotes"),
        ("on: push\nname: [a\njobs:\n  a: b\n", "", "close the [ after name"),
        ("on: push\nname: @ci\n", "2:7", "quote this text: name: \"@ci\""),
        ("on: *missing\n", "1:", ""),
        (
            "jobs: {}\nrun: [ -f x ] && make\n",
            "2:",
            "quote this text: run: \"[ -f x ] && make\", or write it below",
        ),
        ("on: push\n---\nname: x\n", "3:1 a workflow file has one document", "remove the `---`"),
    ] {
        let found = problems(text);
        assert!(
            found.iter().any(|problem| problem.starts_with(begins) && problem.contains(hint)),
            "{text}: {found:#?}"
        );
        assert!(is_rejected(text), "{text}");
    }
}

/// What stands under `jobs.a`, and the problems of the file. The last one is at `^`, the others at the id of the job.
const JOBS: &[(&str, &[&str])] = &[
    ("{}", &["the job `a` has no `runs-on`", "the job `a` has no `steps`"]),
    ("", &["the job `a` is empty"]),
    ("text", &["the job `a` is \"text\""]),
    ("{runs-on: x, ^steps: []}", &["the job `a` has no steps"]),
    ("{runs-on: x, ^steps: {run: x}}", &["the steps of `a` are a list, but this is a map"]),
    ("{runs-on: x, steps: [^make]}", &["a step is a map, but this is \"make\""]),
    ("{^runs-on: , steps: [{run: x}]}", &["`runs-on` names no runner"]),
    ("{^runs_on: x, steps: [{run: x}]}", &["the job `a` has no `runs-on`", "`runs_on` is no key of a job"]),
    ("{uses: ./a.yaml, ^steps: []}", &["`steps` is no key of a job that calls a workflow with `uses`"]),
    ("{uses: ^o/r/a.yaml}", &["`o/r/a.yaml` names no version of the workflow"]),
    ("{^uses: }", &["the job `a` calls no workflow"]),
    (
        "{uses: ./a.yaml, ^secrets: inhrit}",
        &["`secrets` is `inherit` or a map of secrets, but this is \"inhrit\""],
    ),
    ("{runs-on: x, steps: [{^runn: x}]}", &["`runn` is no key of a step"]),
    ("{runs-on: x, steps: [^{name: x}]}", &["a step has neither `run` nor `uses`"]),
    ("{runs-on: x, steps: [{run: x, ^uses: o/r@v1}]}", &["a step has both `run` and `uses`"]),
    ("{runs-on: x, steps: [{run: x, ^with: {a: b}}]}", &["`with` is no key of a step with `run`"]),
    ("{runs-on: x, steps: [{uses: o/r@v1, ^shell: sh}]}", &["`shell` is no key of a step with `uses`"]),
    ("{runs-on: x, steps: [{uses: ^o/r}]}", &["`o/r` names no action"]),
    ("{runs-on: x, steps: [{run: x, ^env: }]}", &["`env` is a map of variables, but this is empty"]),
    ("{runs-on: x, steps: [{uses: o/r@v1, with: {a: ^{{ b }}}}]}", &["`a` is a text, but this is a map"]),
    ("{runs-on: x, steps: [{id: ^1a, run: x}]}", &["`1a` is no valid id of a step"]),
    (
        "{runs-on: x, steps: [{id: b, run: x}, {id: ^B, run: x}]}",
        &["another step of this job has the id `B`"],
    ),
    ("{runs-on: x, steps: [{run: ^\"${{ a\"}]}", &["an expression begins with `${{` and does not end"]),
    (
        "{runs-on: x, steps: [{run: x, continue-on-error: ^yes}]}",
        &["`continue-on-error` is true or false, but this is \"yes\""],
    ),
    (
        "{runs-on: x, timeout-minutes: ^long, steps: [{run: x}]}",
        &["`timeout-minutes` is a number, but this is \"long\""],
    ),
    (
        "{runs-on: x, permissions: {^content: read}, steps: [{run: x}]}",
        &["`content` is no key of permissions"],
    ),
    (
        "{runs-on: x, ^permissions: write, steps: [{run: x}]}",
        &["`permissions` is a map, but this is \"write\""],
    ),
    ("{runs-on: x, ^environment: {url: y}, steps: [{run: x}]}", &["`environment` has no `name`"]),
    ("{runs-on: x, needs: ^b, steps: [{run: x}]}", &["`a` needs the unknown job `b`"]),
    ("{runs-on: x, needs: ^a, steps: [{run: x}]}", &["`a` needs itself"]),
    ("{runs-on: x, needs: ^{b: c}, steps: [{run: x}]}", &["`needs` has ids of jobs, but this is a map"]),
    ("{^<<: {}, runs-on: x, steps: [{run: x}]}", &["GitHub knows no merge keys"]),
];

#[test]
fn each_mistake_in_a_job_is_one_problem() {
    for (body, expected) in JOBS {
        let marked = format!("jobs: {{a: {body}}}");
        let id = marked.find('a').map(|index| index + 1);
        let place = marked.find('^').map(|index| index + 1).or(id);
        let text = format!("on: push\n{}\n", marked.replacen('^', "", 1));
        let (_, problems) = read(&text);
        let mut found: Vec<_> =
            problems.iter().map(|problem| (&*problem.rule, Some(problem.column))).collect();
        found.sort_by_key(|(rule, _)| expected.iter().position(|expected| expected == rule));
        let (last, others) = expected.split_last().unwrap();
        let expected: Vec<_> = others.iter().map(|rule| (*rule, id)).chain([(*last, place)]).collect();
        assert_eq!(found, expected, "{text}");
        assert!(is_rejected(&text) && problems.iter().all(|problem| problem.line == 2), "{text}");
    }
}

#[test]
fn the_root_of_a_file_is_checked() {
    for (text, expected) in [
        ("", "1:1 this file is empty | a workflow begins with `on:` and `jobs:`"),
        (
            "- a\n",
            "1:1 a workflow is a map, but this file is a list | a workflow begins with `on:` and `jobs:`",
        ),
        ("name: x\n", "1:1 this workflow has no `jobs` | add a job below `jobs:`"),
        (
            "on: push\njobs:\n",
            "2:1 `jobs` is a map, but this is empty | write each job as `ID:`, with its keys below",
        ),
        ("on: push\njobs: {}\n", "2:1 this workflow has no job | add one below `jobs:`"),
        (
            "on: push\njobs: [a]\n",
            "2:1 `jobs` is a map, but this is a list | write each job as `ID:`, with its keys below",
        ),
        (JOB, "1:1 this workflow has no `on` | add the events that start it, as in `on: push`"),
        (
            "on: push\njobs: {1a: {runs-on: x, steps: [{run: make}]}}\n",
            "2:8 `1a` is no valid id of a job | an id begins with a letter or _, has only letters, digits, - and _, and \
             less than 100 characters",
        ),
        (
            "on: push\njobs: {a: {uses: ./b.yaml}, A: {uses: ./b.yaml}}\n",
            "2:29 `A` is there already, as `a`: case makes no difference | remove one of the two, or rename it",
        ),
    ] {
        assert!(problems(text).contains(&expected.to_owned()), "{text}: {:#?}", problems(text));
    }
    let with = |line: &str| problems(&format!("on: push\n{line}\n{JOB}"));
    assert_eq!(
        with("permission: {}"),
        ["2:1 `permission` is no key of a workflow | did you mean `permissions`?"]
    );
    assert_eq!(
        with("env:"),
        [
            "2:1 `env` is a map of variables, but this is empty | write NAME: VALUE pairs below it, or remove it"
        ]
    );
    assert_eq!(with("concurrency: {cancel-in-progress: true}").len(), 1);
    assert_eq!(
        with("defaults: {run: {shel: sh}}"),
        ["2:18 `shel` is no key of defaults.run | did you mean `shell`?"]
    );
}

#[test]
fn a_key_that_is_indented_too_little_is_told_its_place() {
    for (text, expected) in [
        (
            "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n    - name: a\n    run: x\n",
            "7:5 `run` is no key of a job | it belongs to a step: indent it as deep as the first key after the `- `",
        ),
        (
            "on: push\njobs:\n  a:\n  runs-on: x\nsteps: [{run: x}]\n",
            "5:1 `steps` is no key of a workflow | it belongs to a job: indent it below the id of one",
        ),
        ("on:\npush:\n", "2:1 `push` is no key of a workflow | it belongs to `on`: indent it"),
    ] {
        assert!(problems(text).contains(&expected.to_owned()), "{text}: {:#?}", problems(text));
    }
}

#[test]
fn events_are_known_by_name() {
    let with = |on: &str| problems(&format!("{on}\n{JOB}"));
    for on in [
        "on: push",
        "\"on\": [push, pull_request]",
        "'on': {push: , workflow_dispatch: {}}",
        "on: {image_version: }",
    ] {
        assert_eq!(with(on), [""; 0], "{on}");
    }
    assert_eq!(with("on: psh"), ["1:5 GitHub knows no event `psh` | "]);
    assert_eq!(
        with("on: [push, pul_request]"),
        ["1:12 GitHub knows no event `pul_request` | did you mean `pull_request`?"]
    );
    for on in ["on:", "on: []", "on: {}"] {
        assert_eq!(
            with(on),
            ["1:1 `on` has no event | add the events that start the workflow, as in `on: push`"],
            "{on}"
        );
    }
    assert_eq!(
        with("on: {push: {branches: [a], branches-ignore: [b]}}"),
        [
            "1:28 `push` has both `branches` and `branches-ignore` | keep `branches`, and exclude with patterns that begin \
         with !"
        ]
    );
    assert_eq!(with("on: {schedule: [{cron: '@daily'}]}").len(), 1);
}

#[test]
fn a_misspelt_filter_is_a_warning_as_github_ignores_it() {
    let text = format!("on: {{push: {{branch: [main]}}}}\n{JOB}");
    let (_, problems) = read(&text);
    let [problem] = &problems[..] else { panic!("{problems:?}") };
    assert_eq!((problem.column, problem.severity), (13, Severity::Warning));
    assert!(!is_rejected(&text));
}

#[test]
fn jobs_that_wait_for_each_other_are_named() {
    let text = "\
on: push
jobs:
  a: {uses: ./a.yaml}
  b: {uses: ./b.yaml, needs: [a, d]}
  c: {uses: ./c.yaml, needs: B}
  d: {uses: ./d.yaml, needs: c}
  e: {uses: ./e.yaml, needs: d}
";
    assert_eq!(
        problems(text),
        [
            "4:34 `b` needs `d`, which waits for `b` | remove one of these needs",
            "5:30 `c` needs `b`, which waits for `c` | remove one of these needs",
            "6:30 `d` needs `c`, which waits for `d` | remove one of these needs",
        ]
    );
}

#[test]
fn parallel_steps_are_known() {
    let steps = |steps: &str| problems(&format!("on: push\njobs: {{a: {{runs-on: x, steps: {steps}}}}}\n"));
    let good = "[{id: db, run: x, background: true}, {parallel: [{run: a}, {id: t, uses: o/r@v1}]}, {wait: [db, t]}, \
                {wait-all: }, {cancel: db}]";
    assert_eq!(steps(good), [""; 0]);
    assert_eq!(steps("[{wait: bd}]"), ["2:39 no step above has the id `bd` | "]);
    assert_eq!(
        steps("[{parallel: [{parallel: []}]}]"),
        ["2:45 `parallel` is not allowed in a parallel group | a group has steps with `run` or `uses` only"]
    );
}

#[test]
fn anchors_and_aliases_are_followed() {
    let text = "\
on: push
x-env: &env {A: b}
jobs:
  a: &job
    runs-on: x
    env: *env
    steps: &steps
      - run: make
  b: *job
  c: {runs-on: x, steps: *steps}
";
    let (workflow, _) = read(text);
    assert_eq!(workflow.jobs.iter().map(|job| job.line).collect::<Vec<_>>(), [4, 9, 10]);
    assert_eq!(problems(text).len(), 1, "only the unknown key: {:#?}", problems(text));
}

#[test]
fn the_bounds_are_kept() {
    let large = Workflow::read(&vec![b'a'; hello_workflow::MAX_BYTES + 1]).1;
    assert_eq!(large[0].rule, "this file is larger than 1024 KiB");
    let deep = format!("on: {}", "[".repeat(10_000));
    assert!(is_rejected(&deep));
    let jobs: Vec<String> = (0..2_000).map(|id| format!("  j{id}: {{uses: ./a.yaml}}\n")).collect();
    let (workflow, problems) = read(&format!("on: push\njobs:\n{}", jobs.concat()));
    assert_eq!(workflow.jobs.len(), 1_000);
    assert_eq!(
        problems.iter().map(Problem::to_string).collect::<Vec<_>>(),
        ["line 1003, column 3: this workflow has 2000 jobs; the first 1000 are read"]
    );
}
