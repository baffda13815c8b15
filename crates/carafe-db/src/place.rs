//! Where in the program a statement was asked for.

use std::borrow::Cow;
use std::panic::Location;

use carafe_core::Error;

use crate::error;
use crate::statement::Statement;

/// Which statement of the program: its SQL and the line that asked.
pub(crate) struct Place {
    pub(crate) statement: Statement,
    pub(crate) caller: &'static Location<'static>,
}

impl Place {
    /// The error with this place, unless it happened in another one.
    pub(crate) fn of(self, error: Error) -> Error {
        if error.place().is_some() { error } else { error.at(self) }
    }
}

impl From<Place> for Cow<'static, str> {
    fn from(place: Place) -> Self {
        format!(
            "{} ({}:{})",
            error::place(place.statement.sql()),
            place.caller.file(),
            place.caller.line()
        )
        .into()
    }
}
