// Models of tables of a SQLite database, written by `inspectdb`.
//
// Migrations leave a table alone that is `unmanaged`. Without that word they make and change it.
//
// The table `unlike` has no column by which rows can be told apart.

use carafe::db::Models;
use carafe::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::net::IpAddr;
use uuid::Uuid;

#[derive(Model)]
#[model(table = "Self")]
pub struct SelfRow {
    pub id: String,
}

#[derive(Model)]
#[model(table = "Struct Row")]
pub struct StructRow {
    pub id: i64,
    #[model(column = "type", index = false, on_delete = do_nothing)]
    pub r#type: Option<ForeignKey<Struct>>,
}

// A view.
// No primary key that a model can have: rows are told apart by `id`. Look whether that is so.
#[derive(Model)]
#[model(unmanaged)]
pub struct Broken {
    #[model(natural)]
    pub id: i64,
    pub a: Option<Vec<u8>>,
    // The database calls its type `money`.
    pub b: Option<String>,
    #[model(max_digits = 6, decimal_places = 2)]
    pub c: Option<Decimal>,
    pub d: Option<Timestamp>,
    pub e: Option<Date>,
    pub f: Option<bool>,
    pub g: Option<i64>,
    pub h: Option<Uuid>,
    // A text of 32 characters is how a UUID is kept here; if it is another text, make it a
    // `String`.
    pub i: Option<Uuid>,
    // A text of 39 characters is how an IP address is kept here; if it is another, make it a
    // `String`.
    pub j: Option<IpAddr>,
    pub k: Option<f64>,
    #[model(max_length = 7)]
    pub l: Option<String>,
}

#[derive(Model)]
pub struct Cased {
    pub id: i64,
    #[model(column = "Leads_Id", index = false, on_delete = do_nothing)]
    pub leads: Option<ForeignKey<Leads>>,
    #[model(column = "_id", index = false, on_delete = do_nothing)]
    pub id_2: Option<ForeignKey<Leads>>,
}

// The index `collated` is not said here: `(c COLLATE nocase)`.
// The index `strange` is not said here: `(substr(c, 1))`.
// The check `odd` is not said here: `c like 'x%'`.
#[derive(Model)]
#[model(unique(a, name = "once", condition = c == "x"))]
#[model(unique(a, b))]
#[model(check(checked_check_1, a > 0))]
#[model(check("b's", b.is_in([1, 2]) && !(b == 7)))]
#[model(check(checked_check_4, ((a >= 1) && (a <= 9)) || !b.is_null()))]
#[model(index(-a, lower(c), name = "partial", condition = b.is_null()))]
pub struct Checked {
    pub id: i64,
    pub a: Option<i32>,
    pub b: Option<i32>,
    #[model(unique)]
    pub c: Option<String>,
}

// The column `c` is left out: the database computes it from `substr(a, 2)`, which is not said here.
#[derive(Model)]
#[model(unmanaged)]
pub struct Computed {
    pub id: i64,
    pub a: Option<String>,
    #[model(generated = upper(a) + "!", stored)]
    pub b: Option<String>,
    #[model(generated = length(a))]
    pub d: Option<i32>,
}

// No primary key that a model can have: rows are told apart by `a`, `b`. Look whether that is so.
#[derive(Model)]
#[model(unmanaged)]
pub struct Keyless {
    #[model(primary_key)]
    pub a: String,
    #[model(primary_key)]
    pub b: i32,
}

// The foreign key of `twice` to `typed` is not said here: one of its columns belongs to another
// reference.
// The foreign key of `gone` to `nowhere` is not said here: that table is not among these models.
// The foreign key of `b`, `a` to `pair` is not said here: its columns are not named after one name
// and those of the key there.
// The foreign key of `a` to `pair` is not said here: it leads to other columns than the primary key
// there, in its order.
#[derive(Model)]
pub struct Leads {
    pub id: i64,
    #[model(index = false, on_delete = do_nothing)]
    pub pair: ForeignKey<Pair>,
    pub b: Option<String>,
    pub a: Option<String>,
    // The database says ON UPDATE CASCADE.
    #[model(column = "own", index = false, on_delete = db_cascade)]
    pub own: Option<ForeignKey<Leads>>,
    #[model(column = "twice", index = false, on_delete = do_nothing)]
    pub twice: Option<ForeignKey<Leads>>,
    pub gone: Option<i32>,
}

