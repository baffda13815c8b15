//! The rows that one relation of many rows leads to.

use std::any::Any;
use std::collections::{HashMap, HashSet};
use std::panic::Location;
use std::sync::Arc;

use carafe_core::{Error, Result};
use carafe_model::model::Cursor;
use carafe_model::model::relation::{Packed, Rows};
use carafe_model::query::{Along, Node, Operator, Path, Select, Step};
use carafe_model::schema::{FieldSchema, Kind, ModelSchema, Relation, RelationKind};
use carafe_model::{Columns, Reader, Record, Value};

use super::attach::attach;
use super::keys::{KeyBytes, key_bytes};
use crate::executor::Executor;
use crate::models::Join;
use crate::place::Place;
use crate::sql::{Compiled, Shape, compiled, object_id, reverse};
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
    rows: &'static Rows,
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
    let mut keys = Keys::default();
    let mut leads = false;
    let mut values = Vec::new();
    for record in records {
        let slot = record.field_at(field.index.into()).and_then(|field| field.slot_ref());
        leads |= slot.is_some();
        parent_key(&**record, field, &relation, &mut values);
        keys.add(&mut values);
    }
    // Without a slot there are only references that are NULL.
    if !leads {
        return Ok(None);
    }
    Asked::of(model, field, &keys, query).map(Some)
}

/// The keys by which children are found, each once.
#[derive(Default)]
pub(super) struct Keys {
    nodes: Vec<Node>,
    seen: HashSet<KeyBytes>,
}

impl Keys {
    /// Adds a key, unless it is NULL or there already; it is taken out of `values` then.
    pub(super) fn add(&mut self, values: &mut Vec<Value>) {
        if let Some(bytes) = key_bytes(values)
            && self.seen.insert(bytes)
        {
            self.nodes.push(Node::key(std::mem::take(values)));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

impl Asked {
    /// What is to be asked for a relation of rows whose keys are these.
    pub(super) fn of(
        model: &'static ModelSchema,
        field: &'static FieldSchema,
        keys: &Keys,
        query: Option<&Select>,
    ) -> Result<Self> {
        let (field, relation) = relation_of(model, field.index)?;
        let way = Way::of(model, field, &relation)?;
        Self::by(way, relation.target(), keys, query)
    }

    /// What is to be asked for rows of these primary keys.
    pub(super) fn by_key(
        target: &'static ModelSchema,
        keys: &Keys,
        query: &Select,
    ) -> Result<Self> {
        let way = Way::by_fields(target.primary_key().map(|key| key.index).collect());
        Self::by(way, target, keys, Some(query))
    }

    fn by(
        way: Way,
        target: &'static ModelSchema,
        keys: &Keys,
        query: Option<&Select>,
    ) -> Result<Self> {
        let base = match query {
            Some(query) => query.clone(),
            None => Select::new(target),
        };
        let chunks = keys.nodes.chunks(KEYS);
        let queries = chunks.map(|keys| way.narrow(base.clone(), padded(keys.to_vec())));
        Ok(Self {
            queries: queries.collect(),
            rows: Rows::of(target)?,
            model: target,
            key: way.key,
        })
    }
}

/// How children are found, and how they tell whose they are.
struct Way {
    by: By,
    key: ChildKey,
    /// What is true of them besides.
    also: Option<Node>,
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
        let target = relation.target();
        let kinds = |model: &'static ModelSchema| key_kinds(model);
        let fields = Self::by_fields;
        Ok(match relation.kind {
            RelationKind::ForeignKey | RelationKind::OneToOne => {
                fields(target.primary_key().map(|key| key.index).collect())
            }
            RelationKind::HasOne => Self::back(model, target, reverse(field, relation)?),
            RelationKind::ManyToMany => Self {
                by: By::Through(Join::of(model, field)?, false),
                key: ChildKey::Behind(kinds(model)),
                also: None,
            },
            RelationKind::HasMany => {
                let other = reverse(field, relation)?;
                let theirs = other.relation.map(|relation| relation.kind);
                match theirs {
                    Some(RelationKind::ManyToMany) => Self {
                        by: By::Through(Join::of(target, other)?, true),
                        key: ChildKey::Behind(kinds(model)),
                        also: None,
                    },
                    _ => Self::back(model, target, other),
                }
            }
        })
    }

    /// By fields of theirs.
    fn by_fields(fields: Vec<u16>) -> Self {
        Self { by: By::Fields(fields.clone()), key: ChildKey::Fields(fields), also: None }
    }

    /// By the field that leads back; one that leads to rows of any model also says to which.
    fn back(
        model: &'static ModelSchema,
        target: &'static ModelSchema,
        field: &'static FieldSchema,
    ) -> Self {
        match object_id(target, field) {
            Some(key) => {
                let also = holds_table(field, model.table);
                Self { also: Some(also), ..Self::by_fields(vec![key.index]) }
            }
            None => Self::by_fields(vec![field.index]),
        }
    }

    /// The query of only those rows that are related to rows of these keys.
    fn narrow(&self, mut query: Select, keys: Vec<Node>) -> Select {
        query.steps.extend(self.also.clone().map(Step::Filter));
        if query.is_sliced() {
            let parts = match &self.by {
                By::Fields(fields) => {
                    fields.iter().map(|field| Node::Column(Path::at((*field).into()))).collect()
                }
                By::Through(..) => Vec::new(),
            };
            query.slice_by(parts);
        }
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

/// The condition that a reference to a row of any model leads to one of that table.
pub(crate) fn holds_table(content_type: &FieldSchema, table: &str) -> Node {
    let column = Node::Column(Path::at(content_type.index.into()));
    Node::binary(column, Operator::Eq, Node::Value(Value::Text(table.to_owned())))
}

pub(super) fn relation_of(
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
            (Some(relation), Kind::Key) => key_kinds(relation.target()),
            (_, kind) => vec![kind],
        })
        .collect()
}

/// The key by which a row finds its children: its own, or the reference that it holds; in the place
/// of what is in `values`.
pub(super) fn parent_key(
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
            read: Vec::new(),
            values: Vec::new(),
            rows: asked.rows,
            model: asked.model,
            key: asked.key.clone(),
            compiled: compiled.clone(),
        };
        let statement = compiled.statement.clone().called_from(caller);
        let fetched = executor.fetch(&statement, values, Box::new(sink)).await;
        let fetched = fetched.map_err(|error| Place(statement.clone()).of(error))?;
        let sink: Box<dyn Any> = fetched.sink;
        match sink.downcast::<ChildRows>() {
            Ok(sink) => children.extend(sink.read),
            Err(_) => {
                return Err(Error::internal("the driver gave back another sink than it was given"));
            }
        }
    }
    Ok(children)
}

