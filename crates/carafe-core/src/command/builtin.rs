//! The commands that every site has.

use std::path::PathBuf;
use std::sync::Arc;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches};

use super::arguments::extracted;
use super::{Command, Console};
use crate::checks::Check;
use crate::error::{Error, Kind, Result};
use crate::frame::endpoint;
use crate::routing::Sort;
use crate::scope::Scope;
use crate::settings::Settings;
use crate::static_files::StaticFolder;

/// The commands of the core.
pub(crate) fn builtin() -> Vec<Command> {
    vec![check(), routes(), settings(), static_files()]
}

/// Where to listen, as the command line says it.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServeFlags {
    pub(crate) host: Option<String>,
    pub(crate) port: Option<u16>,
    pub(crate) unix: Option<PathBuf>,
    /// The whole line, with the flags of components.
    pub(crate) matches: ArgMatches,
}

impl ServeFlags {
    pub(crate) fn of(matches: &ArgMatches) -> Self {
        Self {
            host: matches.get_one("host").cloned(),
            port: matches.get_one("port").copied(),
            unix: matches.get_one("unix").cloned(),
            matches: matches.clone(),
        }
    }
}

/// `serve --port 8080`: what the program does when it is asked for nothing.
pub(crate) fn serve_words() -> clap::Command {
    clap::Command::new("serve")
        .about("Serves the app (this is what it does when asked for nothing)")
        .arg(
            Arg::new("host")
                .long("host")
                .value_name("HOST")
                .help("The address to listen on, in place of `server.host`"),
        )
        .arg(
            Arg::new("port")
                .long("port")
                .short('p')
                .value_name("PORT")
                .help("The port, in place of `server.port`; 0 takes a free one")
                .value_parser(clap::value_parser!(u16)),
        )
        .arg(
            Arg::new("unix")
                .long("unix")
                .value_name("PATH")
                .help("Listen on a Unix socket in place of a port")
                .value_parser(clap::value_parser!(PathBuf))
                .conflicts_with_all(["host", "port"]),
        )
}

fn json_flag() -> Arg {
    Arg::new("json").long("json").help("Print JSON").action(ArgAction::SetTrue)
}

/// `check`: most of what is wrong is found while the app is put together, before any command runs.
fn check() -> Command {
    let words = clap::Command::new("check")
        .about("Looks whether the app is put together rightly, and ends")
        .arg(
            Arg::new("fail-on-warnings")
                .long("fail-on-warnings")
                .help("Fail on warnings too, as for a pipeline")
                .action(ArgAction::SetTrue),
        );
    Command::new(words, |matches| async move {
        let scope = Scope::current()?;
        let routes = scope.table().rules().count();
        let console = console().await?;
        let found = scope.frame().inspections.run().await;
        let (warnings, wrong): (Vec<Check>, Vec<Check>) =
            found.into_iter().partition(Check::is_warning);
        for warning in &warnings {
            console.line(format_args!("warning: {warning}"));
        }
        Error::all(wrong.into_iter().map(Error::from).collect())?;
        match warnings.len() {
            0 => console.line(format_args!("Nothing is wrong ({routes} routes).")),
            count if matches.get_flag("fail-on-warnings") => {
                return Err(Error::new(Kind::Setup, format!("warnings: {count}")));
            }
            count => console.line(format_args!(
                "Nothing is wrong that keeps the app from starting ({routes} routes; warnings: {count})."
            )),
        }
        Ok(())
    })
}

/// `static list`: the files below `static/` of all apps, by the paths that they have.
fn static_files() -> Command {
    let list = clap::Command::new("list").about("Lists the static files of all apps");
    let words = clap::Command::new("static")
        .about("Looks at the static files")
        .subcommand_required(true)
        .subcommand(list);
    Command::new(words, |_| async move {
        let console = console().await?;
        let scope = Scope::current()?;
        for (app, folder) in scope.deposits::<Arc<StaticFolder>>() {
            let rule = scope.table().of_endpoint(&endpoint(app, "static")).next();
            let prefix =
                rule.map_or("", |rule| rule.pattern().as_str().trim_end_matches("{*path}"));
            for name in folder.names()? {
                console.line(format_args!("{prefix}{name}"));
            }
        }
        Ok(())
    })
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
        let report = report.ok_or_else(|| Error::missing_service("Settings"))?;
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
