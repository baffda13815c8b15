//! What changes in a table that stays.

use carafe_core::Result;

use super::renamed::Renamed;
use crate::ddl::Ddl;
use crate::ddl::create::{MadeIndex, indexes};
use crate::ddl::state::ExpressionState;
use crate::ddl::table::Table;

/// A table that stays, before and after.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// What has got another name.
    pub(crate) renamed: Renamed,
    /// The table before.
    pub(crate) original: Table,
    /// The table before, under its names after.
    pub(crate) from: Table,
    /// The table after.
    pub(crate) to: Table,
    /// What a column holds where it would hold nothing.
    pub(crate) fill: Option<(String, ExpressionState)>,
}

impl Change {
    /// A table before and after.
    pub(crate) fn new(
        original: Table,
        to: Table,
        fill: Option<(String, ExpressionState)>,
    ) -> Result<Self> {
        let renamed = Renamed::between(&original, &to);
        let from = renamed.own(&original)?;
        Ok(Self { renamed, original, from, to, fill })
    }

    /// The indexes before, under their own names, over columns under their names after.
    pub(super) fn indexes_before(&self, ddl: &dyn Ddl) -> Result<Vec<MadeIndex>> {
        let named = indexes(&self.original, ddl)?;
        let mut made = indexes(&self.from, ddl)?;
        for (own, named) in made.iter_mut().zip(named) {
            own.name = named.name;
        }
        Ok(made)
    }

    /// Whether anything is to be done.
    pub(crate) fn is_something(&self) -> bool {
        self.from != self.to || self.renamed.is_something() || self.fill.is_some()
    }
}
