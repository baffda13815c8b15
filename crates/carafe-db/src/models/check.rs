//! What must hold for a list of models.

use std::collections::BTreeMap;

use carafe_core::{Error, Result};
use carafe_model::schema::ModelSchema;

use super::reference::own_joins;
use super::{Join, Listed, Models};

impl Models {
    /// An error that names all models that cannot stand together.
    pub(crate) fn check(&self) -> Result<()> {
        let mut errors = Vec::new();
        for listed in &self.all {
            let schema = listed.schema();
            let Some(first) = self.table(schema.table) else {
                errors.push(without_base(schema));
                continue;
            };
            if schema.proxy_of.is_none() && !std::ptr::eq(first.schema(), schema) {
                errors.push(two_of_a_table(first, listed));
            }
        }
        let mut joins: BTreeMap<String, &str> = BTreeMap::new();
        for (listed, join) in self.joins() {
            let name = listed.schema().name;
            let of_model = self.table(join.table()).map(|other| other.schema().name);
            let of_relation = joins.insert(join.table().to_owned(), name);
            if let Some(other) = of_model.or(of_relation) {
                errors.push(taken(join.table(), name, other));
            }
        }
        Error::all(errors)
    }

    /// The tables between that are made for relations, with the model whose field it is.
    pub(crate) fn joins(&self) -> impl Iterator<Item = (&Listed, Join)> {
        self.all
            .iter()
            .flat_map(|listed| own_joins(listed.schema()).map(move |join| (listed, join)))
    }
}

fn two_of_a_table(first: &Listed, second: &Listed) -> Error {
    let (one, other) = (first.schema(), second.schema());
    Error::setup(format!(
        "{} (crate {}) and {} (crate {}) are both the table `{}`",
        one.name,
        first.owner().name,
        other.name,
        second.owner().name,
        one.table
    ))
    .hint(format!(
        "give one of them another name by `#[model(table = \"…\")]`; if {1} is to show the rows of {0} in another way, `#[model(proxy = {0})]`",
        one.name, other.name
    ))
}

fn without_base(schema: &ModelSchema) -> Error {
    let base = schema.proxy_of.map_or("the model of the table", |base| base().name);
    Error::setup(format!("{} shows the table of {base}, which is not listed", schema.name))
        .hint(format!("add `{base}` to `models![…]`"))
}

fn taken(table: &str, name: &str, other: &str) -> Error {
    Error::setup(format!("the table `{table}` between both sides of a relation of {name} is one of {other} already"))
        .hint("rename the field, or give the relation a model of its own: `#[model(through = Membership)]`")
}
