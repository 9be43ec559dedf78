//! S6, S13 to S15, S25, S27: files of the service that are links, pipes, removed, or used by another server.

use std::{
    fs, io,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    time::Duration,
};

use rustix::fs::{CWD, FileType, Mode, mknodat};

use super::super::{
    class::{Class, Round},
    exchange::{get, request},
    judgement::Judgement,
    process::{Process, eventually, folder, is_private},
    server::{JSON, Server},
};
use crate::failure::Failure;

/// The time within which the service must detect a change of a file.
const NOTICED: Duration = Duration::from_secs(15);
const LIMIT: Duration = Duration::from_secs(10);

pub(super) const FILES: Class = Class {
    name: "server-files",
    does: "a database that is a link, removed, shared or open to all",
    is_random: false,
    attack: files,
};

pub(super) const TOKENS: Class = Class {
    name: "token-file",
    does: "a file of tokens that becomes a pipe, a folder, a device",
    is_random: false,
    attack: tokens,
};

fn files(round: &Round) -> Result<Judgement, Failure> {
    let mut judgement = Judgement::default();
    link_as_lock(round, &mut judgement)?;
    second_server(round, &mut judgement)?;
    database_that_goes(round, &mut judgement)?;
    Ok(judgement)
}

/// Checks that the service does not write through a link. A cloned repository may contain links where it writes.
fn link_as_lock(round: &Round, judgement: &mut Judgement) -> Result<(), Failure> {
    judgement.also("a linked lock file");
    let folder = folder()?;
    let letter = folder.path().join("a letter");
    let text = "a line of text\n".repeat(100);
    done("write", &letter, fs::write(&letter, &text))?;
    for name in ["hello-trucks.db-lock", "hello-trucks.db.lock"] {
        let link = folder.path().join(name);
        done("link", &link, symlink(&letter, &link))?;
    }
    let mut command = Server::command(round, &folder);
    let mut process = Process::start(&mut command, folder.path(), "server.log")?;
    // The service may start or refuse to start, but must not follow the link.
    eventually(Duration::from_secs(5), || listens(&process) || !process.is_running());
    let left = fs::read_to_string(&letter).unwrap_or_default();
    judgement.expect(left == text, || "the target of a link was changed".to_owned());
    Ok(())
}

/// Checks that a second server cannot open a file in use: by its name, by a link, or after its lock file was removed.
fn second_server(round: &Round, judgement: &mut Judgement) -> Result<(), Failure> {
    judgement.also("two servers on one file");
    let server = Server::start(round, &[])?;
    let here = server.folder.path().to_owned();
    let database = here.join("hello-trucks.db");
    for (way, url) in [
        ("its own name", "sqlite://hello-trucks.db"),
        ("a symbolic link", "sqlite://soft.db"),
        ("a hard link", "sqlite://hard.db"),
    ] {
        if let Some(name) = url.strip_prefix("sqlite://").filter(|name| *name != "hello-trucks.db") {
            let link = here.join(name);
            let made = if way.contains("hard") {
                fs::hard_link(&database, &link)
            } else {
                symlink(&database, &link)
            };
            done("link", &link, made)?;
        }
        refuses(round, &server, way, url, judgement)?;
    }
    for lock in ["hello-trucks.db-lock", "hello-trucks.db.lock"] {
        let _ = fs::remove_file(here.join(lock));
    }
    refuses(round, &server, "its name, the lock file removed", "sqlite://hello-trucks.db", judgement)?;
    modes(&here, judgement);
    server.end(round, judgement);
    Ok(())
}

fn refuses(
    round: &Round,
    first: &Server,
    way: &str,
    url: &str,
    judgement: &mut Judgement,
) -> Result<(), Failure> {
    let mut command = Server::command(round, &first.folder);
    let mut second = Process::start(command.env("DATABASE_URL", url), first.folder.path(), "second.log")?;
    // A server that waits for the first one to end has not opened the file.
    eventually(Duration::from_secs(10), || listens(&second) || !second.is_running());
    judgement.expect(!listens(&second), || format!("a second server opened the file by {way}"));
    Ok(())
}

