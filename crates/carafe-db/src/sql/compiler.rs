//! What is known while the SQL of one statement is made.

use carafe_core::{Error, Result};
use carafe_model::query::{Filtered, Path};
use carafe_model::schema::{ModelSchema, SchemaFn};

use super::dialect::Dialect;
use super::fragment::Fragment;
use super::from::{Group, Place, Scope, Walk};

/// Makes the SQL of one statement: its queries lie in each other, the innermost last.
pub(crate) struct Compiler {
    pub(crate) dialect: &'static dyn Dialect,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) aliases: usize,
    /// The relation whose condition is being made.
    pub(crate) filtering: Option<(*const Filtered, Path)>,
    /// What aggregates look at, where it is computed in a query of its own.
    pub(crate) lifted: Option<Vec<Fragment>>,
}

/// Where an expression stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stand {
    /// Which joins its paths share.
    pub(crate) group: Group,
    /// Whether an odd number of NOTs is around it.
    pub(crate) negated: bool,
}

impl Stand {
    /// Among what is computed.
    pub(crate) const ANY: Self = Self { group: Group::Any, negated: false };

    /// In the filter of that number.
    pub(crate) const fn filter(number: usize) -> Self {
        Self { group: Group::Filter(number), negated: false }
    }
}

impl Compiler {
    pub(crate) fn new(dialect: &'static dyn Dialect) -> Self {
        Self { dialect, scopes: Vec::new(), aliases: 0, filtering: None, lifted: None }
    }

    /// Begins a query of a model's table.
    pub(crate) fn enter(&mut self, model: &'static ModelSchema) {
        let alias = self.next_alias();
        self.scopes.push(Scope::new(model, alias));
    }

    /// Begins a statement on a model's table, which is called by its name.
    pub(crate) fn enter_named(&mut self, model: &'static ModelSchema) {
        self.scopes.push(Scope::new(model, self.dialect.quote(model.table)));
    }

    pub(crate) fn leave(&mut self) -> Option<Scope> {
        self.scopes.pop()
    }

    pub(crate) fn next_alias(&mut self) -> String {
        self.aliases += 1;
        format!("t{}", self.aliases - 1)
    }

    /// The innermost query.
    pub(crate) fn scope(&mut self) -> Result<&mut Scope> {
        self.scopes.last_mut().ok_or_else(|| Error::internal("an expression stands in no query"))
    }

    pub(crate) fn model(&mut self) -> Result<&'static ModelSchema> {
        Ok(self.scope()?.model)
    }

    /// Finds where a path of the innermost query ends.
    pub(crate) fn place(&mut self, path: &Path, group: Group) -> Result<Place> {
        let innermost = self.scopes.len().wrapping_sub(1);
        self.place_in(innermost, path, group)
    }

    fn place_in(&mut self, scope: usize, path: &Path, group: Group) -> Result<Place> {
        let dialect = self.dialect;
        let Some(scope) = self.scopes.get_mut(scope) else {
            return Err(Error::internal("an expression stands in no query"));
        };
        let quote = |name: &str| dialect.quote(name);
        let filtered = self.filtering.filter(|(_, start)| begins_with(path, start));
        let filtered = filtered.map(|(filtered, _)| filtered);
        Walk { scope, group, aliases: &mut self.aliases, quote: &quote, filtered }.to(path)
    }

    /// The query around the innermost one that is about that model, and the place in it.
    pub(crate) fn outer(&mut self, path: &Path, model: SchemaFn) -> Result<(usize, Place)> {
        let model = model();
        let mut from = self.scopes.len().saturating_sub(1);
        // A shadow is the same query as the one below it.
        while self.scopes.get(from).is_some_and(|scope| scope.shadow) {
            from -= 1;
        }
        let around = (0..from).rev().find(|at| self.scopes[*at].model.is(model));
        let Some(around) = around else {
            return Err(Error::internal(format!(
                "`outer` names a column of `{}`, and no query of that model is around",
                model.name
            )));
        };
        Ok((around, self.place_in(around, path, Group::Any)?))
    }

    /// A relation of which only some rows count, and a field behind it.
    pub(crate) fn filtered(&mut self, filtered: &Filtered, behind: Option<&Path>) -> Result<Place> {
        let identity = Some(std::ptr::from_ref(filtered));
        let dialect = self.dialect;
        let quote = |name: &str| dialect.quote(name);
        let mut aliases = self.aliases;
        let scope = self.scope()?;
        let model = scope.model;
        let mut walk = Walk {
            scope,
            group: Group::Any,
            aliases: &mut aliases,
            quote: &quote,
            filtered: identity,
        };
        // To the rows themselves: the condition is about them, so that their keys are not those
        // that stand in the tables before.
        let (mut joined, mut target) = (0, model);
        for field in filtered.path.fields(model).map_err(Error::from)? {
            (joined, target) = walk.row(joined, target, field)?;
        }
        let place = match behind {
            Some(behind) => walk.starting_at(joined, target, behind)?,
            None => Walk::key_of(joined, target)?,
        };
        self.aliases = aliases;
        if !self.scope()?.has_condition(joined) {
            let condition = self.filter_condition(filtered)?;
            self.scope()?.condition_on(joined, condition);
        }
        Ok(place)
    }

    /// Columns of a table of a scope.
    pub(crate) fn columns(&self, scope: usize, place: &Place) -> Fragment {
        let alias = self.scopes.get(scope).map_or("", |scope| scope.alias(place.table));
        self.columns_of(alias, &place.columns)
    }

    /// Columns of a table by its alias: several as a row.
    pub(crate) fn columns_of(&self, alias: &str, columns: &[String]) -> Fragment {
        let named = |column: &String| format!("{alias}.{}", self.dialect.quote(column));
        match columns {
            [one] => Fragment::new(named(one)),
            many => {
                let many: Vec<String> = many.iter().map(named).collect();
                Fragment::new(format!("({})", many.join(", ")))
            }
        }
    }
}

/// Whether a path begins with another one.
fn begins_with(path: &Path, start: &Path) -> bool {
    match (path.hops(), start.hops()) {
        (Some(path), Some(start)) => path.starts_with(start),
        _ => false,
    }
}
