//! What Carafe costs at build time: `examples/hello` beside the same page in plain axum, each in a
//! folder and a target folder of its own, both gone afterwards. Nothing in the project is written.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::Value;

use crate::workspace::{Dependency, packages, root};

/// Changes of one line; the first warms up, the median of the others counts.
const CHANGES: usize = 5;

/// The word in the source that a change replaces.
const WORD: &str = "World";

const AXUM_MAIN: &str = r#"use axum::{Router, routing::get};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let app = Router::new().route("/", get(async || "Hello, World!"));
    axum::serve(tokio::net::TcpListener::bind("127.0.0.1:8000").await?, app).await
}
"#;

const AXUM_DEPENDENCIES: &str = r#"axum = "0.8"
tokio = { version = "1", features = ["rt-multi-thread", "net", "macros"] }"#;

struct Cost {
    crates: usize,
    cold: f64,
    changed: f64,
}

pub(crate) fn run() -> Result<(), String> {
    let main = fs::read_to_string(root().join("examples/hello/src/main.rs"))
        .map_err(|error| format!("examples/hello/src/main.rs cannot be read: {error}"))?;
    let axum = measure("axum-hello", AXUM_DEPENDENCIES, AXUM_MAIN)?;
    let hello = measure("carafe-hello", &hello_dependencies()?, &main)?;

    println!("{:<18} {:>8} {:>8} {:>20}", "", "crates", "cold s", "one line changed s");
    for (name, cost) in [("plain axum hello", &axum), ("examples/hello", &hello)] {
        println!("{name:<18} {:>8} {:>8.1} {:>20.2}", cost.crates, cost.cold, cost.changed);
    }
    println!(
        "{:<18} {:>8} {:>8.2} {:>20.2}",
        "ratio",
        "",
        hello.cold / axum.cold,
        hello.changed / axum.changed
    );
    Ok(())
}

/// The dependencies that examples/hello asks for, with the path of this checkout.
fn hello_dependencies() -> Result<String, String> {
    let packages = packages()?;
    let hello = packages.iter().find(|package| package.manifest == "examples/hello/Cargo.toml");
    let hello = hello.ok_or("examples/hello is no member of the workspace")?;
    let lines = hello.dependencies.iter().filter(|dependency| !dependency.dev).map(|dependency| {
        let Dependency { name, default_features, features, .. } = dependency;
        let path = root().join("crates").join(name).display().to_string();
        format!(
            "{name} = {{ path = {path:?}, default-features = {default_features}, features = {features:?} }}"
        )
    });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

fn measure(name: &str, dependencies: &str, main: &str) -> Result<Cost, String> {
    if !main.contains(WORD) {
        return Err(format!("the source of {name} has no word {WORD} that could be changed"));
    }
    let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    write_project(folder.path(), name, dependencies, main)
        .map_err(|error| format!("{name} cannot be written: {error}"))?;
    cargo(folder.path(), &["fetch", "--quiet"])?;

    println!("building {name} …");
    let start = Instant::now();
    let messages = cargo(folder.path(), &["build", "--quiet", "--message-format=json"])?;
    let cold = start.elapsed().as_secs_f64();

    let mut times = Vec::new();
    for number in 0..CHANGES {
        let changed = main.replacen(WORD, &format!("{WORD} {number}"), 1);
        fs::write(folder.path().join("src/main.rs"), changed)
            .map_err(|error| format!("{name} cannot be changed: {error}"))?;
        let start = Instant::now();
        cargo(folder.path(), &["build", "--quiet"])?;
        times.push(start.elapsed().as_secs_f64());
    }
    times.remove(0);
    times.sort_by(f64::total_cmp);
    Ok(Cost { crates: crates_built(&messages), cold, changed: times[times.len() / 2] })
}

/// Both projects get our profile and our versions, so that only their dependencies differ. Those are
/// built as from a registry: Cargo would keep notes for changes of what it has by path, which no
/// user of Carafe changes.
fn write_project(folder: &Path, name: &str, dependencies: &str, main: &str) -> std::io::Result<()> {
    fs::create_dir(folder.join("src"))?;
    fs::write(folder.join("src/main.rs"), main)?;
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\n{dependencies}\n\n[profile.dev]\ndebug = \"line-tables-only\"\n\n\
         [profile.dev.package.\"*\"]\nincremental = false\n\n[workspace]\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest)
}

fn cargo(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("cargo")
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo could not be started: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("cargo {}: {}", arguments.join(" "), output.status))
    }
}

/// Counts packages, not targets: a build script is part of its crate.
fn crates_built(messages: &str) -> usize {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let built = messages.filter(|message| message["reason"] == "compiler-artifact");
    let packages: BTreeSet<String> =
        built.map(|message| message["package_id"].to_string()).collect();
    packages.len()
}
