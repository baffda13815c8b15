//! How a constraint or an index is read.

use carafe_core::Result;

use super::expression;
use crate::ddl::state::{
    CheckState, ExclusionState, ExpressionState, IndexState, TermState, UniqueState,
};
use crate::migrate::Piece;
use crate::migrate::file::keys::{Keys, at_line};

pub(super) fn piece(keys: &mut Keys<'_>, kind: &str) -> Result<Piece> {
    Ok(match kind {
        "unique" => Piece::Unique(unique(keys.required_table("unique")?)?),
        "check" => Piece::Check(check(keys.required_table("check")?)?),
        "exclusion" => Piece::Exclusion(exclusion(keys.required_table("exclusion")?)?),
        _ => Piece::Index(index(keys.required_table("index")?)?),
    })
}

pub(super) fn unique(mut keys: Keys<'_>) -> Result<UniqueState> {
    let unique = UniqueState {
        name: keys.text("name")?.map(str::to_owned),
        parts: terms(&mut keys)?,
        condition: expression(&mut keys, "condition")?,
        include: keys.texts("include")?,
        nulls_equal: keys.flag("nulls_equal")?.unwrap_or(false),
        deferred: keys.flag("deferred")?.unwrap_or(false),
    };
    keys.end()?;
    Ok(unique)
}

pub(super) fn check(mut keys: Keys<'_>) -> Result<CheckState> {
    let name = keys.required("name")?.to_owned();
    let Some(condition) = expression(&mut keys, "condition")? else {
        return Err(keys.error("`condition` is missing"));
    };
    keys.end()?;
    Ok(CheckState { name, condition })
}

pub(super) fn exclusion(mut keys: Keys<'_>) -> Result<ExclusionState> {
    let name = keys.required("name")?.to_owned();
    let mut parts = Vec::new();
    for mut own in keys.tables("parts")? {
        let operator = own.required("with")?.to_owned();
        parts.push((term(own)?, operator));
    }
    let exclusion = ExclusionState {
        name,
        parts,
        condition: expression(&mut keys, "condition")?,
        method: keys.text("method")?.map(str::to_owned),
        deferred: keys.flag("deferred")?.unwrap_or(false),
    };
    keys.end()?;
    Ok(exclusion)
}

pub(super) fn index(mut keys: Keys<'_>) -> Result<IndexState> {
    let index = IndexState {
        name: keys.text("name")?.map(str::to_owned),
        parts: terms(&mut keys)?,
        condition: expression(&mut keys, "condition")?,
        include: keys.texts("include")?,
        method: keys.text("method")?.map(str::to_owned),
    };
    keys.end()?;
    Ok(index)
}

fn terms(keys: &mut Keys<'_>) -> Result<Vec<TermState>> {
    let mut terms = Vec::new();
    for item in keys.list("parts")? {
        terms.push(match item.get_ref().as_str() {
            Some(text) => {
                let line = keys.line();
                let expression =
                    ExpressionState::parse(text).map_err(|error| at_line(error, line))?;
                TermState { expression, descending: false, class: None }
            }
            None => term(keys.of("parts", item)?)?,
        });
    }
    Ok(terms)
}

fn term(mut keys: Keys<'_>) -> Result<TermState> {
    let Some(expression) = expression(&mut keys, "by")? else {
        return Err(keys.error("`by` is missing"));
    };
    let term = TermState {
        expression,
        descending: keys.flag("descending")?.unwrap_or(false),
        class: keys.text("class")?.map(str::to_owned),
    };
    keys.end()?;
    Ok(term)
}
