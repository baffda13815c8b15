//! A server that the suite starts: in a temporary folder, by a user without rights, on a port and a
//! socket of its own. It ends with the suite.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::Server;

/// Whether a database can be had.
pub enum Found {
    /// It can.
    Server(Box<dyn Server>),
    /// It cannot, and why.
    Nothing(String),
}

/// Who runs a server where the suite is run by root, which servers refuse: Debian's `nobody`.
const NOBODY: u32 = 65534;

/// How long a server may take to start or to end.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server that the suite has started.
pub struct ServerProcess {
    folder: tempfile::TempDir,
    port: u16,
    start: fn(&Place) -> Command,
    answers: fn(&Place) -> bool,
    /// The signal that ends it, by the name that `kill` knows.
    end: &'static str,
    child: Mutex<Option<Child>>,
}

/// Where a server is.
#[derive(Clone, Copy, Debug)]
pub struct Place<'p> {
    /// The folder, which is the server's own.
    pub folder: &'p Path,
    /// Its TCP port on 127.0.0.1.
    pub port: u16,
}

impl ServerProcess {
    /// Sets a server up in a new folder, and starts it. `set_up` fills the folder, `start` is its
    /// command, `answers` tells whether it takes connections, `end` is the signal that ends it at once.
    pub fn new(
        set_up: impl FnOnce(&Place) -> Result<(), String>,
        start: fn(&Place) -> Command,
        answers: fn(&Place) -> bool,
        end: &'static str,
    ) -> Result<Self, String> {
        let folder = tempfile::Builder::new().prefix("carafe-").tempdir().map_err(text)?;
        if is_root(folder.path()) {
            chown(folder.path(), Some(NOBODY), Some(NOBODY)).map_err(text)?;
        }
        let free = TcpListener::bind("127.0.0.1:0").map_err(text)?;
        let port = free.local_addr().map_err(text)?.port();
        drop(free);
        set_up(&Place { folder: folder.path(), port })?;
        let server = Self { folder, port, start, answers, end, child: Mutex::default() };
        server.start()?;
        Ok(server)
    }

    /// Where it is.
    pub fn place(&self) -> Place<'_> {
        Place { folder: self.folder.path(), port: self.port }
    }

    /// Starts it, and waits until it answers.
    pub fn start(&self) -> Result<(), String> {
        let log = fs::File::create(self.folder.path().join("log")).map_err(text)?;
        let mut command = unprivileged(&(self.start)(&self.place()), self.folder.path(), self.end);
        let again = log.try_clone().map_err(text)?;
        let child = command.stdin(Stdio::null()).stdout(again).stderr(log).spawn().map_err(text)?;
        let mut kept = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let child = kept.insert(child);
        let since = Instant::now();
        while !(self.answers)(&self.place()) {
            if child.try_wait().map_err(text)?.is_some() || since.elapsed() > PATIENCE {
                let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
                return Err(format!("the server did not start: {log}"));
            }
            pause();
        }
        Ok(())
    }

    /// Ends it as a power cut would.
    pub fn kill(&self) {
        let child = self.child.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut child) = child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Sends its process a signal, by the name that `kill` knows.
    pub fn signal(&self, name: &str) {
        let child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(child) = &*child {
            let _ = Command::new("kill").args(["-s", name, &child.id().to_string()]).status();
        }
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        self.signal(self.end);
        let child = self.child.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut child) = child else { return };
        let since = Instant::now();
        while let Ok(None) = child.try_wait() {
            if since.elapsed() > PATIENCE {
                let _ = child.kill();
            }
            pause();
        }
    }
}

/// A program of a server: what stands in `folders` comes first (the newest version), then the PATH.
/// A `*` in a folder is any version.
pub fn program(name: &str, folders: &[&str]) -> Option<PathBuf> {
    let mut found = Vec::new();
    for folder in folders {
        match folder.split_once('*') {
            Some((before, after)) => {
                let versions = fs::read_dir(before).into_iter().flatten().flatten();
                let path =
                    |version: fs::DirEntry| version.path().join(after.trim_start_matches('/'));
                found.extend(versions.map(|version| path(version).join(name)));
            }
            None => found.push(Path::new(folder).join(name)),
        }
    }
    found.sort();
    found.reverse();
    let path = crate::run::variable("PATH").unwrap_or_default();
    found.extend(path.split(':').map(|folder| Path::new(folder).join(name)));
    found.into_iter().find(|program| program.is_file())
}

/// Runs a command by the user that the folder's server runs by; an error has what it wrote.
pub fn complete(command: &Command, folder: &Path) -> Result<(), String> {
    let done = unprivileged(command, folder, "KILL").output().map_err(text)?;
    if done.status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {}", String::from_utf8_lossy(&done.stderr)))
}

/// The command, run by nobody where it would be by root. It ends with the suite, however that ends.
fn unprivileged(command: &Command, folder: &Path, end: &str) -> Command {
    let mut run = Command::new("setpriv");
    run.arg("--pdeathsig").arg(end);
    let owner = fs::metadata(folder).map_or(NOBODY, |folder| folder.uid());
    if is_root(Path::new("/proc/self")) {
        let owner = owner.to_string();
        run.args(["--reuid", &owner, "--regid", &owner, "--clear-groups"]);
    }
    run.arg("--").arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            run.env(name, value);
        }
    }
    run.current_dir(folder);
    run
}

/// Whether root owns it.
fn is_root(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|path| path.uid() == 0)
}

#[expect(clippy::disallowed_methods, reason = "the suite waits for a process")]
fn pause() {
    std::thread::sleep(Duration::from_millis(20));
}

fn text(error: std::io::Error) -> String {
    error.to_string()
}