/// Collects children.
struct ChildRows {
    read: Vec<Child>,
    /// The key of the row that is read.
    values: Vec<Value>,
    rows: &'static Rows,
    model: &'static ModelSchema,
    key: ChildKey,
    compiled: Arc<Compiled>,
}

impl Sink for ChildRows {
    fn start(&mut self, _: &dyn Columns) -> Result<()> {
        self.read.clear();
        Ok(())
    }

    fn row(&mut self, reader: &mut dyn Reader) -> Result<()> {
        let plan = &self.compiled.plan;
        let mut row =
            self.rows.read(&mut Cursor::skipping(reader, 0, self.model, &plan.deferred))?;
        attach(&mut *row, None, reader, plan)?;
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
                    values.push(kind.read(reader, plan.along + index)?);
                }
            }
        }
        if let Some(key) = key_bytes(values) {
            self.read.push(Child { key, row });
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
    let mut packed = None;
    let mut children = Some(children);
    let mut key = Vec::new();
    for record in records {
        parent_key(&**record, field, &relation, &mut key);
        let slot = record.field_at_mut(field.index.into()).and_then(|field| field.slot());
        let Some(slot) = slot else { continue };
        if let Some(children) = children.take() {
            packed = Some(Given::of(children, &relation)?);
        }
        if let Some(rows) = packed.as_mut().map(|given| given.to(&key)).transpose()?.flatten() {
            slot.share_with(rows)?;
        }
    }
    Ok(())
}

/// Children by the key that their parents find them by, packed once: many rows may lead to the same.
pub(super) struct Given {
    packed: HashMap<KeyBytes, Packed>,
    rows: &'static Rows,
    kind: RelationKind,
}

impl Given {
    pub(super) fn of(children: Vec<Child>, relation: &Relation) -> Result<Self> {
        Self::packed(children, relation.target(), relation.kind)
    }

    /// The rows of a model, for relations of a kind.
    pub(super) fn packed(
        children: Vec<Child>,
        target: &'static ModelSchema,
        kind: RelationKind,
    ) -> Result<Self> {
        let all = Rows::of(target)?;
        let mut by_key: HashMap<KeyBytes, Vec<Box<dyn Record>>> = HashMap::new();
        for child in children {
            by_key.entry(child.key).or_default().push(child.row);
        }
        let packed = by_key.into_iter().map(|(key, rows)| Ok((key, all.pack(kind, rows)?)));
        Ok(Self { packed: packed.collect::<Result<_>>()?, rows: all, kind })
    }

    /// What a parent gets; nothing where it refers to a row that is not there.
    pub(super) fn to(&mut self, key: &[Value]) -> Result<Option<Packed>> {
        let Some(key) = key_bytes(key) else { return Ok(None) };
        match self.packed.get(&key) {
            Some(rows) => Ok(Some(Arc::clone(rows))),
            None if matches!(self.kind, RelationKind::ForeignKey | RelationKind::OneToOne) => {
                Ok(None)
            }
            None => Ok(Some(self.rows.pack(self.kind, Vec::new())?)),
        }
    }
}
