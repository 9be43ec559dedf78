//! The input of a real Backstage: our catalog, the templates, and the application that one of them creates.

use std::{
    fs,
    io::Write,
    process::{Command, Stdio},
};

use crate::third_party::{NODE, provided, root};

fn read(path: &str) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Passes texts to a script as JSON and returns its output; returns `None` if the packages are not installed.
fn ask(script: &str, texts: &[&str]) -> Option<String> {
    let packages = provided(NODE)?;
    let mut node = Command::new("node")
        .args(["--no-warnings", script])
        .current_dir(root())
        .env("HELLO_THIRD_PARTY_DELIVERY_NODE", &packages)
        .env("HELLO_THIRD_PARTY_NODE_MODULES", &packages)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let quoted: Vec<_> = texts.iter().map(|text| json(text)).collect();
    node.stdin.take().unwrap().write_all(format!("[{}]", quoted.join(",")).as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "{script}");
    Some(String::from_utf8(output.stdout).unwrap())
}

/// Returns a text as a JSON string.
fn json(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|c| match c {
            '"' | '\\' => format!("\\{c}"),
            c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
            c => c.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}

/// Returns a file of the skeleton as the scaffolder renders it, for an application that belongs to a system.
fn rendered(path: &str) -> String {
    let mut text = read(path);
    for (name, value) in [
        ("name", "box-wagon"),
        ("description", "Carries what must stay dry."),
        ("owner", "group:default/trucks"),
        ("system", "system:default/fleet-leasing"),
        ("region", "eu-north-1"),
        ("account", "123456789012"),
        ("slug", "hello-truck/box-wagon"),
    ] {
        text = text.replace(&format!("${{{{ values.{name} }}}}"), value);
    }
    let text: Vec<_> = text.lines().filter(|line| !line.starts_with("{%")).collect();
    let text = text.join("\n");
    assert!(!text.contains("values."), "{text}");
    text
}

const MODEL: &str = "tui/catalog/tests/third_party/backstage_model.mjs";

#[test]
fn backstage_s_model_takes_every_entity_of_the_catalog() {
    let catalog = read("catalog-info.yaml");
    let Some(output) = ask(MODEL, &[&catalog]) else { return };
    assert_eq!(
        output.matches(r#""verdict":"valid""#).count(),
        catalog.matches("\nkind: ").count(),
        "{output}"
    );
    assert!(!output.contains("invalid") && !output.contains("foreign"), "{output}");
}

#[test]
fn the_catalog_has_what_a_portal_shows() {
    let catalog = read("catalog-info.yaml");
    for kind in ["System", "Component", "API", "Resource", "Group", "User"] {
        assert!(catalog.contains(&format!("\nkind: {kind}\n")), "{kind}");
    }
    for part in [
        "    github.com/project-slug: hello-truck/hello-truck\n",
        "    aws.amazon.com/amazon-ecs-service-arn: arn:aws:ecs:",
        "    backstage.io/techdocs-ref: dir:.\n",
        "    $text: ./api-spec/truck-api.yaml\n",
        "  type: database\n",
        "  type: log-group\n",
        "  type: ecs-cluster\n",
    ] {
        assert!(catalog.contains(part), "{part}");
    }
}

#[test]
fn the_scaffolder_accepts_both_templates() {
    let (new, deploy) = (read("backstage/template.yaml"), read("backstage/deploy.yaml"));
    let broken = deploy.replace("      action: ", "      act: ");
    let Some(output) = ask("xtask/tests/delivery/scaffolder.mjs", &[&new, &deploy, &broken]) else { return };
    assert!(output.starts_with("[null,null,\"") && output.contains("action"), "{output}");
}

#[test]
fn backstage_s_model_takes_what_the_template_makes() {
    let Some(output) = ask(MODEL, &[&rendered("backstage/skeleton/catalog-info.yaml")]) else { return };
    assert!(output.starts_with(r#"[[{"verdict":"valid""#), "{output}");
}

#[test]
fn template_omissions_exist_and_requirements_are_met() {
    let template = read("backstage/template.yaml");
    let list = template.split_once("        files:\n").unwrap().1;
    let files: Vec<_> = list.lines().map_while(|line| line.strip_prefix("          - ")).collect();
    assert!(!files.is_empty());
    for file in files.iter().filter(|file| file.starts_with(".github")) {
        assert!(root().join(file).is_file(), "{file}");
    }
    // A required check that no job reports would block every merge.
    let jobs = read("backstage/skeleton/.github/workflows/linting-testing.yaml");
    let checks =
        template.split_once("requiredStatusCheckContexts: [").unwrap().1.split_once("]\n").unwrap().0;
    for check in checks.replace("'Image, built", "'Image; built").split(", ") {
        let name = check.trim_matches('\'').replace(';', ",");
        assert!(jobs.contains(&format!("    name: {name}\n")), "{name}");
    }
}

#[test]
fn the_templates_send_what_the_workflow_takes() {
    let workflow = read(".github/workflows/docker-deploy.yaml");
    let inputs = workflow.split_once("    inputs:\n").unwrap().1.split_once("\npermissions:").unwrap().0;
    let deploy = read("backstage/deploy.yaml");
    let sent = deploy.split_once("        workflowInputs:\n").unwrap().1;
    let sent: Vec<_> =
        sent.lines().map_while(|line| line.strip_prefix("          ")?.split_once(": ")).collect();
    assert_eq!(sent.len(), 4);
    for (name, _) in sent {
        assert!(inputs.contains(&format!("      {name}:\n")), "{name}");
    }
    let parameters = read("backstage/template.yaml");
    let parameters =
        parameters.split_once("STACK_PARAMETERS: \"").unwrap().1.lines().next().unwrap().to_owned();
    let stack = read("infrastructure/deployment-ecs.yaml");
    for parameter in parameters.trim_end_matches('"').split("\\n") {
        let name = parameter.split_once('=').unwrap().0;
        assert!(stack.contains(&format!("\n  {name}:\n    Type: ")), "{name}");
    }
}

#[test]
fn the_portal_s_settings_name_files_that_are_here() {
    let settings = read("backstage/app-config.yaml");
    let prefix = "      target: https://github.com/hello-truck/hello-truck/blob/main/";
    let targets: Vec<_> = settings.lines().filter_map(|line| line.strip_prefix(prefix)).collect();
    assert_eq!(targets, ["catalog-info.yaml", "backstage/template.yaml", "backstage/deploy.yaml"]);
    for target in targets {
        assert!(root().join(target).is_file(), "{target}");
    }
}

#[test]
fn an_application_states_its_visibility_and_omits_paid_features() {
    let template = read("backstage/template.yaml");
    assert!(template.contains("required: [repoUrl, repoVisibility]\n"));
    assert!(template.contains("        repoVisibility: ${{ parameters.repoVisibility }}\n"));
    for variable in ["ATTESTATIONS", "CODE_SCANNING"] {
        let public = format!(
            "          {variable}: ${{{{ 'yes' if parameters.repoVisibility == 'public' else 'no' }}}}\n"
        );
        assert!(template.contains(&public), "{variable}");
        assert!(
            read("docs/delivery.md").contains(&format!("| `{variable}` |")),
            "{variable} is not in the table"
        );
    }
}
