// Models of tables of a MariaDB database, written by `inspectdb`.
//
// Migrations leave a table alone that is `unmanaged`. Without that word they make and change it.
//
// The table `shapeless` has no column by which rows can be told apart.
//
// The table `unlike` has no column by which rows can be told apart.

use carafe::db::Models;
use carafe::prelude::*;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use rust_decimal::Decimal;
use std::net::IpAddr;
use uuid::Uuid;

#[derive(Model)]
#[model(table = "Self")]
pub struct SelfRow {
    // A text of 32 characters is how a UUID is kept here; if it is another text, make it a
    // `String`.
    pub id: Uuid,
}

#[derive(Model)]
#[model(table = "Struct Row")]
pub struct StructRow {
    #[model(positive)]
    pub id: i64,
    #[model(column = "type", on_delete = do_nothing)]
    pub r#type: Option<ForeignKey<Struct>>,
}

// The index `beginnings` is not said here: `(long_text(10))`.
// The index `words` is not said here: `(long_text)`.
// The check `odd` is not said here: ``c` like 'x%'`.
#[derive(Model)]
#[model(unique(a, b, name = "a"))]
#[model(check(a, a > 0))]
#[model(check("b's", b.is_in([1, 2]) && (b != 7)))]
#[model(check(either, ((a >= 1) && (a <= 9)) || !b.is_null()))]
#[model(index(-a, b, name = "down"))]
#[model(index(long_text, name = "usual"))]
pub struct Checked {
    #[model(natural)]
    pub id: i32,
    pub a: Option<i32>,
    pub b: Option<i32>,
    #[model(max_length = 20, unique)]
    pub c: Option<String>,
    pub long_text: Option<String>,
}

// The column `c` is left out: the database computes it from `substr(`a`,2)`, which is not said
// here.
#[derive(Model)]
#[model(unmanaged)]
pub struct Computed {
    #[model(natural)]
    pub id: i32,
    #[model(max_length = 20)]
    pub a: Option<String>,
    #[model(max_length = 30)]
    #[model(generated = upper(a) + "!", stored)]
    pub b: Option<String>,
    #[model(generated = length(a))]
    pub d: Option<i32>,
}

// No primary key that a model can have: rows are told apart by `a`, `b`. Look whether that is so.
#[derive(Model)]
#[model(unmanaged)]
pub struct Keyless {
    #[model(primary_key, max_length = 20)]
    pub a: String,
    #[model(primary_key)]
    pub b: i32,
}

// The foreign key of `b`, `a` to `pair` is not said here: its columns are not named after one name
// and those of the key there.
#[derive(Model)]
pub struct Leads {
    #[model(natural)]
    pub id: i32,
    #[model(on_delete = do_nothing)]
    pub pair: ForeignKey<Pair>,
    #[model(max_length = 20)]
    pub b: Option<String>,
    #[model(max_length = 20)]
    pub a: Option<String>,
    // The database says ON UPDATE CASCADE.
    #[model(column = "own", on_delete = db_cascade)]
    pub own: Option<ForeignKey<Leads>>,
    pub twice: Option<i32>,
    #[model(column = "short", on_delete = db_set_null)]
    pub short: Option<ForeignKey<Leads>>,
}

#[derive(Model)]
pub struct One {
    #[model(column = "id", on_delete = do_nothing)]
    pub id: OneToOne<Two>,
}

#[derive(Model)]
#[model(table = "option")]
pub struct OptionRow {
    #[model(max_length = 20)]
    pub id: String,
    // The database calls its type `text`.
    pub string: Option<String>,
}

#[derive(Model)]
pub struct Pair {
    #[model(primary_key, max_length = 20)]
    pub a: String,
    #[model(primary_key, max_length = 20)]
    pub b: String,
    pub c: Option<i32>,
}

// A view.
// No primary key that a model can have: rows are told apart by `id`. Look whether that is so.
#[derive(Model)]
#[model(unmanaged)]
pub struct Seen {
    #[model(db_default = 0)]
    pub id: u32,
    // The database calls its type `enum('sad','it''s "); } fn evil() {')`.
    #[model(db_default = "sad")]
    pub a: String,
}

