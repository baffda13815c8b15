//! Stands in for compression where the feature is off.

use super::encoding::Encoding;

/// Nothing is compressed.
pub(super) fn is_compressible(_content_type: &str, _length: usize) -> bool {
    false
}

/// There is no smaller form.
pub(super) fn compress(_bytes: &[u8], _encoding: Encoding) -> Option<Vec<u8>> {
    None
}
