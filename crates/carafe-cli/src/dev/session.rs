//! What happens after what: the one place that knows the state of everything.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use super::build::{Build, Built};
use super::change::{Change, Rules};
use super::event::Event;
use super::options::Dev;
use super::page::Page;
use super::process::Process;
use super::program::Program;
use super::project::{Project, canonical};
use super::quiet::Quiet;
use super::reloads::Reloads;
use super::stand_in::StandIn;
use super::watch::Watch;
use crate::failure::Result;
use crate::terminal;

pub(super) struct Session {
    options: Dev,
    socket: TcpListener,
    reloads: Reloads,
    watch: Watch,
    events: Sender<Event>,
    rules: Rules,
    quiet: Quiet,
    build: Option<Build>,
    /// The program of the last build, unless that failed.
    executable: Option<PathBuf>,
    front: Front,
    /// What was told to end, and perhaps has not yet.
    leaving: Vec<Arc<Process>>,
    /// Of builds and programs: an event of an older one is of no interest any more.
    number: u64,
    /// When the user saved, and how long the build took from there.
    since: Instant,
    built_in: Option<Duration>,
}

/// Who takes connections.
enum Front {
    /// They wait.
    Nobody,
    Program(Program),
    StandIn(#[expect(dead_code, reason = "it answers until it is dropped")] StandIn),
}

impl Session {
    pub(super) fn new(
        options: Dev,
        socket: TcpListener,
        reloads: Reloads,
        watch: Watch,
        events: Sender<Event>,
    ) -> Self {
        Self {
            options,
            socket,
            reloads,
            watch,
            events,
            rules: Rules::default(),
            quiet: Quiet::default(),
            build: None,
            executable: None,
            front: Front::Nobody,
            leaving: Vec::new(),
            number: 0,
            since: Instant::now(),
            built_in: None,
        }
    }

