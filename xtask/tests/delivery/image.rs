//! The built image, checked from outside: its contents, how it runs, and how it ends.
#![expect(clippy::unwrap_used, reason = "a test that cannot continue has failed")]

use std::{fs, process::Command};

use tempfile::TempDir;

use crate::{
    containers::{Container, Engine, eventually},
    http,
    third_party::{CHECKERS, output, provided, read, root},
};

const MIB: u64 = 1024 * 1024;

fn of_image(engine: &Engine, template: &str) -> String {
    engine.stdout(&["image", "inspect", "--format", template, engine.image()])
}

/// Copies the service's program out of its container.
fn program(engine: &Engine, container: &Container) -> Vec<u8> {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("program");
    let from = format!("{}:/hello-server", container.name);
    engine.stdout(&["cp", &from, file.to_str().unwrap()]);
    fs::read(file).unwrap()
}

#[test]
fn the_image_is_small() {
    let Some(engine) = Engine::provided() else { return };
    let size: u64 = of_image(&engine, "{{.Size}}").parse().unwrap();
    assert!(size <= 15 * MIB, "{size} bytes");
}

#[test]
fn the_image_has_only_the_program_and_its_files() {
    let Some(engine) = Engine::provided() else { return };
    let container = engine.run(&[]);
    let folder = TempDir::new().unwrap();
    let archive = folder.path().join("image.tar");
    engine.stdout(&["export", "--output", archive.to_str().unwrap(), &container.name]);
    let (listed, files) = output(Command::new("tar").arg("tf").arg(&archive));
    assert!(listed, "{files}");
    // Files that engines mount into every container are left out: they are not part of the image.
    let mounted =
        ["etc/hosts", "etc/hostname", "etc/resolv.conf", "etc/mtab", "run/.containerenv", ".dockerenv"];
    let mut files: Vec<_> = files
        .lines()
        .map(|file| file.trim_start_matches("./"))
        .filter(|file| !file.ends_with('/') && !mounted.contains(file))
        .filter(|file| {
            !["dev/", "proc/", "sys/", "run/", "data/"].iter().any(|place| file.starts_with(place))
        })
        .collect();
    files.sort_unstable();
    let ours =
        ["etc/group", "etc/nsswitch.conf", "etc/passwd", "etc/ssl/certs/ca-certificates.crt", "hello-server"];
    assert_eq!(files, ours);
}

#[test]
fn the_program_is_static_and_lists_its_dependencies() {
    let Some(engine) = Engine::provided() else { return };
    let program = program(&engine, &engine.run(&[]));
    assert_eq!(interpreter(&program), None, "the program wants a dynamic linker");
    // `cargo auditable` stores the list of crates in this section, for vulnerability scanners.
    assert!(program.windows(7).any(|name| name == b".dep-v0"), "no list of crates");
}

/// Returns the offset of the program header that names the dynamic linker of an ELF program (64 bits, little-endian).
fn interpreter(elf: &[u8]) -> Option<usize> {
    const INTERPRETER: usize = 3;
    let number = |at: usize, bytes: usize| {
        elf[at..at + bytes].iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte))
    };
    assert_eq!((&elf[..4], elf[4], elf[5]), (&b"\x7fELF"[..], 2, 1));
    let (headers, size, count) = (number(32, 8), number(54, 2), number(56, 2));
    (0..count).map(|place| headers + place * size).find(|header| number(*header, 4) == INTERPRETER)
}

