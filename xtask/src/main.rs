//! **(tools)** The project's own commands: `cargo xtask check`, `test`, `tidy` and `budgets`.
//! Never published.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command speaks by printing")]

mod arrows;
mod budgets;
mod check;
mod rust_text;
mod step;
mod tidy;
mod tree;
mod workspace;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  check                 all that must hold before a change lands: fmt, tidy, clippy, docs, tests
  check --skip-tests    the same after `cargo xtask test`
  test                  unit, integration, UI and doc tests (cargo-nextest where it is installed)
  tidy                  the rules of the house that no compiler knows
  tidy --bless          the same, and rewrites the lists of what is built: tests/budgets/micro.txt,
                        the numbers in docs/topics/features.md
  budgets               crates and build seconds of examples/hello beside plain axum";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["check"] => step::run_all([check::lints(), check::tests()].concat()),
        ["check", "--skip-tests"] => step::run_all(check::lints()),
        ["test"] => step::run_all(check::tests()),
        ["tidy"] => tidy::run(tidy::Lists::Hold),
        ["tidy", "--bless"] => tidy::run(tidy::Lists::Rewrite),
        ["budgets"] => budgets::run(),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => Err(format!("unknown command: {}\n\n{USAGE}", arguments.join(" "))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
