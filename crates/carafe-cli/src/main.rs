//! **(M)** The command `carafe`: `carafe new` starts a project, `carafe dev` runs it while you
//! write.
//!
//! It is a tool of its own and imports no crate of Carafe: a program is built and run as any other
//! Rust program is, and what the two say to each other goes through the environment.

mod ansi;
mod dev;
mod failure;
mod new;
mod terminal;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Starts Carafe projects, and runs them while you write.
#[derive(Parser)]
#[command(name = "carafe", version, arg_required_else_help = true)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    New(new::New),
    Dev(dev::Dev),
}

fn main() -> ExitCode {
    let done = match Line::parse().command {
        Command::New(new) => new.run(),
        Command::Dev(dev) => dev.run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            terminal::complain(&failure);
            ExitCode::FAILURE
        }
    }
}
