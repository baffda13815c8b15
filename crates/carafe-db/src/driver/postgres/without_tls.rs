//! What stands in the place of TLS where it is left out.

use carafe_core::Result;
use tokio_postgres::NoTls;
use tokio_postgres::config::SslMode;

use super::url::{Secrecy, Url, wrong};

/// How a connection is made secret: not at all.
pub(super) type Tls = NoTls;

/// An error where the URL wants it.
pub(super) fn tls(url: &mut Url) -> Result<Tls> {
    let wanted =
        matches!(url.secrecy, Secrecy::Checked(_)) || url.config.get_ssl_mode() == SslMode::Require;
    if wanted {
        return Err(wrong("`sslmode` of the URL wants TLS, and this program is built without it")
            .hint("turn the feature `tls` of `carafe` on"));
    }
    url.config.ssl_mode(SslMode::Disable);
    Ok(NoTls)
}
