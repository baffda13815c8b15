//! A process with all that it starts, which can be told to stop.
//!
//! It is a process group of its own: a signal reaches cargo's compilers too, and Ctrl-C reaches
//! only us, who then end it in order.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

/// How long a program may take to answer what is under way.
const GRACE: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(super) struct Process {
    pid: Pid,
    /// Empty once it is over.
    child: Mutex<Option<Child>>,
    over: Condvar,
}

impl Process {
    /// Starts it, and calls `then` when it is over.
    pub(super) fn start(
        command: &mut Command,
        then: impl FnOnce(ExitStatus) + Send + 'static,
    ) -> io::Result<Arc<Self>> {
        let child = command.process_group(0).spawn()?;
        let pid = Pid::from_child(&child);
        let process = Arc::new(Self { pid, child: Mutex::new(Some(child)), over: Condvar::new() });
        let waiting = process.clone();
        thread::spawn(move || {
            if let Ok(status) = waiting.reap() {
                then(status);
            }
        });
        Ok(process)
    }

    /// Tells it to end, and ends it by force when it takes too long.
    pub(super) fn stop(self: &Arc<Self>) {
        self.signal(Signal::TERM);
        let late = self.clone();
        thread::spawn(move || {
            if !late.is_over_within(GRACE) {
                late.kill();
            }
        });
    }

    pub(super) fn kill(&self) {
        self.signal(Signal::KILL);
    }

    pub(super) fn is_over_within(&self, time: Duration) -> bool {
        let child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.over.wait_timeout_while(child, time, |child| child.is_some());
        waited.unwrap_or_else(PoisonError::into_inner).0.is_none()
    }

    /// The lock is held so that the number is not another's by then: it is free only after `reap`.
    fn signal(&self, signal: Signal) {
        let child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        if child.is_some() {
            // An error says that it just ended by itself.
            let _ = kill_process_group(self.pid, signal);
        }
    }

    fn reap(&self) -> io::Result<ExitStatus> {
        let wait = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while matches!(waitid(WaitId::Pid(self.pid), wait), Err(rustix::io::Errno::INTR)) {}
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let status = child.take().ok_or(io::ErrorKind::NotFound)?.wait();
        drop(child);
        self.over.notify_all();
        status
    }
}
