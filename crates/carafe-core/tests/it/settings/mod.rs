//! Settings: sources, types, mistakes, keys, reports.

mod files;
mod guide;
mod keys;
mod mistakes;
mod overrides;
mod sources;
mod types;
mod values;

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::time::Duration;

use carafe::settings::{ByteSize, Environment, Secret, SettingsLoader};
use carafe_macros::Settings;
use serde::Deserialize;

/// A section with one field of each kind.
#[derive(Debug, Settings)]
#[settings(section = "blog")]
struct Blog {
    /// Posts on a page.
    ///
    /// The feed has as many.
    #[setting(default = 10)]
    per_page: u32,
    /// The title above every page.
    title: String,
    key: Option<Secret>,
    #[setting(default = "30s")]
    timeout: Duration,
    #[setting(default = "2 MiB")]
    max_upload: ByteSize,
    #[setting(default = ["localhost"])]
    hosts: Vec<String>,
    #[setting(default = -0.5)]
    offset: f64,
    #[setting(default = false)]
    open: bool,
    #[setting(default = "light")]
    theme: Theme,
    #[setting(default)]
    labels: BTreeMap<String, i64>,
    #[setting(default)]
    authors: HashMap<String, Author>,
    #[setting(default = [])]
    ports: Vec<u16>,
    folder: Option<PathBuf>,
    #[setting(from_str, default = "::1")]
    bind: std::net::IpAddr,
    #[setting(from_str)]
    level: Option<Level>,
    #[setting(env = "DATABASE_URL", env = "DB_URL", default = "sqlite:blog.db")]
    database: String,
    #[setting(secret)]
    webhook: Option<String>,
    #[setting(nested)]
    mail: Mail,
    #[setting(nested)]
    backup: Option<Mail>,
    r#type: Option<char>,
}

/// Sends the newsletter.
#[derive(Debug, PartialEq, Settings)]
struct Mail {
    /// The server.
    #[setting(default = "localhost")]
    host: String,
    #[setting(default = 25, env = "SMTP_PORT")]
    port: u16,
    password: Option<Secret>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Theme {
    Light,
    VeryDark,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Author {
    name: String,
    #[serde(default)]
    token: Option<Secret>,
}

#[derive(Debug, PartialEq)]
struct Level(u8);

impl std::str::FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "low" => Ok(Self(0)),
            "high" => Ok(Self(9)),
            _ => Err("a level is low or high".to_owned()),
        }
    }
}

/// What a program in production sees of these sources.
fn loader(toml: &str, variables: &[(&str, &str)]) -> SettingsLoader {
    SettingsLoader::new(Environment::PRODUCTION)
        .section::<Blog>()
        .toml(toml)
        .variables(variables.iter().copied())
}

/// The blog's rows that are not defaults, or the error.
fn outcome(loader: SettingsLoader) -> String {
    let settings = match loader.load_all() {
        Ok(settings) => settings,
        Err(error) => return format!("error: {error}\n"),
    };
    let report = settings.report();
    let set = report.rows().iter().filter(|row| row.from() != "default");
    let lines: Vec<String> =
        set.map(|row| format!("{} = {} <- {}\n", row.key(), row.value(), row.from())).collect();
    lines.concat()
}