    /// Goes on until it is told to stop.
    pub(super) fn run(mut self, project: Project, happened: &Receiver<Event>) -> Result<()> {
        self.cover(project.rules())?;
        self.start_build();
        loop {
            let event = match self.quiet.due() {
                None => happened.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(due) => happened.recv_timeout(due.saturating_duration_since(Instant::now())),
            };
            match event {
                Ok(Event::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(Event::Changed(path)) => self.changed(&path)?,
                Ok(Event::Built(number, built)) if number == self.number => self.built(built)?,
                Ok(Event::Serving(number)) => self.serving(number),
                Ok(Event::Ended(number, status)) => self.ended(number, status),
                Ok(Event::Built(..)) | Err(RecvTimeoutError::Timeout) => {}
            }
            if let Some(changes) = self.quiet.take(Instant::now()) {
                self.since = changes.first;
                self.act(changes.change);
            }
        }
        self.end(happened);
        Ok(())
    }

    /// The program stops at the first sign of a change, not after the build: who asks from then on
    /// waits for the new program, and never gets the old one's answer for the new one's.
    fn changed(&mut self, path: &Path) -> Result<()> {
        let new = if path.is_dir() { self.watch.enter(path, &self.rules)? } else { Vec::new() };
        let judged = new.iter().map(PathBuf::as_path).chain([path]);
        let Some(change) = judged.filter_map(|path| self.rules.judge(path)).max() else {
            return Ok(());
        };
        let by_cargo = path.file_name().is_some_and(|name| name == "Cargo.lock");
        if by_cargo && self.build.is_some() {
            return Ok(());
        }
        self.quiet.add(change, Instant::now());
        if change == Change::Rebuild
            && let Some(build) = self.build.take()
        {
            self.number += 1;
            self.leaving.extend(build.cancel());
        }
        if change >= Change::Restart {
            self.leave();
        }
        Ok(())
    }

    fn act(&mut self, change: Change) {
        match (change, &self.executable) {
            // It begins with all that was changed, when it is built.
            _ if self.build.is_some() => {}
            (Change::Reload, _) if matches!(self.front, Front::Program(_)) => {
                self.reloads.tell_all();
                terminal::say("reloaded");
            }
            (Change::Reload, None) => {}
            // A program that is down may be so for what was wrong in a template.
            (Change::Reload | Change::Restart, Some(_)) => {
                self.built_in = None;
                self.start_program();
            }
            (Change::Restart | Change::Rebuild, _) => self.start_build(),
        }
    }

    fn start_build(&mut self) {
        self.number += 1;
        self.build =
            Some(Build::start(self.number, self.options.choice.clone(), self.events.clone()));
    }

    fn built(&mut self, built: Built) -> Result<()> {
        self.build = None;
        match built {
            Built::Program { executable, inputs, project } => {
                self.executable = Some(executable);
                self.cover(Rules { inputs, ..project.rules() })?;
                self.built_in = Some(self.since.elapsed());
                self.start_program();
            }
            Built::Failed(text) => {
                self.executable = None;
                let took = seconds(self.since.elapsed());
                terminal::say(format_args!("the build failed after {took}; save to build again"));
                self.stand_in(
                    "The build failed",
                    "Mend it and save: this page reloads by itself.",
                    text,
                );
            }
        }
        Ok(())
    }

    fn start_program(&mut self) {
        let Some(executable) = self.executable.clone() else { return };
        self.leave();
        self.number += 1;
        let reload = self.reloads.begin();
        let words = &self.options.words;
        match Program::start(self.number, &executable, words, &self.socket, &reload, &self.events) {
            Ok(program) => self.front = Front::Program(program),
            Err(error) => {
                let text = format!("{} cannot be started: {error}", executable.display());
                terminal::complain(&text);
                self.stand_in("The program cannot be started", "", text);
            }
        }
    }

    fn serving(&mut self, number: u64) {
        if matches!(&self.front, Front::Program(program) if program.number == number) {
            let serving = seconds(self.since.elapsed());
            match self.built_in.take() {
                Some(built) => terminal::say(format_args!(
                    "built in {}, serving after {serving}",
                    seconds(built)
                )),
                None => terminal::say(format_args!("serving after {serving}")),
            }
            self.reloads.tell_others();
        }
    }

    fn ended(&mut self, number: u64, status: ExitStatus) {
        if let Front::Program(program) = &self.front
            && program.number == number
        {
            let said = program.last_words();
            let title = format!("The program ended ({status})");
            terminal::say(format_args!("the program ended ({status}); save to start it again"));
            let lead = "These were its last words. Mend it and save: this page reloads by itself.";
            self.stand_in(&title, lead, said);
        }
    }

    /// Answers with a page until there is a program again.
    fn stand_in(&mut self, title: &str, lead: &str, text: String) {
        self.leave();
        let reload = self.reloads.begin();
        let page = Page { title: title.to_owned(), lead: lead.to_owned(), text, reload };
        match StandIn::start(&self.socket, page) {
            Ok(stand_in) => self.front = Front::StandIn(stand_in),
            Err(error) => terminal::complain(format_args!("the browser cannot be told: {error}")),
        }
        self.reloads.tell_others();
    }

    /// Whoever takes connections takes no more.
    fn leave(&mut self) {
        self.leaving.retain(|process| !process.is_over_within(Duration::ZERO));
        if let Front::Program(program) = std::mem::replace(&mut self.front, Front::Nobody) {
            self.leaving.push(program.stop());
        }
    }

    fn cover(&mut self, rules: Rules) -> Result<()> {
        let all = |paths: &[PathBuf]| paths.iter().map(canonical).collect();
        let (watch, ignore) = (all(&self.options.watch), all(&self.options.ignore));
        self.rules = Rules { watch, ignore, ..rules };
        self.watch.cover(&self.rules)
    }

    /// Ends all that runs; a second Ctrl-C ends it at once.
    fn end(mut self, happened: &Receiver<Event>) {
        self.leave();
        self.leaving.extend(self.build.take().and_then(Build::cancel));
        for process in &self.leaving {
            while !process.is_over_within(Duration::from_millis(50)) {
                if happened.try_iter().any(|event| matches!(event, Event::Stop)) {
                    self.leaving.iter().for_each(|process| process.kill());
                }
            }
        }
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
