//! The program to run, and the packages that it is made of, as `cargo metadata` tells them.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::change::{Change, Rules};
use super::options::Choice;
use crate::failure::{Failure, Result};

#[derive(Debug)]
pub(super) struct Project {
    pub(super) package: String,
    pub(super) binary: String,
    rules: Rules,
}

impl Project {
    /// Reads the project that the current folder is in.
    pub(super) fn read(choice: &Choice) -> Result<Self> {
        let metadata = metadata(choice)?;
        let here = std::env::current_dir()
            .and_then(|here| here.canonicalize())
            .map_err(|error| Failure::new(format!("the current folder is gone: {error}")))?;
        let program = find(&metadata, choice, &here)?;
        let rules = rules(&metadata, &program, &here);
        Ok(Self { package: program.package, binary: program.binary, rules })
    }

    /// What to watch; nothing was built yet.
    pub(super) fn rules(self) -> Rules {
        self.rules
    }
}

fn metadata(choice: &Choice) -> Result<Value> {
    let mut cargo = Command::new(cargo());
    cargo.args(["metadata", "--format-version", "1", "--quiet"]).args(choice.features());
    let output = cargo.output().map_err(|error| {
        Failure::new(format!("cargo cannot be started: {error}"))
            .hint("Rust comes with it: https://rustup.rs")
    })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.trim().trim_start_matches("error: ");
        return Err(if said.contains("could not find `Cargo.toml`") {
            Failure::new("there is no project here: no Cargo.toml, here or above")
                .hint("make one with `carafe new NAME`, or change into its folder")
        } else {
            Failure::new(said)
        });
    }
    serde_json::from_slice(&output.stdout)
        .map_err(|error| Failure::new(format!("cargo's answer cannot be read: {error}")))
}

/// The cargo that runs us, if we are run by one, else the one of the path.
#[expect(clippy::disallowed_methods, reason = "cargo tells its own place by it; it is no setting")]
pub(super) fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

struct Program {
    id: String,
    package: String,
    binary: String,
}

/// The one program that `cargo run` would run.
fn find(metadata: &Value, choice: &Choice, here: &Path) -> Result<Program> {
    let members: HashSet<&str> = texts(&metadata["workspace_members"]).collect();
    let defaults: HashSet<&str> = texts(&metadata["workspace_default_members"]).collect();
    let packages: Vec<&Value> = list(&metadata["packages"])
        .filter(|package| members.contains(text(&package["id"])))
        .collect();
    let chosen: Vec<&Value> = match &choice.package {
        Some(name) => {
            packages.into_iter().filter(|package| text(&package["name"]) == name).collect()
        }
        // The package that the current folder is in; in the root of a workspace all of them.
        None => match packages
            .iter()
            .filter(|package| here.starts_with(folder(package)))
            .max_by_key(|package| folder(package).as_os_str().len())
        {
            Some(nearest) => vec![*nearest],
            None => packages.into_iter().filter(|p| defaults.contains(text(&p["id"]))).collect(),
        },
    };
    if let (Some(name), []) = (&choice.package, chosen.as_slice()) {
        return Err(Failure::new(format!("no package of this workspace is named `{name}`")));
    }
    let kind = if choice.example.is_some() { "example" } else { "bin" };
    let wanted = choice.example.as_ref().or(choice.bin.as_ref());
    let mut found = Vec::new();
    for package in chosen {
        let default = package["default_run"].as_str().filter(|_| wanted.is_none());
        for target in list(&package["targets"]) {
            let name = text(&target["name"]);
            let fits = texts(&target["kind"]).any(|of| of == kind)
                && wanted.is_none_or(|wanted| wanted == name)
                && default.is_none_or(|default| default == name);
            if fits {
                found.push(Program {
                    id: text(&package["id"]).to_owned(),
                    package: text(&package["name"]).to_owned(),
                    binary: name.to_owned(),
                });
            }
        }
    }
    match (found.len(), wanted) {
        (1, _) => Ok(found.remove(0)),
        (0, Some(name)) => Err(Failure::new(format!("no {kind} is named `{name}`"))),
        (0, None) => Err(Failure::new("there is no program here, only libraries")
            .hint("write a src/main.rs, or name a package: `carafe dev -p NAME`")),
        _ => {
            let names: Vec<String> = found
                .iter()
                .map(|one| format!("-p {} --bin {}", one.package, one.binary))
                .collect();
            Err(Failure::new("there are several programs here")
                .hint(format!("take one of: {}", names.join(", "))))
        }
    }
}

/// The folders of the program's package and of all that it depends on by path.
fn rules(metadata: &Value, program: &Program, here: &Path) -> Rules {
    let packages: HashMap<&str, &Value> =
        list(&metadata["packages"]).map(|package| (text(&package["id"]), package)).collect();
    let nodes: HashMap<&str, &Value> =
        list(&metadata["resolve"]["nodes"]).map(|node| (text(&node["id"]), node)).collect();
    let mut reached = HashSet::new();
    let mut open = vec![program.id.as_str()];
    while let Some(id) = open.pop() {
        // What a registry gave never changes.
        let local = packages.get(id).is_some_and(|package| package["source"].is_null());
        if local && reached.insert(id) {
            open.extend(nodes.get(id).into_iter().flat_map(|node| {
                list(&node["deps"]).filter(|dep| is_built_in(dep)).map(|dep| text(&dep["pkg"]))
            }));
        }
    }
    let local = packages.iter().filter(|(_, package)| package["source"].is_null());
    let (roots, others): (Vec<_>, Vec<_>) = local.partition(|(id, _)| reached.contains(*id));
    let folders =
        |packages: Vec<(&&str, &&Value)>| packages.iter().map(|(_, p)| folder(p)).collect();
    let root = canonical(text(&metadata["workspace_root"]));
    let single = [
        (root.join("Cargo.toml"), Change::Rebuild),
        (root.join("Cargo.lock"), Change::Rebuild),
        (here.join("carafe.toml"), Change::Restart),
        (here.join(".env"), Change::Restart),
    ];
    Rules {
        roots: folders(roots),
        others: folders(others),
        single: single.into(),
        target: canonical(text(&metadata["target_directory"])),
        ..Rules::default()
    }
}

/// False for what only tests need.
fn is_built_in(dependency: &Value) -> bool {
    list(&dependency["dep_kinds"]).any(|kind| kind["kind"].as_str() != Some("dev"))
}

fn folder(package: &Value) -> PathBuf {
    let manifest = Path::new(text(&package["manifest_path"]));
    canonical(manifest.parent().unwrap_or(manifest))
}

/// Paths of events are without links, so ours are too.
pub(super) fn canonical(path: impl AsRef<Path>) -> PathBuf {
    path.as_ref().canonicalize().unwrap_or_else(|_| path.as_ref().to_owned())
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    list(value).map(text)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
