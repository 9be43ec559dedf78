//! Reads runs: a page of the list, and one run with its jobs.

use hello_model::{
    calls,
    failure::Failure,
    pages::Cursor,
    run::{Job, Pending, Repo, RunDetail, RunId, RunList, RunQuery},
};

use super::{
    GitHub,
    accept::Accept,
    exchange::{Asked, ReadResponse, escaped},
    wire::{self, RUNS_PER_PAGE},
};

/// A limit for an endless list; a run has a few hundred jobs at most.
const MAX_JOB_PAGES: u32 = 20;

impl GitHub {
    /// Lists the newest 30 runs of all workflows, newest first.
    pub async fn runs(&self, repo: &Repo) -> Result<RunList, Failure> {
        self.runs_page(&repo.clone().into(), None).await
    }

    /// Lists 30 of the runs that are asked for, newest first: the newest ones, or those of the page that the cursor
    /// numbers.
    pub async fn runs_page(&self, query: &RunQuery, cursor: Option<&Cursor>) -> Result<RunList, Failure> {
        let repo = &query.repo;
        let what = format!("listing the runs of {repo}");
        let number = cursor.and_then(|cursor| cursor.0.parse().ok()).unwrap_or(1);
        let asked = Asked { call: &calls::LIST_RUNS, what: &what, repo };
        let ReadResponse { body, left_out } =
            self.read(asked, list_path(query, number), Accept::Json).await?;
        let mut list = wire::runs(&body, number).map_err(|error| self.unreadable(&what, &error))?;
        list.runs.left_out = left_out;
        Ok(list)
    }

    /// Reads one run with the jobs of its latest attempt and their steps, and what it waits for.
    pub async fn run(&self, repo: &Repo, id: RunId) -> Result<RunDetail, Failure> {
        let what = format!("reading run {id} of {repo}");
        let asked = Asked { call: &calls::READ_RUN, what: &what, repo };
        let body = self.get(asked, format!("/repos/{repo}/actions/runs/{id}")).await?;
        let run = wire::run(&body).map_err(|error| self.unreadable(&what, &error))?;
        let (jobs, unreadable_jobs) = self.jobs(&what, repo, id).await?;
        let mut detail = RunDetail { unreadable_jobs, ..RunDetail::new(run, jobs) };
        if detail.is_waiting() {
            detail.pending = self.pending(repo, id).await;
        }
        Ok(detail)
    }

    /// Reads which environments a run waits for. A failure is part of the answer: the run itself is known.
    async fn pending(&self, repo: &Repo, id: RunId) -> Pending {
        let what = format!("reading what run {id} waits for");
        let path = format!("/repos/{repo}/actions/runs/{id}/pending_deployments");
        let asked = Asked { call: &calls::LIST_PENDING, what: &what, repo };
        let environments = match self.get(asked, path).await {
            Ok(body) => wire::pending(&body).map_err(|error| self.unreadable(&what, &error)),
            Err(failure) => Err(failure),
        };
        match environments {
            Ok(environments) => Pending { environments, unknown: None },
            Err(Failure { why, hint, .. }) => {
                let next = hint.map(|hint| format!("; next: {hint}")).unwrap_or_default();
                Pending { environments: Vec::new(), unknown: Some(format!("{why}{next}")) }
            }
        }
    }

    /// Reads the jobs of a run. The number counts entries without an id.
    async fn jobs(&self, what: &str, repo: &Repo, id: RunId) -> Result<(Vec<Job>, usize), Failure> {
        let (mut jobs, mut unreadable, mut seen) = (Vec::new(), 0, 0);
        for page in 1..=MAX_JOB_PAGES {
            let path = format!("/repos/{repo}/actions/runs/{id}/jobs?filter=latest&per_page=100&page={page}");
            let body = self.get(Asked { call: &calls::LIST_JOBS, what, repo }, path).await?;
            let page = wire::jobs(&body).map_err(|error| self.unreadable(what, &error))?;
            let count = page.items.len() + page.unreadable;
            unreadable += page.unreadable;
            seen += count;
            // GitHub never sends more items than requested.
            jobs.extend(page.items.into_iter().take(100));
            if count == 0 || page.total.map_or(count < 100, |total| seen >= total) {
                break;
            }
        }
        Ok((jobs, unreadable))
    }
}

/// Returns the path of a page of a list. GitHub has a path of its own for the runs of one workflow.
fn list_path(RunQuery { repo, filter }: &RunQuery, number: usize) -> String {
    let list = match &filter.workflow {
        Some(workflow) => format!("/repos/{repo}/actions/workflows/{}/runs", escaped(workflow)),
        None => format!("/repos/{repo}/actions/runs"),
    };
    let selected = filter.parameters().map(|(name, value)| format!("&{name}={}", escaped(value)));
    let page = (number > 1).then(|| format!("&page={number}"));
    let parameters: String = selected.chain(page).collect();
    format!("{list}?per_page={RUNS_PER_PAGE}{parameters}")
}
