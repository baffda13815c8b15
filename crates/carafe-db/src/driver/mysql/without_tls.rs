//! What stands in the place of TLS where it is left out.

use carafe_core::Result;
use mysql_async::OptsBuilder;

use super::url::{Secrecy, wrong};

/// The options as they are; an error where the URL wants TLS.
pub(super) fn secured(opts: OptsBuilder, secrecy: &Secrecy) -> Result<OptsBuilder> {
    match secrecy {
        Secrecy::Open | Secrecy::Preferred => Ok(opts),
        Secrecy::Unchecked | Secrecy::Checked(_) => {
            Err(wrong("`ssl-mode` of the URL wants TLS, and this program is built without it")
                .hint("turn the feature `tls` of `carafe` on"))
        }
    }
}
