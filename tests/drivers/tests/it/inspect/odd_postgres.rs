// Models of tables of a PostgreSQL database, written by `inspectdb`.
//
// Migrations leave a table alone that is `unmanaged`. Without that word they make and change it.
//
// The table `nothing` has no columns.
//
// The table `shapeless` has no column by which rows can be told apart.
//
// The table `unlike` has no column by which rows can be told apart.

use carafe::db::Models;
use carafe::models::{Array, PgRange};
use carafe::prelude::*;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use rust_decimal::Decimal;
use uuid::Uuid;

#[derive(Model)]
#[model(table = "Self")]
pub struct SelfRow {
    pub id: Uuid,
}

#[derive(Model)]
#[model(table = "Struct Row")]
pub struct StructRow {
    pub id: i64,
    #[model(column = "type", index = false, on_delete = do_nothing)]
    pub r#type: Option<ForeignKey<Struct>>,
}

#[derive(Model)]
#[model(exclude(booked_room_during_excl, (room, "&&"), (during, "&&"), condition = !off, deferred = true))]
pub struct Booked {
    #[model(natural)]
    pub id: i64,
    pub room: Option<PgRange<i32>>,
    pub during: Option<PgRange<DateTime>>,
    pub off: Option<bool>,
}

// The index `strange` is not said here: `(substr(c, 1))`.
// The check `odd` is not said here: `(c ~~ 'x%'::text)`.
#[derive(Model)]
#[model(unique(a, b, name = "checked_a_b_key"))]
#[model(unique(a, name = "checked_a_key", deferred = true))]
#[model(unique(b, name = "checked_b_key", nulls_equal = true))]
#[model(unique(c, name = "checked_c_key"))]
#[model(unique(a, name = "once", condition = c == "x", include = [b]))]
#[model(check("b's", b.is_in([1, 2]) && !(b == 7)))]
#[model(check(checked_a_check, a > 0))]
#[model(check(checked_check, ((a >= 1) && (a <= 9)) || !b.is_null()))]
#[model(index(c.class("text_pattern_ops"), name = "classed"))]
#[model(index(c, name = "hashed", method = "hash"))]
#[model(index(-a, lower(c), name = "partial", condition = b.is_null()))]
pub struct Checked {
    #[model(natural)]
    pub id: i32,
    pub a: Option<i32>,
    pub b: Option<i32>,
    pub c: Option<String>,
}

// The column `c` is left out: the database computes it from `substr(a, 2)`, which is not said here.
#[derive(Model)]
#[model(unmanaged)]
pub struct Computed {
    #[model(natural)]
    pub id: i32,
    pub a: Option<String>,
    #[model(generated = upper(a) + "!", stored)]
    pub b: Option<String>,
    #[model(generated = length(a), stored)]
    pub d: Option<i32>,
}

