//! Socket files: a left-over one is replaced, a live one never.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixSocket, UnixStream};

/// A socket file, removed when dropped if it is still the one that we made.
pub(super) struct SocketFile {
    path: PathBuf,
    made: Option<(u64, u64)>,
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // The server that takes over may have put its own file in this place.
        if self.made.is_some() && self.made == identity(&self.path) {
            _ = fs::remove_file(&self.path);
        }
    }
}

/// Opens a socket file. One that is left over from a server that died is replaced; if somebody
/// listens there, it is an error.
pub(super) async fn open(
    path: &Path,
    mode: Option<u32>,
    backlog: u32,
) -> io::Result<(UnixListener, SocketFile)> {
    let is_socket = fs::symlink_metadata(path).is_ok_and(|file| file.file_type().is_socket());
    if is_socket && !is_listened_to(path).await? {
        fs::remove_file(path)?;
    }
    let socket = UnixSocket::new_stream()?;
    socket.bind(path)?;
    let file = SocketFile { path: path.to_owned(), made: identity(path) };
    if let Some(mode) = mode {
        // Before anybody can connect, which `listen` allows.
        fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
    }
    Ok((socket.listen(backlog)?, file))
}

async fn is_listened_to(path: &Path) -> io::Result<bool> {
    match UnixStream::connect(path).await {
        Ok(_) => Ok(true),
        Err(error) => match error.kind() {
            io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound => Ok(false),
            // A full backlog, for one: somebody is there.
            io::ErrorKind::WouldBlock => Ok(true),
            _ => Err(error),
        },
    }
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    fs::symlink_metadata(path).ok().map(|file| (file.dev(), file.ino()))
}
