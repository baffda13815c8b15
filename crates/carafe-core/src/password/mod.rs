//! Passwords as they are kept: hashed with Argon2id, and read as Werkzeug keeps them too.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! use carafe_core::password;
//!
//! let stored = password::hash("correct horse").await?;
//! assert!(stored.starts_with("$argon2id$v=19$"));
//! assert!(password::verify("correct horse", &stored).await?);
//! assert!(!password::verify("battery staple", &stored).await?);
//! # Ok::<(), carafe_core::Error>(())
//! # })?;
//! # Ok::<(), carafe_core::Error>(())
//! ```
//!
//! A login does three things, so that it neither tells who has an account nor keeps weak hashes:
//!
//! ```
//! # use carafe_core::{Result, password};
//! # struct User { password: String }
//! async fn check(user: Option<&mut User>, given: &str) -> Result<bool> {
//!     let Some(user) = user else {
//!         return password::verify_nobody(given).await;          // takes as long as a real one
//!     };
//!     let right = password::verify(given, &user.password).await?;
//!     if right && password::needs_rehash(&user.password) {
//!         user.password = password::hash(given).await?;         // then save the user
//!     }
//!     Ok(right)
//! }
//! ```
//!
//! One hash takes tens of milliseconds and 19 MiB on purpose. It runs on the pool for blocking
//! work, and at most one a core at a time, so that a flood of logins takes neither the server's
//! threads nor its memory.

mod argon2id;
mod werkzeug;

use std::num::NonZero;
use std::sync::LazyLock;
use std::thread::available_parallelism;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::{Error, Kind, Result};

/// Longer passwords are refused: nobody types them, and hashing them is somebody's attack.
pub const LONGEST: usize = 4096;

// The machine has its cores and memory once, however many apps live in the process.
static SLOTS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(available_parallelism().map_or(1, NonZero::get)));

/// The text to keep of a password: Argon2id with a random salt, as a PHC string of about 97
/// letters (Werkzeug's `generate_password_hash`).
///
/// A password of more than [`LONGEST`] bytes is an error that a visitor may see.
pub async fn hash(password: &str) -> Result<String> {
    if password.len() > LONGEST {
        return Err(Error::new(
            Kind::Invalid,
            format!("The password is longer than {LONGEST} bytes."),
        ));
    }
    on_a_slot(password, argon2id::hash).await?
}

/// True if the password is the one whose hash was kept (Werkzeug's `check_password_hash`).
///
/// Reads Argon2 in PHC form, and Werkzeug's `scrypt:N:r:p$salt$hex` and
/// `pbkdf2:sha256:rounds$salt$hex`. A text that is none of these matches no password.
pub async fn verify(password: &str, stored: &str) -> Result<bool> {
    if password.len() > LONGEST {
        return Ok(false);
    }
    let stored = stored.to_owned();
    on_a_slot(password, move |password| {
        if stored.starts_with('$') {
            argon2id::verify(password, &stored)
        } else {
            werkzeug::verify(password, &stored)
        }
    })
    .await
}

/// False, after as long as [`verify`] takes: for a login with a name that nobody has.
pub async fn verify_nobody(password: &str) -> Result<bool> {
    if password.len() <= LONGEST {
        on_a_slot(password, argon2id::hash).await??;
    }
    Ok(false)
}

/// True if [`hash`] would make a stronger or other hash today, so that it should be made anew at
/// the next login.
pub fn needs_rehash(stored: &str) -> bool {
    !argon2id::is_current(stored)
}

async fn on_a_slot<T: Send + 'static>(
    password: &str,
    work: impl FnOnce(&[u8]) -> T + Send + 'static,
) -> Result<T> {
    let password = password.to_owned();
    let slot = SLOTS.acquire().await?;
    // The slot goes along, so that it is not free while a cancelled request's hash still runs.
    Ok(spawn_blocking(move || {
        let _slot = slot;
        work(password.as_bytes())
    })
    .await?)
}
