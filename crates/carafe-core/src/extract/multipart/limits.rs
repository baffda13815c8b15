//! How much a form may bring.

/// How much a form with files may bring; more is a 413. Put into the request's extensions, it
/// holds for that request.
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
