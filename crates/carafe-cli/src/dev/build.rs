//! One run of cargo.

use std::collections::HashSet;
use std::fs;
use std::io::{self, BufRead, BufReader, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use serde_json::Value;

use super::event::Event;
use super::options::Choice;
use super::output::Output;
use super::process::Process;
use super::project::{Project, cargo};
use crate::terminal;

/// How it ended.
#[derive(Debug)]
pub(super) enum Built {
    Program {
        executable: PathBuf,
        /// All files that the compiler read.
        inputs: HashSet<PathBuf>,
        project: Box<Project>,
    },
    /// The compiler's words, with colours.
    Failed(String),
}

/// A build under way, which ends with [`Event::Built`] unless it is cancelled.
pub(super) struct Build(Arc<Mutex<State>>);

enum State {
    Starting,
    Running(Arc<Process>),
    Cancelled,
}

impl Build {
    pub(super) fn start(number: u64, choice: Choice, events: Sender<Event>) -> Self {
        let state = Arc::new(Mutex::new(State::Starting));
        let shared = state.clone();
        thread::spawn(move || {
            if let Some(built) = build(&choice, &shared) {
                let _ = events.send(Event::Built(number, built));
            }
        });
        Self(state)
    }

    pub(super) fn cancel(self) -> Option<Arc<Process>> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *state, State::Cancelled) {
            State::Running(process) => {
                process.stop();
                Some(process)
            }
            _ => None,
        }
    }
}

/// None if it was cancelled.
fn build(choice: &Choice, state: &Mutex<State>) -> Option<Built> {
    let project = match Project::read(choice) {
        Ok(project) => project,
        Err(failure) => {
            terminal::complain(&failure);
            return Some(Built::Failed(failure.to_string()));
        }
    };
    let output = Output::new();
    let ran = run(choice, &project, &output, state);
    if matches!(*state.lock().unwrap_or_else(PoisonError::into_inner), State::Cancelled) {
        return None;
    }
    Some(match ran {
        Ok((true, Heard { executable: Some(executable), .. })) => {
            let inputs = inputs(&executable);
            Built::Program { executable, inputs, project: Box::new(project) }
        }
        // An error of cargo itself, as a package that doesn't exist.
        Ok((_, heard)) if heard.errors.is_empty() => Built::Failed(output.last_words()),
        Ok((_, heard)) => Built::Failed(heard.errors),
        Err(error) => {
            let sentence = format!("cargo cannot be run: {error}");
            terminal::complain(&sentence);
            Built::Failed(sentence)
        }
    })
}

/// Runs cargo to its end; whether it was content, and what it said.
fn run(
    choice: &Choice,
    project: &Project,
    output: &Output,
    state: &Mutex<State>,
) -> io::Result<(bool, Heard)> {
    let (from, to) = io::pipe()?;
    let mut command = Command::new(cargo());
    command
        .args(["build", "--message-format=json-diagnostic-rendered-ansi"])
        .args(["--package", &project.package])
        .arg(if choice.example.is_some() { "--example" } else { "--bin" })
        .arg(&project.binary)
        .args(choice.features())
        .args(choice.profile())
        .args(io::stderr().is_terminal().then_some("--color=always"))
        .stdin(Stdio::null())
        .stdout(to)
        .stderr(output.stderr()?);
    let (ended, end) = channel();
    {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*state, State::Cancelled) {
            return Ok((false, Heard::default()));
        }
        let process = Process::start(&mut command, move |status| {
            let _ = ended.send(status);
        })?;
        *state = State::Running(process);
    }
    // It holds the writing end of the pipe, which would then never end.
    drop(command);
    let heard = Heard::all(from, &project.binary)?;
    let status = end.recv().map_err(io::Error::other)?;
    Ok((status.success(), heard))
}

/// What cargo and the compiler said.
#[derive(Default)]
struct Heard {
    errors: String,
    executable: Option<PathBuf>,
}

impl Heard {
    /// Listens to the end, and passes errors and warnings to the terminal.
    fn all(from: impl io::Read, binary: &str) -> io::Result<Self> {
        let mut heard = Self::default();
        for line in BufReader::new(from).lines() {
            let Ok(message) = serde_json::from_str::<Value>(&line?) else { continue };
            match message["reason"].as_str() {
                Some("compiler-message") => {
                    let message = &message["message"];
                    let rendered = message["rendered"].as_str().unwrap_or_default();
                    terminal::pass(rendered);
                    if message["level"].as_str().is_some_and(|level| level.starts_with("error")) {
                        heard.errors.push_str(rendered);
                    }
                }
                Some("compiler-artifact") if message["target"]["name"] == binary => {
                    let executable = message["executable"].as_str().map(PathBuf::from);
                    heard.executable = executable.or(heard.executable);
                }
                _ => {}
            }
        }
        Ok(heard)
    }
}

/// What the file beside the program says it was made from: `program: one two\ words`.
fn inputs(executable: &Path) -> HashSet<PathBuf> {
    let text = fs::read_to_string(executable.with_extension("d")).unwrap_or_default();
    dependencies(&text).into_iter().map(super::project::canonical).collect()
}

fn dependencies(text: &str) -> Vec<String> {
    let line = text.lines().next().unwrap_or_default();
    let files = line.split_once(": ").map(|(_, files)| files).unwrap_or_default();
    files.replace("\\ ", "\0").split_whitespace().map(|file| file.replace('\0', " ")).collect()
}

#[cfg(test)]
mod tests {
    use super::dependencies;

    #[test]
    fn files_with_spaces_are_one() {
        let text = "/t/a\\ b/x: /s/main.rs /s/my\\ file.txt\n/other: /z\n";
        assert_eq!(dependencies(text), ["/s/main.rs", "/s/my file.txt"]);
        assert_eq!(dependencies(""), Vec::<String>::new());
        assert_eq!(dependencies("/t/x:"), Vec::<String>::new());
    }
}
