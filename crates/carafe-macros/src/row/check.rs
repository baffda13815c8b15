//! Rules that need the whole struct.

use std::collections::HashMap;

use super::Mistakes;
use super::parse::RowStruct;

pub(super) fn row(row: &RowStruct, mistakes: &mut Mistakes) {
    for lifetime in row.generics.lifetimes() {
        mistakes.at(lifetime, "a row owns what it holds, since it outlives the connection: use `String` for `&str`, `Vec<u8>` for `&[u8]`");
    }
    if row.fields.is_empty() {
        mistakes.at(
            &row.name,
            "a row has at least one column: give the struct a field for each",
        );
    }
    if row.by_name {
        columns_are_named_once(row, mistakes)
    } else {
        positions_have_no_names(row, mistakes)
    }
}

fn columns_are_named_once(row: &RowStruct, mistakes: &mut Mistakes) {
    let mut seen = HashMap::new();
    for field in &row.fields {
        let column = field.column.value();
        if column.is_empty() {
            mistakes.at(&field.column, "a column has a name");
        } else if seen.insert(column.clone(), ()).is_some() {
            mistakes.at(
                &field.column,
                format!("column `{column}` is read by another field already"),
            );
        }
    }
}

fn positions_have_no_names(row: &RowStruct, mistakes: &mut Mistakes) {
    for field in row
        .fields
        .iter()
        .filter(|field| field.renamed || field.optional)
    {
        mistakes.at(&field.ty, "the fields of a tuple struct are read by position: name them to use `column` or `default`");
    }
}
