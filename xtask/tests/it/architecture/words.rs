//! What may be named only in certain places.

use super::{Offence, paths, tree::Source};

/// Patterns (see [`paths::Named::holds`]) that may not occur `within` some places, `except` in some of these.
struct Ban {
    within: &'static [&'static str],
    except: &'static [&'static str],
    words: &'static [&'static str],
    why: &'static str,
}

/// The half of the console that a test can drive without a clock, a network or a runtime.
const PURE: &[&str] = &[
    "tui/src/domain/",
    "tui/src/catalog/",
    "tui/src/failure.rs",
    "tui/src/app/",
    "tui/src/screens/",
    "tui/src/widgets/",
];

const BANS: &[Ban] = &[
    Ban {
        within: PURE,
        except: &[],
        words: &["std::fs", "std::net", "std::env", "std::process", "std::os", "walkdir::*", "glob::*"],
        why: "the pure half does no I/O: ask for it with an effect",
    },
    Ban {
        within: PURE,
        except: &[],
        words: &["io::std*", "println!", "eprintln!", "print!", "eprint!", "tracing::*"],
        why: "the pure half prints and logs nothing: return what is to be said",
    },
    Ban {
        within: PURE,
        except: &[],
        words: &["tokio::*", "std::thread", "async", "await"],
        why: "the pure half waits for nothing: return an effect, and take its answer as a message",
    },
    Ban {
        within: PURE,
        except: &[],
        words: &["reqwest::*", "octocrab::*", "aws_*::*", "hello_sandbox::*"],
        why: "the pure half knows our nouns, which services make of what clients answer",
    },
    Ban {
        within: PURE,
        except: &[],
        words: &["Instant::now", "SystemTime", "Timestamp::now", "Zoned::now", "TimeZone::system"],
        why: "the pure half is told the time: take a `Now`, or what `Look` holds",
    },
    Ban {
        within: PURE,
        except: &[],
        words: &["rand::*", "fastrand::*", "uuid::*"],
        why: "the pure half leaves nothing to chance: take what is random as an argument",
    },
    Ban {
        within: &["tui/src/"],
        except: &["tui/src/widgets/text.rs"],
        words: &[
            "Span::styled",
            "Span::raw",
            "Line::styled",
            "Line::raw",
            "Text::styled",
            "Text::raw",
            "set_string*",
        ],
        why: "text from outside could reach the screen as it is: make a span with `widgets::text`",
    },
    Ban {
        within: &["tui/src/"],
        except: &["tui/src/cli/writer.rs", "tui/src/panics.rs", "tui/src/runtime/terminal.rs"],
        words: &["io::stdout", "io::stderr", "println!", "eprintln!", "print!", "eprint!"],
        why: "text from outside could reach a terminal as it is: print with `cli::writer`",
    },
    Ban {
        within: &["tui/src/"],
        except: &[],
        words: &["fs::read", "fs::read_to_string", "fs::write", "create_dir*", "File::create*"],
        why: "the path may be a named pipe or a link: open a user's file with `hello_files`",
    },
    Ban {
        within: &["tui/src/"],
        except: &["tui/src/services/http/"],
        words: &["reqwest::*", "hyper::*", "hyper_util::*", "aws_smithy_http_client::*"],
        why: "a request leaves through services/http, which knows the rules for all of them",
    },
    Ban {
        within: &["tui/src/"],
        // There a process is started, which ends with its question.
        except: &["tui/src/runtime/tasks.rs", "tui/src/services/credentials.rs"],
        words: &["spawn(", "spawn_local("],
        why: "only the runtime's tasks are started: whatever else runs could neither be replaced nor ended",
    },
    Ban {
        within: &["tui/src/"],
        except: &["tui/src/services/", "tui/src/runtime/tasks.rs"],
        words: &["spawn_blocking"],
        why: "only services have something that blocks",
    },
    Ban {
        within: &["tui/src/"],
        except: &["tui/src/runtime/", "tui/src/services/", "tui/src/cli/"],
        words: &["Instant::now", "SystemTime", "Timestamp::now", "Zoned::now"],
        why: "the time is read at the edge and handed on",
    },
];

impl Ban {
    fn holds_for(&self, path: &str) -> bool {
        let within = |places: &[&str]| places.iter().any(|place| path.starts_with(place));
        within(self.within) && !within(self.except)
    }
}

/// Returns the places where something is named that may not be there.
pub(super) fn offences(sources: &[Source]) -> Vec<Offence> {
    sources.iter().flat_map(of_file).collect()
}

fn of_file(source: &Source) -> Vec<Offence> {
    let bans: Vec<&Ban> = BANS.iter().filter(|ban| ban.holds_for(&source.path)).collect();
    if bans.is_empty() {
        return Vec::new();
    }
    let mut offences = Vec::new();
    for path in paths::named(source) {
        for ban in &bans {
            if let Some(word) = ban.words.iter().find(|word| path.holds(word)) {
                offences.push(Offence::new(&source.path, path.line, format!("`{word}`: {}", ban.why)));
            }
        }
    }
    offences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whys(path: &str, text: &str) -> Vec<String> {
        offences(&[Source::new(path, text)]).into_iter().map(|offence| offence.why).collect()
    }

    /// Writes code that names what a pattern bans.
    fn naming(word: &str) -> String {
        let call = word.replace('*', "x").replace("x::x", "x::y");
        if call.ends_with('(') { format!("fn f() {{ {call}) }}") } else { format!("fn f() {{ {call} }}") }
    }

    #[test]
    fn every_word_of_every_ban_is_found_in_every_place() {
        for ban in BANS {
            for (place, word) in ban.within.iter().flat_map(|place| ban.words.iter().map(move |w| (place, w)))
            {
                let path = if place.ends_with('/') { format!("{place}x.rs") } else { (*place).to_owned() };
                let found = whys(&path, &naming(word));
                assert!(found.contains(&format!("`{word}`: {}", ban.why)), "{word} in {path}: {found:?}");
            }
        }
    }

    #[test]
    fn every_exception_of_every_ban_is_granted() {
        for ban in BANS {
            for (place, word) in ban.except.iter().flat_map(|place| ban.words.iter().map(move |w| (place, w)))
            {
                let path = if place.ends_with('/') { format!("{place}x.rs") } else { (*place).to_owned() };
                assert!(
                    !whys(&path, &naming(word)).iter().any(|why| why.ends_with(ban.why)),
                    "{word} in {path}"
                );
            }
        }
    }

    #[test]
    fn offences_are_found_however_they_are_written() {
        for text in [
            "use std::{collections::HashMap, fs};",
            "use std::{\n    io::{self, stdout},\n};",
            "pub async fn load() {}",
            "fn f() { g().await }",
            "fn f() { let now = jiff::Timestamp::now(); }",
            "fn f() { tracing::info!(\"x\") }",
            "use aws_sdk_ecs::{Client, types};",
        ] {
            assert!(!whys("tui/src/screens/x.rs", text).is_empty(), "{text}");
        }
    }

    #[test]
    fn words_in_comments_texts_and_tests_offend_nobody() {
        let text = "// std::fs\nconst A: &str = \"std::fs tokio::spawn(x).await\";\n\
                    #[cfg(test)]\nmod tests { use std::fs; fn f() { Instant::now(); } }\n";
        assert!(whys("tui/src/app/x.rs", text).is_empty());
        assert!(whys("tui/src/app/tests.rs", "use std::fs;").is_empty());
    }

    #[test]
    fn other_crates_are_not_meant() {
        assert!(whys("server/src/x.rs", "fn f() { tokio::spawn(Instant::now()) }").is_empty());
    }
}
