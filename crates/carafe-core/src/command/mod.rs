//! Commands: what the program does beside serving, by the word on its command line.

mod arguments;
mod builtin;
mod console;
mod line;

pub use arguments::CommandOutcome;
#[doc(hidden)]
pub use arguments::{extracted, flag, many, maybe, outcome, required};
pub(crate) use arguments::{refusal, with_console};
pub(crate) use builtin::{ServeFlags, builtin};
pub use console::Console;
pub(crate) use line::{Asked, Line};

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use clap::ArgMatches;

use crate::error::Result;

type Running = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// One command: its words for the command line, and what it does.
///
/// It is made by `#[command]` on an `async fn`, and listed by [`commands!`](crate::commands).
#[derive(Clone)]
pub struct Command {
    words: clap::Command,
    run: Arc<dyn Fn(ArgMatches) -> Running + Send + Sync>,
}

/// What `commands![…]` makes.
#[derive(Clone, Debug, Default)]
pub struct Commands(pub(crate) Vec<Command>);

impl Command {
    /// A command from clap's description of its arguments and what it does with them.
    pub fn new<F, Fut>(words: clap::Command, run: F) -> Self
    where
        F: Fn(ArgMatches) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        Self { words, run: Arc::new(move |matches| Box::pin(run(matches))) }
    }

    /// Its name on the command line.
    pub fn name(&self) -> &str {
        self.words.get_name()
    }

    pub(crate) fn words(&self) -> clap::Command {
        self.words.clone()
    }

    pub(crate) fn run(&self, matches: ArgMatches) -> Running {
        (self.run)(matches)
    }

    #[doc(hidden)]
    pub fn declared(
        name: &'static str,
        docs: &'static str,
        arguments: Vec<clap::Arg>,
        run: fn(ArgMatches) -> Running,
    ) -> Self {
        let (about, rest) = docs.split_once("\n\n").unwrap_or((docs, ""));
        let about = about.trim().trim_end_matches('.').replace('\n', " ");
        let mut words = clap::Command::new(name).about(about.clone()).args(arguments);
        if !rest.is_empty() {
            words = words.long_about(format!("{about}.\n\n{rest}"));
        }
        Self { words, run: Arc::new(run) }
    }
}

impl From<Command> for Commands {
    fn from(command: Command) -> Self {
        Self(vec![command])
    }
}

impl From<Vec<Command>> for Commands {
    fn from(commands: Vec<Command>) -> Self {
        Self(commands)
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Command({})", self.name())
    }
}

/// Lists commands: `commands![init_db, blog::import]`.
#[macro_export]
macro_rules! commands {
    ($($command:ty),* $(,)?) => {
        $crate::command::Commands::from(::std::vec![$(<$command>::__command()),*])
    };
}
