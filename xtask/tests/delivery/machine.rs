//! A target of `deploy-local.sh` with its own containers, volumes and port.
#![expect(clippy::unwrap_used, reason = "a test that cannot continue has failed")]

use std::process::Command;

use crate::{
    containers::{Derived, Engine, free_port, unique},
    http,
    load::Load,
    third_party::{output, root},
};

/// A deployment target with its own names and port.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) engine: Engine,
    pub(crate) name: String,
    pub(crate) port: u16,
}

impl Machine {
    pub(crate) fn provided() -> Option<Self> {
        Some(Self { engine: Engine::provided()?, name: unique("local"), port: free_port() })
    }

    /// Runs the script; returns whether it succeeded, and its output.
    pub(crate) fn deploy(&self, options: &[&str]) -> (bool, String) {
        output(self.known_to(Command::new(root().join("deploy-local.sh")).args(options)))
    }

    /// Sets a script's variables to this machine.
    pub(crate) fn known_to<'a>(&self, script: &'a mut Command) -> &'a mut Command {
        script.env("PATH", self.engine.path()).env("HELLO_ENGINE", self.engine.name());
        script.env("HELLO_NAME", &self.name).env("HELLO_PORT", self.port.to_string())
    }

    /// Deploys an image without pulling it, which must succeed.
    pub(crate) fn deployed(&self, image: &str, options: &[&str]) -> String {
        let (succeeded, output) = self.deploy(&[&["--no-pull", "--image", image], options].concat());
        assert!(succeeded, "{output}");
        output
    }

    /// Deploys an image that must not take over, and returns the output.
    pub(crate) fn refused(&self, image: &str, options: &[&str]) -> String {
        let before = self.replicas();
        let (succeeded, output) =
            self.deploy(&[&["--no-pull", "--timeout", "5", "--image", image], options].concat());
        assert!(!succeeded && output.contains("does not get healthy"), "{output}");
        assert_eq!(self.replicas(), before, "{output}");
        output
    }

    /// Returns the names and images of the running replicas.
    pub(crate) fn replicas(&self) -> Vec<String> {
        let label = format!("label=dev.hello-truck.replica-of={}", self.name);
        let listed = self.engine.stdout(&["ps", "--filter", &label, "--format", "{{.Names}} {{.Image}}"]);
        let mut replicas: Vec<_> = listed.lines().map(str::to_owned).collect();
        replicas.sort_unstable();
        replicas
    }

    /// Returns all containers, networks and volumes with its name.
    pub(crate) fn all(&self) -> String {
        ["container", "network", "volume"]
            .map(|kind| {
                let (every, names): (&[&str], _) = match kind {
                    "container" => (&["--all"], "{{.Names}}"),
                    _ => (&[], "{{.Name}}"),
                };
                let listed = self.engine.stdout(&[&[kind, "ls"], every, &["--format", names]].concat());
                listed.lines().filter(|line| line.starts_with(&self.name)).collect::<Vec<_>>().join(" ")
            })
            .join(" ")
    }

    pub(crate) fn release(&self) -> Derived {
        self.engine.derive("LABEL release=next")
    }

    /// Replaces the running image with a new one under load: no request may fail, and no truck may be lost.
    pub(crate) fn replaced_under_load(&self, options: &[&str]) {
        let release = self.release();
        let before = http::trucks(self.port).unwrap();
        let replicas = self.replicas().len();
        let load = Load::of_everything(self.port);
        self.deployed(&release.name, options);
        let answers = load.end();
        assert!(answers.failures.is_empty(), "{:?} of {}", answers.failures, answers.right);
        assert!(answers.added > 0);
        assert_eq!(http::trucks(self.port), Some(before + answers.added));
        let now = self.replicas();
        assert!(
            now.len() == replicas && now.iter().all(|replica| replica.ends_with(&release.name)),
            "{now:?}"
        );
        // The image is removed at the end of this function, so its containers must be replaced first.
        self.deployed(self.engine.image(), options);
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.deploy(&["--down"]);
        for volume in self.all().split_whitespace() {
            self.engine.succeeds(&["volume", "rm", volume]);
        }
    }
}
