//! SQLite, with the names of types that Django gives: they are shown by tools, and tell which way a
//! value is kept.

use carafe_core::Result;
use carafe_model::schema::Kind;

use super::{
    Alters, ColumnType, Comments, Ddl, DdlFeatures, Mirrored, Online, Unnamed, standard_text,
};

/// SQLite's tables.
#[derive(Debug)]
pub(crate) struct Sqlite;

/// The one that there is.
pub(crate) static SQLITE: Sqlite = Sqlite;

static FEATURES: DdlFeatures = DdlFeatures {
    name: "sqlite",
    title: "SQLite",
    like: None,
    list_tables: "select name from sqlite_schema where type in ('table', 'view')",
    counted: "AUTOINCREMENT",
    inline_foreign_keys: true,
    deferrable: " DEFERRABLE INITIALLY DEFERRED",
    set_default: true,
    foreign_keys_are_indexed: false,
    uniques_are_indexes: true,
    deferred_uniques: false,
    partial_indexes: true,
    expression_indexes: true,
    covering_indexes: false,
    nulls_not_distinct: false,
    index_methods: false,
    like_indexes: false,
    whole_text_indexes: true,
    exclusions: false,
    text_search: false,
    comments: Comments::Nowhere,
    alters: Alters::Anew,
    transactional: true,
    before_changes: &["PRAGMA foreign_keys = OFF"],
    done_already: &[],
    online: Online::Needless,
    hazards: None,
    own_session: None,
    lock_holders: None,
    lock_refused: &[],
    column_checks_apart: false,
    checks_hold_names: false,
    broken_references: Some("select \"table\" from pragma_foreign_key_check limit 1"),
    virtual_columns: true,
    text_defaults_in_parentheses: false,
};

impl Ddl for Sqlite {
    fn features(&self) -> &'static DdlFeatures {
        &FEATURES
    }

    fn column_type(&self, kind: Kind, ty: &ColumnType) -> Result<String> {
        let of_length = |plain: &str| match ty.max_length {
            Some(length) => format!("varchar({length})"),
            None => plain.to_owned(),
        };
        Ok(match kind {
            Kind::Bool => "bool",
            Kind::TinyInteger => "tinyint",
            Kind::SmallInteger => "smallint",
            Kind::Integer => "integer",
            Kind::BigInteger | Kind::Duration => "bigint",
            Kind::PositiveTinyInteger => "tinyint unsigned",
            Kind::PositiveSmallInteger => "smallint unsigned",
            Kind::PositiveInteger => "integer unsigned",
            Kind::PositiveBigInteger => "bigint unsigned",
            Kind::Real | Kind::Float => "real",
            Kind::Decimal => "decimal",
            Kind::Ip => "char(39)",
            Kind::Binary => "BLOB",
            Kind::Date => "date",
            Kind::Time => "time",
            Kind::DateTime | Kind::Timestamp => "datetime",
            Kind::Uuid => "char(32)",
            Kind::Json => "text",
            Kind::CiText => return Err(self.no_type(kind)),
            kind if kind.is_text() => return Ok(of_length("text")),
            other => return Err(self.no_type(other)),
        }
        .to_owned())
    }

    fn counted_type(&self, _: Kind, _: &ColumnType) -> Result<String> {
        // Nothing else is counted.
        Ok("integer".to_owned())
    }

    fn column_check(&self, kind: Kind, column: &str) -> Option<String> {
        match kind {
            Kind::Json => Some(format!("(JSON_VALID({column}) OR {column} IS NULL)")),
            kind => super::positive(kind, column),
        }
    }

    fn text(&self, text: &str) -> Result<String> {
        standard_text(text)
    }

    fn now(&self, of: Option<Kind>) -> String {
        // A column keeps what it is given, so that the text must be that of its kind.
        match of {
            Some(Kind::Date) => "DATE('now')",
            Some(Kind::Time) => "STRFTIME('%H:%M:%f', 'now')",
            _ => "STRFTIME('%Y-%m-%d %H:%M:%f', 'now')",
        }
        .to_owned()
    }

    // A file has no two versions of a program at work for long.
    fn mirror(&self, _: &Mirrored<'_>) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    fn unnamed(&self, _: &str, _: &str, _: Unnamed) -> Result<String> {
        Err(self.lacks("way to take a constraint from a table that is there"))
    }

    // Foreign keys are looked at when the transaction ends, and then all of them are gone.
    fn drop_tables(&self, names: &[String]) -> Vec<String> {
        names.iter().map(|name| format!("DROP TABLE {name}")).collect()
    }
}
