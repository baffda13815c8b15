//! The workspace as `cargo metadata` tells it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

#[derive(Debug, Clone, Default)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// From the root, with `/`; of a dependency, where it lies on this machine.
    pub(crate) manifest: String,
    pub(crate) member: bool,
    pub(crate) license: Option<String>,
    pub(crate) dependencies: Vec<Dependency>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) dev: bool,
    /// False for `{ path = "…" }` alone, which is left out of a published manifest.
    pub(crate) versioned: bool,
    pub(crate) default_features: bool,
    pub(crate) features: Vec<String>,
}

/// The folder of the workspace: the parent of this crate's.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

/// All packages, members and dependencies.
pub(crate) fn packages() -> Result<Vec<Package>, String> {
    let json = output(&["metadata", "--format-version", "1", "--locked", "--all-features"])?;
    let json: Value = serde_json::from_str(&json)
        .map_err(|error| format!("cargo metadata wrote what is no JSON: {error}"))?;
    Ok(read(&json, &root().to_string_lossy()))
}

/// What a cargo command prints, or what it complains of.
pub(crate) fn output(arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("cargo")
        .args(arguments)
        .current_dir(root())
        .output()
        .map_err(|error| format!("cargo could not be started: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let complaint = String::from_utf8_lossy(&output.stderr);
        Err(format!("cargo {}: {complaint}", arguments.join(" ")))
    }
}

fn read(json: &Value, root: &str) -> Vec<Package> {
    let members: Vec<&str> = list(&json["workspace_members"]).filter_map(Value::as_str).collect();
    list(&json["packages"])
        .map(|package| {
            let manifest = text(&package["manifest_path"]).replace('\\', "/");
            let root = root.replace('\\', "/");
            Package {
                name: text(&package["name"]),
                manifest: manifest
                    .strip_prefix(&root)
                    .map(|inside| inside.trim_start_matches('/').to_owned())
                    .unwrap_or(manifest),
                member: package["id"].as_str().is_some_and(|id| members.contains(&id)),
                license: package["license"].as_str().map(str::to_owned),
                dependencies: list(&package["dependencies"]).map(dependency).collect(),
            }
        })
        .collect()
}

fn dependency(json: &Value) -> Dependency {
    Dependency {
        name: text(&json["name"]),
        dev: json["kind"] == "dev",
        versioned: json["req"] != "*",
        default_features: json["uses_default_features"] != false,
        features: list(&json["features"]).map(text).collect(),
    }
}

fn list(json: &Value) -> impl Iterator<Item = &Value> {
    json.as_array().into_iter().flatten()
}

fn text(json: &Value) -> String {
    json.as_str().unwrap_or_default().to_owned()
}
