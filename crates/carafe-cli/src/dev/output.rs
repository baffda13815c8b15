//! What a process prints: it passes through to our terminal, and its end is kept for the browser.
//!
//! A program asks whether it prints to a terminal before it takes colours. So, if we have one, it
//! gets one too.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::process::Stdio;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{
    OptionalActions, OutputModes, tcgetattr, tcgetwinsize, tcsetattr, tcsetwinsize,
};

/// So much of it is kept.
const KEPT: usize = 64 * 1024;

/// The last words of a process, and a way to wait until all of them are there.
pub(super) struct Output {
    tail: Arc<Mutex<VecDeque<u8>>>,
    writing: Sender<()>,
    written: Receiver<()>,
}

impl Output {
    pub(super) fn new() -> Self {
        let (writing, written) = channel();
        Self { tail: Arc::default(), writing, written }
    }

    /// What the process gets as its standard output.
    pub(super) fn stdout(&self) -> io::Result<Stdio> {
        self.stream(io::stdout)
    }

    /// What the process gets as its standard error.
    pub(super) fn stderr(&self) -> io::Result<Stdio> {
        self.stream(io::stderr)
    }

    /// What was kept, once the process is over. Whatever it left running may still write, and is
    /// not waited for.
    pub(super) fn last_words(self) -> String {
        drop(self.writing);
        let _ = self.written.recv_timeout(Duration::from_millis(300));
        let mut tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        only_last_states(&String::from_utf8_lossy(tail.make_contiguous()))
    }

    fn stream<W: Write + IsTerminal + AsFd + 'static>(&self, ours: fn() -> W) -> io::Result<Stdio> {
        let (mut from, theirs) = if ours().is_terminal() { terminal(&ours())? } else { pipe()? };
        let (tail, writing) = (self.tail.clone(), self.writing.clone());
        thread::spawn(move || {
            let mut piece = [0; 8192];
            // A terminal whose other side is gone answers with an error, which is its end.
            while let Ok(length @ 1..) = from.read(&mut piece) {
                let mut out = ours();
                let _ = out.write_all(&piece[..length]).and_then(|()| out.flush());
                let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
                tail.extend(&piece[..length]);
                let extra = tail.len().saturating_sub(KEPT);
                tail.drain(..extra);
            }
            drop(writing);
        });
        Ok(Stdio::from(theirs))
    }
}

fn pipe() -> io::Result<(File, OwnedFd)> {
    let (from, to) = io::pipe()?;
    Ok((File::from(OwnedFd::from(from)), OwnedFd::from(to)))
}

/// A terminal of the size of ours, which leaves line ends as they are: ours will see to them.
fn terminal(ours: &impl AsFd) -> io::Result<(File, OwnedFd)> {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    rustix::io::fcntl_setfd(&master, rustix::io::FdFlags::CLOEXEC)?;
    grantpt(&master)?;
    unlockpt(&master)?;
    let name = ptsname(&master, Vec::new())?;
    let name = name.to_str().map_err(io::Error::other)?;
    let theirs = OpenOptions::new().read(true).write(true).open(name)?;
    let mut modes = tcgetattr(&theirs)?;
    modes.output_modes.remove(OutputModes::OPOST);
    tcsetattr(&theirs, OptionalActions::Now, &modes)?;
    if let Ok(size) = tcgetwinsize(ours) {
        tcsetwinsize(&master, size)?;
    }
    Ok((File::from(master), OwnedFd::from(theirs)))
}

/// A progress line is written over and over; only what stood there at last is of interest.
fn only_last_states(text: &str) -> String {
    let lines = text.split('\n').map(|line| {
        let line = line.trim_end_matches('\r');
        line.rsplit('\r').next().unwrap_or(line)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests;
