//! Mistakes in a row are reported together, each under its own token.

use carafe::db::Row;

#[derive(Row)]
#[row(table = "post")]
struct Borrowed<'a> {
    #[row(column = "")]
    title: &'a str,
    id: i64,
    #[row(column = "id")]
    key: i64,
    #[row(rename = "x")]
    body: String,
}

#[derive(Row)]
struct Tuple(#[row(default)] i64, #[row(column = "title")] String);

#[derive(Row)]
struct Nothing;

#[derive(Row)]
struct Empty {}

#[derive(Row)]
enum Choice {
    One,
}

fn main() {}
