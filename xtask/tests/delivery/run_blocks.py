"""Writes each `run:` block of the workflows and actions into a folder as a script, as GitHub's bash would get it."""

import pathlib
import sys

import yaml

folder = pathlib.Path(sys.argv[1])
github = pathlib.Path(".github")
for path in sorted([*github.glob("workflows/*.yaml"), *github.glob("actions/*/action.yaml")]):
    described = yaml.safe_load(path.read_text(encoding="utf-8"))
    jobs = described.get("jobs") or {"runs": described.get("runs", {})}
    for job, steps in ((job, body.get("steps", [])) for job, body in jobs.items()):
        for number, step in enumerate(step for step in steps if "run" in step):
            script = folder / f"{path.stem}-{job}-{number}.sh"
            script.write_text("#!/usr/bin/env bash\nset -eo pipefail\n" + step["run"], encoding="utf-8")
