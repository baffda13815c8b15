//! How the server is asked to break a statement off.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio_postgres::config::Host;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{CancelToken, Config};

use super::connect::Tls;

/// Asks the server; whether it was heard is not told.
pub(super) async fn cancel(token: &CancelToken, config: &Config, tls: &Tls) {
    // Which of several servers it was, the token alone knows.
    let asked = match (config.get_hosts(), config.get_hostaddrs(), config.get_ports()) {
        ([host], [], ports @ ([] | [_])) => {
            let port = ports.first().copied().unwrap_or(5432);
            ask(token, host, port, tls.clone()).await
        }
        _ => None,
    };
    if asked.is_none() {
        let _ = token.cancel_query(tls.clone()).await;
    }
}

async fn ask(token: &CancelToken, host: &Host, port: u16, mut tls: Tls) -> Option<()> {
    let (socket, name): (Box<dyn Socket>, &str) = match host {
        Host::Tcp(name) => {
            (Box::new(TcpStream::connect((name.as_str(), port)).await.ok()?), name.as_str())
        }
        Host::Unix(folder) => {
            let path = folder.join(format!(".s.PGSQL.{port}"));
            (Box::new(UnixStream::connect(path).await.ok()?), "")
        }
    };
    let tls = MakeTlsConnect::<Patient>::make_tls_connect(&mut tls, name).ok()?;
    token.cancel_query_raw(Patient(socket), tls).await.ok()
}

trait Socket: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Socket for S {}

/// A socket that waits at its end until the other side has closed it too, as libpq does: then the request has
/// been passed on. A `PgBouncer` whose client does not wait may fall over that.
struct Patient(Box<dyn Socket>);

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, into)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.0).poll_flush(context))?;
        loop {
            let mut rest = [0; 64];
            let mut rest = ReadBuf::new(&mut rest);
            ready!(Pin::new(&mut self.0).poll_read(context, &mut rest))?;
            if rest.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}
