//! Rules that need the whole struct.

use std::collections::HashSet;

use syn::spanned::Spanned;

use super::parse::RowStruct;
use crate::errors::Errors;

pub(super) fn row(row: &RowStruct, errors: &mut Errors) {
    for lifetime in row.generics.lifetimes() {
        errors.at(
            lifetime.span(),
            "a row owns what it holds, since it outlives the connection: use `String` for `&str`, `Vec<u8>` for `&[u8]`",
        );
    }
    if row.fields.is_empty() {
        errors
            .at(row.name.span(), "a row has at least one column: give the struct a field for each");
    }
    if row.by_name {
        columns_are_named_once(row, errors);
    } else {
        positions_have_no_names(row, errors);
    }
}

fn columns_are_named_once(row: &RowStruct, errors: &mut Errors) {
    let mut seen = HashSet::new();
    for field in &row.fields {
        let column = field.column.value();
        if column.is_empty() {
            errors.at(field.column.span(), "a column has a name");
        } else if !seen.insert(column) {
            let column = field.column.value();
            errors.at(
                field.column.span(),
                format!("column `{column}` is read by another field already"),
            );
        }
    }
}

fn positions_have_no_names(row: &RowStruct, errors: &mut Errors) {
    for field in row.fields.iter().filter(|field| field.renamed || field.optional) {
        errors.at(
            field.ty.span(),
            "the fields of a tuple struct are read by position: name them to use `column` or `default`",
        );
    }
}
