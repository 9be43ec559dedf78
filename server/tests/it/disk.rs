//! A small disk that a test can fill: a tmpfs in its own mount namespace, which ends with the test.
#![expect(clippy::print_stderr, reason = "a skipped test prints its reason")]

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// A mounted disk and the process that keeps its namespace alive.
pub(crate) struct Disk {
    holder: Child,
    folder: PathBuf,
    as_user: bool,
}

impl Disk {
    /// Mounts a disk of `size` KiB over a folder. Prints the reason and returns `None` if the test may not mount.
    pub(crate) fn over(folder: &Path, size: u32) -> Option<Self> {
        let mounted = [false, true].into_iter().find_map(|as_user| Self::mount(folder, size, as_user));
        if mounted.is_none() {
            eprintln!("skipped: neither root nor a user namespace is at hand to mount a small disk");
        }
        mounted
    }

    fn mount(folder: &Path, size: u32, as_user: bool) -> Option<Self> {
        let mut unshare = Command::new("unshare");
        unshare.arg("--mount").args(as_user.then_some("--map-root-user"));
        let script = r#"mount -t tmpfs -o "size=$1k" tmpfs "$2" && echo mounted && cat"#;
        unshare.args(["sh", "-c", script, "sh", &size.to_string()]).arg(folder);
        unshare.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut holder = unshare.spawn().ok()?;
        let mut line = String::new();
        let is_mounted =
            BufReader::new(holder.stdout.take()?).read_line(&mut line).is_ok() && line == "mounted\n";
        if !is_mounted {
            let _ = holder.kill();
            let _ = holder.wait();
            return None;
        }
        Some(Self { holder, folder: folder.to_owned(), as_user })
    }

    /// Returns a command that runs a program inside the namespace.
    pub(crate) fn in_namespace(&self) -> Command {
        let mut nsenter = Command::new("nsenter");
        nsenter.args(["--target", &self.holder.id().to_string(), "--mount"]);
        nsenter.args(self.as_user.then_some(["--user", "--preserve-credentials"]).into_iter().flatten());
        nsenter
    }

    /// Returns the path of the folder from outside the namespace.
    pub(crate) fn seen(&self) -> PathBuf {
        let root = format!("/proc/{}/root", self.holder.id());
        Path::new(&root).join(self.folder.strip_prefix("/").expect("an absolute path"))
    }

    /// Fills the disk, and returns the file to remove to free the space again.
    pub(crate) fn fill(&self) -> PathBuf {
        let file = self.seen().join("filler");
        let mut filler = fs::File::create(&file).expect("a file");
        for size in [64 * 1024, 4096, 1] {
            while filler.write_all(&vec![0; size]).is_ok() {}
        }
        file
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}
