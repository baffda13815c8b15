//! Random bytes.

use crate::{Error, Result};

/// Random bytes from the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    match getrandom::fill(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(error) => Err(Error::internal(format!("the system gives no random bytes: {error}"))),
    }
}
