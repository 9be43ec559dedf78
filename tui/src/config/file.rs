//! The settings file: named contexts, one of which is active.

mod mistake;

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use hello_model::failure::{Failure, Kind};
use hello_services::TokenCommand;
use serde::Deserialize;

use super::{
    WHAT,
    appearance::{Appearance, ThemeName},
    folders::config_folder,
};

/// The maximum size of the settings file, in bytes.
const SIZE_LIMIT: u64 = 1024 * 1024;

/// The settings of one context. URLs are parsed later, because the TOML parser would quote an invalid one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct File {
    pub catalog: Vec<String>,
    pub component: Option<String>,
    pub trucks_url: Option<String>,
    /// The command that prints the token for the trucks service.
    pub trucks_token_command: Option<TokenCommand>,
    pub repo: Option<String>,
    pub github_api_url: Option<String>,
    /// The OAuth app that users sign in with.
    pub github_client_id: Option<String>,
    pub profile: Option<String>,
    pub region: Option<String>,
    pub sandbox: bool,
    pub read_only: bool,
    /// Whether its services are those of production: every write asks first.
    pub production: bool,
}

/// The context of the settings file that is in use.
#[derive(Debug)]
pub struct Chosen {
    /// `None` if the file names no default.
    pub name: Option<String>,
    /// The names of all contexts.
    pub names: Vec<String>,
    pub settings: File,
    pub console: ConsoleSettings,
}

