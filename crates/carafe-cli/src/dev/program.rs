//! The program that is written, running.

use std::ffi::OsString;
use std::io::{self, Read};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::event::Event;
use super::output::Output;
use super::process::Process;

pub(super) struct Program {
    pub(super) number: u64,
    process: Arc<Process>,
    output: Arc<Mutex<Option<String>>>,
}

impl Program {
    /// Starts it with our socket. It tells of its first connection by [`Event::Serving`], and of
    /// its end by [`Event::Ended`].
    pub(super) fn start(
        number: u64,
        executable: &Path,
        words: &[OsString],
        socket: &TcpListener,
        reload: &str,
        events: &Sender<Event>,
    ) -> io::Result<Self> {
        let output = Output::new();
        // The socket goes over as the standard input, the only descriptor that Rust hands to a
        // child without `unsafe`; the shell moves it to number 3, where systemd's protocol has it.
        let script = "exec 3<&0 </dev/null; export LISTEN_FDS=1 LISTEN_PID=$$; exec \"$0\" \"$@\"";
        let mut command = Command::new("sh");
        command
            .args(["-c", script])
            .arg(executable)
            .args(words)
            .env("CARAFE__RELOAD", reload)
            .env_remove("LISTEN_FDNAMES")
            .env_remove("LISTEN_FDS_FIRST_FD")
            .stdin(Stdio::from(OwnedFd::from(socket.try_clone()?)))
            .stdout(output.stdout()?)
            .stderr(output.stderr()?);
        // A program expects to wait at it; we may have set it otherwise meanwhile.
        socket.set_nonblocking(false)?;
        let said = Arc::new(Mutex::new(None));
        let (keep, ended) = (said.clone(), events.clone());
        let process = Process::start(&mut command, move |status| {
            *keep.lock().unwrap_or_else(PoisonError::into_inner) = Some(output.last_words());
            let _ = ended.send(Event::Ended(number, status));
        })?;
        knock(socket.local_addr()?, number, events.clone());
        Ok(Self { number, process, output: said })
    }

    /// Lets it answer what it has, and end.
    pub(super) fn stop(self) -> Arc<Process> {
        self.process.stop();
        self.process
    }

    /// Its last words, once it ended.
    pub(super) fn last_words(&self) -> String {
        self.output.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
    }
}

/// Waits until somebody takes a connection. It says nothing on it, so that there is no request in
/// the program's log that nobody made: it hangs up, and the other side sees that when it looks.
fn knock(address: SocketAddr, number: u64, events: Sender<Event>) {
    thread::spawn(move || {
        let Ok(mut stream) = TcpStream::connect(address) else { return };
        let _ = stream.shutdown(Shutdown::Write);
        let _ = stream.read(&mut [0]);
        let _ = events.send(Event::Serving(number));
    });
}
