//! The scripts of the workflows: the notes and files of a release, and the conditions of a deployment.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
};

use tempfile::TempDir;

use crate::third_party::{output, root};

/// Returns a folder with a workspace of version 1.2.3, to which stubs of programs can be added.
fn folder(changelog: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "Cargo.toml",
        "[workspace.package]\nversion = \"1.2.3\"\n\n[workspace.dependencies]\nversion = \"9\"\n",
    );
    write("CHANGELOG.md", changelog);
    folder
}

fn script(name: &str, folder: &Path, arguments: &[&str]) -> Command {
    let mut script = Command::new(root().join(".github/scripts").join(name));
    let path = std::env::var("PATH").unwrap_or_default();
    script
        .args(arguments)
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", folder.display()))
        .env("GITHUB_OUTPUT", folder.join("output"))
        .env("GITHUB_STEP_SUMMARY", folder.join("summary"))
        .env("GITHUB_REPOSITORY", "hello-truck/hello-truck")
        .env_remove("CARGO_TARGET_DIR")
        .stdin(Stdio::null());
    script
}

/// Adds a stub of a program.
pub(crate) fn stub_program(folder: &Path, name: &str, body: &str) {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

const CHANGELOG: &str = "# Changelog\n\n## [Unreleased]\n\n* later\n\n## [1.2.3] - 2026-11-23\n\n### Added\n\n* a horn\n\n\
                         ## [1.2.2] - 2026-11-01\n\n* wheels\n\n[1.2.3]: https://example.com\n";

#[test]
fn release_notes_come_from_the_changelog() {
    let folder = folder(CHANGELOG);
    let (succeeded, what) = output(&mut script("notes.sh", folder.path(), &["v1.2.3", "notes.md"]));
    assert!(succeeded, "{what}");
    assert_eq!(fs::read_to_string(folder.path().join("notes.md")).unwrap().trim(), "### Added\n\n* a horn");
    let output = fs::read_to_string(folder.path().join("output")).unwrap();
    assert_eq!(output, "version=1.2.3\ntags=1.2.3 1.2 latest\n");
}

#[test]
fn a_tag_needs_the_workspace_s_version_and_notes() {
    let refused = |tag: &str, changelog: &str| {
        let folder = folder(changelog);
        let (succeeded, what) = output(&mut script("notes.sh", folder.path(), &[tag, "notes.md"]));
        assert!(!succeeded, "{what}");
        what
    };
    assert!(refused("v1.3.0", CHANGELOG).contains("the tag says 1.3.0, and Cargo.toml says 1.2.3"));
    assert!(refused("v1.2.3", "## [Unreleased]\n\n* later\n").contains("says nothing about 1.2.3"));
    assert!(refused("latest", CHANGELOG).contains("it takes a tag like v1.2.3"));
}

#[test]
fn this_workspace_s_version_can_be_read_from_its_manifest() {
    let notes = tempfile::tempdir().unwrap();
    let file = notes.path().join("notes.md");
    let mut script = script("notes.sh", notes.path(), &["v999.0.0", file.to_str().unwrap()]);
    let (_, what) = output(script.current_dir(root()));
    let version = concat!("Cargo.toml says ", env!("CARGO_PKG_VERSION"), "\n");
    assert!(what.contains(version), "{what}");
}

#[test]
fn each_program_is_packed_with_licence_and_checksum() {
    let folder = folder(CHANGELOG);
    let here = folder.path();
    for file in ["LICENSE", "README.md"] {
        fs::write(here.join(file), file).unwrap();
    }
    let (succeeded, what) = output(&mut script("pack.sh", here, &["1.2.3", "linux-amd64", "packed"]));
    assert!(!succeeded && what.contains("hint: cargo build --profile dist --locked"), "{what}");

    fs::create_dir_all(here.join("target/dist")).unwrap();
    for program in ["hello-tui", "hello-server", "hello-sandbox"] {
        stub_program(&here.join("target/dist"), program, "true");
    }
    let (succeeded, what) = output(&mut script("pack.sh", here, &["1.2.3", "linux-amd64", "packed"]));
    assert!(succeeded, "{what}");
    let mut check = Command::new("sh");
    check.args(["-c", "cat *.sha256 | sha256sum --check && tar -tzf hello-tui-1.2.3-linux-amd64.tar.gz"]);
    let (succeeded, what) = output(check.current_dir(here.join("packed")));
    assert!(succeeded && what.matches(": OK").count() == 3, "{what}");
    for file in ["hello-tui", "LICENSE", "README.md", "CHANGELOG.md"] {
        assert!(what.contains(&format!("hello-tui-1.2.3-linux-amd64/{file}\n")), "{what}");
    }
}

#[test]
fn images_of_both_architectures_become_one_with_every_name() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    stub_program(
        here,
        "docker",
        r#"case "$*" in *inspect*) echo sha256:joined ;; *) echo "$@" >asked ;; esac"#,
    );
    fs::create_dir(here.join("digests")).unwrap();
    let (amd64, arm64) = ("a".repeat(64), "b".repeat(64));
    for digest in [&amd64, &arm64] {
        fs::write(here.join("digests").join(digest), "").unwrap();
    }
    let arguments = ["docker.io/me/hello-server", "digests", "1.2.3 latest"];
    let (succeeded, what) = output(&mut script("join-image.sh", here, &arguments));
    assert!(succeeded, "{what}");
    let name = "docker.io/me/hello-server";
    assert_eq!(
        fs::read_to_string(here.join("asked")).unwrap(),
        format!(
            "buildx imagetools create --tag {name}:1.2.3 --tag {name}:latest {name}@sha256:{amd64} {name}@sha256:{arm64}\n"
        )
    );
    assert_eq!(fs::read_to_string(here.join("output")).unwrap(), "digest=sha256:joined\n");

    fs::write(here.join("digests/latest"), "").unwrap();
    let (succeeded, what) = output(&mut script("join-image.sh", here, &arguments));
    assert!(!succeeded && what.contains("digests/latest is not named by a digest"), "{what}");
}

