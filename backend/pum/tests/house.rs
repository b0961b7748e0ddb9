//! The rules of the house that a compiler does not know: who may depend on whom, where a kind of work lives,
//! how long a file may grow, and that the maps name real places.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Longer files tell more than one story.
const LONGEST_FILE: usize = 600;

/// Each crate: where it lives, and which of our crates it may build on.
const CRATES: &[(&str, &str, &[&str])] = &[
    ("pum-migrations", "migrations", &[]),
    ("pum-domain", "backend/domain", &[]),
    ("pum-plex", "backend/plex", &[]),
    ("pum-store", "backend/store", &["pum-domain", "pum-migrations"]),
    ("pum-app", "backend/app", &["pum-domain", "pum-store", "pum-plex"]),
    ("pum-api", "backend/api", &["pum-domain", "pum-store", "pum-app"]),
    ("pum-worker", "backend/worker", &["pum-domain", "pum-store", "pum-app"]),
    (
        "pum",
        "backend/pum",
        &["pum-domain", "pum-migrations", "pum-plex", "pum-store", "pum-app", "pum-api", "pum-worker"],
    ),
    (
        "pum-testkit",
        "backend/testkit",
        &["pum-domain", "pum-migrations", "pum-plex", "pum-store", "pum-app", "pum-api", "pum-worker"],
    ),
];

/// Libraries that only some crates may name, because the crate exists to keep the rest free of them.
const KEPT: &[(&str, &[&str])] = &[
    ("sea-orm", &["pum-store", "pum-migrations", "pum-testkit"]),
    ("sqlx", &["pum-store", "pum-migrations", "pum-testkit"]),
    ("apalis", &["pum-worker"]),
    ("actix-", &["pum-api", "pum", "pum-testkit"]),
    ("utoipa", &["pum-api"]),
    ("reqwest", &["pum-plex", "pum-testkit"]),
    ("clap", &["pum", "pum-testkit"]),
    ("dotenvy", &["pum"]),
];

/// What rules do without: they are handed the world.
const NOT_IN_DOMAIN: &[&str] = &["tokio", "futures", "async-trait", "rand", "tracing"];

