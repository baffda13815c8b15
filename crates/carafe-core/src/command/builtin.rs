//! The commands that every site has.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction};

use super::arguments::extracted;
use super::{Command, Console};
use crate::error::Result;
use crate::routing::Sort;
use crate::scope::Scope;
use crate::settings::Settings;

/// The commands of the core.
pub(crate) fn builtin() -> Vec<Command> {
    vec![routes(), settings()]
}

fn json_flag() -> Arg {
    Arg::new("json").long("json").help("Print JSON").action(ArgAction::SetTrue)
}

/// `routes --sort rule --json` (Flask's `flask routes`).
fn routes() -> Command {
    let sorts = PossibleValuesParser::new(["endpoint", "methods", "host", "rule", "match"]);
    let sort = Arg::new("sort")
        .long("sort")
        .value_name("COLUMN")
        .help("What the rows are sorted by")
        .value_parser(sorts)
        .default_value("endpoint");
    let words = clap::Command::new("routes").about("Lists the routes").arg(sort).arg(json_flag());
    Command::new(words, |matches| async move {
        let sort = match matches.get_one::<String>("sort").map(String::as_str) {
            Some("methods") => Sort::Methods,
            Some("host") => Sort::Host,
            Some("rule") => Sort::Rule,
            Some("match") => Sort::Match,
            _ => Sort::Endpoint,
        };
        let listing = Scope::current()?.table().listing(sort);
        let text = if matches.get_flag("json") {
            serde_json::to_string_pretty(&listing)? + "\n"
        } else {
            listing.to_string()
        };
        console().await?.write(&text);
        Ok(())
    })
}

/// `settings --json`: what is in force, and where it comes from.
fn settings() -> Command {
    let words = clap::Command::new("settings")
        .about("Shows the settings in force and where each comes from")
        .arg(json_flag());
    Command::new(words, |matches| async move {
        let report = Scope::current()?.service::<Settings>().map(|settings| settings.report());
        let report = report.ok_or_else(|| crate::Error::missing_service("Settings"))?;
        let text = if matches.get_flag("json") {
            serde_json::to_string_pretty(&report.to_json())? + "\n"
        } else {
            report.to_string()
        };
        console().await?.write(&text);
        Ok(())
    })
}

async fn console() -> Result<Console> {
    extracted("console").await
}
