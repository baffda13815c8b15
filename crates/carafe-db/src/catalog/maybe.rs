//! What is said of types that stand for more than one thing.

/// Of text that is as long as a UUID.
pub(super) const MAYBE_UUID: &str = "A text of 32 characters is how a UUID is kept here; if it is another text, make it a `String`.";

/// Of text that is as long as an IP address.
pub(super) const MAYBE_IP: &str = "A text of 39 characters is how an IP address is kept here; if it is another, make it a `String`.";
