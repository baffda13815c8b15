//! A field as data.

use std::borrow::Cow;

use super::{Choice, Expression, Kind, Relation, UniqueFor, Validator};
use crate::Value;

/// A field of a model as data.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option that the user writes")]
pub struct FieldSchema {
    /// The model that it belongs to.
    pub model: &'static str,
    /// Where it stands among the model's fields.
    pub index: u16,
    /// Its name in the struct.
    pub name: &'static str,
    /// Its column; the first part of the names where a relation needs several.
    pub column: &'static str,
    /// How many columns it fills: none for many-to-many and reverse relations.
    pub width: u16,
    /// What kind of value it holds.
    pub kind: Kind,
    /// Whether it is an `Option`: NULL is allowed.
    pub null: bool,
    /// Whether it may be left empty where people fill it in.
    pub blank: bool,
    /// What it holds where nobody says.
    pub default: Default,
    /// Whether the key is made by the database or here.
    pub auto: Auto,
    /// Whether saving puts the time into it.
    pub moment: Moment,
    /// How the database computes it.
    pub generated: Option<Generated>,
    /// Whether it is the primary key, or part of it.
    pub primary_key: bool,
    /// Whether each value stands in one row at most.
    pub unique: bool,
    /// Whether it has an index.
    pub indexed: bool,
    /// The most characters (text) or bytes (binary).
    pub max_length: Option<u32>,
    /// The most digits of a decimal.
    pub max_digits: Option<u8>,
    /// The digits of a decimal behind the point.
    pub decimal_places: Option<u8>,
    /// The values that there are, with their labels.
    pub choices: &'static [Choice],
    /// Days, months or years in which a value exists once.
    pub unique_for: &'static [UniqueFor],
    /// What else a value must be.
    pub validators: &'static [Validator],
    /// What people are told in the place of the usual sentence, by code.
    pub messages: &'static [(&'static str, &'static str)],
    /// Whether forms show it.
    pub editable: bool,
    /// What people call it: "date of birth".
    pub verbose_name: &'static str,
    /// What a form says beside it.
    pub help_text: &'static str,
    /// The column's comment in the database.
    pub comment: Option<&'static str>,
    /// What it was called before, for the next migration.
    pub was: Option<&'static str>,
    /// Whether a query may leave it out: its type is `Deferred`.
    pub deferrable: bool,
    /// Whether it begins a reference to a row of any model: it holds the table, and the field behind
    /// it the key.
    pub generic: bool,
    /// Where it leads, if it is a relation.
    pub relation: Option<Relation>,
}

impl FieldSchema {
    /// A field of which nothing is said yet.
    pub(super) const NOTHING: Self = Self::new("", "", Kind::Text);

    /// A field of one column, and nothing more to say.
    pub const fn new(name: &'static str, column: &'static str, kind: Kind) -> Self {
        Self {
            model: "",
            index: 0,
            name,
            column,
            width: 1,
            kind,
            null: false,
            blank: false,
            default: Default::None,
            auto: Auto::None,
            moment: Moment::None,
            generated: None,
            primary_key: false,
            unique: false,
            indexed: false,
            max_length: None,
            max_digits: None,
            decimal_places: None,
            choices: &[],
            unique_for: &[],
            validators: &[],
            messages: &[],
            editable: true,
            verbose_name: name,
            help_text: "",
            comment: None,
            was: None,
            deferrable: false,
            generic: false,
            relation: None,
        }
    }

    /// Its columns by name, in order. A reference to a composite key has one for each part, called
    /// after the field and the part.
    pub fn columns(&self) -> Vec<String> {
        match (self.width, &self.relation) {
            (0, _) => Vec::new(),
            (1, _) | (_, None) => vec![self.column.to_owned()],
            (_, Some(relation)) => relation
                .target()
                .primary_key()
                .flat_map(Self::columns)
                .map(|part| format!("{}_{part}", self.name))
                .collect(),
        }
    }

    /// Whether a row cannot be written before somebody has given it a value.
    pub fn is_required(&self) -> bool {
        self.width > 0
            && !self.null
            && !self.blank
            && matches!(self.default, Default::None)
            && matches!(self.auto, Auto::None)
            && matches!(self.moment, Moment::None)
            && self.generated.is_none()
    }

    /// What people are told about it in the place of the usual sentence: `"blank"`, `"unique"`.
    pub fn message(&self, code: &str) -> Option<&'static str> {
        self.messages.iter().find(|(own, _)| *own == code).map(|(_, message)| *message)
    }

    /// What the other side of a relation calls the way back. A part says it for all models that embed
    /// it, with `{model}` in the place of their names.
    ///
    /// ```
    /// use carafe::models::{ForeignKey, Model};
    ///
    /// #[derive(Model)]
    /// struct User { id: i64 }
    /// #[derive(Model)]
    /// #[model(abstract)]
    /// struct Owned {
    ///     #[model(related_name = "owned_{model}s")]
    ///     owner: ForeignKey<User>,
    /// }
    /// #[derive(Model)]
    /// struct BlogPost {
    ///     id: i64,
    ///     #[model(flatten)]
    ///     owned: Owned,
    /// }
    /// let owner = BlogPost::schema().field("owner")?;
    /// assert_eq!(owner.related_name().as_deref(), Some("owned_blogposts"));
    /// # Ok::<(), carafe::models::Error>(())
    /// ```
    pub fn related_name(&self) -> Option<Cow<'static, str>> {
        let name = self.relation.as_ref()?.related_name?;
        Some(if name.contains("{model}") {
            Cow::Owned(name.replace("{model}", &self.model.to_lowercase()))
        } else {
            Cow::Borrowed(name)
        })
    }

    /// The name of its typed constant: `author` is `AUTHOR`.
    pub fn constant(&self) -> String {
        self.name.to_uppercase()
    }
}

/// What a field holds where nobody says.
#[derive(Clone, Copy, Debug)]
pub enum Default {
    /// Nothing: a value has to be given.
    None,
    /// Always the same value, which a migration can write into old rows.
    Constant(fn() -> Value),
    /// What the function returns at that moment.
    Function(fn() -> Value),
    /// What the database computes.
    Database(Expression),
}

/// Who makes a key.
#[derive(Clone, Copy, Debug)]
pub enum Auto {
    /// Whoever makes the row.
    None,
    /// The database, counting.
    Database,
    /// The function, when the instance is made.
    Function(fn() -> Value),
}

/// Whether saving puts the time into a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// It does not.
    None,
    /// When the row is made (`auto_now_add`).
    Created,
    /// Each time it is saved (`auto_now`).
    Saved,
}

/// How the database computes a column.
#[derive(Clone, Copy, Debug)]
pub struct Generated {
    /// From what.
    pub expression: Expression,
    /// Whether it is stored; else it is computed when it is read.
    pub stored: bool,
}
