//! Sockets that somebody else opened for us, by systemd's protocol.
//!
//! `LISTEN_FDS` counts them, from descriptor 3 on (or from `LISTEN_FDS_FIRST_FD`), and
//! `LISTEN_PID`, if set, has to be this process. `listenfd` reads these and takes them out of the
//! environment, so that children don't find them, and a second server here doesn't either.

use std::io;
use std::os::unix::net::UnixListener as StdUnixListener;

use listenfd::ListenFd;
use tokio::net::{TcpListener, UnixListener};

use super::listen::Socket;
use crate::{Error, Kind, Result};

/// True if the environment names at least one.
#[allow(clippy::disallowed_methods, reason = "a protocol between processes, not a setting")]
pub(super) fn any() -> bool {
    let is = |name: &str, test: fn(&str) -> bool| std::env::var(name).map(|value| test(&value));
    let counted = is("LISTEN_FDS", |count| count.parse::<u32>().is_ok_and(|count| count > 0));
    let ours = is("LISTEN_PID", |pid| pid.is_empty() || pid.parse() == Ok(std::process::id()));
    counted.unwrap_or(false) && ours.unwrap_or(true)
}

/// All of them.
pub(super) fn take() -> Result<Vec<Socket>> {
    if !any() {
        return Err(Error::new(Kind::Setup, "no socket was handed to this process")
            .hint("start it through a systemd .socket unit, or name a host and port instead"));
    }
    let mut given = ListenFd::from_env();
    (0..given.len())
        .map(|index| {
            one(&mut given, index).map_err(|error| {
                Error::new(Kind::Setup, "a socket that was handed to this process can't be used")
                    .at(format!("socket {index} of LISTEN_FDS"))
                    .hint("it has to be a stream socket that listens: ListenStream= in systemd")
                    .because(error)
            })
        })
        .collect()
}

fn one(given: &mut ListenFd, index: usize) -> io::Result<Socket> {
    if let Ok(Some(socket)) = given.take_tcp_listener(index) {
        socket.set_nonblocking(true)?;
        return TcpListener::from_std(socket).map(Socket::Tcp);
    }
    let socket: Option<StdUnixListener> = given.take_unix_listener(index)?;
    let socket = socket.ok_or(io::ErrorKind::NotFound)?;
    socket.set_nonblocking(true)?;
    UnixListener::from_std(socket).map(Socket::Unix)
}
