//! MySQL and MariaDB.

pub(crate) mod statements;

use std::time::Duration;

use carafe_core::Result;
use carafe_model::schema::Kind;

use super::{
    Alters, ColumnType, Comments, Ddl, DdlFeatures, Lasts, Online, Unnamed, standard_text,
};

/// The tables of MySQL or MariaDB, which differ in little.
#[derive(Debug)]
pub(crate) struct MySql {
    features: &'static DdlFeatures,
}

/// MySQL, from 8.0.16 on.
pub(crate) static MYSQL: MySql = MySql {
    features: &DdlFeatures {
        expression_indexes: true,
        column_checks_apart: true,
        checks_hold_names: true,
        ..FEATURES
    },
};

/// MariaDB, from 10.6 on.
pub(crate) static MARIADB: MySql = MySql {
    features: &DdlFeatures { name: "mariadb", title: "MariaDB", like: Some("mysql"), ..FEATURES },
};

const FEATURES: DdlFeatures = DdlFeatures {
    name: "mysql",
    title: "MySQL",
    like: None,
    list_tables: "select table_name from information_schema.tables where table_schema = database()",
    counted: "AUTO_INCREMENT",
    inline_foreign_keys: false,
    deferrable: "",
    set_default: false,
    foreign_keys_are_indexed: true,
    uniques_are_indexes: false,
    deferred_uniques: false,
    partial_indexes: false,
    expression_indexes: false,
    covering_indexes: false,
    nulls_not_distinct: false,
    index_methods: false,
    like_indexes: false,
    whole_text_indexes: false,
    exclusions: false,
    text_search: false,
    comments: Comments::Inline,
    alters: Alters::Whole,
    transactional: false,
    before_changes: &[],
    done_already: &[
        // A foreign key of that name.
        "1005 errno: 121",
        "1050",
        "1051",
        "1054",
        "1060",
        "1061",
        "1068",
        "1091",
        "1146",
        "1176",
        "1826",
        "3821",
        "3822",
        "3940",
    ],
    online: Online::Asked("ALGORITHM=INPLACE LOCK=NONE"),
    hazards: Some(&super::hazards::MYSQL),
    own_session: Some("select connection_id()"),
    // Who holds the lock of a table it does not tell; whoever has been in a transaction for long may.
    lock_holders: Some(
        "select concat('perhaps session ', t.trx_mysql_thread_id, ' of ', p.user, ', in a transaction since ', t.trx_started) from information_schema.innodb_trx t join information_schema.processlist p on p.id = t.trx_mysql_thread_id where t.trx_mysql_thread_id <> ? order by t.trx_started limit 3",
    ),
    lock_refused: &["1205"],
    column_checks_apart: false,
    checks_hold_names: false,
    broken_references: None,
    virtual_columns: true,
    text_defaults_in_parentheses: true,
};

