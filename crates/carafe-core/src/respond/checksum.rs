//! A short number for a long text.

/// The 64-bit FNV-1a sum of some bytes: tells one version of a file from the next, the same on
/// every machine and with every compiler. It is no protection against forgery.
pub(crate) fn checksum(bytes: &[u8]) -> u64 {
    checksum_on(0xcbf2_9ce4_8422_2325, bytes)
}

/// Goes on from the sum of what came before.
pub(crate) fn checksum_on(sum: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(sum, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
