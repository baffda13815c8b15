//! tokio-postgres: one connection that all tasks share, or with `pool` as second argument deadpool's
//! connections, each for one task at a time.

mod bare;

use std::process::ExitCode;

use bare::{Pool, Shared};

fn main() -> ExitCode {
    match std::env::args().nth(2).as_deref() {
        Some("pool") => orm_client::run::<Pool>(),
        _ => orm_client::run::<Shared>(),
    }
}
