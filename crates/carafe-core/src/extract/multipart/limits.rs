//! How much a form may bring.

use axum::extract::Request;

use crate::error::{Error, Result};
use crate::scope::Scope;
use crate::settings::{LimitSettings, Settings};

/// How much a form with files may bring; more is a 413.
///
/// `[limits]` of the settings has them for the site, and the `body_limit` of a route's attribute
/// the size of the whole for that route. Put into a request's extensions, they hold for that
/// request.
///
/// ```
/// use carafe_core::extract::FormLimits;
///
/// let limits = FormLimits { max_body: 200 * 1024 * 1024, ..FormLimits::default() };
/// assert_eq!(limits.max_parts, 1000);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormLimits {
    /// Bytes of the whole body (Flask's `MAX_CONTENT_LENGTH`); 32 MiB unless set.
    pub max_body: u64,
    /// Bytes of one text field (Flask's `MAX_FORM_MEMORY_SIZE`); 500,000 unless set.
    pub max_field: u64,
    /// Fields and files together (Flask's `MAX_FORM_PARTS`); 1,000 unless set.
    pub max_parts: usize,
    /// A file of more bytes than this goes to a temporary file; 500,000 unless set.
    pub spool_over: usize,
}

impl FormLimits {
    /// Those that hold for a request.
    pub(super) fn of(request: &Request) -> Result<Self> {
        if let Some(own) = request.extensions().get() {
            return Ok(*own);
        }
        let Ok(scope) = Scope::current() else { return Ok(Self::default()) };
        let site = scope.once(|scope| {
            let settings =
                scope.service::<Settings>().ok_or_else(|| Error::missing_service("Settings"))?;
            let limits = settings.section::<LimitSettings>()?;
            Ok(Self {
                max_body: limits.max_body.bytes(),
                max_field: limits.max_form_memory.bytes(),
                max_parts: limits.max_form_parts,
                ..Self::default()
            })
        })?;
        let of_route = scope.rule().and_then(|rule| rule.route().body_limit());
        Ok(Self { max_body: of_route.map_or(site.max_body, |bytes| bytes as u64), ..*site })
    }
}

impl Default for FormLimits {
    fn default() -> Self {
        Self {
            max_body: 32 * 1024 * 1024,
            max_field: 500_000,
            max_parts: 1000,
            spool_over: 500_000,
        }
    }
}
