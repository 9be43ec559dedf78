//! What `catalog validate` prints about wrong descriptors.

use crate::command::{Shell, err, out};

fn shell(files: &[(&str, &[u8])]) -> Shell {
    // No command here asks a service.
    let shell = Shell::at("http://127.0.0.1:9");
    for (name, text) in files {
        std::fs::write(shell.home.path().join(name), text).unwrap();
    }
    shell
}

/// Returns the exit code and the printed problems.
async fn validate(shell: &Shell, files: &str) -> (i32, String) {
    let output = shell.run(&format!("catalog validate {files}")).await;
    assert_eq!(err(&output), "", "the problems are the result");
    (output.status.code().unwrap(), out(&output))
}

fn user(name: &str, metadata: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata:\n  name: {name}\n{metadata}spec: {{memberOf: []}}\n"
    )
}

#[tokio::test]
async fn a_problem_has_line_caret_consequence_and_hint() {
    let shell = shell(&[("a.yaml", user("jo", "  tags: [rust, .net]\n").as_bytes())]);
    let (code, text) = validate(&shell, "a.yaml").await;
    let rule = "a string that is sequences of [a-z0-9:+#] separated by [-], at most 63 characters in total";
    let expected = format!(
        "error: user:jo: \"metadata.tags.1\" is not valid; expected {rule} but found \".net\"\n --> a.yaml:5:16\n\
         5 |   tags: [rust, .net]\n  |                ^\n  = Backstage leaves this entity out\n  \
         = next: write it as \"dotnet\"\n\n0 entities, 1 error, 0 warnings\n"
    );
    assert_eq!((code, text), (1, expected));
}

#[tokio::test]
async fn a_syntax_error_shows_which_text_to_quote() {
    let text = user("jo", "  description: Trucks, note: see {{ x }}\n");
    let shell = shell(&[("a.yaml", text.as_bytes())]);
    let (code, text) = validate(&shell, "a.yaml").await;
    assert_eq!(code, 1);
    assert!(text.starts_with("error: this document is not valid YAML: "), "{text}");
    assert!(text.contains("  |                            ^\n"), "{text}");
    assert!(text.contains("= Backstage takes nothing of this file\n"), "{text}");
    let hint = "= next: quote this text: description: \"Trucks, note: see {{ x }}\"\n";
    assert!(text.contains(hint), "{text}");
}

#[tokio::test]
async fn the_caret_stands_below_its_column_in_any_text() {
    // A byte order mark, wide characters, a tab, Windows line ends and a byte that is not UTF-8.
    let wide = "\u{feff}{apiVersion: v1, kind: X, metadata: {title: \u{8eca}\u{8eca}, name: a b}}";
    let tab = user("jo", "  title:\ta: b\n");
    let windows = user("jo", "  tags: [A]\n").replace('\n', "\r\n");
    let latin = [&b"# caf\xe9\n"[..], user("jo", "  tags: [\u{e9}, A]\n").as_bytes()].concat();
    let shell = shell(&[
        ("wide.yaml", wide.as_bytes()),
        ("tab.yaml", tab.as_bytes()),
        ("windows.yaml", windows.as_bytes()),
        ("latin.yaml", &latin),
    ]);
    for (file, line) in [
        (
            "wide.yaml",
            "metadata: {title: \u{8eca}\u{8eca}, name: a b}}\n  |                                                   ^\n",
        ),
        ("tab.yaml", "5 |   title: a: b\n  |           ^\n"),
        ("windows.yaml", "5 |   tags: [A]\n  |          ^\n"),
        ("latin.yaml", "6 |   tags: [\u{e9}, A]\n  |             ^\n"),
    ] {
        let (code, text) = validate(&shell, file).await;
        assert!(code == 1 && text.contains(line), "{file}:\n{text}");
    }
}

#[tokio::test]
async fn unreadable_files_have_a_hint() {
    let shell = shell(&[("empty.yaml", b""), ("good.yaml", user("jo", "").as_bytes())]);
    std::fs::create_dir(shell.home.path().join("folder")).unwrap();
    let (code, text) = validate(&shell, "missing.yaml folder none-*.yaml good.yaml").await;
    assert_eq!(code, 1);
    for expected in [
        "error: this file cannot be read",
        "= next: check the name, or name a folder, glob or URL",
        "error: this folder holds no catalog-info.yaml or catalog-info.yml\n",
        "= next: name another folder, or create catalog-info.yaml in it",
        "error: this pattern matches no file\n",
        "1 entity, 3 errors, 0 warnings\n",
    ] {
        assert!(text.contains(expected), "{expected:?} is missing:\n{text}");
    }
    let (code, text) = validate(&shell, "empty.yaml").await;
    assert!(code == 0 && text.starts_with("warning: this file describes no entity\n"), "{text}");
}

#[tokio::test]
async fn two_files_with_one_entity_are_a_conflict() {
    let shell = shell(&[("a.yaml", user("jo", "").as_bytes()), ("b.yaml", user("JO", "").as_bytes())]);
    let (code, text) = validate(&shell, "a.yaml b.yaml").await;
    assert_eq!(code, 0);
    assert!(
        text.starts_with(
            "warning: user:JO: is described in a.yaml:1 already; the first one counts\n --> b.yaml:1:1\n"
        ),
        "{text}"
    );
    assert!(text.contains("= Backstage keeps the first one\n"), "{text}");
    assert!(text.contains("= next: give one of them another name, or remove it\n"), "{text}");
}

#[tokio::test]
async fn problems_beyond_the_limit_are_counted() {
    let tags = "    - A\n".repeat(2_000);
    let shell = shell(&[("a.yaml", user("jo", &format!("  tags:\n{tags}")).as_bytes())]);
    let (code, text) = validate(&shell, "a.yaml").await;
    assert_eq!((code, text.matches("     |       ^\n").count() > 0), (1, true));
    assert!(text.ends_with("0 entities, 1001 errors, 0 warnings\n"), "{}", &text[text.len() - 400..]);
    assert!(text.contains("error: this file has 1000 more problems\n"));
}
