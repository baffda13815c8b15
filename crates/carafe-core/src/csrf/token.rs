//! Tokens that belong to a session.

use subtle::ConstantTimeEq;

use super::Refusal;
use crate::Result;
use crate::session::{CSRF, Session, random};
use crate::signing::{from_base64, to_base64};

/// The bytes of a session's secret.
const SIZE: usize = 32;

/// A token for a form or a script of this session's pages; 86 letters that fit anywhere.
///
/// It looks different each time and stays valid as long as the session has its identity
/// ([`Session::cycle`]): the secret is mixed with random bytes, so that an attacker who can measure
/// compressed pages (BREACH) learns nothing. The first one writes to the session.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// # use carafe_core::session::{SessionConfig, Sessions};
/// # let keys = carafe_core::signing::SecretKeys::new("secret")?;
/// # let sessions = Sessions::signed(SessionConfig::default(), &keys);
/// # let session = sessions.begin(&Default::default()).await?;
/// use carafe_core::csrf;
///
/// let (first, second) = (csrf::token(&session)?, csrf::token(&session)?);
/// assert_ne!(first, second);
/// assert_eq!(csrf::verify(&session, &first), Ok(()));
/// assert_eq!(csrf::verify(&session, &second), Ok(()));
/// assert_eq!(csrf::verify(&session, "AAAA"), Err(csrf::Refusal::WrongToken));
/// # Ok::<(), carafe_core::Error>(())
/// # })?;
/// # Ok::<(), carafe_core::Error>(())
/// ```
pub fn token(session: &Session) -> Result<String> {
    let secret = match secret(session) {
        Some(secret) => secret,
        None => new_secret(session)?,
    };
    let mask = random::<SIZE>()?;
    Ok(to_base64(&[mask, mixed(mask, secret)].concat()))
}

/// Checks that a token is one of this session's.
pub fn verify(session: &Session, token: &str) -> Result<(), Refusal> {
    let secret = secret(session).ok_or(Refusal::WrongToken)?;
    let bytes = from_base64(token).ok_or(Refusal::WrongToken)?;
    let (parts, rest) = bytes.as_chunks::<SIZE>();
    let ([mask, masked], []) = (parts, rest) else {
        return Err(Refusal::WrongToken);
    };
    // Compare in constant time: the length of the wait would tell how many bytes were right.
    let right: bool = mixed(*mask, *masked).ct_eq(&secret).into();
    if right { Ok(()) } else { Err(Refusal::WrongToken) }
}

fn secret(session: &Session) -> Option<[u8; SIZE]> {
    from_base64(&session.get::<String>(CSRF)?)?.try_into().ok()
}

fn new_secret(session: &Session) -> Result<[u8; SIZE]> {
    let secret = random()?;
    session.insert(CSRF, to_base64(&secret))?;
    Ok(secret)
}

fn mixed(mask: [u8; SIZE], secret: [u8; SIZE]) -> [u8; SIZE] {
    std::array::from_fn(|place| mask[place] ^ secret[place])
}
