//! The command line: its words, its help, its exit code.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{Arg, ArgMatches};

use super::Command;
use super::builtin::{ServeFlags, serve_words};

/// The command line of a site: all commands, with their help.
pub(crate) struct Line {
    commands: Vec<Command>,
    /// What components add to the words of `serve`.
    flags: Vec<Arg>,
}

/// What the words on the line ask for.
pub(crate) enum Asked<'l> {
    /// Serve.
    Serve(ServeFlags),
    /// Run this.
    Run(&'l Command, ArgMatches),
    /// Print this and end well: help, version.
    Print(String),
    /// Print this and end with the exit code 2: the words make no sense.
    Wrong(String),
}

impl Line {
    pub(crate) fn new(commands: Vec<Command>, flags: Vec<Arg>) -> Self {
        Self { commands, flags }
    }

    /// What is asked for where there is no line.
    pub(crate) fn without_words(&self, name: &str) -> ServeFlags {
        match self.read(name, Vec::new()) {
            Asked::Serve(flags) => flags,
            _ => ServeFlags::default(),
        }
    }

    /// Reads the words after the program's name; none means `serve`.
    pub(crate) fn read(&self, name: &str, words: Vec<OsString>) -> Asked<'_> {
        let plain = words
            .first()
            .is_none_or(|word| word.to_string_lossy().starts_with('-') && !is_help(word));
        let words = plain.then(|| "serve".into()).into_iter().chain(words);
        let mut all = clap::Command::new(name.to_owned())
            .about("Serves the app, unless it is asked for something else")
            .subcommand_required(true)
            .disable_version_flag(true)
            .no_binary_name(true)
            .subcommand(serve_words().args(&self.flags));
        for command in &self.commands {
            all = all.subcommand(command.words());
        }
        match all.try_get_matches_from(words) {
            Ok(matches) if matches.subcommand_name() == Some("serve") => Asked::Serve(
                matches.subcommand_matches("serve").map(ServeFlags::of).unwrap_or_default(),
            ),
            Ok(mut matches) => match matches
                .remove_subcommand()
                .and_then(|(name, matches)| Some((self.get(&name)?, matches)))
            {
                Some((command, matches)) => Asked::Run(command, matches),
                None => Asked::Wrong("there is no such command; see --help\n".to_owned()),
            },
            Err(error) => match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                    Asked::Print(error.to_string())
                }
                _ => Asked::Wrong(error.to_string()),
            },
        }
    }

    fn get(&self, name: &str) -> Option<&Command> {
        self.commands.iter().find(|command| command.name() == name)
    }
}

fn is_help(word: &OsString) -> bool {
    word == "--help" || word == "-h"
}
