//! The rows that one relation of many rows leads to.

use std::any::Any;
use std::collections::{HashMap, HashSet};
use std::panic::Location;
use std::sync::Arc;

use carafe_core::{Error, Result};
use carafe_model::model::Cursor;
use carafe_model::model::relation::ReadRow;
use carafe_model::query::{Along, Node, Path, Select, Step};
use carafe_model::schema::{FieldSchema, Kind, ModelSchema, Relation, RelationKind};
use carafe_model::{Columns, Reader, Record, Value};

use super::keys::{KeyBytes, key_bytes};
use crate::executor::Executor;
use crate::models::Join;
use crate::place::Place;
use crate::sql::{Shape, compiled, reverse};
use crate::statement::{Access, Sink};

/// How many keys one query asks for.
const KEYS: usize = 1000;

/// A row, and the key that its parents find it by.
pub(super) struct Child {
    key: KeyBytes,
    pub(super) row: Box<dyn Record>,
}

/// What has to be asked, for a relation of some rows.
pub(super) struct Asked {
    queries: Vec<Select>,
    read: ReadRow,
    model: &'static ModelSchema,
    key: ChildKey,
}

/// Where the key stands by which a child's parents find it.
#[derive(Clone)]
enum ChildKey {
    /// In the child: these of its fields.
    Fields(Vec<u16>),
    /// Behind the child's columns: values of these kinds.
    Behind(Vec<Kind>),
}

/// What is to be asked for the relation of that place, of those rows; nothing where none of them
/// leads anywhere.
pub(super) fn ask(
    records: &[&mut dyn Record],
    field: u16,
    query: Option<&Select>,
) -> Result<Option<Asked>> {
    let Some(model) = records.first().map(|record| record.model()) else { return Ok(None) };
    let (field, relation) = relation_of(model, field)?;
    let target = (relation.target)();
    let mut seen = HashSet::new();
    let mut keys = Vec::new();
    let mut read = None;
    let mut values = Vec::new();
    for record in records {
        let Some(any) = record.field_at(field.index.into()) else { continue };
        read = read.or_else(|| any.slot_ref().map(|slot| slot.reader()));
        parent_key(&**record, field, &relation, &mut values);
        if let Some(bytes) = key_bytes(&values)
            && seen.insert(bytes)
        {
            keys.push(Node::key(std::mem::take(&mut values)));
        }
    }
    // Without a key there is nobody to lead anywhere, or only references that are NULL.
    let Some(read) = read else { return Ok(None) };
    let way = Way::of(model, field, &relation)?;
    let base = match query {
        Some(query) => query.clone(),
        None => Select::new((relation.target)()),
    };
    let queries =
        keys.chunks(KEYS).map(|keys| way.narrow(base.clone(), padded(keys.to_vec()))).collect();
    Ok(Some(Asked { queries, read, model: target, key: way.key }))
}

/// How children are found, and how they tell whose they are.
struct Way {
    by: By,
    key: ChildKey,
}

enum By {
    /// Fields of theirs are the parents' keys.
    Fields(Vec<u16>),
    /// A table between.
    Through(Join, bool),
}

impl Way {
    fn of(
        model: &'static ModelSchema,
        field: &'static FieldSchema,
        relation: &Relation,
    ) -> Result<Self> {
        let target = (relation.target)();
        let kinds = |model: &'static ModelSchema| key_kinds(model);
        let fields = |fields: Vec<u16>| Self {
            by: By::Fields(fields.clone()),
            key: ChildKey::Fields(fields),
        };
        Ok(match relation.kind {
            RelationKind::ForeignKey | RelationKind::OneToOne => {
                fields(target.primary_key().map(|key| key.index).collect())
            }
            RelationKind::HasOne => fields(vec![reverse(field, relation)?.index]),
            RelationKind::ManyToMany => Self {
                by: By::Through(Join::of(model, field)?, false),
                key: ChildKey::Behind(kinds(model)),
            },
            RelationKind::HasMany => {
                let other = reverse(field, relation)?;
                let theirs = other.relation.map(|relation| relation.kind);
                match theirs {
                    Some(RelationKind::ManyToMany) => Self {
                        by: By::Through(Join::of(target, other)?, true),
                        key: ChildKey::Behind(kinds(model)),
                    },
                    _ => fields(vec![other.index]),
                }
            }
        })
    }

    /// The query of only those rows that are related to rows of these keys.
    fn narrow(&self, mut query: Select, keys: Vec<Node>) -> Select {
        match &self.by {
            By::Fields(fields) => {
                let mut columns: Vec<Node> =
                    fields.iter().map(|field| Node::Column(Path::at((*field).into()))).collect();
                let column = match columns.pop() {
                    Some(only) if columns.is_empty() => only,
                    last => {
                        columns.extend(last);
                        Node::Tuple(columns)
                    }
                };
                query.steps.push(Step::Filter(Node::In(Box::new(column), keys)));
            }
            By::Through(between, reversed) => {
                let (here, others) = match reversed {
                    false => (between.to().to_vec(), between.from().to_vec()),
                    true => (between.from().to_vec(), between.to().to_vec()),
                };
                let table = between.table().to_owned();
                query.along = Some(Box::new(Along { table, here, others, keys }));
            }
        }
        query
    }
}

