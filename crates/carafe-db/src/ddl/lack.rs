//! What a database cannot have of a table, and is made without: rows are kept and found all the same.

use carafe_core::Error;

use super::Ddl;
use super::table::{Index, Table, Unique};

/// All that these tables are made without, each as the error that it would be.
pub(crate) fn lacks(tables: &[Table], ddl: &dyn Ddl) -> Vec<Error> {
    let of = |table: &Table| -> Vec<Error> {
        let uniques = table.uniques.iter().filter_map(|unique| of_unique(unique, ddl));
        let indexes = table.indexes.iter().filter_map(|index| of_index(index, ddl));
        uniques.chain(indexes).map(|error| error.at(table.name.clone())).collect()
    };
    tables.iter().flat_map(of).collect()
}

/// Why there can be no such unique constraint; none where there can.
pub(super) fn of_unique(unique: &Unique, ddl: &dyn Ddl) -> Option<Error> {
    let (features, name) = (ddl.features(), &unique.name);
    if unique.condition.is_some() && !features.partial_indexes {
        let lack = ddl
            .lacks(&format!("unique constraint that holds for some rows only, as `{name}`"))
            .hint("leave out `condition`, and check it in `clean`");
        return Some(lack);
    }
    if unique.parts.iter().any(|part| part.column().is_none()) && !features.expression_indexes {
        let lack = ddl.lacks(&format!("unique constraint over an expression, as `{name}`")).hint(
            "make the expression a field, `#[model(generated = …, stored)]`, and that one unique",
        );
        return Some(lack);
    }
    if unique.nulls_equal && !features.nulls_not_distinct {
        let lack = ddl
            .lacks(&format!("unique constraint for which two NULLs are the same, as `{name}`"))
            .hint("leave out `nulls_equal`, or give the field a value that stands for none");
        return Some(lack);
    }
    None
}

/// Why there can be no such index; none where there can. Of others a condition, further columns or a
/// method may be left out, which changes no answer.
pub(super) fn of_index(index: &Index, ddl: &dyn Ddl) -> Option<Error> {
    let has_expressions = index.parts.iter().any(|part| part.column().is_none());
    (has_expressions && !ddl.features().expression_indexes).then(|| {
        ddl.lacks(&format!("index over an expression, as `{}`", index.name))
            .hint("make the expression a field, `#[model(generated = …, stored, index)]`")
    })
}
