//! What `migrate` shows while it works.

use std::time::{Duration, Instant};

use carafe_core::command::Console;

use crate::migrate::{Direction, Event};

/// So long a person looks at the same line.
const ON_TERMINAL: Duration = Duration::from_millis(200);
/// So long a log waits for a sign of life.
const IN_LOG: Duration = Duration::from_secs(10);

/// A line for each migration, and how far it has come.
pub(super) struct Progress<'c> {
    console: &'c Console,
    line: String,
    shown: Instant,
    /// Whether something stands behind the line that is to go.
    is_dirty: bool,
}

impl<'c> Progress<'c> {
    pub(super) fn new(console: &'c Console) -> Self {
        Self { console, line: String::new(), shown: Instant::now(), is_dirty: false }
    }

    pub(super) fn show(&mut self, event: Event<'_>) {
        match event {
            Event::Begins(direction, id) => {
                self.line = format!("{} {id} … ", verb(direction, "Applying", "Undoing"));
                self.shown = Instant::now();
                self.console.write(&self.line);
            }
            Event::Tells(_, _, text) => self.tell(text),
            Event::Fills(_, rows) => self.tell(&format!("{rows} rows")),
            Event::Done(_, _, time) => self.end(&format!("done ({time:.1?})")),
            Event::Waits => self.console.line("Another program migrates; waiting for it …"),
            Event::Postponed(_, pause, error) => {
                self.clear();
                self.line = format!("{}{}; again in {pause:?} … ", self.line, error.message());
                self.console.write(&format!("{}; again in {pause:?} … ", error.message()));
            }
            Event::Skipped(..) => self.end("done by another program"),
            Event::Failed(..) => self.end("failed"),
        }
    }

    fn tell(&mut self, text: &str) {
        let is_terminal = self.console.is_terminal();
        let wait = if is_terminal { ON_TERMINAL } else { IN_LOG };
        if self.shown.elapsed() < wait {
            return;
        }
        self.shown = Instant::now();
        if is_terminal {
            self.console.write(&format!("\r\x1b[K{}{text}", self.line));
            self.is_dirty = true;
        } else {
            self.console.write(&format!("{text} … "));
        }
    }

    /// Takes away what stands behind the line.
    fn clear(&mut self) {
        if std::mem::take(&mut self.is_dirty) {
            self.console.write(&format!("\r\x1b[K{}", self.line));
        }
    }

    fn end(&mut self, how: &str) {
        self.clear();
        self.console.line(how);
    }
}

pub(super) fn verb(
    direction: Direction,
    forwards: &'static str,
    backwards: &'static str,
) -> &'static str {
    match direction {
        Direction::Forwards => forwards,
        Direction::Backwards => backwards,
    }
}