#[derive(Model)]
pub struct One {
    #[model(column = "id", on_delete = do_nothing)]
    pub id: OneToOne<Two>,
}

#[derive(Model)]
#[model(table = "option")]
pub struct OptionRow {
    pub id: String,
    pub string: Option<String>,
}

#[derive(Model)]
pub struct Pair {
    #[model(primary_key)]
    pub a: String,
    #[model(primary_key)]
    pub b: String,
    pub c: Option<i32>,
}

// A view.
// No primary key that a model can have: rows are told apart by `id`. Look whether that is so.
#[derive(Model)]
#[model(unmanaged)]
pub struct Seen {
    #[model(natural)]
    pub id: i64,
    pub a: Option<Vec<u8>>,
}

// A view.
// No primary key that a model can have: rows are told apart by `x`. Look whether that is so.
#[derive(Model)]
#[model(unmanaged)]
pub struct Shapeless {
    // The database gives it no type.
    #[model(primary_key)]
    pub x: String,
}

#[derive(Model)]
pub struct Struct {
    #[model(primary_key)]
    pub r#fn: i64,
    pub r#type: i64,
    #[model(column = "self")]
    pub self_field: Option<String>,
    #[model(column = "a__b", max_length = 10)]
    pub a_b: Option<String>,
    #[model(column = "A b")]
    pub a_b_2: Option<String>,
    #[model(column = "2nd")]
    pub n2nd: Option<f64>,
    pub größe: Option<i32>,
    pub o_1: Option<String>,
    #[model(column = "O 1")]
    pub o_1_2: Option<String>,
    pub 日本: Option<Vec<u8>>,
}

#[derive(Model)]
#[model(table = "struct\"; } fn evil() { \"")]
#[model(check("struct\"; } fn evil() { \"_check_1", x != "\"; } mod evil {"))]
pub struct StructFnEvil {
    pub id: i64,
    #[model(column = "x\";\n*/ // `")]
    #[model(db_default = "a\"; '\\\nb")]
    pub x: Option<String>,
}

// The foreign key of `id` to `one` is not said here: the key there is made of this one.
#[derive(Model)]
pub struct Two {
    pub id: i32,
}

#[derive(Model)]
pub struct Typed {
    pub id: i64,
    // The database gives it no type.
    pub a: Option<String>,
    // The database calls its type `money`.
    pub b: Option<String>,
    #[model(max_digits = 6, decimal_places = 2)]
    #[model(db_default = 1.5)]
    pub c: Option<Decimal>,
    #[model(db_default = now())]
    pub d: Option<Timestamp>,
    #[model(db_default = now())]
    pub e: Option<Date>,
    #[model(db_default = false)]
    pub f: bool,
    #[model(db_default = -3)]
    pub g: Option<i64>,
    pub h: Option<Uuid>,
    // A text of 32 characters is how a UUID is kept here; if it is another text, make it a
    // `String`.
    pub i: Option<Uuid>,
    // A text of 39 characters is how an IP address is kept here; if it is another, make it a
    // `String`.
    pub j: Option<IpAddr>,
    #[model(db_default = 1000.0)]
    pub k: Option<f64>,
    #[model(max_length = 7)]
    #[model(db_default = "it's")]
    pub l: Option<String>,
}

// No primary key that a model can have: rows are told apart by `a`. Look whether that is so.
#[derive(Model)]
#[model(unmanaged)]
pub struct WideKey {
    #[model(primary_key, natural)]
    pub a: i32,
    pub b: i32,
    pub c: i32,
    pub d: i32,
    pub e: i32,
}

// A view.
// No primary key that a model can have: rows are told apart by `body`. Look whether that is so.
#[derive(Model)]
#[model(unmanaged)]
pub struct Words {
    // The database gives it no type.
    #[model(primary_key)]
    pub body: String,
}

/// All of them, for `App::models`.
pub fn all() -> Models {
    models![
        SelfRow,
        StructRow,
        Broken,
        Cased,
        Checked,
        Computed,
        Keyless,
        Leads,
        One,
        OptionRow,
        Pair,
        Seen,
        Shapeless,
        Struct,
        StructFnEvil,
        Two,
        Typed,
        WideKey,
        Words
    ]
}
