//! What is left of a name in ASCII.

use unicode_normalization::UnicodeNormalization;

/// The ASCII part of a text after its letters were taken apart from their accents (NFKD), as
/// Werkzeug writes names: `ü` is `u`, `ﬁ` is `fi`, `日` is nothing.
pub(crate) fn to_ascii(text: &str) -> String {
    text.nfkd().filter(char::is_ascii).collect()
}
