//! What to do about an error, from those who know more of the site than the code that met it.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use crate::error::Error;

/// Finds out what to do about an error; nothing where there is nothing to say.
pub type Advising = Pin<Box<dyn Future<Output = Option<String>> + Send>>;

type Adviser = Box<dyn Fn(&Error) -> Option<Advising> + Send + Sync>;

/// An error must not wait long for advice: what it is asked of may be the very thing that fails.
const PATIENCE: Duration = Duration::from_secs(2);

/// Who is asked about an error that does not say itself what to do.
#[derive(Default)]
pub(crate) struct Advisers(Vec<Adviser>);

impl Advisers {
    pub(crate) fn add(
        &mut self,
        adviser: impl Fn(&Error) -> Option<Advising> + Send + Sync + 'static,
    ) {
        self.0.push(Box::new(adviser));
    }

    /// The first advice for it.
    pub(crate) async fn ask(&self, error: &Error) -> Option<String> {
        if error.advice().is_some() {
            return None;
        }
        for adviser in &self.0 {
            let Some(advising) = adviser(error) else { continue };
            if let Ok(Some(advice)) = tokio::time::timeout(PATIENCE, advising).await {
                return Some(advice);
            }
        }
        None
    }

    /// The same error, which says what to do about it if anybody knows.
    pub(crate) async fn advised(&self, error: Error) -> Error {
        match self.ask(&error).await {
            Some(advice) => error.hint(advice),
            None => error,
        }
    }
}
