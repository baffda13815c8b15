//! The tables that a query looks at, and how they hang together.

use carafe_core::{Error, Result};
use carafe_model::Value;
use carafe_model::query::{Filtered, Path};
use carafe_model::schema::{FieldSchema, ModelSchema, Relation, RelationKind};

use super::fragment::Fragment;
use crate::models::Join as JoinTable;

/// The tables of one query: its model's, and those that its paths lead to.
pub(crate) struct Scope {
    pub(crate) model: &'static ModelSchema,
    /// The same rows as the scope below, looked at once more.
    pub(crate) shadow: bool,
    pub(crate) tables: Vec<Table>,
}

/// A table of a query.
pub(crate) struct Table {
    /// What it is called in the statement: `t0`.
    pub(crate) alias: String,
    name: String,
    join: Option<Join>,
}

struct Join {
    key: JoinKey,
    group: Group,
    many: bool,
    left: bool,
    on: Fragment,
    /// A condition was added.
    conditional: bool,
}

/// What a join is recognized by.
#[derive(Clone, Copy, PartialEq, Eq)]
struct JoinKey {
    parent: usize,
    hop: u16,
    /// Behind the table between, for many-to-many.
    behind: bool,
    filtered: Option<*const Filtered>,
}

/// Which joins over to-many relations a path shares: all that one `filter` says is about the same
/// related rows, what is computed goes over any that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// Those of the condition of that number.
    Filter(usize),
    /// Any.
    Any,
}

/// Where a path ends.
pub(crate) struct Place {
    pub(crate) table: usize,
    pub(crate) columns: Vec<String>,
    pub(crate) field: &'static FieldSchema,
    /// Whether it may be NULL: the column allows it, or the way to it may lead nowhere.
    pub(crate) nullable: bool,
}

impl Scope {
    pub(crate) fn new(model: &'static ModelSchema, alias: String) -> Self {
        let root = Table { alias, name: model.table.to_owned(), join: None };
        Self { model, shadow: false, tables: vec![root] }
    }

    pub(crate) fn alias(&self, table: usize) -> &str {
        self.tables.get(table).map_or("", |table| &table.alias)
    }

    fn is_left(&self, table: usize) -> bool {
        self.tables.get(table).and_then(|table| table.join.as_ref()).is_some_and(|join| join.left)
    }

    /// No row counts for which this table has none.
    pub(crate) fn require(&mut self, table: usize) {
        let mut at = table;
        while let Some(join) = self.tables.get_mut(at).and_then(|table| table.join.as_mut()) {
            join.left = false;
            at = join.key.parent;
        }
    }

    /// Whether the join of a table has its condition already.
    pub(crate) fn has_condition(&self, table: usize) -> bool {
        let join = self.tables.get(table).and_then(|table| table.join.as_ref());
        join.is_none_or(|join| join.conditional)
    }

    /// Adds a condition to the join of a table.
    pub(crate) fn condition_on(&mut self, table: usize, condition: Fragment) {
        if let Some(join) = self.tables.get_mut(table).and_then(|table| table.join.as_mut()) {
            join.conditional = true;
            join.on.push(" AND ");
            join.on.append(condition);
        }
    }

    /// Joins the table between these rows and those that they are related to.
    pub(crate) fn add_along(&mut self, name: String, alias: String, on: Fragment) {
        let key = JoinKey { parent: 0, hop: u16::MAX, behind: false, filtered: None };
        let join = Join {
            key,
            group: Group::Filter(usize::MAX),
            many: false,
            left: false,
            on,
            conditional: false,
        };
        self.tables.push(Table { alias, name, join: Some(join) });
    }

    /// The alias of the table between, where there is one.
    pub(crate) fn along(&self) -> &str {
        let is_along =
            |table: &&Table| table.join.as_ref().is_some_and(|join| join.key.hop == u16::MAX);
        self.tables.iter().find(is_along).map_or("", |table| &table.alias)
    }

    /// FROM, with its joins.
    pub(crate) fn from(&self, quote: &dyn Fn(&str) -> String) -> Fragment {
        let mut from = Fragment::default();
        for table in &self.tables {
            let named = format!("{} {}", quote(&table.name), table.alias);
            let Some(join) = &table.join else {
                from.push(&named);
                continue;
            };
            from.push(if join.left { " LEFT JOIN " } else { " INNER JOIN " });
            from.push(&named);
            from.push(" ON ");
            from.append(join.on.clone());
        }
        from
    }
}