// A view.
// No primary key that a model can have: rows are told apart by `id`. Look whether that is so.
#[derive(Model)]
#[model(unmanaged)]
pub struct Kept {
    #[model(natural)]
    pub id: i16,
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

// The foreign key of `b`, `a` to `pair` is not said here: its columns are not named after one name
// and those of the key there.
// The foreign key of `far` to `elsewhere.other` is not said here: that table is not among these
// models.
// The foreign key of `twice` to `typed` is not said here: one of its columns belongs to another
// reference.
#[derive(Model)]
pub struct Leads {
    #[model(natural)]
    pub id: i32,
    #[model(index = false, on_delete = do_nothing)]
    pub pair: ForeignKey<Pair>,
    pub b: Option<String>,
    #[model(max_length = 20)]
    pub a: Option<String>,
    // The database says ON UPDATE CASCADE.
    #[model(column = "own", index = false, on_delete = db_cascade)]
    pub own: Option<ForeignKey<Leads>>,
    // The database says ON DELETE RESTRICT.
    #[model(column = "twice", index = false, on_delete = do_nothing)]
    pub twice: Option<ForeignKey<Leads>>,
    pub far: Option<i64>,
    // The database calls the type of `short` `smallint`, and that of what it refers to `integer`.
    #[model(column = "short", index = false, on_delete = db_set_null)]
    pub short: Option<ForeignKey<Leads>>,
    #[model(column = "fallback", index = false, on_delete = db_set_default)]
    #[model(db_default = 7)]
    pub fallback: Option<ForeignKey<Leads>>,
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
    #[model(primary_key, max_length = 20)]
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
    pub id: i16,
    // The database calls its type `mood`, which is enum ('sad', 'it''s "); } fn evil() {',
    // 'new\nline').
    pub a: Option<String>,
}

// Its rows are kept in other tables.
#[derive(Model)]
#[model(unmanaged)]
pub struct Spread {
    #[model(primary_key)]
    pub id: i64,
    #[model(primary_key)]
    pub at: Date,
}

// A part of another table.
#[derive(Model)]
#[model(table = "spread_2026", unmanaged)]
pub struct Spread2026 {
    #[model(primary_key)]
    pub id: i64,
    #[model(primary_key)]
    pub at: Date,
}

#[derive(Model)]
pub struct Struct {
    #[model(primary_key)]
    pub r#fn: i32,
    pub r#type: i32,
    #[model(column = "self")]
    pub self_field: Option<String>,
    #[model(column = "a__b", max_length = 10)]
    pub a_b: Option<String>,
    #[model(column = "A b")]
    pub a_b_2: Option<String>,
    #[model(column = "2nd")]
    pub n2nd: Option<f32>,
    pub größe: Option<i32>,
    pub o_1: Option<String>,
    #[model(column = "O 1")]
    pub o_1_2: Option<String>,
    pub 日本: Option<Vec<u8>>,
}

#[derive(Model)]
#[model(table = "struct\"; } fn evil() { \"")]
#[model(comment = "\"; }\n*/ fn evil() {}\u{202e}")]
#[model(check("struct\"; } fn evil() { \"_x\";\n*/ // `_check", x != "\"; } mod evil {"))]
pub struct StructFnEvil {
    #[model(natural)]
    #[model(comment = "#[evil]")]
    pub id: i64,
    #[model(column = "x\";\n*/ // `")]
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
#[model(check(typed_w_check, w >= 0))]
pub struct Typed {
    pub id: i16,
    // The database calls its type `mood`, which is enum ('sad', 'it''s "); } fn evil() {',
    // 'new\nline').
    #[model(db_default = "sad")]
    pub a: String,
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
    pub g: Option<i32>,
    // The database calls its type `positive`, which is integer.
    pub h: Option<String>,
    // The database calls its type `character(32)`.
    #[model(max_length = 32)]
    pub i: Option<String>,
    // The database calls its type `json`.
    pub j: Option<serde_json::Value>,
    #[model(db_default = 1000)]
    pub k: Option<f64>,
    // The database calls its type `character varying`.
    #[model(db_default = "it's")]
    pub l: Option<String>,
    // The database calls its type `interval`.
    pub m: Option<String>,
    #[model(db_default = "{}")]
    pub n: Option<Array<String>>,
    pub o: Option<Array<i32>>,
    pub p: Option<PgRange<i32>>,
    pub q: Option<PgRange<DateTime>>,
    // The database calls its type `xml`.
    pub r: Option<String>,
    // The database calls its type `cidr`.
    pub s: Option<String>,
    // The database calls its type `timestamp(3) without time zone`.
    pub t: Option<DateTime>,
    // The database calls its type `numeric(3,-2)`.
    pub u: Option<Decimal>,
    #[model(positive)]
    pub v: Option<i64>,
    pub w: Option<i16>,
    // The database calls its type `bit(3)`.
    pub x: Option<String>,
    // The database calls its type `point`.
    pub y: Option<String>,
    // The database calls its type `"char"`.
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
        Booked,
        Checked,
        Computed,
        Kept,
        Keyless,
        Leads,
        One,
        OptionRow,
        Pair,
        Seen,
        Spread,
        Spread2026,
        Struct,
        StructFnEvil,
        Two,
        Typed,
        WideKey
    ]
}
