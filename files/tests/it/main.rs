//! What a path may lead to, and what happens then.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::{
    fs::{self, Permissions},
    io::{ErrorKind, Read, Write},
    os::unix::{fs::PermissionsExt, fs::symlink, net::UnixListener},
    path::{Path, PathBuf},
};

use hello_files::{FileId, NewFile};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn pipe(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("pipe");
    mknodat(CWD, &path, FileType::Fifo, Mode::from(0o600), 0).unwrap();
    path
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Every function that opens a file.
fn openings() -> [fn(&Path) -> std::io::Result<()>; 6] {
    [
        |path| hello_files::open(path).map(drop),
        |path| hello_files::read(path, 10).map(drop),
        |path| hello_files::append(path).map(drop),
        |path| hello_files::open_lock(path).map(drop),
        |path| hello_files::open_or_create(path).map(drop),
        |path| hello_files::make_private(path).map(drop),
    ]
}

#[test]
fn only_regular_files_are_opened() {
    let folder = folder();
    let socket = folder.path().join("socket");
    let _listener = UnixListener::bind(&socket).unwrap();
    for (path, what) in [
        (pipe(&folder), "a named pipe"),
        (socket, "a socket"),
        (PathBuf::from("/dev/zero"), "a device"),
        (folder.path().to_owned(), "a folder"),
    ] {
        for open in openings() {
            let error = open(&path).unwrap_err();
            assert_eq!(error.to_string(), format!("is {what}, not a regular file"));
        }
    }
}

#[test]
fn a_link_to_a_pipe_is_a_pipe() {
    let folder = folder();
    let link = folder.path().join("link");
    symlink(pipe(&folder), &link).unwrap();
    assert!(hello_files::read(&link, 10).unwrap_err().to_string().contains("a named pipe"));
}

#[test]
fn a_file_is_read_up_to_its_limit() {
    let folder = folder();
    let path = folder.path().join("file");
    fs::write(&path, "0123456789").unwrap();
    assert_eq!(hello_files::read_to_string(&path, 10).unwrap(), "0123456789");
    assert_eq!(hello_files::read(&path, 9).unwrap_err().kind(), ErrorKind::FileTooLarge);
    fs::write(&path, b"\xff").unwrap();
    assert_eq!(hello_files::read_to_string(&path, 10).unwrap_err().kind(), ErrorKind::InvalidData);
}

#[test]
fn a_stream_without_an_end_is_left_at_its_limit() {
    /// Counts the bytes that are read from it.
    struct Endless<'c>(&'c mut usize);

    impl Read for Endless<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            *self.0 += buffer.len();
            assert!(*self.0 < 1_000, "it is read beyond its limit");
            buffer.fill(b' ');
            Ok(buffer.len())
        }
    }

    let mut count = 0;
    let error = hello_files::read_all(Endless(&mut count), 10).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::FileTooLarge, "is larger than 10 bytes")
    );
    assert_eq!(count, 11, "one byte more tells that there is more");
}

#[test]
fn a_link_is_followed_to_read_and_never_to_write() {
    let folder = folder();
    let (target, link) = (folder.path().join("target"), folder.path().join("link"));
    fs::write(&target, "kept").unwrap();
    symlink(&target, &link).unwrap();
    assert_eq!(hello_files::read_to_string(&link, 10).unwrap(), "kept");
    for open in [hello_files::append, hello_files::open_lock] {
        assert_eq!(open(&link).unwrap_err().to_string(), "is a symbolic link, not a regular file");
    }
    fs::remove_file(&target).unwrap();
    assert!(hello_files::append(&link).is_err(), "a link to nothing is a link");
    assert!(!target.exists());
}

#[test]
fn what_is_created_belongs_to_its_owner_alone() {
    let folder = folder();
    let path = folder.path().join("state/hello/audit.jsonl");
    hello_files::append(&path).unwrap().write_all(b"1\n").unwrap();
    hello_files::append(&path).unwrap().write_all(b"2\n").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "1\n2\n");
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    let lock = folder.path().join("lock");
    hello_files::open_lock(&lock).unwrap();
    assert_eq!(mode(&lock), 0o600);
    let database = folder.path().join("trucks.db");
    hello_files::open_or_create(&database).unwrap();
    assert_eq!(mode(&database), 0o600);
}

