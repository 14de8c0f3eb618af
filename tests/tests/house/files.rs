//! Rules for single files of the source.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Lines of a file at most, and of a file of tests.
const LINES: usize = 400;
const TEST_LINES: usize = 600;

/// Where a scope may be made: where someone was authenticated, where a row was leased or read, and where `init` begins.
const GRANTS: &[&str] = &[
    "crates/belfry-types/src/scope.rs",
    "crates/belfry-store/src/",
    "crates/belfry-http/src/auth",
    "crates/belfry-http/src/asker",
    "crates/belfry-engine/src/plan",
    "crates/belfry-engine/src/deliver",
    "crates/belfry-engine/src/expand",
    "crates/belfry-engine/src/live_pump",
    "crates/belfry-server/src/init",
    "crates/belfry-server/src/commands/init",
    "crates/belfry-server/src/commands/operators",
];

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the repository")
}

/// Files that are tracked or would be, with their text; binary ones are left out.
fn files() -> Vec<(String, String)> {
    let root = root();
    let list = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(&root)
        .output()
        .expect("git");
    let names = String::from_utf8(list.stdout).expect("names");
    let read = |name: &str| Some((name.to_owned(), std::fs::read_to_string(root.join(name)).ok()?));
    let files: Vec<_> = names.split_terminator('\0').filter_map(read).collect();
    assert!(files.len() > 50, "git lists only {} files", files.len());
    files
}

fn is_generated(name: &str) -> bool {
    name.ends_with(".d.ts")
        || name.ends_with("openapi.json")
        || name.ends_with("lock.json")
        || name.ends_with("Cargo.lock")
}

fn is_source(name: &str) -> bool {
    [".rs", ".ts", ".tsx", ".mjs"].iter().any(|end| name.ends_with(end)) && !is_generated(name)
}

/// The text before a file's own tests.
fn shipped(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

fn is_test(name: &str) -> bool {
    name.starts_with("tests/") || name.contains("/tests") || name.contains(".test.") || name.contains("e2e/")
}

#[test]
fn every_module_opens_with_what_it_owns() {
    let bare: Vec<String> = files()
        .into_iter()
        // What a file of tests owns is said by the file that it tests.
        .filter(|(name, _)| is_source(name) && !name.ends_with("/tests.rs") && !name.contains(".test."))
        .filter(|(name, text)| {
            let first = text
                .lines()
                .find(|line| !line.starts_with("#!") && !line.trim().is_empty())
                .unwrap_or_default();
            let header = if name.ends_with(".rs") {
                first.starts_with("//! ")
            } else {
                first.starts_with("/**") || first.starts_with("// ")
            };
            !header
        })
        .map(|(name, _)| name)
        .collect();
    assert_eq!(bare, Vec::<String>::new());
}

#[test]
fn files_stay_short() {
    let long: Vec<String> = files()
        .into_iter()
        .filter(|(name, _)| is_source(name))
        .filter_map(|(name, text)| {
            let limit = if is_test(&name) { TEST_LINES } else { LINES };
            let lines = text.lines().count();
            (lines > limit).then(|| format!("{name}: {lines} lines, {limit} at most"))
        })
        .collect();
    assert_eq!(long, Vec::<String>::new());
}

#[test]
fn only_authentication_and_leases_grant_a_scope() {
    let grant = concat!("Scope::", "granted(");
    let found: Vec<String> = files()
        .into_iter()
        .filter(|(name, text)| name.ends_with(".rs") && shipped(text).contains(grant))
        .map(|(name, _)| name)
        .filter(|name| !is_test(name))
        .collect();
    assert!(!found.is_empty(), "nobody grants a scope: this check is empty");
    let others: Vec<_> =
        found.iter().filter(|n| !GRANTS.iter().any(|allowed| n.starts_with(allowed))).collect();
    assert_eq!(others, Vec::<&String>::new());
}

#[test]
fn nothing_names_somebodys_machine_or_a_registry() {
    // Written in pieces, so that this file does not contain them.
    let words: Vec<String> = [
        ("/work", "/main"),
        ("/work", "/shared"),
        ("/ro", "ot/"),
        ("/home", "/"),
        ("static.crates", ".io"),
        ("index.crates", ".io"),
        ("registry.npm", "js.org"),
        ("pypi", ".org"),
        ("files.python", "hosted"),
        ("deb.deb", "ian.org"),
    ]
    .iter()
    .map(|(a, b)| format!("{a}{b}"))
    .collect();
    // Lock files say where each package is from; that is the package manager's own text.
    let locks = |name: &str| name.ends_with("Cargo.lock") || name.ends_with("package-lock.json");
    // A folder inside of the project may be called as one of a machine.
    let names = |text: &str, word: &str| {
        let from_the_root =
            |at: usize| !text[..at].ends_with(|c: char| c.is_alphanumeric() || "._-".contains(c));
        text.match_indices(word).any(|(at, _)| !word.starts_with('/') || from_the_root(at))
    };
    let mut found = Vec::new();
    for (name, text) in files().iter().filter(|(name, _)| !locks(name)) {
        found.extend(words.iter().filter(|word| names(text, word)).map(|word| format!("{name}: {word}")));
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn crates_are_not_named_for_what_does_not_fit() {
    let bad = ["utils", "util", "common", "helpers", "helper", "manager", "misc"];
    let found: Vec<String> = files()
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| {
            is_source(name)
                && name.split('/').any(|part| bad.contains(&part.split('.').next().unwrap_or(part)))
        })
        .collect();
    assert_eq!(found, Vec::<String>::new());
}
