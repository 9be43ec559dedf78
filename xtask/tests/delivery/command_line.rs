//! The AWS CLI, loaded once for all calls of a test: loading it takes almost a second of processor time.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::{containers::eventually, third_party::root};

/// A loaded AWS CLI process, which ends when dropped.
pub(crate) struct CommandLine {
    server: Child,
    /// The folder of the program `aws`, for a `PATH`.
    pub(crate) bin: PathBuf,
}

impl CommandLine {
    /// Loads the AWS CLI from `programs`, and writes `aws` into a subfolder of `folder`.
    pub(crate) fn load(programs: &Path, folder: &Path) -> Self {
        let (bin, socket) = (folder.join("bin"), folder.join("aws.sock"));
        let (python, script) = (programs.join("python"), root().join("xtask/third_party/aws_server.py"));
        let log = fs::File::create(folder.join("aws.log")).expect("a log can be written");
        let mut server = Command::new(&python);
        server.arg(&script).arg(&socket).current_dir(folder).env_clear();
        server.env("HOME", folder).env("AWS_ENDPOINT_URL", "http://127.0.0.1:1").env("AWS_MAX_ATTEMPTS", "1");
        server.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
        server.env("AWS_DEFAULT_REGION", "us-east-1");
        // It ends when its stdin is closed, so it ends with this process in any case.
        let server =
            server.stdin(Stdio::piped()).stdout(log.try_clone().expect("a second handle")).stderr(log);
        let server = server.spawn().unwrap_or_else(|error| panic!("{}: {error}", python.display()));
        let (ask, aws) = (format!("{} -IS {}", python.display(), script.display()), bin.join("aws"));
        fs::create_dir_all(&bin).expect("a folder can be made");
        fs::write(&aws, format!("#!/bin/sh\nexec {ask} '{}' ask \"$@\"\n", socket.display()))
            .expect("a program can be written");
        fs::set_permissions(&aws, fs::Permissions::from_mode(0o755))
            .expect("a program can be made executable");
        let line = Self { server, bin };
        eventually("the command line is loaded", || socket.exists());
        line
    }

    pub(crate) fn program(&self) -> PathBuf {
        self.bin.join("aws")
    }
}

impl Drop for CommandLine {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