fn listens(server: &Process) -> bool {
    server.text().contains("\"listening\"")
}

/// Checks that only the user can access the files that the service writes.
fn modes(folder: &Path, judgement: &mut Judgement) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().contains("hello-trucks.db")) {
        let mode = entry.metadata().map_or(0, |found| found.permissions().mode() & 0o777);
        let name = entry.file_name();
        judgement.expect(is_private(mode), || format!("{} has mode {mode:o}", name.display()));
    }
}

/// Checks that the service detects a removed database: it is not ready and acknowledges no write.
fn database_that_goes(round: &Round, judgement: &mut Judgement) -> Result<(), Failure> {
    judgement.also("a database that is removed");
    let server = Server::start(round, &[])?;
    server.fill(1)?;
    for name in ["hello-trucks.db", "hello-trucks.db-wal", "hello-trucks.db-shm"] {
        let _ = fs::remove_file(server.folder.path().join(name));
    }
    let unready = eventually(NOTICED, || {
        get(server.address, "/readyz", LIMIT).is_ok_and(|answer| answer.status == 503)
    });
    judgement.expect(unready, || "the service is ready though its database was removed".to_owned());
    let truck = br#"{"make":"Scania","model":"V8"}"#;
    let status = server.ask(&request("POST", "/trucks", &[JSON], truck)).map_or(0, |answer| answer.status);
    judgement
        .expect(status == 503, || format!("a write is answered {status} though the database was removed"));
    server.end(round, judgement);
    Ok(())
}

/// A token file with the SHA-256 of `driver` as its only token.
const DRIVER: &str = "write b4def8217cadae26d4da633fd2a4e58e326cbb5d570afdc3989484da07af3579\n";

fn tokens(round: &Round) -> Result<Judgement, Failure> {
    let mut judgement = Judgement::of("a file of tokens that becomes a pipe, a folder, a device");
    for (kind, becomes) in
        [("pipe", pipe as fn(&Path) -> io::Result<()>), ("folder", fs_folder), ("device", device)]
    {
        let folder = folder()?;
        let file = folder.path().join("tokens");
        done("write", &file, fs::write(&file, DRIVER))?;
        let name = file.display().to_string();
        let server = Server::start_in(round, folder, &[("HELLO_API_TOKENS_FILE", &name)])?;
        done("remove", &file, fs::remove_file(&file))?;
        done("make", &file, becomes(&file))?;
        std::thread::sleep(round.seconds(3, 2));
        // A valid file with another token replaces it, and must take effect.
        let away = file.with_extension("gone");
        done("rename", &file, fs::rename(&file, &away))?;
        let other = DRIVER.replace("b4de", "0000");
        done("write", &file, fs::write(&file, other))?;
        let revoked = eventually(NOTICED, || writes(&server) == 401);
        judgement.expect(revoked, || format!("after a {kind}, a token that is revoked is still taken"));
        server.end(round, &mut judgement);
    }
    Ok(judgement)
}

fn writes(server: &Server) -> u16 {
    let truck = br#"{"make":"Scania","model":"V8"}"#;
    let headers = [JSON, "authorization: Bearer driver"];
    server.ask(&request("POST", "/trucks", &headers, truck)).map_or(0, |answer| answer.status)
}

fn pipe(path: &Path) -> io::Result<()> {
    Ok(mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)?)
}

fn fs_folder(path: &Path) -> io::Result<()> {
    fs::create_dir(path)
}

fn device(path: &Path) -> io::Result<()> {
    symlink("/dev/zero", path)
}

fn done(what: &'static str, path: &Path, result: io::Result<()>) -> Result<(), Failure> {
    result.map_err(Failure::file(what, path))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn the_digest_is_that_of_the_token() {
        let mut sum = Command::new("sh");
        let output = sum.args(["-c", "printf driver | sha256sum"]).output().unwrap();
        let digest = String::from_utf8_lossy(&output.stdout);
        assert_eq!(DRIVER.trim().strip_prefix("write "), digest.split_whitespace().next());
    }
}