/// The settings of the console, whatever the context.
#[derive(Debug, Clone)]
pub struct ConsoleSettings {
    /// Whether it reacts to the mouse.
    pub mouse: bool,
    /// How it looks.
    pub appearance: Appearance,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Contents {
    /// The context that is active if none is named.
    default: Option<String>,
    theme: ThemeName,
    ascii: Option<bool>,
    contexts: BTreeMap<String, File>,
    /// Whether the console reacts to the mouse [default: true].
    mouse: Option<bool>,
}

/// Returns the path of the settings file: the named one, or the usual one, which need not exist.
pub fn settings_file(named: Option<&Path>) -> Option<PathBuf> {
    named.map(Path::to_owned).or_else(|| Some(config_folder()?.join("config.toml")))
}

impl File {
    /// Reads the context `name`, or the default context of the file.
    ///
    /// The default file may be missing. An explicitly named file or context must exist.
    pub fn read(path: Option<&Path>, name: Option<&str>) -> Result<Chosen, Failure> {
        let Some(file) = settings_file(path) else { return Contents::default().choose(None, Path::new("")) };
        let is_named = path.is_some();
        let contents = match hello_files::read_to_string(&file, SIZE_LIMIT) {
            Ok(text) => parse(&text, &file)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => match name {
                Some(name) => return Err(missing(&file, name)),
                None if is_named => return Err(not_there(&file)),
                None => Contents::default(),
            },
            Err(error) => return Err(wrong(&file, &error.to_string())),
        };
        contents.choose(name, &file)
    }
}

impl Contents {
    fn choose(mut self, name: Option<&str>, file: &Path) -> Result<Chosen, Failure> {
        let names: Vec<String> = self.contexts.keys().cloned().collect();
        let appearance = Appearance { theme: self.theme, ascii: self.ascii };
        let console = ConsoleSettings { mouse: self.mouse.unwrap_or(true), appearance };
        let Some(name) = name.map(str::to_owned).or(self.default) else {
            return Ok(Chosen { name: None, names, settings: File::default(), console });
        };
        let Some(settings) = self.contexts.remove(&name) else {
            let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            let why = format!("{}: there is no context `{name}`; known: {known}", file.display());
            let hint =
                format!("name a known one with --context, or add a section `[contexts.{name}]` to the file");
            return Err(Failure::new(Kind::NotConfigured, WHAT, why).hint(hint));
        };
        Ok(Chosen { name: Some(name), names, settings, console })
    }
}

fn parse(text: &str, file: &Path) -> Result<Contents, Failure> {
    toml::from_str(text).map_err(|error| wrong(file, &mistake::describe(&error, text)))
}

fn wrong(file: &Path, why: &str) -> Failure {
    Failure::new(Kind::NotConfigured, WHAT, format!("{}: {why}", file.display()))
        .hint("correct the file, or name another one with --config FILE")
}

/// Refuses a named file that does not exist.
fn not_there(file: &Path) -> Failure {
    Failure::new(Kind::NotConfigured, WHAT, format!("there is no file {}", file.display()))
        .hint("create it, or name another one with --config FILE (HELLO_CONFIG)")
}

/// Refuses a context while there is no settings file.
fn missing(file: &Path, context: &str) -> Failure {
    let why =
        format!("there is no context `{context}`, because there is no settings file {}", file.display());
    Failure::new(Kind::NotConfigured, WHAT, why)
        .hint(format!("create the file with a section `[contexts.{context}]`, or leave out --context"))
}

/// Parses a settings file and selects a context. Returns the error message, if any. For [`crate::parsers`].
pub(crate) fn refusal(text: &str) -> Option<String> {
    let file = Path::new("config.toml");
    let chosen = parse(text, file).and_then(|contents| contents.choose(None, file));
    chosen.err().map(|failure| failure.why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_is_chosen_by_name_or_by_default() {
        let text = "default = \"a\"\n[contexts.a]\nregion = \"eu-north-1\"\n[contexts.b]\nread-only = true\n";
        let chosen = |name| parse(text, Path::new("f")).and_then(|c| c.choose(name, Path::new("f"))).unwrap();
        assert_eq!(chosen(None).settings.region.as_deref(), Some("eu-north-1"));
        assert!(chosen(Some("b")).settings.read_only);
        assert_eq!(chosen(None).names, ["a", "b"]);
    }

    #[test]
    fn the_theme_is_set_for_all_contexts() {
        let text = "theme = \"light\"\nascii = true\n[contexts.a]\n";
        let chosen = parse(text, Path::new("f")).unwrap().choose(Some("a"), Path::new("f")).unwrap();
        assert_eq!(
            (chosen.console.appearance.theme, chosen.console.appearance.ascii),
            (ThemeName::Light, Some(true))
        );
        let failure = parse("theme = \"blue\"\n", Path::new("f")).unwrap_err();
        assert!(failure.why.contains("line 1") && failure.why.contains("`light`"), "{}", failure.why);
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let failure = parse("[contexts.a]\nregoin = \"x\"\n", Path::new("config.toml")).unwrap_err();
        assert!(failure.why.contains("line 2") && failure.why.contains("regoin"), "{}", failure.why);
    }

    #[test]
    fn an_unknown_context_names_the_known_ones() {
        let contents = parse("[contexts.a]\n", Path::new("config.toml")).unwrap();
        let failure = contents.choose(Some("z"), Path::new("config.toml")).unwrap_err();
        assert!(failure.why.contains("known: a"), "{}", failure.why);
        assert!(failure.hint.as_deref().unwrap().contains("`[contexts.z]`"), "{failure:?}");
    }

    #[test]
    fn a_named_file_that_does_not_exist_is_to_be_created() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("none.toml");
        let hint = |context| File::read(Some(&file), context).unwrap_err().hint.unwrap();
        assert!(hint(None).starts_with("create it"), "{}", hint(None));
        assert!(hint(Some("live")).contains("`[contexts.live]`"), "{}", hint(Some("live")));
    }

    #[test]
    fn a_context_without_a_file_says_which_file_to_create() {
        let folder = tempfile::tempdir().unwrap();
        let failure = missing(&folder.path().join("config.toml"), "live");
        assert!(
            failure.hint.as_deref().unwrap().contains("create the file with a section `[contexts.live]`")
        );
    }

    #[test]
    fn the_mouse_can_be_left_to_the_terminal() {
        let mouse =
            |text| parse(text, Path::new("f")).unwrap().choose(None, Path::new("f")).unwrap().console.mouse;
        assert!(mouse("") && !mouse("mouse = false\n"));
    }

    #[test]
    fn a_token_command_is_a_line_or_words() {
        let command = |value: &str| {
            let text = format!("default = \"a\"\n[contexts.a]\ntrucks-token-command = {value}\n");
            let chosen = parse(&text, Path::new("f")).unwrap().choose(None, Path::new("f")).unwrap();
            chosen.settings.trucks_token_command
        };
        assert_eq!(command("\"op read x\""), Some(TokenCommand::Shell("op read x".to_owned())));
        let words = vec!["op".to_owned(), "read".to_owned()];
        assert_eq!(command("[\"op\", \"read\"]"), Some(TokenCommand::Words(words)));
    }
}
