//! Argon2id in PHC strings.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::{Error, Result};

/// The memory in KiB that a stored hash may ask for: 1 GiB.
const LARGEST: u32 = 1 << 20;

/// The rounds that a stored hash may ask for.
const SLOWEST: u32 = 64;

pub(super) fn hash(password: &[u8]) -> Result<String> {
    match Argon2::default().hash_password(password) {
        Ok(hash) => Ok(hash.to_string()),
        Err(error) => Err(Error::internal(format!("the password could not be hashed: {error}"))),
    }
}

pub(super) fn verify(password: &[u8], stored: &str) -> bool {
    let Ok(hash) = PasswordHash::new(stored) else {
        return false;
    };
    let fits = Params::try_from(&hash)
        .is_ok_and(|params| params.m_cost() <= LARGEST && params.t_cost() <= SLOWEST);
    fits && Argon2::default().verify_password(password, &hash).is_ok()
}

/// True for a hash with the algorithm, version and costs of today.
pub(super) fn is_current(stored: &str) -> bool {
    let Ok(hash) = PasswordHash::new(stored) else {
        return false;
    };
    let Ok(params) = Params::try_from(&hash) else {
        return false;
    };
    let today = Params::default();
    Algorithm::try_from(hash.algorithm.as_str())
        .is_ok_and(|algorithm| algorithm == Algorithm::Argon2id)
        && hash.version == Some(Version::V0x13.into())
        && (params.m_cost(), params.t_cost(), params.p_cost())
            == (today.m_cost(), today.t_cost(), today.p_cost())
}
