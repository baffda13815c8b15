//! TLS by rustls.

use carafe_core::{Error, Kind, Result};
use mysql_async::{OptsBuilder, SslOpts};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};

use super::url::{Secrecy, wrong};

/// The options with the TLS that the URL wants.
pub(super) fn secured(opts: OptsBuilder, secrecy: &Secrecy) -> Result<OptsBuilder> {
    if *secrecy == Secrecy::Open {
        return Ok(opts);
    }
    // mysql_async takes the program's own cryptography, and panics where none is chosen and rustls
    // was built with several. Who has chosen keeps that.
    if CryptoProvider::get_default().is_none() {
        let _ = ring::default_provider().install_default();
    }
    let ssl = SslOpts::default();
    Ok(opts.ssl_opts(match secrecy {
        Secrecy::Checked(file) => ssl
            .with_disable_built_in_roots(true)
            .with_root_certs(authorities(file.as_deref())?.into_iter().map(Into::into).collect()),
        _ => ssl.with_danger_accept_invalid_certs(true).with_danger_skip_domain_validation(true),
    }))
}

/// Whose word for a server's name is taken.
fn authorities(file: Option<&str>) -> Result<Vec<Vec<u8>>> {
    let certificates: Vec<Vec<u8>> = if let Some(file) = file {
        let pem = std::fs::read(file).map_err(|error| {
            Error::new(Kind::Settings, format!("the file of `ssl-ca` cannot be read: {error}"))
                .at(file.to_owned())
                .hint("it holds certificates in PEM")
        })?;
        vec![pem]
    } else {
        let found = rustls_native_certs::load_native_certs().certs;
        found.into_iter().map(|certificate| certificate.to_vec()).collect()
    };
    if certificates.is_empty() {
        return Err(wrong("there is no certificate authority to check the server with")
            .hint("install `ca-certificates`, or name a file: `ssl-ca=/path/root.pem`"));
    }
    Ok(certificates)
}
