//! What a section of the settings is: data that `#[derive(Settings)]` writes.

use std::any::{Any, TypeId};
use std::sync::Arc;

use super::reader::SectionReader;

/// A section of the settings, owned by an app or a plugin; made by `#[derive(Settings)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a section of the settings",
    note = "write `#[derive(Settings)] #[settings(section = \"blog\")]` above the struct"
)]
pub trait Section: Sized + Send + Sync + 'static {
    /// What there is to set.
    const SCHEMA: &'static SectionSchema;

    /// Reads the section; `None` after the faults have been told to the reader.
    #[doc(hidden)]
    fn read(reader: &mut SectionReader<'_>) -> Option<Self>;
}

/// What there is to set in a section.
#[derive(Debug)]
#[non_exhaustive]
pub struct SectionSchema {
    /// The struct that owns it.
    pub type_name: &'static str,
    /// Where it stands in `carafe.toml`.
    pub place: Place,
    /// The struct's description.
    pub docs: &'static str,
    /// The keys, in the struct's order.
    pub fields: &'static [FieldSchema],
}

impl SectionSchema {
    #[doc(hidden)]
    pub const fn new(
        type_name: &'static str,
        place: Place,
        docs: &'static str,
        fields: &'static [FieldSchema],
    ) -> Self {
        Self { type_name, place, docs, fields }
    }

    /// The keys that lead to it, `""` for the top level.
    pub(super) fn path(&self) -> &'static str {
        match self.place {
            Place::Section(name) => name,
            Place::TopLevel | Place::Nested => "",
        }
    }
}

/// Where a section stands in `carafe.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// Above the first section.
    TopLevel,
    /// Under `[name]`.
    Section(&'static str),
    /// Inside other sections, as a field's table.
    Nested,
}

/// One key of a section.
#[derive(Debug)]
pub struct FieldSchema {
    /// The key in `carafe.toml`; [`FieldSchema::EVERY_KEY`] for a map of all keys of the section, which
    /// are names then.
    pub key: &'static str,
    /// The field's description.
    pub docs: &'static str,
    /// The field's type, as written.
    pub type_name: &'static str,
    /// Variables beside `CARAFE_…` that set it, as `PORT`.
    pub env: &'static [&'static str],
    /// What holds when nobody sets it.
    pub default: DefaultValue,
    /// True if a report must mask it, whatever its type.
    pub secret: bool,
    /// The keys below it, for a nested struct of settings.
    pub nested: Option<&'static SectionSchema>,
}

impl FieldSchema {
    /// The key of a field that takes the whole section, whatever its keys are.
    pub const EVERY_KEY: &'static str = "*";
}

/// What holds when nobody sets a key.
#[derive(Debug)]
pub enum DefaultValue {
    /// Nothing: it must be set.
    Required,
    /// `None`.
    Nothing,
    /// The `Default` of its type.
    OfType,
    /// This, read as if it stood in `carafe.toml`.
    Literal(Literal),
}

/// A value written in the program's text.
#[derive(Clone, Copy, Debug)]
pub enum Literal {
    /// `true`
    Bool(bool),
    /// `8000`
    Int(i128),
    /// `0.5`
    Float(f64),
    /// `"30s"`
    Text(&'static str),
    /// `["a", "b"]`
    List(&'static [Literal]),
}

/// A section that an app registers by type, so that its keys are known at start.
///
/// ```
/// use carafe_core::settings::{KnownSection, ServerSettings};
///
/// let known = KnownSection::of::<ServerSettings>();
/// assert_eq!(known.schema().fields[0].key, "host");
/// ```
#[derive(Clone, Copy)]
pub struct KnownSection {
    pub(super) type_id: TypeId,
    pub(super) schema: &'static SectionSchema,
    pub(super) read: fn(&mut SectionReader<'_>) -> Option<Arc<dyn Any + Send + Sync>>,
}

impl KnownSection {
    /// The section of a type.
    pub fn of<T: Section>() -> Self {
        Self {
            type_id: TypeId::of::<T>(),
            schema: T::SCHEMA,
            read: |reader| {
                T::read(reader).map(|value| Arc::new(value) as Arc<dyn Any + Send + Sync>)
            },
        }
    }

    /// What there is to set in it.
    pub fn schema(&self) -> &'static SectionSchema {
        self.schema
    }
}