#[test]
fn production_deployments_need_an_approval() {
    let asks = |gh: &str| {
        let folder = tempfile::tempdir().unwrap();
        stub_program(folder.path(), "gh", gh);
        output(&mut script("requires-approval.sh", folder.path(), &["production"]))
    };
    assert!(asks("printf 'wait_timer\\nrequired_reviewers\\n'").0);
    for gh in ["echo wait_timer", "true", "echo 'HTTP 404' >&2; exit 1"] {
        let (succeeded, what) = asks(gh);
        assert!(!succeeded && what.contains("has no required reviewers"), "{gh}: {what}");
    }
}

#[test]
fn nothing_is_deployed_from_another_branch() {
    let asks = |gh: &str| {
        let folder = tempfile::tempdir().unwrap();
        stub_program(folder.path(), "gh", gh);
        output(&mut script("main-only.sh", folder.path(), &["staging"]))
    };
    let custom = |branches: &str| {
        format!("case $2 in */deployment-branch-policies) printf '{branches}' ;; *) echo custom ;; esac")
    };
    assert!(asks("echo protected").0);
    assert!(asks(&custom("main\\n")).0);
    let open = ["echo none".to_owned(), "exit 1".to_owned(), custom("main\\nfeature/*\\n"), custom("*\\n")];
    for gh in open {
        let (succeeded, what) = asks(&gh);
        assert!(
            !succeeded && what.contains("branches other than main may deploy to the environment staging")
        );
        assert!(what.contains("Deployment branches: Selected branches, main"), "{gh}: {what}");
    }
}

#[test]
fn an_old_approval_does_not_overtake_a_newer_deployment() {
    let asks = |deployed: &str, relation: &str| {
        let folder = tempfile::tempdir().unwrap();
        let gh = format!("case $2 in graphql) echo '{deployed}' ;; */compare/*) echo {relation} ;; esac");
        stub_program(folder.path(), "gh", &gh);
        output(&mut script("not-older.sh", folder.path(), &["production", "0123abc"]))
    };
    for (deployed, relation) in
        [("", ""), ("89abcde", "ahead"), ("0123abc", "identical"), ("89abcde", "diverged")]
    {
        let (succeeded, what) = asks(deployed, relation);
        assert!(succeeded, "{relation}: {what}");
    }
    let (succeeded, what) = asks("89abcde", "behind");
    assert!(!succeeded && what.contains("production has 89abcde, which is newer than 0123abc"), "{what}");
    assert!(what.contains("-f environment=production -f image-tag=0123abc"), "{what}");
}

#[test]
fn only_tested_commits_on_main_are_released() {
    let asks = |git: &str, gh: &str| {
        let folder = tempfile::tempdir().unwrap();
        stub_program(folder.path(), "git", git);
        stub_program(folder.path(), "gh", gh);
        output(&mut script("was-tested.sh", folder.path(), &["0123abc"]))
    };
    assert!(asks("[ \"$*\" = 'merge-base --is-ancestor 0123abc origin/main' ]", "echo 1").0);
    let (succeeded, what) = asks("exit 1", "echo 1");
    assert!(!succeeded && what.contains("0123abc is not on main"), "{what}");
    for gh in ["echo 0", "exit 1"] {
        let (succeeded, what) = asks("true", gh);
        assert!(!succeeded && what.contains("LintAndTest has not passed for 0123abc"), "{gh}: {what}");
    }
}

#[test]
fn tasks_are_told_which_repository_of_amazon_holds_their_image() {
    let arn = |repository: &str| {
        let folder = tempfile::tempdir().unwrap();
        let (succeeded, what) = output(&mut script("ecr-arn.sh", folder.path(), &[repository]));
        assert!(succeeded, "{what}");
        what.trim().to_owned()
    };
    for (repository, expected) in [
        (
            "123456789012.dkr.ecr.eu-north-1.amazonaws.com/hello-server",
            "arn:aws:ecr:eu-north-1:123456789012:repository/hello-server",
        ),
        (
            "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/trucks/hello-server",
            "arn:aws-cn:ecr:cn-north-1:123456789012:repository/trucks/hello-server",
        ),
        (
            "123456789012.dkr.ecr.us-gov-west-1.amazonaws.com/hello-server",
            "arn:aws-us-gov:ecr:us-gov-west-1:123456789012:repository/hello-server",
        ),
        ("docker.io/hellotruck/hello-server", ""),
        ("evil.example.com/123456789012.dkr.ecr.us-east-1.amazonaws.com/hello-server", ""),
    ] {
        assert_eq!(arn(repository), expected);
    }
}
