//! Small workflow files, each with a verdict.

/// A workflow file, and whether GitHub rejects it.
#[derive(Debug)]
pub(super) struct Case {
    /// What is written, and where.
    place: Place,
    text: &'static str,
    pub(super) is_rejected: bool,
    /// Why the package's verdict is another one than GitHub's, if it is.
    pub(super) deviation: Option<&'static str>,
}

#[derive(Debug)]
enum Place {
    /// The whole file.
    File,
    /// A line beside a trigger and a job.
    Root,
    /// What is under `on`.
    On,
    /// The keys of a job.
    Job,
    /// The keys of a step.
    Step,
}

impl Case {
    pub(super) fn text(&self) -> String {
        let text = self.text;
        match self.place {
            Place::File => text.to_owned(),
            Place::Root => format!("on: push\n{text}\njobs: {{a: {{runs-on: x, steps: [{{run: make}}]}}}}\n"),
            Place::On => format!("on: {text}\njobs: {{a: {{runs-on: x, steps: [{{run: make}}]}}}}\n"),
            Place::Job => format!("on: push\njobs: {{a: {{{text}}}}}\n"),
            Place::Step => format!("on: push\njobs: {{a: {{runs-on: x, steps: [{{{text}}}]}}}}\n"),
        }
    }
}

const fn good(place: Place, text: &'static str) -> Case {
    Case { place, text, is_rejected: false, deviation: None }
}

const fn bad(place: Place, text: &'static str) -> Case {
    Case { place, text, is_rejected: true, deviation: None }
}

const fn but(deviation: &'static str, case: Case) -> Case {
    Case { deviation: Some(deviation), ..case }
}

use Place::{File, Job, On, Root, Step};

const STEPS: &str = "the package lets a job without steps pass; GitHub says: No steps defined in `steps`";
const STRICT: &str = "the package is stricter below `on` than GitHub, which ignores unknown keys there";
const FORMAT: &str =
    "the package does not check the name of an action; GitHub says: Expected format {org}/{repo}";
const NULL: &str = "the package refuses an empty value, which GitHub takes as the default";
const EXCLUSIVE: &str = "the package does not compare filters; GitHub says: you may only define one";
const EVENT: &str = "the package's schema has a wrong word for this event without settings";

