//! Reads which commit is where: environments, and the deployments that GitHub records.

use std::collections::BTreeMap;

use hello_model::{
    calls,
    failure::{Failure, Kind},
    run::{Environment, EnvironmentDeployment, Environments, Repo},
};

use super::{GitHub, exchange::Asked, wire};

/// How many environments are looked at.
const MAX_ENVIRONMENTS: usize = 20;

/// How many deployments of an environment are looked at for one that has succeeded.
const MAX_DEPLOYMENTS: usize = 4;

impl GitHub {
    /// Reads what is deployed to each environment of a repository.
    pub async fn environments(&self, repo: &Repo) -> Result<Environments, Failure> {
        let names = self.environment_names(repo).await?;
        let mut recorded = self.deployments(repo).await?;
        // A deployment may name an environment that has no settings.
        let others: Vec<_> = recorded.keys().filter(|name| !names.contains(name)).cloned().collect();
        let mut environments = Vec::new();
        for name in names.into_iter().chain(others).take(MAX_ENVIRONMENTS) {
            let deployments = recorded.remove(&name).unwrap_or_default();
            environments.push(self.environment(repo, name, deployments).await?);
        }
        Ok(Environments { environments })
    }

    /// Lists the names of the environments. A repository without any answers that there are none.
    async fn environment_names(&self, repo: &Repo) -> Result<Vec<String>, Failure> {
        let what = format!("listing the environments of {repo}");
        let asked = Asked { call: &calls::LIST_ENVIRONMENTS, what: &what, repo };
        match self.get(asked, format!("/repos/{repo}/environments?per_page=100")).await {
            Ok(body) => wire::environments(&body).map_err(|error| self.unreadable(&what, &error)),
            Err(failure) if failure.kind == Kind::NotFound => Ok(Vec::new()),
            Err(failure) => Err(failure),
        }
    }

    /// Lists the newest hundred deployments, by environment, newest first.
    async fn deployments(
        &self,
        repo: &Repo,
    ) -> Result<BTreeMap<String, Vec<EnvironmentDeployment>>, Failure> {
        let what = format!("listing the deployments of {repo}");
        let asked = Asked { call: &calls::LIST_DEPLOYMENTS, what: &what, repo };
        let body = self.get(asked, format!("/repos/{repo}/deployments?per_page=100")).await?;
        let mut recorded: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (name, deployment) in wire::deployments(&body).map_err(|error| self.unreadable(&what, &error))? {
            recorded.entry(name).or_default().push(deployment);
        }
        Ok(recorded)
    }

    /// Finds what runs in an environment, and what is newer than that.
    async fn environment(
        &self,
        repo: &Repo,
        name: String,
        deployments: Vec<EnvironmentDeployment>,
    ) -> Result<Environment, Failure> {
        let mut environment = Environment { name, current: None, latest: None };
        for mut deployment in deployments.into_iter().take(MAX_DEPLOYMENTS) {
            deployment.state = self.deployment_status(repo, deployment.id).await?;
            // A deployment becomes inactive when a later one has succeeded.
            if matches!(deployment.state.as_str(), "success" | "inactive") {
                environment.current = Some(deployment);
                break;
            }
            environment.latest.get_or_insert(deployment);
        }
        Ok(environment)
    }

    async fn deployment_status(&self, repo: &Repo, id: u64) -> Result<String, Failure> {
        let what = format!("reading the status of deployment {id}");
        let asked = Asked { call: &calls::LIST_STATUSES, what: &what, repo };
        let body = self.get(asked, format!("/repos/{repo}/deployments/{id}/statuses?per_page=1")).await?;
        let status = wire::status(&body).map_err(|error| self.unreadable(&what, &error))?;
        Ok(status.unwrap_or_else(|| "unknown".to_owned()))
    }
}
