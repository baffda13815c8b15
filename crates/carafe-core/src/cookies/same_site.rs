//! Which requests from other sites carry a cookie.

use std::fmt;

use serde_core::de::{Deserialize, Deserializer, EnumAccess, Error, VariantAccess, Visitor};
use serde_core::ser::{Serialize, Serializer};

/// Which requests from other sites carry a cookie.
///
/// In settings it is written in small letters: `same_site = "lax"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameSite {
    /// None at all, not even a followed link.
    Strict,
    /// Followed links, but no forms, images or scripts.
    Lax,
    /// All of them; browsers want `Secure` with it, so it is added.
    None,
}

/// The names in settings, in the order of the variants.
const NAMES: &[&str] = &["strict", "lax", "none"];

// By hand, since a derive would bring serde's macros into every build.
impl Serialize for SameSite {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (place, name) = match self {
            Self::Strict => (0, "strict"),
            Self::Lax => (1, "lax"),
            Self::None => (2, "none"),
        };
        serializer.serialize_unit_variant("SameSite", place, name)
    }
}

impl<'de> Deserialize<'de> for SameSite {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_enum("SameSite", NAMES, Name)
    }
}

struct Name;

impl<'de> Visitor<'de> for Name {
    type Value = SameSite;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`strict`, `lax` or `none`")
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<SameSite, A::Error> {
        let (name, variant) = data.variant::<String>()?;
        variant.unit_variant()?;
        match name.as_str() {
            "strict" => Ok(SameSite::Strict),
            "lax" => Ok(SameSite::Lax),
            "none" => Ok(SameSite::None),
            other => Err(A::Error::unknown_variant(other, NAMES)),
        }
    }
}
