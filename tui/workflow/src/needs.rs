//! The order of jobs.

use std::collections::HashMap;

use hello_yaml::{At, closest, shortened};

use crate::report::Report;

/// A job, and the jobs that have to end before it, with the location of each name.
#[derive(Debug)]
pub(crate) struct JobNeeds {
    pub(crate) id: String,
    pub(crate) needs: Vec<(String, At)>,
}

/// Reports needs of unknown jobs, and jobs that wait for each other. Case makes no difference.
pub(crate) fn check(jobs: &[JobNeeds], report: &mut Report<'_>) {
    let numbers: HashMap<String, usize> =
        jobs.iter().enumerate().map(|(number, job)| (job.id.to_lowercase(), number)).collect();
    let mut waiting: Vec<Vec<(usize, At)>> = Vec::with_capacity(jobs.len());
    for job in jobs {
        let mut known = Vec::new();
        for (name, at) in &job.needs {
            if let Some(number) = numbers.get(&name.to_lowercase()) {
                known.push((*number, *at));
                continue;
            }
            let rule = format!("`{}` needs the unknown job `{}`", shortened(&job.id), shortened(name));
            let near = closest(name, jobs.iter().map(|job| &*job.id));
            let hint = near.map(|near| format!("did you mean `{}`?", shortened(near)));
            report.error(*at, rule, hint.unwrap_or_default());
        }
        waiting.push(known);
    }
    cycles(jobs, &waiting, report);
}

/// Reports the jobs that never start because each waits for another one of them.
fn cycles(jobs: &[JobNeeds], waiting: &[Vec<(usize, At)>], report: &mut Report<'_>) {
    let needs: Vec<Vec<usize>> =
        waiting.iter().map(|needs| needs.iter().map(|(need, _)| *need).collect()).collect();
    let starts = reached(&needs);
    // A job behind a cycle does not start either, but its own needs are right: going backwards leaves it out.
    let ends = reached(&reversed(&needs));
    let is_in_cycle = |job: usize| !starts[job] && !ends[job];
    for (job, needs) in waiting.iter().enumerate().filter(|(job, _)| is_in_cycle(*job)) {
        if let Some((need, at)) = needs.iter().find(|(need, _)| is_in_cycle(*need)) {
            let (id, other) = (shortened(&jobs[job].id), shortened(&jobs[*need].id));
            let rule = if job == *need {
                format!("`{id}` needs itself")
            } else {
                format!("`{id}` needs `{other}`, which waits for `{id}`")
            };
            report.error(*at, rule, "remove one of these needs");
        }
    }
}

/// Returns for each job whether it is reached by going on from the jobs without needs.
fn reached(needs: &[Vec<usize>]) -> Vec<bool> {
    let followers = reversed(needs);
    let mut open: Vec<usize> = needs.iter().map(Vec::len).collect();
    let mut ready: Vec<usize> = (0..needs.len()).filter(|job| open[*job] == 0).collect();
    let mut done = vec![false; needs.len()];
    while let Some(job) = ready.pop() {
        done[job] = true;
        for follower in &followers[job] {
            open[*follower] -= 1;
            if open[*follower] == 0 {
                ready.push(*follower);
            }
        }
    }
    done
}

/// Returns for each job the jobs that need it.
fn reversed(needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut followers = vec![Vec::new(); needs.len()];
    for (job, needs) in needs.iter().enumerate() {
        for need in needs {
            followers[*need].push(job);
        }
    }
    followers
}
