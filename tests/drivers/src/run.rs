//! Goes through the checks, on one database after the other.

#![expect(clippy::print_stdout, reason = "each check and each skip is told")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use carafe_db::Db;

use crate::{At, Check, Found, Server};

/// The longest that one check may take, unless `CARAFE_TEST_LONGEST` says how many seconds.
const LONGEST: Duration = Duration::from_secs(90);

/// Runs the checks on a database, if it can be had: else it is a printed skip, and a failure where
/// `CI` is `true`.
///
/// # Panics
///
/// If a check fails; after all have run.
pub fn on(find: fn() -> Found, checks: &[Check]) {
    on_with(find, checks, &[]);
}

/// The same with checks that only this database needs.
///
/// # Panics
///
/// If a check fails; after all have run.
pub fn on_with(find: fn() -> Found, checks: &[Check], own: &[Check]) {
    let server = match find() {
        Found::Server(server) => Arc::<dyn Server>::from(server),
        Found::Nothing(why) => {
            assert!(variable("CI").as_deref() != Some("true"), "the database cannot be had: {why}");
            println!("skipped: {why}");
            return;
        }
    };
    let dialect = server.dialect();
    let only = variable("CARAFE_TEST_CHECK").unwrap_or_default();
    let mut failed = Vec::new();
    for check in checks.iter().chain(own).filter(|check| check.name.contains(&only)) {
        let missing = dialect.cannot.iter().find(|(cannot, _)| check.needs.contains(cannot));
        if let Some((_, why)) = missing {
            println!("{}: skipped {} ({why})", dialect.name, check.name);
            continue;
        }
        match run(&server, *check) {
            Ok(()) => println!("{}: ok {}", dialect.name, check.name),
            Err(why) => {
                println!("{}: FAILED {}: {why}", dialect.name, check.name);
                failed.push(check.name);
            }
        }
    }
    assert!(failed.is_empty(), "{}: failed: {}", dialect.name, failed.join(", "));
}

/// Tells that the rest of a check is left out, and why.
pub fn skip(why: &str) {
    println!("skipped: {why}");
}

/// The same for what can be installed: where `CI` is `true`, that it is missing is a failure.
///
/// # Panics
///
/// Then.
pub fn required(why: &str) {
    assert!(variable("CI").as_deref() != Some("true"), "{why}");
    skip(why);
}

/// A variable of the environment.
#[expect(clippy::disallowed_methods, reason = "the suite is no app, which has settings")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Runs a check on a runtime and a database of its own.
fn run(server: &Arc<dyn Server>, check: Check) -> Result<(), String> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(4).enable_all().build().map_err(|e| e.to_string())?;
    let server = server.clone();
    let longest = variable("CARAFE_TEST_LONGEST").and_then(|seconds| seconds.parse().ok());
    let longest = longest.map_or(LONGEST, Duration::from_secs);
    let checking = async move {
        let url = server.fresh().await;
        let db = Db::open(&url).await.map_err(|error| format!("{error:?}"))?;
        let at = At { db, url, dialect: server.dialect(), server };
        let checked = tokio::time::timeout(longest, (check.run)(at)).await;
        checked.map_err(|_| format!("it took longer than {longest:?}"))
    };
    let checked = catch_unwind(AssertUnwindSafe(|| runtime.block_on(checking)));
    runtime.shutdown_timeout(Duration::from_secs(5));
    checked.unwrap_or_else(|_| Err("it panicked; see above".to_owned()))
}
