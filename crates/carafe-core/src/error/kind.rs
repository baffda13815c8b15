//! What kind of thing went wrong.

use http::StatusCode;

/// What kind of thing went wrong: what a program branches on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// What was asked for is not there: a row, a page, a file (404).
    NotFound,
    /// One was asked for and there are several (500: a fault of the program).
    MultipleFound,
    /// What came in makes no sense (400).
    Invalid,
    /// Nobody is logged in, or the credentials are wrong (401).
    Unauthenticated,
    /// The visitor may not do this (403).
    Denied,
    /// It contradicts what is there already, as a taken name does (409).
    Conflict,
    /// It is larger than allowed (413).
    TooLarge,
    /// It took too long (503).
    Timeout,
    /// A service that is needed does not answer (503).
    Unavailable,
    /// The program is put together wrongly; found at start-up (500).
    Setup,
    /// A setting is missing, unknown or of the wrong type (500).
    Settings,
    /// What a command line asked for makes no sense (400; exit code 2).
    Usage,
    /// Some other answer that the program chose by its status.
    Status(StatusCode),
    /// Anything else: a fault of the server (500).
    Internal,
}

impl Kind {
    /// The status that answers this kind.
    pub fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Invalid | Self::Usage => StatusCode::BAD_REQUEST,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Denied => StatusCode::FORBIDDEN,
            Self::Conflict => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Timeout | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Status(status) => status,
            Self::MultipleFound | Self::Setup | Self::Settings | Self::Internal => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }

    /// The kind that a bare status stands for.
    pub(super) fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            400 => Self::Invalid,
            401 => Self::Unauthenticated,
            403 => Self::Denied,
            404 => Self::NotFound,
            409 => Self::Conflict,
            413 => Self::TooLarge,
            500 => Self::Internal,
            503 => Self::Unavailable,
            _ => Self::Status(status),
        }
    }
}