#[test]
fn an_older_file_is_closed_to_others() {
    let folder = folder();
    let path = folder.path().join("audit.jsonl");
    fs::write(&path, "1\n").unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    hello_files::append(&path).unwrap();
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn readable_file_becomes_private_and_a_link_stays() {
    let folder = folder();
    let (path, link) = (folder.path().join("trucks.db"), folder.path().join("link"));
    fs::write(&path, "data").unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    symlink(&path, &link).unwrap();
    assert!(hello_files::make_private(&link).is_err());
    assert_eq!(mode(&path), 0o644);
    assert!(hello_files::make_private(&path).unwrap());
    assert!(!hello_files::make_private(&path).unwrap());
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn a_file_of_another_user_stays_as_it_is() {
    let folder = folder();
    let path = folder.path().join("trucks.db");
    fs::write(&path, "data").unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    // Only root can give a file away. To any other user, the password file belongs to another one.
    let is_root = rustix::process::geteuid().is_root();
    let theirs = if is_root { path } else { PathBuf::from("/etc/passwd") };
    if is_root {
        std::os::unix::fs::chown(&theirs, Some(1), None).unwrap();
    }
    assert!(!hello_files::make_private(&theirs).unwrap());
    assert_eq!(mode(&theirs), 0o644);
}

#[test]
fn a_file_that_is_there_keeps_what_it_holds() {
    let folder = folder();
    let path = folder.path().join("trucks.db");
    fs::write(&path, "data").unwrap();
    hello_files::open_lock(&path).unwrap();
    hello_files::open_or_create(&path).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "data");
}

#[test]
fn identity_is_of_the_file_and_not_of_its_name() {
    let folder = folder();
    let [path, link, other] = ["trucks.db", "link", "other"].map(|name| folder.path().join(name));
    fs::write(&path, "data").unwrap();
    fs::hard_link(&path, &other).unwrap();
    symlink(&path, &link).unwrap();
    let open = hello_files::open(&path).unwrap();
    let id = FileId::of(&open).unwrap();
    for name in [&path, &link, &other] {
        assert_eq!(FileId::at(name).unwrap(), id);
    }
    fs::remove_file(&path).unwrap();
    assert!(FileId::at(&path).is_err());
    fs::write(&path, "data").unwrap();
    assert_ne!(FileId::at(&path).unwrap(), id);
}

#[test]
fn a_new_file_appears_once_it_is_whole() {
    let folder = folder();
    let place = folder.path().join("new");
    let mut file = NewFile::create_in(&place).unwrap();
    file.write(b"one ").unwrap();
    file.write(b"two").unwrap();
    assert!(!place.join("report.zip").exists());
    let path = file.keep("report.zip").unwrap();
    assert_eq!((fs::read_to_string(&path).unwrap().as_str(), mode(&path)), ("one two", 0o600));
    assert_eq!(fs::read_dir(&place).unwrap().count(), 1, "the temporary file is gone");
}

#[test]
fn a_new_file_that_is_given_up_leaves_nothing() {
    let folder = folder();
    let mut file = NewFile::create_in(folder.path()).unwrap();
    file.write(b"half").unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    drop(file);
    for name in ["", ".", "..", "../report.zip", "/tmp/report.zip", "a/b"] {
        let file = NewFile::create_in(folder.path()).unwrap();
        assert_eq!(file.keep(name).unwrap_err().kind(), ErrorKind::InvalidInput, "{name:?}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_new_file_replaces_neither_a_file_nor_a_link() {
    let folder = folder();
    let target = folder.path().join("target");
    fs::write(folder.path().join("report.zip"), "mine").unwrap();
    symlink(&target, folder.path().join("report-2.zip")).unwrap();
    fs::create_dir(folder.path().join("report-3.zip")).unwrap();
    let keep = |name: &str| NewFile::create_in(folder.path()).unwrap().keep(name).unwrap();
    assert_eq!(keep("report.zip"), folder.path().join("report-4.zip"));
    assert_eq!(keep("notes"), folder.path().join("notes"));
    assert_eq!(keep("notes"), folder.path().join("notes-2"));
    assert_eq!(fs::read_to_string(folder.path().join("report.zip")).unwrap(), "mine");
    assert!(!target.exists(), "the link was followed");
}
