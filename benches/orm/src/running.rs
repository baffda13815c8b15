//! A client that runs, on its own core and with a database of its own.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use crate::clients::Client;
use crate::database::Database;
use crate::databases::At;
use crate::options::Options;
use crate::programs;
use crate::samples::Sample;
use crate::works::Kind;

pub(crate) struct Running {
    pub(crate) client: &'static Client,
    pub(crate) database: Database,
    pub(crate) at: At,
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Running {
    /// Starts it, and lets it show that its answers are the right ones.
    pub(crate) fn start(
        client: &'static Client,
        database: Database,
        at: At,
        options: &Options,
    ) -> Result<Self, String> {
        let wrong = |what: &str| format!("{} on {}: {what}", client.title, database.title());
        let mut child = programs::command(client, database, &at.url, options.client_core)?
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| wrong(&format!("it could not be started: {error}")))?;
        let (Some(questions), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(wrong("it has no input and output"));
        };
        let answers = BufReader::new(answers);
        let mut running = Self { client, database, at, child, questions, answers };
        let works = options.kinds().into_iter().filter(|kind| kind.database == database);
        let works = works.filter(|kind| client.can(*kind)).map(|kind| kind.work.name);
        let works: BTreeSet<&str> = works.collect();
        let works: Vec<&str> = works.into_iter().collect();
        match running.ask(&format!("check {}", works.join(" "))) {
            Ok(answer) if answer == "ok" => Ok(running),
            Ok(answer) | Err(answer) => Err(wrong(&answer)),
        }
    }

    pub(crate) fn measure(&mut self, kind: Kind, options: &Options) -> Result<Sample, String> {
        let (work, tasks) = (kind.work.name, kind.tasks);
        let answer = self.ask(&format!("{work} {tasks} {}", options.milliseconds))?;
        let figures: Result<Vec<f64>, _> = answer.split_whitespace().map(str::parse).collect();
        match figures.as_deref() {
            Ok(&[operations, elapsed, cpu, allocations, bytes]) => Ok(Sample {
                per_second: operations / (elapsed / 1e9),
                cpu_us: cpu / 1e3 / operations,
                allocations: allocations / operations,
                bytes: bytes / operations,
            }),
            _ => Err(answer),
        }
    }

    fn ask(&mut self, question: &str) -> Result<String, String> {
        let mut answer = String::new();
        let asked = writeln!(self.questions, "{question}").and_then(|()| self.questions.flush());
        asked
            .and_then(|()| self.answers.read_line(&mut answer))
            .map_err(|error| format!("it does not answer: {error}"))?;
        match answer.trim() {
            "" => Err("it has ended without an answer".to_owned()),
            answer => Ok(answer.to_owned()),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It is only this program's: how it ended says nothing.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
