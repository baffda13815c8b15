//! The suite, on every database that can be had.
#![allow(
    clippy::decimal_bitwise_operands,
    clippy::items_after_statements,
    clippy::print_stdout,
    clippy::struct_field_names,
    clippy::unwrap_used,
    missing_docs,
    reason = "checks are data, and no library; whoever looks for a failure is told the seed"
)]

mod behind_pgbouncer;
mod bound;
mod concurrency;
mod errors;
mod events;
mod guard;
mod hostile;
mod inspect;
mod killed;
mod migrations;
mod on_commit;
mod only_mysql;
mod only_postgres;
mod options;
mod queries;
mod replicas;
mod rows;
mod schema;
mod session;
mod stream;
mod tables;
mod timeouts;
mod transactions;
mod validation;
mod values;
mod watch;

use driver_tests::{Check, Found, mysql, postgres, sqlite};

#[test]
fn sqlite_in_a_file() {
    on(sqlite::files, &[]);
}

#[test]
fn sqlite_in_memory() {
    on(sqlite::memory, &[]);
}

#[test]
fn mysql() {
    on(mysql::server, &only_mysql::checks());
}

#[test]
fn postgres() {
    on(
        postgres::server,
        &[only_postgres::checks(), queries::only_postgres(), behind_pgbouncer::checks()].concat(),
    );
}

/// All checks, and those that only one database needs.
fn on(find: fn() -> Found, own: &[Check]) {
    let checks = [
        values::checks(),
        migrations::checks(),
        migrations::locks::checks(),
        migrations::online::checks(),
        migrations::live::checks(),
        migrations::scenarios::checks(),
        migrations::chains::checks(),
        migrations::killed::checks(),
        migrations::squash::checks(),
        migrations::steps::checks(),
        inspect::checks(),
        rows::checks(),
        queries::checks(),
        errors::checks(),
        events::checks(),
        validation::checks(),
        transactions::checks(),
        options::checks(),
        on_commit::checks(),
        stream::checks(),
        replicas::checks(),
        watch::checks(),
        session::checks(),
        bound::checks(),
        guard::checks(),
        hostile::checks(),
        schema::checks(),
        tables::checks(),
        concurrency::checks(),
        killed::checks(),
        timeouts::checks(),
    ];
    driver_tests::on_with(find, &checks.concat(), own);
}