#[derive(Model)]
pub struct Struct {
    #[model(primary_key)]
    pub r#fn: i32,
    pub r#type: i32,
    // The database calls its type `text`.
    #[model(column = "self")]
    pub self_field: Option<String>,
    #[model(column = "a__b", max_length = 10)]
    pub a_b: Option<String>,
    // The database calls its type `text`.
    #[model(column = "A b")]
    pub a_b_2: Option<String>,
    #[model(column = "2nd")]
    pub n2nd: Option<f32>,
    pub größe: Option<i32>,
    // The database calls its type `tinytext`.
    pub o_1: Option<String>,
    // The database calls its type `mediumtext`.
    #[model(column = "O 1")]
    pub o_1_2: Option<String>,
    // The database calls its type `blob`.
    pub 日本: Option<Vec<u8>>,
}

#[derive(Model)]
#[model(table = "struct\"; } fn evil() { \"")]
#[model(comment = "\"; }\n*/ fn evil() {}")]
#[model(check(CONSTRAINT_1, x != "\"; } mod evil {"))]
pub struct StructFnEvil {
    #[model(natural)]
    #[model(comment = "#[evil]")]
    pub id: i64,
    #[model(column = "x\";\n*/ // `", max_length = 50)]
    #[model(db_default = "a\"; '\\\nb")]
    pub x: Option<String>,
}

// The foreign key of `id` to `one` is not said here: the key there is made of this one.
#[derive(Model)]
pub struct Two {
    #[model(natural)]
    pub id: i32,
}

#[derive(Model)]
pub struct Typed {
    // The database calls its type `int(10) unsigned`.
    pub id: i64,
    // The database calls its type `enum('sad','it''s "); } fn evil() {')`.
    #[model(db_default = "sad")]
    pub a: String,
    // The database calls its type `set('x','y')`.
    pub b: Option<String>,
    #[model(max_digits = 6, decimal_places = 2)]
    #[model(db_default = 1.5)]
    pub c: Option<Decimal>,
    // The database calls its type `timestamp(6)`.
    #[model(db_default = now())]
    pub d: Option<Timestamp>,
    pub e: Option<Date>,
    #[model(db_default = false)]
    pub f: bool,
    #[model(db_default = -3)]
    pub g: Option<i32>,
    // The database calls its type `mediumint(8) unsigned`.
    pub h: Option<u32>,
    // A text of 32 characters is how a UUID is kept here; if it is another text, make it a
    // `String`.
    pub i: Option<Uuid>,
    // A text of 39 characters is how an IP address is kept here; if it is another, make it a
    // `String`.
    pub j: Option<IpAddr>,
    #[model(db_default = 1000)]
    pub k: Option<f64>,
    #[model(max_length = 20)]
    #[model(db_default = "it's")]
    pub l: Option<String>,
    // The database calls its type `year(4)`.
    pub m: Option<i16>,
    // The database calls its type `bit(3)`.
    pub n: Option<String>,
    pub o: Option<serde_json::Value>,
    // The database calls its type `datetime`.
    pub p: Option<Timestamp>,
    // The database calls its type `time`.
    pub q: Option<Time>,
    // The database calls its type `binary(16)`.
    pub r: Option<Vec<u8>>,
    pub s: Option<u32>,
    #[model(positive)]
    pub t: Option<i64>,
    pub u: Option<i8>,
    // The database calls its type `float(5,2)`.
    pub v: Option<f64>,
    // The database calls its type `char(5)`.
    #[model(max_length = 5)]
    pub w: Option<String>,
    #[model(db_default = 3 + 4)]
    pub x: Option<i32>,
    // The database calls its type `text`.
    #[model(db_default = "long")]
    pub y: Option<String>,
    // The database calls its type `point`.
    pub z: Option<String>,
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

/// All of them, for `App::models`.
pub fn all() -> Models {
    models![
        SelfRow,
        StructRow,
        Checked,
        Computed,
        Keyless,
        Leads,
        One,
        OptionRow,
        Pair,
        Seen,
        Struct,
        StructFnEvil,
        Two,
        Typed,
        WideKey
    ]
}
