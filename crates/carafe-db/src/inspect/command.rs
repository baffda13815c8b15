//! `inspectdb`.

use carafe_core::command::{Command, Console};
use carafe_core::{Error, Result, Scope};
use clap::{Arg, ArgAction, ArgMatches};

use super::Inspect;
use crate::db::Db;
use crate::named::Databases;

/// Prints the models of the tables that a database has.
pub(crate) fn command() -> Command {
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).help(help).action(ArgAction::SetTrue)
    };
    let words = clap::Command::new("inspectdb")
        .about("Prints models of the tables that the database has")
        .arg(Arg::new("tables").value_name("TABLE").num_args(0..).help("Only these"))
        .arg(
            Arg::new("database")
                .long("database")
                .value_name("NAME")
                .help("Of the database `[databases.NAME]` of the settings"),
        )
        .arg(flag("include-views", "Views too"))
        .arg(flag("include-partitions", "Partitions of tables too"))
        .arg(flag("managed", "Migrations are to change the tables from now on"));
    Command::new(words, |matches| async move {
        let db = database(&matches)?;
        let mut inspect = Inspect::of(&db);
        if let Some(tables) = matches.get_many::<String>("tables") {
            inspect = inspect.tables(tables.cloned());
        }
        for (name, add) in [
            ("include-views", Inspect::with_views as fn(_) -> _),
            ("include-partitions", Inspect::with_partitions),
            ("managed", Inspect::managed),
        ] {
            if matches.get_flag(name) {
                inspect = add(inspect);
            }
        }
        let found = inspect.find().await?;
        let console: Console = carafe_core::command::extracted("console").await?;
        console.write(&found.source());
        Ok(())
    })
}

fn database(matches: &ArgMatches) -> Result<Db> {
    let scope = Scope::current()?;
    let db = match matches.get_one::<String>("database") {
        Some(name) => {
            let databases = scope.service::<Databases>();
            databases.ok_or_else(|| Error::missing_service("Databases"))?.get(name)?
        }
        None => (*scope.service::<Db>().ok_or_else(|| Error::missing_service("Db"))?).clone(),
    };
    // What would be made at the first use is not there yet.
    Ok(db.bare())
}
