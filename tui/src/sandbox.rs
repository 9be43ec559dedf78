//! The embedded sandbox: started on request, stopped when dropped.
//!
//! The same clients as for the real services reach it over loopback. A build without the feature `sandbox` returns a
//! failure instead.

#[cfg(feature = "sandbox")]
use hello_catalog::entity::EntityRef;
use hello_model::{
    failure::Failure,
    target::{SandboxDefaults, Target},
};
use hello_services::Connections;
use jiff::Timestamp;

/// A running sandbox.
#[derive(Debug)]
pub struct Sandbox {
    #[cfg(feature = "sandbox")]
    running: hello_sandbox::Running,
    #[cfg(feature = "sandbox")]
    names: hello_sandbox::Names,
    /// The component that it was made for.
    #[cfg(feature = "sandbox")]
    component: Option<EntityRef>,
    #[cfg(not(feature = "sandbox"))]
    never: std::convert::Infallible,
}

#[cfg(not(feature = "sandbox"))]
impl Sandbox {
    /// Always fails, because this build has no sandbox.
    #[expect(clippy::unused_async, reason = "the same signature in both builds")]
    pub async fn start(_target: &Target, _at: Option<Timestamp>) -> Result<Self, Failure> {
        Err(Failure::new(
            hello_model::failure::Kind::NotConfigured,
            "starting the sandbox",
            "this build has no sandbox",
        )
        .hint("cargo install --path tui --features sandbox"))
    }

    pub fn sandbox_defaults(&self) -> SandboxDefaults {
        match self.never {}
    }

    pub fn descriptor(&self) -> String {
        match self.never {}
    }

    pub fn connections(&self) -> Connections {
        match self.never {}
    }
}

#[cfg(feature = "sandbox")]
mod real {
    use hello_sandbox::{Clock, Config, Names};
    use secrecy::SecretString;
    use url::Url;

    use super::{Connections, Failure, Sandbox, SandboxDefaults, Target, Timestamp};
    use hello_model::{deployment::ServiceRef, failure::Kind, log::LogSource, run::Repo};
    use hello_services::{AwsAccess, GitHubAccess, StaticKeys};

    impl Sandbox {
        /// Starts a sandbox that contains the target's repository, service and log group. Its clock stands still at
        /// `at`, if there is such a time.
        pub async fn start(target: &Target, at: Option<Timestamp>) -> Result<Self, Failure> {
            let names = names(target);
            let clock = at.map_or(Clock::Real, Clock::Stepped);
            let config = Config { clock, names: names.clone(), ..Config::default() };
            let running = hello_sandbox::Sandbox::start(config)
                .await
                .map_err(|error| Failure::new(Kind::Unexpected, "starting the sandbox", error.to_string()))?;
            Ok(Self { running, names, component: target.component.clone() })
        }

        /// Returns its resources for components that do not name their own.
        pub fn sandbox_defaults(&self) -> SandboxDefaults {
            let Names { owner, repo, region, account, cluster, service, log_group, .. } = self.names.clone();
            SandboxDefaults {
                component: self.component.clone(),
                address: self.address(),
                repo: Repo::new(owner, repo),
                service: ServiceRef { partition: "aws".to_owned(), region, account, cluster, service },
                log_group,
            }
        }

        /// Returns its address, `127.0.0.1:PORT`.
        fn address(&self) -> String {
            self.running.addr().to_string()
        }

        /// Returns the URL of the descriptor of its own component.
        pub fn descriptor(&self) -> String {
            format!("http://{}/catalog-info.yaml", self.running.addr())
        }

        /// Returns the connection settings for all services in it.
        pub fn connections(&self) -> Connections {
            let root = root(&self.address());
            Connections {
                trucks: root.clone().into(),
                github: GitHubAccess::new(root.clone(), self.address())
                    .for_all_hosts()
                    .with_token("the sandbox", SecretString::from("sandbox".to_owned())),
                aws: AwsAccess {
                    profile: None,
                    region: Some(self.names.region.clone()),
                    endpoint: Some(root),
                    keys: Some(StaticKeys {
                        id: "sandbox".to_owned(),
                        secret: SecretString::from("sandbox".to_owned()),
                    }),
                },
            }
        }
    }

    fn root(address: &str) -> Url {
        Url::parse(&format!("http://{address}/")).expect("a socket address makes a URL")
    }

    /// Uses the names of the target where it has them, and the sandbox's own otherwise.
    fn names(target: &Target) -> Names {
        let mut names = Names::default();
        if let Ok(repo) = &target.repo {
            names.owner.clone_from(&repo.owner);
            names.repo.clone_from(&repo.name);
        }
        if let Ok(service) = &target.service {
            names.region.clone_from(&service.region);
            names.account.clone_from(&service.account);
            names.cluster.clone_from(&service.cluster);
            names.service.clone_from(&service.service);
        }
        if let Ok(LogSource::Group(group)) = &target.logs {
            // The annotation may be an ARN. The sandbox needs the name in it.
            let name = group.rsplit_once("log-group:").map_or(group.as_str(), |(_, name)| name);
            name.trim_end_matches(":*").clone_into(&mut names.log_group);
        }
        names
    }
}