/// What is crossed to go from one row to another.
struct Crossing {
    /// The table that is gone to.
    table: String,
    /// Pairs of columns: of the table that is left, of the one that is gone to.
    on: Vec<(String, String)>,
    /// A column of the table that is gone to, and what it holds.
    is: Option<(String, String)>,
    many: bool,
    left: bool,
}

/// Finds where a path ends, and joins what lies between.
pub(crate) struct Walk<'s, 'q> {
    pub(crate) scope: &'s mut Scope,
    pub(crate) group: Group,
    pub(crate) aliases: &'s mut usize,
    pub(crate) quote: &'q dyn Fn(&str) -> String,
    pub(crate) filtered: Option<*const Filtered>,
}

impl Walk<'_, '_> {
    /// Walks a path to its last field.
    pub(crate) fn to(&mut self, path: &Path) -> Result<Place> {
        self.starting_at(0, self.scope.model, path)
    }

    /// Walks a path that begins at another table of the scope.
    pub(crate) fn starting_at(
        &mut self,
        table: usize,
        model: &'static ModelSchema,
        path: &Path,
    ) -> Result<Place> {
        let fields = path.fields(model).map_err(Error::from)?;
        let mut at = table;
        let mut here = model;
        for (index, field) in fields.iter().enumerate() {
            let last = index + 1 == fields.len();
            if last && field.width > 0 {
                let nullable = field.null || self.scope.is_left(at);
                return Ok(Place { table: at, columns: field.columns(), field, nullable });
            }
            let Some(relation) = &field.relation else {
                return Err(Error::internal(format!(
                    "`{}.{}` leads nowhere, and a path goes on behind it",
                    field.model, field.name
                )));
            };
            let target = relation.target();
            // The key of what it leads to stands in the reference itself.
            let to_key = fields.get(index + 1).filter(|next| {
                index + 2 == fields.len() && next.primary_key && target.primary_key().count() == 1
            });
            if let (Some(key), true) = (to_key, field.width == 1) {
                let nullable = field.null || self.scope.is_left(at);
                return Ok(Place { table: at, columns: field.columns(), field: key, nullable });
            }
            let between = through(here, field, relation)?;
            if let Some((through, behind)) = between {
                let middle = self.join(at, field, false, through);
                if last || to_key.is_some() {
                    let columns = behind.on.iter().map(|(column, _)| column.clone()).collect();
                    let field = to_key.copied().unwrap_or(field);
                    return Ok(Place { table: middle, columns, field, nullable: true });
                }
                at = self.join(middle, field, true, behind);
            } else {
                let crossing = direct(here, field, relation)?;
                at = self.join(at, field, false, crossing);
            }
            here = target;
            if last {
                let columns = here.primary_key().flat_map(FieldSchema::columns).collect();
                return Ok(Place { table: at, columns, field, nullable: true });
            }
        }
        Err(Error::internal("a path has a field"))
    }

    /// Walks a relation to the row that it leads to, and gives that row's table.
    pub(crate) fn row(
        &mut self,
        table: usize,
        model: &'static ModelSchema,
        field: &'static FieldSchema,
    ) -> Result<(usize, &'static ModelSchema)> {
        let Some(relation) = &field.relation else {
            return Err(Error::internal(format!("`{}.{}` leads nowhere", field.model, field.name)));
        };
        let at = match through(model, field, relation)? {
            Some((through, behind)) => {
                let middle = self.join(table, field, false, through);
                self.join(middle, field, true, behind)
            }
            None => self.join(table, field, false, direct(model, field, relation)?),
        };
        Ok((at, relation.target()))
    }

    /// The key of the rows of a table that is joined already.
    pub(crate) fn key_of(table: usize, model: &'static ModelSchema) -> Result<Place> {
        let columns = model.primary_key().flat_map(FieldSchema::columns).collect();
        let field = model.primary_key().next();
        let field = field.ok_or_else(|| Error::internal("a model has a key").at(model.name))?;
        Ok(Place { table, columns, field, nullable: true })
    }