impl Ddl for MySql {
    fn features(&self) -> &'static DdlFeatures {
        self.features
    }

    fn quote(&self, name: &str) -> String {
        format!("`{}`", name.replace('`', "``"))
    }

    // Each of them commits what was before it.
    fn statements<'s>(&self, script: &'s str) -> Vec<&'s str> {
        statements::all(script)
    }

    fn column_type(&self, kind: Kind, ty: &ColumnType) -> Result<String> {
        Ok(match kind {
            Kind::Bool => "bool".to_owned(),
            Kind::TinyInteger => "tinyint".to_owned(),
            Kind::SmallInteger => "smallint".to_owned(),
            Kind::Integer => "integer".to_owned(),
            Kind::BigInteger | Kind::Duration => "bigint".to_owned(),
            Kind::PositiveTinyInteger => "tinyint UNSIGNED".to_owned(),
            Kind::PositiveSmallInteger => "smallint UNSIGNED".to_owned(),
            Kind::PositiveInteger => "integer UNSIGNED".to_owned(),
            Kind::PositiveBigInteger => "bigint UNSIGNED".to_owned(),
            Kind::Real => "float".to_owned(),
            Kind::Float => "double precision".to_owned(),
            Kind::Decimal => {
                let (digits, places) = ty.digits.unwrap_or((28, 10));
                format!("numeric({digits}, {places})")
            }
            Kind::Ip => "char(39)".to_owned(),
            Kind::Binary => "longblob".to_owned(),
            Kind::Date => "date".to_owned(),
            Kind::Time => "time(6)".to_owned(),
            Kind::DateTime | Kind::Timestamp => "datetime(6)".to_owned(),
            Kind::Uuid => "char(32)".to_owned(),
            Kind::Json => "json".to_owned(),
            Kind::CiText => return Err(self.no_type(kind)),
            kind if kind.is_text() => match ty.max_length {
                Some(length) => format!("varchar({length})"),
                None => "longtext".to_owned(),
            },
            other => return Err(self.no_type(other)),
        })
    }

    fn column_check(&self, kind: Kind, column: &str) -> Option<String> {
        super::positive(kind, column)
    }

    fn text(&self, text: &str) -> Result<String> {
        // A setting of the server may take a backslash for one like any other; twice it is harmless
        // there, and right everywhere else.
        standard_text(&text.replace('\\', "\\\\"))
    }

    fn now(&self, _: Option<Kind>) -> String {
        "CURRENT_TIMESTAMP(6)".to_owned()
    }

    fn length(&self, text: &str) -> String {
        format!("CHAR_LENGTH({text})")
    }

    fn concatenated(&self, left: &str, right: &str) -> String {
        format!("CONCAT({left}, {right})")
    }

    fn unnamed(&self, table: &str, column: &str, what: Unnamed) -> Result<String> {
        if what == Unnamed::Check {
            let (table, clause) =
                (self.text(table)?, self.text(&format!("({} ", self.quote(column)))?);
            return Ok(format!(
                "select t.constraint_name from information_schema.table_constraints t join information_schema.check_constraints c on c.constraint_schema = t.constraint_schema and c.constraint_name = t.constraint_name where t.table_schema = database() and t.table_name = {table} and t.constraint_name regexp '_chk_[0-9]+$' and left(c.check_clause, char_length({clause})) = {clause}"
            ));
        }
        // An index that was given no name has that of its column, and perhaps a number.
        let (table, column) = (self.text(table)?, self.text(column)?);
        Ok(format!(
            "select index_name from information_schema.statistics where table_schema = database() and table_name = {table} and non_unique = 0 and index_name <> 'PRIMARY' group by index_name having group_concat(column_name) = {column} and index_name not like '%\\_uniq'"
        ))
    }

    fn becomes(&self, from: &str, to: &str) -> bool {
        // The length of a text takes one byte or two, and a character up to four.
        let is_short = |length: u32| length * 4 <= 255;
        match (super::length_of(from), super::length_of(to)) {
            (Some(from), Some(to)) => to >= from && is_short(from) == is_short(to),
            _ => false,
        }
    }

    // What is put into a column becomes of its type by itself.
    fn cast(&self, value: &str, _: &str) -> String {
        value.to_owned()
    }

    fn patience(&self, lock: Option<Duration>, _: Lasts) -> Vec<String> {
        // It counts in seconds, up to a year.
        let lock = lock.map_or(31_536_000, |lock| lock.as_millis().div_ceil(1000).max(1));
        // What stands in such a comment MariaDB reads, and MySQL, which limits nothing but queries, does not.
        vec![format!(
            "SET /*M! max_statement_time = 0, */ lock_wait_timeout = {lock}, innodb_lock_wait_timeout = {lock}"
        )]
    }

    fn drop_tables(&self, names: &[String]) -> Vec<String> {
        vec![
            "SET FOREIGN_KEY_CHECKS = 0".to_owned(),
            format!("DROP TABLE {}", names.join(", ")),
            "SET FOREIGN_KEY_CHECKS = 1".to_owned(),
        ]
    }
}