fn relation_of(
    model: &'static ModelSchema,
    field: u16,
) -> Result<(&'static FieldSchema, Relation)> {
    let field = model.fields.get(usize::from(field));
    match field.and_then(|field| field.relation.map(|relation| (field, relation))) {
        Some(found) => Ok(found),
        None => Err(Error::internal("what is loaded is no relation").at(model.name)),
    }
}

/// The kinds of a model's key, one a column.
pub(crate) fn key_kinds(model: &'static ModelSchema) -> Vec<Kind> {
    model
        .primary_key()
        .flat_map(|key| match (&key.relation, key.kind) {
            (Some(relation), Kind::Key) => key_kinds((relation.target)()),
            (_, kind) => vec![kind],
        })
        .collect()
}

/// The key by which a row finds its children: its own, or the reference that it holds; in the place
/// of what is in `values`.
fn parent_key(
    record: &dyn Record,
    field: &FieldSchema,
    relation: &Relation,
    values: &mut Vec<Value>,
) {
    values.clear();
    match relation.kind {
        RelationKind::ForeignKey | RelationKind::OneToOne => {
            if let Some(field) = record.field_at(field.index.into()) {
                field.write(values);
            }
        }
        _ => {
            for key in record.model().primary_key() {
                if let Some(field) = record.field_at(key.index.into()) {
                    field.write(values);
                }
            }
        }
    }
}

/// A list as long as the next power of two: so there are few lengths, and few statements.
fn padded(mut keys: Vec<Node>) -> Vec<Node> {
    if let Some(last) = keys.last().cloned() {
        keys.resize(keys.len().next_power_of_two(), last);
    }
    keys
}

/// Asks for the children.
pub(super) async fn fetch(
    asked: Asked,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<Vec<Child>> {
    let mut children = Vec::new();
    for select in &asked.queries {
        let (compiled, values) = {
            let mut shape = Shape::default();
            shape.byte(0);
            shape.select(select);
            let dialect = executor.capability().dialect;
            compiled(executor.texts(), dialect, shape, Access::Read, |compiler| {
                compiler.select(select)
            })?
        };
        let sink = ChildRows {
            rows: Vec::new(),
            values: Vec::new(),
            read: asked.read,
            model: asked.model,
            key: asked.key.clone(),
            behind: compiled.plan.along,
            deferred: compiled.plan.deferred.clone(),
        };
        let statement = compiled.statement.clone().called_from(caller);
        let fetched = executor.fetch(&statement, values, Box::new(sink)).await;
        let fetched = fetched.map_err(|error| Place(statement.clone()).of(error))?;
        let sink: Box<dyn Any> = fetched.sink;
        match sink.downcast::<ChildRows>() {
            Ok(sink) => children.extend(sink.rows),
            Err(_) => {
                return Err(Error::internal("the driver gave back another sink than it was given"));
            }
        }
    }
    Ok(children)
}

/// Collects children.
struct ChildRows {
    rows: Vec<Child>,
    /// The key of the row that is read.
    values: Vec<Value>,
    read: ReadRow,
    model: &'static ModelSchema,
    key: ChildKey,
    behind: usize,
    deferred: Vec<u16>,
}

impl Sink for ChildRows {
    fn start(&mut self, _: &dyn Columns) -> Result<()> {
        self.rows.clear();
        Ok(())
    }

    fn row(&mut self, reader: &mut dyn Reader) -> Result<()> {
        let row = (self.read)(&mut Cursor::skipping(reader, 0, self.model, &self.deferred))?;
        let values = &mut self.values;
        values.clear();
        match &self.key {
            ChildKey::Fields(fields) => {
                for field in fields {
                    if let Some(field) = row.field_at((*field).into()) {
                        field.write(values);
                    }
                }
            }
            ChildKey::Behind(kinds) => {
                for (index, kind) in kinds.iter().enumerate() {
                    values.push(kind.read(reader, self.behind + index)?);
                }
            }
        }
        if let Some(key) = key_bytes(values) {
            self.rows.push(Child { key, row });
        }
        Ok(())
    }
}

/// Puts the children where they belong. A row that has none is told so.
pub(super) fn give(
    records: &mut [&mut dyn Record],
    field: u16,
    children: Vec<Child>,
) -> Result<()> {
    let Some(model) = records.first().map(|record| record.model()) else { return Ok(()) };
    let (field, relation) = relation_of(model, field)?;
    let to_one = matches!(relation.kind, RelationKind::ForeignKey | RelationKind::OneToOne);
    let mut by_key: HashMap<KeyBytes, Vec<Box<dyn Record>>> = HashMap::new();
    for child in children {
        by_key.entry(child.key).or_default().push(child.row);
    }
    let mut shared = HashMap::new();
    let mut values = Vec::new();
    for record in records {
        parent_key(&**record, field, &relation, &mut values);
        let key = key_bytes(&values);
        let Some(slot) = record.field_at_mut(field.index.into()).and_then(|field| field.slot())
        else {
            continue;
        };
        let Some(key) = key else { continue };
        // Many rows may lead to the same: the first one takes it, the others share it.
        if let Some(Some(loaded)) = shared.get(&key) {
            slot.share_with(Arc::clone(loaded))?;
            continue;
        }
        match by_key.remove(&key) {
            Some(rows) => slot.fill(rows)?,
            // A reference to a row that is not there stays one.
            None if to_one => continue,
            None => slot.fill(Vec::new())?,
        }
        shared.insert(key, slot.shared());
    }
    Ok(())
}
