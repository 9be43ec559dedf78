//! Debian packages: xtask installs missing ones if it runs as root, and only reports them otherwise.

use std::{env, ffi::OsString, fs, os::unix::fs::MetadataExt, process::Command};

use crate::{command, failure::Failure};

/// A system's apt-get, and the permission to use it.
#[derive(Debug)]
pub(crate) struct Apt {
    pub(crate) is_root: bool,
    pub(crate) path: OsString,
}

impl Apt {
    pub(crate) fn this() -> Self {
        Self {
            is_root: fs::metadata("/proc/self").is_ok_and(|of_us| of_us.uid() == 0),
            path: env::var_os("PATH").unwrap_or_default(),
        }
    }

    /// Installs packages. In the error, `what` names the packages and `hint` is the command to type.
    pub(crate) fn install(&self, what: &str, packages: &[&str], hint: &'static str) -> Result<(), Failure> {
        let missing = |why| Failure::ThirdParty { why, hint };
        if !self.is_root {
            return Err(missing(format!("{what} is not installed, and only root may do it")));
        }
        let install = [&["install", "--yes", "--no-install-recommends"], packages].concat();
        // The package lists are empty in a fresh container, and may be outdated elsewhere.
        self.get(&install)
            .or_else(|_| self.get(&["update"]).and_then(|()| self.get(&install)))
            .map_err(|failure| missing(failure.to_string()))
    }

    fn get(&self, arguments: &[&str]) -> Result<(), Failure> {
        let mut apt = Command::new("apt-get");
        // apt-get waits for another installation on this machine, and never prompts.
        apt.args(["-qq", "-o", "DPkg::Lock::Timeout=300"]).args(arguments);
        command::run(apt.env("PATH", &self.path).env("DEBIAN_FRONTEND", "noninteractive"))
    }
}