#[test]
fn the_image_names_its_source_and_usage() {
    let Some(engine) = Engine::provided() else { return };
    let label = |name: &str| {
        of_image(&engine, &format!("{{{{index .Config.Labels \"org.opencontainers.image.{name}\"}}}}"))
    };
    assert_eq!(label("version"), env!("CARGO_PKG_VERSION"));
    assert_eq!(label("source"), env!("CARGO_PKG_REPOSITORY"));
    let revision = label("revision");
    assert!(revision.len() == 40 && revision.chars().all(|c| c.is_ascii_hexdigit()), "{revision}");
    assert!(label("created").starts_with("20"), "{}", label("created"));

    assert_eq!(of_image(&engine, "{{.Config.User}}"), "10001:10001");
    assert_eq!(of_image(&engine, "{{json .Config.Entrypoint}}"), r#"["/hello-server"]"#);
    assert_eq!(of_image(&engine, "{{json .Config.ExposedPorts}}"), r#"{"5000/tcp":{}}"#);
    assert_eq!(of_image(&engine, "{{json .Config.Volumes}}"), r#"{"/data":{}}"#);
    let health = if engine.name() == "docker" {
        "{{json .Config.Healthcheck.Test}}"
    } else {
        "{{json .HealthCheck.Test}}"
    };
    assert_eq!(of_image(&engine, health), r#"["CMD","/hello-server","healthcheck"]"#);
}

#[test]
fn the_image_runs_without_root_capabilities_or_shell() {
    let Some(engine) = Engine::provided() else { return };
    let container = engine.run(&[]).until_healthy();
    let added = http::add_truck(container.port).unwrap();
    assert!(added.status == 201 && added.body.contains("Truck added successfully"), "{added:?}");
    assert_eq!(http::trucks(container.port), Some(1));
    for shell in ["sh", "/bin/sh", "bash", "busybox"] {
        assert!(!container.exec(&[shell, "-c", "true"]).0, "{shell} is there");
    }
    let processes = fs::read_to_string(format!("/proc/{}/status", container.inspect("{{.State.Pid}}")));
    // On other systems, docker's processes run on another host (a virtual machine).
    if let Ok(status) = processes {
        assert!(status.contains("Uid:\t10001\t10001\t10001\t10001"), "{status}");
        assert!(status.contains("CapEff:\t0000000000000000"), "{status}");
        assert!(status.contains("NoNewPrivs:\t1"), "{status}");
    }
}

#[test]
fn the_health_check_tells_the_truth() {
    let Some(engine) = Engine::provided() else { return };
    let container = engine.run(&["--env", "HELLO_DRAIN_DELAY=5"]).until_healthy();
    let (healthy, output) = container.exec(&["/hello-server", "healthcheck", "--port", "1"]);
    assert!(!healthy && output.contains("no service answers on port 1"), "{output}");

    engine.stdout(&["kill", "--signal", "TERM", &container.name]);
    // It serves for a while longer, so that load balancers can detect that it is no longer ready.
    eventually("it is not healthy any more", || {
        let (healthy, output) = container.exec(&["/hello-server", "healthcheck"]);
        !healthy && output.contains("the service is not ready: it answers \"503\"")
    });
    assert_eq!(http::get(container.port, "/trucks").unwrap().status, 200);
    eventually("it has ended", || container.inspect("{{.State.Running}}") == "false");
    assert_eq!(container.inspect("{{.State.ExitCode}}"), "0");
}

#[test]
fn the_container_stops_on_sigterm() {
    let Some(engine) = Engine::provided() else { return };
    let container = engine.run(&[]).until_healthy();
    // After the timeout, it would be killed with SIGKILL and exit with 137.
    engine.stdout(&["stop", "--time", "10", &container.name]);
    assert_eq!(container.inspect("{{.State.ExitCode}}"), "0");
}

#[test]
fn trucks_outlive_the_container() {
    let Some(engine) = Engine::provided() else { return };
    let volume = engine.volume();
    let mount = format!("{}:/data", volume.name);
    for trucks in 1..=2 {
        let container = engine.run(&["--volume", &mount]).until_healthy();
        assert_eq!(http::add_truck(container.port).unwrap().status, 201);
        assert_eq!(http::trucks(container.port), Some(trucks));
    }
}

/// Returns the instructions of a stage of the Dockerfile, with each label as a separate item.
fn stage(name: &str) -> Vec<String> {
    let recipe = read(&root().join("Dockerfile")).replace("\\\n", " ");
    let lines = recipe.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let lines = lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let mut lines = lines.skip_while(|line| !line.ends_with(&format!(" AS {name}")));
    let first = lines.next().unwrap_or_else(|| panic!("the Dockerfile has no stage {name}"));
    let rest = lines.take_while(|line| !line.starts_with("FROM "));
    let labels = |line: String| line.split(" org.opencontainers.").map(str::to_owned).collect::<Vec<_>>();
    [first].into_iter().chain(rest.flat_map(labels)).collect()
}

/// A separate CI job builds the console's image; this test compares its stage with the service's.
#[test]
fn the_images_of_console_and_service_are_built_alike() {
    let console = stage("hello-tui");
    // The instructions that only a service has, and those that name the program.
    let of_one = ["EXPOSE", "VOLUME", "ENV", "HEALTHCHECK", "image.title", "image.description"];
    for line in stage("hello-server") {
        let line = line.replace("hello-server", "hello-tui").replace("server-build", "tui-build");
        let is_shared = !of_one.iter().any(|start| line.starts_with(start));
        assert!(!is_shared || console.contains(&line), "the console's image lacks `{line}`: {console:#?}");
    }
    for line in ["FROM scratch AS hello-tui", "USER 10001:10001", "ENTRYPOINT [\"/hello-tui\"]"] {
        assert!(console.iter().any(|instruction| instruction == line), "{console:#?}");
    }
}

/// Returns the crates of a program of the workspace, including itself.
fn crates(program: &str) -> Vec<&'static str> {
    let manifest = read(&root().join(program).join("Cargo.toml"));
    let names = |member: &str| manifest.lines().any(|line| line.starts_with(&format!("hello-{member}")));
    let all = ["files", "shared", "server", "sandbox", "tui"];
    let used: Vec<_> =
        all.into_iter().filter(|member| *member != program && names(member)).flat_map(crates).collect();
    all.into_iter().filter(|member| *member == program || used.contains(member)).collect()
}

#[test]
fn every_crate_of_a_program_is_copied_into_its_build() {
    for program in ["server", "tui"] {
        let (crates, build) = (crates(program), stage(&format!("{program}-build")));
        assert!(crates.len() >= 2, "{program} is made of {crates:?}");
        for member in &crates {
            assert!(build.contains(&format!("COPY {member} {member}")), "{program}: {build:#?}");
        }
        let newer = format!("RUN find {} -name", crates.join(" "));
        assert!(build.iter().any(|line| line.starts_with(&newer)), "{program}: {build:#?}");
    }
}

#[test]
fn hadolint_finds_nothing() {
    let Some(programs) = provided(CHECKERS) else { return };
    let mut hadolint = Command::new(programs.join("hadolint"));
    let (succeeded, output) =
        output(hadolint.arg("--failure-threshold").arg("style").arg(root().join("Dockerfile")));
    assert!(succeeded && output.is_empty(), "{output}");
}
