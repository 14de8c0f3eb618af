//! A crate imports only lower levels, and each outside dependency that is fenced is behind its own crate.

use cargo_metadata::{DependencyKind, MetadataCommand, Package};

/// Levels as in ARCHITECTURE.md; a new crate is added here with its level.
const LEVELS: &[(&str, u8)] = &[
    ("belfry-types", 0),
    ("belfry-config", 1),
    ("belfry-catalog", 1),
    ("belfry-audience", 1),
    ("belfry-import", 1),
    ("belfry-store", 1),
    ("belfry-channels", 1),
    ("belfry-live", 1),
    ("belfry-testkit", 1),
    ("belfry-engine", 2),
    ("belfry-http", 3),
    ("belfry-bench", 3),
    ("belfry-server", 4),
    ("belfry-tests", 5),
];

/// Who may depend on what is fenced; all others may not.
const FENCES: &[(&str, &[&str])] = &[
    ("sqlx", &["belfry-store"]),
    ("axum", &["belfry-http"]),
    ("utoipa", &["belfry-http"]),
    ("tower-http", &["belfry-http"]),
    ("reqwest", &["belfry-channels", "belfry-bench", "belfry-server", "belfry-tests"]),
    ("clap", &["belfry-server", "belfry-bench"]),
    ("config", &["belfry-config"]),
    ("csv", &["belfry-import"]),
    ("ammonia", &["belfry-catalog"]),
    ("pulldown-cmark", &["belfry-catalog"]),
    ("anyhow", &["belfry-server", "belfry-bench", "belfry-tests"]),
];

fn packages() -> Vec<Package> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    MetadataCommand::new().manifest_path(manifest).no_deps().exec().expect("cargo metadata").packages
}

fn level(name: &str) -> Option<u8> {
    LEVELS.iter().find(|(known, _)| *known == name).map(|(_, level)| *level)
}

#[test]
fn a_crate_imports_only_lower_levels() {
    let packages = packages();
    assert!(packages.len() >= LEVELS.len(), "a crate of the table is gone");
    let mut broken = Vec::new();
    for package in &packages {
        let Some(own) = level(&package.name) else {
            broken.push(format!("{} has no level in this test", package.name));
            continue;
        };
        for dependency in &package.dependencies {
            // Whatever is shipped keeps the order; tests may also use the testkit.
            let testing =
                dependency.kind == DependencyKind::Development && dependency.name == "belfry-testkit";
            if let Some(other) = level(&dependency.name)
                && other >= own
                && !testing
            {
                broken.push(format!("{} ({own}) imports {} ({other})", package.name, dependency.name));
            }
        }
    }
    assert_eq!(broken, Vec::<String>::new());
}

#[test]
fn fenced_dependencies_stay_behind_their_crate() {
    let packages = packages();
    let mut broken = Vec::new();
    for (fenced, allowed) in FENCES {
        let users = packages.iter().filter(|package| {
            let shipped = |d: &&cargo_metadata::Dependency| d.kind != DependencyKind::Development;
            package.dependencies.iter().filter(shipped).any(|d| d.name == *fenced)
        });
        let users: Vec<&str> = users.map(|package| package.name.as_str()).collect();
        broken.extend(
            users.iter().filter(|u| !allowed.contains(u)).map(|u| format!("{u} depends on {fenced}")),
        );
    }
    assert_eq!(broken, Vec::<String>::new());
}

#[test]
fn nothing_shipped_depends_on_the_testkit() {
    // The benchmark has sinks of its own processes, and so may; the engine and what it stands on may not.
    for package in packages() {
        if ["belfry-bench", "belfry-tests"].contains(&package.name.as_str()) {
            continue;
        }
        for dependency in &package.dependencies {
            let shipped = dependency.kind != DependencyKind::Development;
            assert!(!(shipped && dependency.name == "belfry-testkit"), "{}", package.name);
        }
    }
}
