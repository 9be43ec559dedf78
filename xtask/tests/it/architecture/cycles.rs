//! Finds import cycles between the modules of a crate, which neither Cargo nor clippy detects.
//!
//! It reads text only: every path that begins with `crate::` or `super::`, outside of comments and tests. Modules are
//! compared with their siblings; imports between a parent and its child are ignored.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::Source;

/// The imports between sibling modules, by their parent module.
type Graph = BTreeMap<Vec<String>, BTreeMap<String, BTreeSet<String>>>;

/// The code of a crate's modules, by module path.
type Modules = BTreeMap<Vec<String>, String>;

/// Returns one line for each import that is part of a cycle, such as `server/src/store: ear -> error`.
pub(super) fn circles(crate_folder: &str, sources: &[Source]) -> Vec<String> {
    let modules = modules(crate_folder, sources);
    let mut circles = Vec::new();
    for (folder, graph) in &graph(&modules) {
        for (from, others) in graph {
            for to in others.iter().filter(|to| reaches(graph, to, from)) {
                circles.push(format!(
                    "{}: {from} -> {to}",
                    [&[crate_folder.to_owned()], &folder[..]].concat().join("/")
                ));
            }
        }
    }
    circles
}

fn reaches(graph: &BTreeMap<String, BTreeSet<String>>, from: &str, to: &str) -> bool {
    let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(module) = next.pop() {
        if module == to {
            return true;
        }
        if seen.insert(module) {
            next.extend(graph.get(module).into_iter().flatten().map(String::as_str));
        }
    }
    false
}

fn modules(crate_folder: &str, sources: &[Source]) -> Modules {
    let mut modules = Modules::new();
    for source in sources.iter().filter(|source| !source.is_test()) {
        let Some(path) = source.path.strip_prefix(&format!("{crate_folder}/")) else { continue };
        let parts =
            path.trim_end_matches(".rs").split('/').filter(|part| !matches!(*part, "mod" | "lib" | "main"));
        let code = source.text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default();
        let lines = code.lines().map(|line| line.split("//").next().unwrap_or_default());
        modules
            .entry(parts.map(str::to_owned).collect())
            .or_default()
            .extend(lines.flat_map(|line| [line, "\n"]));
    }
    modules
}

fn graph(modules: &Modules) -> Graph {
    let mut graph = Graph::new();
    for (module, code) in modules {
        for path in paths(code, &["crate::", "super::"]) {
            let target = resolved(module, &path, modules);
            let common = module.iter().zip(&target).take_while(|(ours, theirs)| ours == theirs).count();
            if common < module.len() && common < target.len() && modules.contains_key(&target[..=common]) {
                let from = graph.entry(module[..common].to_vec()).or_default();
                from.entry(module[common].clone()).or_default().insert(target[common].clone());
            }
        }
    }
    graph
}

/// Returns the absolute form of a path in a module, resolved through re-exports.
fn resolved(module: &[String], path: &[String], modules: &Modules) -> Vec<String> {
    let ups = path.iter().take_while(|part| *part == "super").count();
    let base = if path[0] == "crate" { &[] } else { &module[..module.len().saturating_sub(ups)] };
    let mut target = base.to_vec();
    for part in &path[ups.max(1)..] {
        if !modules.contains_key(&[&target[..], std::slice::from_ref(part)].concat())
            && let Some(code) = modules.get(&target)
            && let Some(exported) = exported(code, part)
        {
            target.push(exported);
        }
        target.push(part.clone());
    }
    target
}

/// Returns the child module from which a module imports a name: for `use state::AppState`, that is `state`.
fn exported(code: &str, name: &str) -> Option<String> {
    let found = paths(code, &["use self::", "use "]).into_iter().find(|path| {
        path.len() > 1
            && path.last().is_some_and(|last| last == name)
            && !matches!(&*path[0], "crate" | "super")
    });
    found.map(|path| path[usize::from(path[0] == "self")].clone())
}

/// Returns the paths in `code` that start with one of the beginnings, with brace groups expanded.
fn paths(code: &str, beginnings: &[&str]) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    for beginning in beginnings {
        for (at, _) in code.match_indices(beginning) {
            let is_inside = code[..at].ends_with(|c: char| c == ':' || c == '_' || c.is_alphanumeric());
            if !is_inside {
                let skipped = if beginning.starts_with("use") { beginning.len() } else { 0 };
                tree(&code[at + skipped..], &[], &mut paths);
            }
        }
    }
    paths
}

/// Parses `a::{b, c::d}` into `paths`, and returns the rest of the code.
fn tree<'c>(code: &'c str, before: &[String], paths: &mut Vec<Vec<String>>) -> &'c str {
    let mut path = before.to_vec();
    let mut rest = code.trim_start();
    loop {
        if let Some(group) = rest.strip_prefix('{') {
            rest = group.trim_start();
            while !rest.is_empty() && !rest.starts_with('}') {
                rest = tree(rest, &path, paths);
                rest = rest.trim_start_matches(|c| c != ',' && c != '}').trim_start_matches(',').trim_start();
            }
            return rest.get(1..).unwrap_or_default();
        }
        let end = rest.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(rest.len());
        path.push(rest[..end].to_owned());
        let Some(more) = rest[end..].strip_prefix("::") else {
            paths.push(path);
            return &rest[end..];
        };
        rest = more;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<_> =
            files.iter().map(|(path, text)| Source::new(&format!("x/src/{path}"), text)).collect();
        circles("x/src", &sources)
    }

    #[test]
    fn an_import_cycle_is_found_in_every_form() {
        let circle = ["x/src: a -> b", "x/src: b -> a"];
        assert_eq!(found(&[("a.rs", "use crate::b::B;"), ("b.rs", "fn f() { super::a::f() }")]), circle);
        assert_eq!(
            found(&[
                ("a/mod.rs", "use super::{c, b::{self, B}};"),
                ("b/d.rs", "use crate::a;"),
                ("b.rs", "")
            ]),
            circle
        );
        let lib = ("lib.rs", "mod a;\npub use a::{A, C as D};\n");
        assert_eq!(
            found(&[lib, ("a.rs", "use crate::b;"), ("b.rs", "use crate::A;")]),
            circle,
            "by another name"
        );
    }

    #[test]
    fn tests_and_comments_make_no_import_cycle() {
        let a = ("a.rs", "use crate::b::B;");
        assert!(
            found(&[a, ("b.rs", "// crate::a\n#[cfg(test)]\nmod tests { use crate::a::A; }")]).is_empty()
        );
        assert!(found(&[a, ("b.rs", ""), ("b/tests.rs", "use crate::a;")]).is_empty());
    }
}