/// Folders that hold what tools make or fetch.
const NOT_OURS: &[&str] = &[".git", "target", "node_modules", "dist", ".tools", "data", "paraglide"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository is there")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All files of ours below a folder, in a stable order.
fn files(below: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![below.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("a folder's entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                if !NOT_OURS.contains(&name.as_str()) {
                    folders.push(path);
                }
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<PathBuf> {
    let is_source = |path: &PathBuf| path.extension().is_some_and(|e| e == "rs" || e == "ts" || e == "tsx");
    // Written by a tool from openapi.yaml.
    let is_written = |path: &PathBuf| path.ends_with("src/api/schema.d.ts");
    files(&root()).into_iter().filter(|path| is_source(path) && !is_written(path)).collect()
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

fn all_is_well(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// The names under `[dependencies]` and `[build-dependencies]`; tests may reach further.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut inside = false;
    let mut names = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line == "[dependencies]" || line == "[build-dependencies]";
        } else if inside && !line.trim().is_empty() && !line.starts_with('#') {
            names.push(line.split(['.', ' ', '=']).next().unwrap_or_default().to_owned());
        }
    }
    names
}

#[test]
fn crates_point_in_one_direction() {
    let mut faults = Vec::new();
    for (name, folder, may_use) in CRATES {
        for dependency in dependencies(&read(&root().join(folder).join("Cargo.toml"))) {
            if dependency.starts_with("pum-") && !may_use.contains(&dependency.as_str()) {
                faults.push(format!("{name} must not know {dependency}"));
            }
            for (kept, keepers) in KEPT {
                if dependency.starts_with(kept) && !keepers.contains(name) {
                    faults.push(format!(
                        "{name} must not name {dependency}: that is left to {}",
                        keepers.join(", ")
                    ));
                }
            }
            if *name == "pum-domain" && NOT_IN_DOMAIN.contains(&dependency.as_str()) {
                faults.push(format!("pum-domain must do without {dependency}: rules are handed the world"));
            }
        }
    }
    all_is_well(&faults);
}

#[test]
fn every_member_of_the_workspace_is_known_here() {
    let manifest = read(&root().join("Cargo.toml"));
    let members = manifest.lines().find(|line| line.starts_with("members")).expect("the workspace's members");
    let listed: BTreeSet<&str> = members.split('"').skip(1).step_by(2).collect();
    let known: BTreeSet<&str> = CRATES.iter().map(|(_, folder, _)| *folder).collect();
    assert_eq!(listed, known, "say above what a new crate may build on");
}

#[test]
fn files_tell_one_story() {
    let mut faults = Vec::new();
    for path in sources() {
        let lines = read(&path).lines().count();
        if lines > LONGEST_FILE {
            faults.push(format!("{} has {lines} lines, more than {LONGEST_FILE}", shown(&path)));
        }
    }
    all_is_well(&faults);
}

#[test]
fn modules_say_what_they_are_for() {
    let mut faults = Vec::new();
    for path in sources().iter().filter(|path| path.extension().is_some_and(|e| e == "rs")) {
        // A module's own tests need no introduction.
        let is_tests = path.file_name().is_some_and(|name| name == "tests.rs");
        if !is_tests && !read(path).starts_with("//! ") {
            faults.push(format!("{} does not begin with //! and what it is for", shown(path)));
        }
    }
    all_is_well(&faults);
}

#[test]
fn names_say_what_is_inside() {
    let thoughtless = ["util", "utils", "common", "helper", "helpers", "misc", "shared"];
    let mut faults = Vec::new();
    for path in sources() {
        let relative = shown(&path);
        for part in Path::new(&relative).with_extension("").components() {
            if thoughtless.contains(&part.as_os_str().to_string_lossy().as_ref()) {
                faults.push(format!("{relative}: name it after what it knows"));
            }
        }
    }
    all_is_well(&faults);
}

#[test]
fn maps_name_real_places() {
    let mut faults = Vec::new();
    for path in files(&root()).into_iter().filter(|path| path.extension().is_some_and(|e| e == "md")) {
        for named in places(&read(&path)) {
            if !exists(&named, &path) {
                faults.push(format!("{} names {named}, which is not there", shown(&path)));
            }
        }
    }
    all_is_well(&faults);
}

/// What a page names in `code` or links to, as far as it looks like a place in the repository.
fn places(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut in_block = false;
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        } else if !in_block {
            found.extend(
                line.split('`').skip(1).step_by(2).filter(|span| looks_like_a_place(span)).map(str::to_owned),
            );
            for link in line.split("](").skip(1) {
                let target = link.split([')', '#', ' ']).next().unwrap_or_default();
                if !target.is_empty() && !target.contains(':') {
                    found.push(target.to_owned());
                }
            }
        }
    }
    found
}

fn looks_like_a_place(span: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    let kinds = [".rs", ".ts", ".tsx", ".toml", ".yml", ".yaml", ".md", ".sh", ".mjs"];
    let is_file = kinds.iter().any(|kind| span.len() > kind.len() && span.ends_with(kind));
    let top = span.split('/').next().unwrap_or_default();
    // A path is one when its first part is a folder here; `text/plain` and `/api/v1` are not.
    let is_path = span.contains('/') && !top.is_empty() && root().join(top).is_dir();
    span.chars().all(plain) && (is_file || is_path) && !span.split('/').any(|part| NOT_OURS.contains(&part))
}

/// Whether a named place exists, seen from the repository, from the page, or from a crate or its sources.
fn exists(named: &str, page: &Path) -> bool {
    let root = root();
    let beside = page.parent().unwrap_or(&root);
    let mut starts = vec![root.clone(), beside.to_owned(), root.join("backend"), root.join("frontend")];
    starts
        .extend(CRATES.iter().flat_map(|(_, folder, _)| [root.join(folder), root.join(folder).join("src")]));
    starts.iter().any(|start| start.join(named).exists())
}

#[test]
fn the_readme_knows_every_variable_of_the_environment() {
    let catalogue = read(&root().join("backend/pum/src/config/variables.rs"));
    let readme = read(&root().join("README.md"));
    let names = catalogue.lines().filter_map(|line| {
        let line = line.trim();
        line.strip_prefix("open(\"").or(line.strip_prefix("secret(\""))?.split('"').next()
    });
    let faults: Vec<String> = names
        // For process tests alone.
        .filter(|name| *name != "PUM_TEST_KILL_AT")
        .filter(|name| !readme.contains(&format!("`{name}`")))
        .map(|name| format!("README.md does not tell of {name}"))
        .collect();
    all_is_well(&faults);
}
