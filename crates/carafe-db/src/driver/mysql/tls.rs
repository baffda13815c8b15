//! TLS by rustls.

use carafe_core::Result;
use mysql_async::{OptsBuilder, SslOpts};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};

use super::url::Secrecy;
use crate::driver::authorities::authorities;

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
        Secrecy::Checked(file) => ssl.with_disable_built_in_roots(true).with_root_certs(
            authorities("ssl-ca", file.as_deref())?
                .into_iter()
                .map(|certificate| certificate.to_vec().into())
                .collect(),
        ),
        _ => ssl.with_danger_accept_invalid_certs(true).with_danger_skip_domain_validation(true),
    }))
}
