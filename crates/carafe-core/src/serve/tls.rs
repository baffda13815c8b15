//! TLS by rustls: certificates from files, or one made on the spot for development.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::Server;
use super::http2;
use super::transport::Transport;
use crate::settings::TlsSettings;
use crate::{Error, Kind, Result};

pub(super) type Stream = tokio_rustls::server::TlsStream<Transport>;

impl<S> Server<S> {
    /// Encrypts all connections.
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }
}

/// A certificate and its key. Clones share it, so that one can be kept to [`reload`](Tls::reload).
///
/// ```
/// use carafe_core::serve::Tls;
///
/// let tls = Tls::self_signed(["localhost", "127.0.0.1"])?;
/// assert!(tls.certificate_pem().starts_with("-----BEGIN CERTIFICATE-----"));
/// # Ok::<(), carafe_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Tls(Arc<Inner>);

struct Inner {
    files: Option<(PathBuf, PathBuf)>,
    current: RwLock<Current>,
}

struct Current {
    config: Arc<ServerConfig>,
    certificate: String,
}

impl Tls {
    /// What the settings ask for.
    pub(crate) fn of(settings: &TlsSettings) -> Result<Option<Self>> {
        match (&settings.certificate, &settings.key) {
            (Some(certificate), Some(key)) => Self::files(certificate, key).map(Some),
            (None, None) if settings.self_signed => Self::self_signed(["localhost", "127.0.0.1", "::1"]).map(Some),
            (None, None) => Ok(None),
            _ => Err(Error::new(Kind::Settings, "`[server.tls]` has a certificate without its key, or a key without its certificate")
                .hint("set `certificate` and `key`")),
        }
    }

    /// Reads a certificate, with the chain that leads to its issuer, and its private key; both
    /// are PEM files.
    pub fn files(certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Result<Self> {
        let (certificate, key) = (certificate.into(), key.into());
        let current = read(&certificate, &key)?;
        Ok(Self(Arc::new(Inner { files: Some((certificate, key)), current: RwLock::new(current) })))
    }

    /// Makes a certificate for these host names and addresses. Browsers warn of it, since nobody
    /// vouches for it: it is meant for development.
    pub fn self_signed<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Result<Self> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        let made = rcgen::generate_simple_self_signed(names).map_err(|error| {
            Error::setup("no certificate can be made for these names").because(error)
        })?;
        let certificate = made.cert.pem();
        let current = parse(certificate.clone(), made.signing_key.serialize_pem().as_bytes())?;
        Ok(Self(Arc::new(Inner { files: None, current: RwLock::new(current) })))
    }

    /// Reads the files again, for connections made from now on; if they are unusable the old
    /// certificate stays in force. A server with a certificate from files does it at each SIGHUP.
    pub fn reload(&self) -> Result<()> {
        if let Some((certificate, key)) = &self.0.files {
            let current = read(certificate, key)?;
            *self.0.current.write().unwrap_or_else(PoisonError::into_inner) = current;
        }
        Ok(())
    }

    /// The certificate in force, for clients that shall trust it.
    pub fn certificate_pem(&self) -> String {
        self.0.current.read().unwrap_or_else(PoisonError::into_inner).certificate.clone()
    }

    /// Reloads at each SIGHUP, for as long as it is polled.
    pub(super) async fn reload_on_hangup(&self) {
        use tokio::signal::unix::{SignalKind, signal};

        if self.0.files.is_none() {
            return std::future::pending().await;
        }
        let Ok(mut hangup) = signal(SignalKind::hangup()) else {
            return std::future::pending().await;
        };
        while hangup.recv().await.is_some() {
            match self.reload() {
                Ok(()) => tracing::info!("read the TLS certificate again"),
                Err(error) => tracing::error!(%error, "the old TLS certificate stays in force"),
            }
        }
    }

    /// Takes on TLS, and says whether HTTP/2 was agreed on.
    pub(super) async fn accept(&self, transport: Transport) -> io::Result<(Stream, bool)> {
        let config =
            Arc::clone(&self.0.current.read().unwrap_or_else(PoisonError::into_inner).config);
        let stream = TlsAcceptor::from(config).accept(transport).await?;
        let speaks_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        Ok((stream, speaks_http2))
    }
}

fn read(certificate: &Path, key: &Path) -> Result<Current> {
    let text = |path: &Path| {
        fs::read_to_string(path).map_err(|error| {
            Error::new(Kind::Settings, format!("the TLS file can't be read: {error}"))
                .at(path.display().to_string())
                .hint("name readable PEM files as `certificate` and `key` under [server.tls]")
        })
    };
    let (chain, secret) = (text(certificate)?, text(key)?);
    parse(chain, secret.as_bytes())
        .map_err(|error| error.at(format!("{} with {}", certificate.display(), key.display())))
}

fn parse(certificate: String, key: &[u8]) -> Result<Current> {
    let unusable = |what: &'static str| {
        Error::new(Kind::Settings, what).hint("both files have to be PEM, and belong together")
    };
    let chain = CertificateDer::pem_slice_iter(certificate.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| unusable("the TLS certificate is damaged").because(error))?;
    if chain.is_empty() {
        return Err(unusable("the certificate file holds no certificate"));
    }
    let key = PrivateKeyDer::from_pem_slice(key)
        .map_err(|error| unusable("the key file holds no private key").because(error))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|config| config.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| unusable("the TLS certificate and key can't be used").because(error))?;
    config.alpn_protocols = http2::ALPN.iter().map(|name| name.to_vec()).collect();
    Ok(Current { config: Arc::new(config), certificate })
}