pub(super) const CORPUS: &[Case] = &[
    good(File, "on: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n"),
    good(File, "\u{feff}on: push\r\njobs: {a: {runs-on: x, steps: [{run: make}]}}\r\n"),
    good(
        File,
        "on: push\njobs: &j\n  a: {runs-on: x, steps: &s [{run: make}]}\n  b: {runs-on: x, steps: *s}\n",
    ),
    bad(File, "on: push\n"),
    bad(File, "on: push\njobs:\n"),
    bad(File, "on: push\njobs: {}\n"),
    bad(File, "on: push\njobs: [a]\n"),
    bad(File, "jobs: {a: {runs-on: x, steps: [{run: make}]}}\n"),
    bad(File, "- on\n"),
    bad(File, "on: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n---\nname: b\n"),
    bad(File, "on: push\njobs: {a: {runs-on: x, steps: [{run: make}]}, a: {}}\n"),
    bad(File, "on: push\njobs: {a: {uses: ./b.yaml}, A: {uses: ./b.yaml}}\n"),
    bad(File, "on: push\njobs: {a: {uses: ./b.yaml, needs: b}, b: {uses: ./b.yaml, needs: a}}\n"),
    bad(File, "on: push\njobs: {a: {uses: ./b.yaml}, b: {uses: ./b.yaml, needs: [a, b]}}\n"),
    bad(File, "on: push\njobs: {a: {uses: ./b.yaml}, b: {uses: ./b.yaml, needs: [a, c]}}\n"),
    good(
        File,
        "on: push\njobs: {a: {uses: ./b.yaml}, b: {uses: o/r/.github/workflows/b.yaml@v1, needs: a}}\n",
    ),
    bad(File, "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: echo a: b\n"),
    bad(File, "on: push\njobs:\n\ta: {}\n"),
    good(Root, "name: x"),
    good(Root, "description: x"),
    good(Root, "run-name: x ${{ inputs.a }}"),
    good(Root, "env: {A: b, C: 1, D: true, E: }"),
    good(Root, "permissions: read-all"),
    good(Root, "permissions: {contents: read, id-token: write, models: read}"),
    good(Root, "permissions: {}"),
    good(Root, "defaults: {run: {shell: bash, working-directory: a}}"),
    good(Root, "concurrency: a"),
    good(Root, "concurrency: {group: a, cancel-in-progress: '${{ true }}', queue: max}"),
    bad(Root, "x-name: x"),
    bad(Root, "env:"),
    bad(Root, "env: [a]"),
    bad(Root, "env: {A: b, a: c}"),
    bad(Root, "env: {<<: {A: b}}"),
    bad(Root, "permissions: write"),
    bad(Root, "permissions: {contents: all}"),
    bad(Root, "permissions: {content: read}"),
    bad(Root, "defaults: {shell: bash}"),
    bad(Root, "concurrency: {cancel-in-progress: true}"),
    good(On, "[push, pull_request, workflow_dispatch]"),
    good(
        On,
        "{push: {branches: [main], tags-ignore: v1}, schedule: [{cron: '0 5 * * 1', timezone: Europe/Berlin}]}",
    ),
    good(On, "{repository_dispatch: {types: [a]}}"),
    but(EVENT, good(On, "repository_dispatch")),
    bad(On, "pushed"),
    bad(On, "{pull-request: }"),
    bad(On, "{schedule: [{cron: '@daily'}]}"),
    bad(On, "{schedule: [{corn: '0 5 * * 1'}]}"),
    but(STRICT, good(On, "{push: {branch: main}}")),
    but(STRICT, good(On, "{workflow_dispatch: {other: {type: string}}}")),
    but(EXCLUSIVE, bad(On, "{push: {branches: [a], branches-ignore: [b]}}")),
    good(On, "{workflow_dispatch: {inputs: {a: {type: choice, options: [1, b], default: b}}}}"),
    but(NULL, good(On, "{workflow_dispatch: {inputs: }}")),
    but(NULL, good(On, "{workflow_dispatch: {inputs: {a: }}}")),
    good(On, "{workflow_call: {inputs: {a: {type: string}}, secrets: {b: }, outputs: {c: {value: d}}}}"),
    bad(On, "{workflow_call: {inputs: {a: {required: true}}}}"),
    bad(On, "{workflow_call: {inputs: {a: {type: choice}}}}"),
    bad(On, "{workflow_call: {outputs: {a: {description: b}}}}"),
    good(Job, "runs-on: [self-hosted, linux], steps: [{run: make}]"),
    good(Job, "runs-on: {group: a, labels: [b]}, steps: [{run: make}]"),
    good(Job, "runs-on: x, environment: {name: a, url: b, deployment: false}, steps: [{run: make}]"),
    good(
        Job,
        "runs-on: x, strategy: {matrix: '${{ fromJSON(vars.a) }}', fail-fast: false}, steps: [{run: make}]",
    ),
    good(Job, "runs-on: x, container: a, services: {b: {image: c}}, outputs: {d: e}, steps: [{run: make}]"),
    good(
        Job,
        "runs-on: x, timeout-minutes: '${{ 1 }}', continue-on-error: true, snapshot: a, steps: [{run: make}]",
    ),
    good(Job, "uses: ./b.yaml, secrets: inherit, with: {a: b}, strategy: {matrix: {c: [1]}}"),
    but(STEPS, bad(Job, "runs-on: x")),
    but(STEPS, bad(Job, "runs-on: x, steps: []")),
    bad(Job, "steps: [{run: make}]"),
    bad(Job, "runs-on: , steps: [{run: make}]"),
    bad(Job, "runs-on: x, steps: {run: make}"),
    bad(Job, "runs-on: x, steps: make"),
    bad(Job, "runs_on: x, steps: [{run: make}]"),
    bad(Job, "runs-on: x, uses: ./b.yaml"),
    bad(Job, "uses: ./b.yaml, env: {a: b}"),
    bad(Job, "uses: ./b.yaml, secrets: all"),
    bad(Job, "runs-on: x, environment: {url: b}, steps: [{run: make}]"),
    bad(Job, "runs-on: x, strategy: {matrix: {a: [1]}, failfast: true}, steps: [{run: make}]"),
    bad(Job, "runs-on: x, timeout-minutes: long, steps: [{run: make}]"),
    bad(Job, "runs-on: x, continue-on-error: on, steps: [{run: make}]"),
    bad(Job, "runs-on: x, needs: {a: b}, steps: [{run: make}]"),
    bad(Job, "runs-on: x, steps: [{id: b, run: c}, {id: b, run: d}]"),
    good(Job, "runs-on: x, steps: [{id: b, run: c, background: true}, {wait: b}, {wait-all: }, {cancel: b}]"),
    good(Job, "runs-on: x, steps: [{parallel: [{run: c}, {uses: o/r@v1}]}]"),
    bad(Job, "runs-on: x, steps: [{wait: b}]"),
    bad(Job, "runs-on: x, steps: [{parallel: [{parallel: [{run: c}]}]}]"),
    bad(Job, "runs-on: x, steps: [{parallel: [{run: c, background: true}]}]"),
    good(Step, "name: 1, id: b-1, if: always(), run: make, shell: sh, working-directory: c, env: {D: e}"),
    good(Step, "uses: ./a, with: {b: 1, c: true, d: }, continue-on-error: '${{ true }}', timeout-minutes: 5"),
    good(Step, "uses: docker://alpine:3"),
    good(Step, "uses: $/a/b"),
    bad(Step, "name: x"),
    bad(Step, "runn: x"),
    bad(Step, "run: x, uses: o/r@v1"),
    bad(Step, "run: x, with: {a: b}"),
    bad(Step, "uses: o/r@v1, shell: sh"),
    bad(Step, "uses: "),
    bad(Step, "run: [a]"),
    bad(Step, "run: x, env: "),
    bad(Step, "uses: o/r@v1, with: {a: {b: c}}"),
    bad(Step, "uses: o/r@v1, with: {a: {{ b }}}"),
    bad(Step, "run: x, id: 1a"),
    bad(Step, "run: x, id: __a"),
    bad(Step, "run: '${{ a'"),
    bad(Step, "run: '${{ }}'"),
    but(FORMAT, bad(Step, "uses: o/r")),
    but(FORMAT, bad(Step, "uses: r@v1")),
];
