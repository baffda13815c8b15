//! Where the server listens: a port, a Unix socket, or a socket that somebody else opened.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use tokio::net::{TcpListener, TcpSocket, UnixListener};

use super::transport::Transport;
use super::{inherited, unix};
use crate::{Error, Kind, Result};

/// Where the server listens.
///
/// ```
/// use carafe_core::serve::Listen;
///
/// let port = Listen::Tcp(([127, 0, 0, 1], 8000).into());
/// let socket = Listen::unix("/run/site.sock").mode(0o660);
/// assert_eq!((port.to_string(), socket.to_string()),
///     ("127.0.0.1:8000".into(), "unix:/run/site.sock".into()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    /// An address and port; port 0 takes a free one.
    Tcp(SocketAddr),
    /// A socket file.
    Unix {
        /// Where the file is made.
        path: PathBuf,
        /// Who may connect, as `chmod` counts it; as the umask says if none.
        mode: Option<u32>,
    },
    /// All sockets that systemd, or `carafe dev`, opened for this process (`LISTEN_FDS`). They
    /// outlive it, so that requests wait through a restart instead of failing.
    Inherited,
}

impl Listen {
    /// A socket file at `path`.
    pub fn unix(path: impl Into<PathBuf>) -> Self {
        Self::Unix { path: path.into(), mode: None }
    }

    /// Who may connect to a socket file, as `chmod` counts it; ports have nothing like it.
    #[must_use]
    pub fn mode(self, bits: u32) -> Self {
        match self {
            Self::Unix { path, .. } => Self::Unix { path, mode: Some(bits) },
            other => other,
        }
    }

    /// True if somebody opened sockets for this process: then [`Listen::Inherited`] finds them.
    pub fn is_inherited() -> bool {
        inherited::any()
    }

    /// Opens it, once; all workers share it.
    pub(super) async fn open(&self, backlog: u32) -> Result<Vec<Listener>> {
        match self {
            Self::Tcp(address) => {
                let socket = tcp(*address, backlog).map_err(|error| refused(self, error))?;
                Ok(vec![Listener::new(Socket::Tcp(socket))])
            }
            Self::Unix { path, mode } => {
                let (socket, file) =
                    unix::open(path, *mode, backlog).await.map_err(|error| refused(self, error))?;
                Ok(vec![Listener { file: Some(file), ..Listener::new(Socket::Unix(socket)) }])
            }
            Self::Inherited => Ok(inherited::take()?
                .into_iter()
                .map(|socket| Listener { outlives_us: true, ..Listener::new(socket) })
                .collect()),
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix { path, .. } => write!(f, "unix:{}", path.display()),
            Self::Inherited => f.write_str("inherited sockets"),
        }
    }
}

/// A listening socket, and what is to be known when it closes.
pub(super) struct Listener {
    pub(super) socket: Socket,
    /// Somebody else holds it open too, who will answer what waits in it.
    pub(super) outlives_us: bool,
    /// Removes the socket file when dropped.
    file: Option<unix::SocketFile>,
}

pub(super) enum Socket {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Listener {
    fn new(socket: Socket) -> Self {
        Self { socket, outlives_us: false, file: None }
    }

    /// Where it listens: the port that 0 became, for one.
    pub(super) fn address(&self) -> Option<Listen> {
        match &self.socket {
            Socket::Tcp(socket) => socket.local_addr().ok().map(Listen::Tcp),
            Socket::Unix(socket) => {
                let address = socket.local_addr().ok()?;
                Some(Listen::unix(address.as_pathname()?))
            }
        }
    }

    /// The next connection.
    pub(super) async fn accept(&self) -> io::Result<Transport> {
        match &self.socket {
            Socket::Tcp(socket) => socket.accept().await.and_then(|(stream, _)| at_once(stream)),
            Socket::Unix(socket) => {
                socket.accept().await.map(|(stream, _)| Transport::Unix(stream))
            }
        }
    }

    /// The connections that wait in the backlog, and then the end of the socket.
    ///
    /// The kernel is asked itself: tokio may not have heard of the newest ones yet, and closing
    /// the socket would reset them.
    pub(super) fn into_waiting(self) -> io::Result<Vec<Transport>> {
        let mut waiting = Vec::new();
        match self.socket {
            Socket::Tcp(socket) => {
                let socket = socket.into_std()?;
                while let Some((stream, _)) = next(socket.accept())? {
                    stream.set_nonblocking(true)?;
                    waiting.push(at_once(tokio::net::TcpStream::from_std(stream)?)?);
                }
            }
            Socket::Unix(socket) => {
                let socket = socket.into_std()?;
                while let Some((stream, _)) = next(socket.accept())? {
                    stream.set_nonblocking(true)?;
                    waiting.push(Transport::Unix(tokio::net::UnixStream::from_std(stream)?));
                }
            }
        }
        drop(self.file);
        Ok(waiting)
    }
}

/// Small answers must not wait for the client's acknowledgement of the one before.
fn at_once(stream: tokio::net::TcpStream) -> io::Result<Transport> {
    stream.set_nodelay(true)?;
    Ok(Transport::Tcp(stream))
}

fn next<T>(accepted: io::Result<T>) -> io::Result<Option<T>> {
    match accepted {
        Ok(connection) => Ok(Some(connection)),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
        Err(error) => Err(error),
    }
}

fn tcp(address: SocketAddr, backlog: u32) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // A restarted server may take its port back while old connections still fade out.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(backlog)
}

fn refused(place: &Listen, error: io::Error) -> Error {
    let hint = match error.kind() {
        io::ErrorKind::AddrInUse => "another program listens there: stop it, or take another place",
        io::ErrorKind::PermissionDenied => {
            "ports below 1024 and others' folders need rights: take another place, or inherit the socket"
        }
        io::ErrorKind::AddrNotAvailable => "use an address of this machine, or 0.0.0.0 for all",
        io::ErrorKind::NotFound => "make the folder of the socket file first",
        _ => "check the host and port, or the path, that [server] names",
    };
    Error::new(Kind::Setup, format!("can't listen: {error}"))
        .at(place.to_string())
        .hint(hint)
        .because(error)
}