    fn join(
        &mut self,
        parent: usize,
        field: &FieldSchema,
        behind: bool,
        crossing: Crossing,
    ) -> usize {
        let filtered = self.filtered.filter(|_| parent == 0 || behind);
        let key = JoinKey { parent, hop: field.index, behind, filtered };
        let shared = self.scope.tables.iter().position(|table| {
            table.join.as_ref().is_some_and(|join| {
                join.key == key
                    && (!join.many || self.group == Group::Any || join.group == self.group)
            })
        });
        if let Some(shared) = shared {
            return shared;
        }
        let alias = format!("t{}", *self.aliases);
        *self.aliases += 1;
        let here = self.scope.alias(parent);
        let on = crossing.on.iter().map(|(left, right)| {
            format!("{here}.{} = {alias}.{}", (self.quote)(left), (self.quote)(right))
        });
        let mut on = Fragment::new(on.collect::<Vec<_>>().join(" AND "));
        if let Some((column, text)) = crossing.is {
            on.push(&format!(" AND {alias}.{} = ", (self.quote)(&column)));
            on.append(Fragment::fixed(Value::Text(text)));
        }
        let left = crossing.left || filtered.is_some() || self.scope.is_left(parent);
        let join =
            Join { key, group: self.group, many: crossing.many, left, on, conditional: false };
        self.scope.tables.push(Table { alias, name: crossing.table, join: Some(join) });
        self.scope.tables.len() - 1
    }
}

fn key_of(model: &ModelSchema) -> Vec<String> {
    model.primary_key().flat_map(FieldSchema::columns).collect()
}

fn pairs(left: Vec<String>, right: Vec<String>) -> Vec<(String, String)> {
    left.into_iter().zip(right).collect()
}

/// The way over a table between, if the relation has one: to it, and from it on.
fn through(
    model: &'static ModelSchema,
    field: &'static FieldSchema,
    relation: &Relation,
) -> Result<Option<(Crossing, Crossing)>> {
    let target = relation.target();
    let (between, near, far) = match relation.kind {
        RelationKind::ManyToMany => {
            let between = JoinTable::of(model, field)?;
            let (near, far) = (between.from().to_vec(), between.to().to_vec());
            (between, near, far)
        }
        RelationKind::HasMany => {
            let other = reverse(field, relation)?;
            let Some(theirs) = &other.relation else { return Ok(None) };
            if theirs.kind != RelationKind::ManyToMany {
                return Ok(None);
            }
            let between = JoinTable::of(target, other)?;
            let (near, far) = (between.to().to_vec(), between.from().to_vec());
            (between, near, far)
        }
        _ => return Ok(None),
    };
    let to = Crossing {
        table: between.table().to_owned(),
        on: pairs(key_of(model), near),
        is: None,
        many: true,
        left: true,
    };
    let behind = Crossing {
        table: target.table.to_owned(),
        on: pairs(far, key_of(target)),
        is: None,
        many: false,
        left: false,
    };
    Ok(Some((to, behind)))
}

/// The way to the other table at once.
fn direct(
    model: &'static ModelSchema,
    field: &'static FieldSchema,
    relation: &Relation,
) -> Result<Crossing> {
    let target = relation.target();
    let table = target.table.to_owned();
    Ok(match relation.kind {
        RelationKind::ForeignKey | RelationKind::OneToOne => Crossing {
            table,
            on: pairs(field.columns(), key_of(target)),
            is: None,
            many: false,
            left: field.null || !relation.constrained,
        },
        _ => {
            let other = reverse(field, relation)?;
            let many = relation.kind == RelationKind::HasMany;
            let (key, is) = match object_id(target, other) {
                Some(key) => (key, Some((other.column.to_owned(), model.table.to_owned()))),
                None => (other, None),
            };
            Crossing { table, on: pairs(key_of(model), key.columns()), is, many, left: true }
        }
    })
}

/// The field that holds the key where another one begins a reference to a row of any model.
pub(crate) fn object_id(
    model: &'static ModelSchema,
    content_type: &FieldSchema,
) -> Option<&'static FieldSchema> {
    let behind = model.fields.get(usize::from(content_type.index) + 1);
    behind.filter(|_| content_type.generic)
}

/// The field that a `HasMany` or `HasOne` is the other side of.
pub(crate) fn reverse(
    field: &'static FieldSchema,
    relation: &Relation,
) -> Result<&'static FieldSchema> {
    let target = relation.target();
    let index = relation.reverse_of.map(|index| usize::from(index()));
    index.and_then(|index| target.fields.get(index)).ok_or_else(|| {
        Error::internal(format!(
            "`{}.{}` does not say which field of `{}` it is the other side of",
            field.model, field.name, target.name
        ))
        .hint(format!("write `#[model(by = {}::FIELD)]` on it", target.name))
    })
}
