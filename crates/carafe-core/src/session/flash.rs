//! Messages that the next page shows once.

use serde::Serialize;
use serde_json::{Value, json};

use super::Session;
use crate::Result;
use crate::events::MessageFlashed;
use crate::scope::Scope;

/// Flask's name of the key, so that a Flask app beside ours shows our messages and we its.
pub(super) const KEY: &str = "_flashes";

/// A message for the next page, with its category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Flash {
    /// What kind of message it is: `message`, `error`, `success`, or what the app likes.
    pub category: String,
    /// The text.
    pub message: String,
}

impl Session {
    /// Leaves a message for the next page that shows messages (Flask's `flash`).
    ///
    /// ```
    /// # use carafe_core::session::{Session, SessionConfig, Sessions};
    /// # async fn example(session: Session) -> carafe_core::Result<()> {
    /// session.flash("success", "Your post is saved.")?;
    /// session.flash("error", "The picture is too large.")?;
    ///
    /// assert_eq!(session.flashes_of(&["error"])[0].message, "The picture is too large.");
    /// assert_eq!(session.flashes().len(), 2);      // the same request may ask again
    /// assert!(!session.contains("_flashes"));      // and the next one finds none
    /// # Ok(())
    /// # }
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// # let keys = carafe_core::signing::SecretKeys::new("secret")?;
    /// # let sessions = Sessions::signed(SessionConfig::default(), &keys);
    /// # example(sessions.begin(&Default::default()).await?).await
    /// # })?;
    /// # Ok::<(), carafe_core::Error>(())
    /// ```
    pub fn flash(&self, category: &str, message: impl Into<String>) -> Result<()> {
        let message = message.into();
        let mut state = self.lock();
        let mut kept = match state.read().get(KEY) {
            Some(Value::Array(kept)) => kept.clone(),
            _ => Vec::new(),
        };
        kept.push(json!([category, message]));
        state.insert(KEY, Value::Array(kept))?;
        drop(state);
        if let Ok(scope) = Scope::current() {
            scope.emit(MessageFlashed { category: category.to_owned(), message });
        }
        Ok(())
    }

    /// The messages that earlier requests left, oldest first; they are shown once, so this takes
    /// them out of the session (Flask's `get_flashed_messages`).
    ///
    /// A second call in the same request gives the same ones.
    pub fn flashes(&self) -> Vec<Flash> {
        let mut state = self.lock();
        if state.flashes.is_none() {
            let kept = match state.remove(KEY) {
                Some(Value::Array(kept)) => kept.iter().filter_map(flash).collect(),
                _ => Vec::new(),
            };
            state.flashes = Some(kept);
        }
        state.flashes.clone().unwrap_or_default()
    }

    /// The messages of some categories; the others count as shown too, as in Flask.
    pub fn flashes_of(&self, categories: &[&str]) -> Vec<Flash> {
        let mut flashes = self.flashes();
        flashes.retain(|flash| categories.contains(&flash.category.as_str()));
        flashes
    }
}

/// What is no pair of category and text was not written by `flash`, and is passed over. Flask
/// writes a `Markup` as a tagged object; its text is taken, and is escaped like any other.
fn flash(kept: &Value) -> Option<Flash> {
    let [category, message] = kept.as_array()?.as_slice() else {
        return None;
    };
    let message = message.as_str().or_else(|| message.get(" m")?.as_str())?;
    Some(Flash { category: category.as_str()?.to_owned(), message: message.to_owned() })
}
