//! The place of an error: the statement that it is about.

use std::borrow::Cow;

use carafe_core::Error;

use crate::statement::Statement;

/// Which statement of the program: its SQL and the line that asked.
pub(crate) struct Place(pub(crate) Statement);

impl Place {
    /// The error with this place, unless it happened in another one.
    pub(crate) fn of(self, error: Error) -> Error {
        if error.place().is_some() { error } else { error.at(self) }
    }
}

impl From<Place> for Cow<'static, str> {
    fn from(place: Place) -> Self {
        place.0.to_string().into()
    }
}
