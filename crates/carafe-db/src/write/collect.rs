//! What goes with rows that are deleted (Django's `Collector`).

use std::collections::HashSet;
use std::panic::Location;

use carafe_core::{Error, Result};
use carafe_model::query::{Node, Output, Path, Select, Step};
use carafe_model::schema::{Default, FieldSchema, Kind, ModelSchema, OnDelete};
use carafe_model::{Columns, Reader, Value};

use super::run::Ready;
use crate::executor::Executor;
use crate::load::{KeyBytes, holds_table, key_bytes};
use crate::models::Reference;
use crate::sql::{Shape, object_id, reverse};
use crate::statement::{Access, Sink};

/// How many keys one statement names.
const KEYS: usize = 1000;

/// What has to be done, in the order in which it was found.
#[derive(std::default::Default)]
pub(super) struct Collected {
    /// Rows by their keys; those that refer to others are found behind them, and go first.
    pub(super) rows: Vec<(&'static ModelSchema, Vec<Vec<Value>>)>,
    /// Rows that nothing refers to: those of tables, whose columns hold these keys.
    pub(super) fast: Vec<(String, Vec<String>, Vec<Vec<Value>>)>,
    /// References that are changed.
    pub(super) set: Vec<(&'static ModelSchema, &'static FieldSchema, Value, Vec<Vec<Value>>)>,
    seen: HashSet<(usize, KeyBytes)>,
    restricted: Vec<(&'static ModelSchema, &'static FieldSchema, Vec<Vec<Value>>)>,
}

impl Collected {
    /// Finds all that goes with the rows of a query.
    pub(super) async fn of(
        select: &Select,
        executor: &dyn Executor,
        caller: &'static Location<'static>,
    ) -> Result<Self> {
        let mut collected = Self::default();
        let keys = keys_of(select.clone(), executor, caller).await?;
        let mut found = collected.new_rows(select.model, keys);
        // Level by level: what refers to what was found last.
        let mut work = vec![];
        if !found.is_empty() {
            collected.rows.push((select.model, found.clone()));
            work.push((select.model, std::mem::take(&mut found)));
        }
        while let Some((model, keys)) = work.pop() {
            for (model, keys) in collected.referring(model, &keys, executor, caller).await? {
                collected.rows.push((model, keys.clone()));
                work.push((model, keys));
            }
        }
        collected.check_restricted()?;
        Ok(collected)
    }

    /// Rows of a model that were not met before.
    fn new_rows(&mut self, model: &'static ModelSchema, keys: Vec<Vec<Value>>) -> Vec<Vec<Value>> {
        let table = std::ptr::from_ref(model).addr();
        let mut new = keys;
        new.retain(|key| key_bytes(key).is_some_and(|bytes| self.seen.insert((table, bytes))));
        new
    }

    async fn referring(
        &mut self,
        model: &'static ModelSchema,
        keys: &[Vec<Value>],
        executor: &dyn Executor,
        caller: &'static Location<'static>,
    ) -> Result<Vec<(&'static ModelSchema, Vec<Vec<Value>>)>> {
        let mut found = Vec::new();
        // The row of the parent goes with that of the child.
        for field in model.stored() {
            if let Some(relation) = field.relation.filter(|relation| relation.parent) {
                let parent = relation.target();
                let new = self.new_rows(parent, keys.to_vec());
                if !new.is_empty() {
                    found.push((parent, new));
                }
            }
        }
        for (other, content_type, object_id) in generic(model) {
            let mut refer = Vec::new();
            for keys in keys.chunks(KEYS) {
                let mut select = Select::new(other);
                select.steps.push(Step::Filter(holds_table(content_type, model.table)));
                select.steps.push(Step::Filter(refers(object_id, keys)));
                refer.extend(keys_of(select, executor, caller).await?);
            }
            let new = self.new_rows(other, refer);
            if !new.is_empty() {
                found.push((other, new));
            }
        }
        for reference in executor.models().referring(model.table) {
            let (other, field) = match reference {
                Reference::Join { .. } => {
                    let columns = reference.columns();
                    self.fast.push((reference.table().to_owned(), columns, keys.to_vec()));
                    continue;
                }
                Reference::Field { model, field } => (*model, *field),
            };
            let nothing = matches!(
                reference.on_delete(),
                OnDelete::DoNothing
                    | OnDelete::DbCascade
                    | OnDelete::DbSetNull
                    | OnDelete::DbSetDefault
            );
            if nothing {
                continue;
            }
            let mut refer = Vec::new();
            for keys in keys.chunks(KEYS) {
                let mut select = Select::new(other);
                select.steps.push(Step::Filter(refers(field, keys)));
                refer.extend(keys_of(select, executor, caller).await?);
            }
            if refer.is_empty() {
                continue;
            }
            match reference.on_delete() {
                OnDelete::Cascade => {
                    let new = self.new_rows(other, refer);
                    if !new.is_empty() {
                        found.push((other, new));
                    }
                }
                OnDelete::Protect => {
                    return Err(refused(model, other, field, refer.len(), "protected"));
                }
                OnDelete::Restrict => self.restricted.push((other, field, refer)),
                OnDelete::SetNull => self.set.push((other, field, Value::Null, refer)),
                OnDelete::SetDefault => self.set.push((other, field, default(field), refer)),
                OnDelete::Set(value) => self.set.push((other, field, value(), refer)),
                _ => {}
            }
        }
        Ok(found)
    }

    /// Rows that restrict go by another way, or nothing goes.
    fn check_restricted(&self) -> Result<()> {
        for (model, field, keys) in &self.restricted {
            let table = std::ptr::from_ref(*model).addr();
            let left = keys.iter().filter(|key| {
                key_bytes(key).is_some_and(|bytes| !self.seen.contains(&(table, bytes)))
            });
            let left = left.count();
            if left > 0 {
                let target = field.relation.map_or(*model, |relation| relation.target());
                return Err(refused(target, model, field, left, "restricted"));
            }
        }
        Ok(())
    }
}

/// The ways back over references to rows of any model: the rows, their fields of the table and of the
/// key. A proxy's are those of its model too.
pub(super) fn generic(
    model: &'static ModelSchema,
) -> Vec<(&'static ModelSchema, &'static FieldSchema, &'static FieldSchema)> {
    let base = model.proxy_of.map(|base| base());
    let fields = model.fields.iter().chain(base.into_iter().flat_map(|base| base.fields));
    let mut found: Vec<(&ModelSchema, &FieldSchema, &FieldSchema)> = Vec::new();
    for field in fields {
        let Some(relation) = field.relation.filter(|relation| relation.reverse_of.is_some()) else {
            continue;
        };
        let target = relation.target();
        let Ok(content_type) = reverse(field, &relation) else { continue };
        let Some(object_id) = object_id(target, content_type) else { continue };
        if !found.iter().any(|(_, known, _)| std::ptr::eq(*known, content_type)) {
            found.push((target, content_type, object_id));
        }
    }
    found
}

fn refused(
    model: &ModelSchema,
    other: &ModelSchema,
    field: &FieldSchema,
    rows: usize,
    word: &str,
) -> Error {
    let rows = if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") };
    Error::new(
        carafe_core::Kind::Conflict,
        format!(
            "Cannot delete some instances of model '{}' because they are referenced through {word} foreign keys: '{}.{}' ({rows}).",
            model.name, other.name, field.name
        ),
    )
    .hint(format!("delete or change the rows of `{}` first", other.name))
}

fn default(field: &FieldSchema) -> Value {
    match field.default {
        Default::Constant(value) | Default::Function(value) => value(),
        _ => Value::Null,
    }
}

/// The condition that a reference holds one of these keys.
pub(super) fn refers(field: &FieldSchema, keys: &[Vec<Value>]) -> Node {
    let column = Node::Column(Path::at(field.index.into()));
    let mut keys: Vec<Node> = keys.iter().map(|key| Node::key(key.clone())).collect();
    pad(&mut keys);
    Node::In(Box::new(column), keys)
}

/// The condition that a row has one of these keys.
pub(super) fn has_key(model: &'static ModelSchema, keys: &[Vec<Value>]) -> Node {
    let mut columns: Vec<Node> =
        model.primary_key().map(|key| Node::Column(Path::at(key.index.into()))).collect();
    let column = match columns.pop() {
        Some(only) if columns.is_empty() => only,
        last => {
            columns.extend(last);
            Node::Tuple(columns)
        }
    };
    let mut keys: Vec<Node> = keys.iter().map(|key| Node::key(key.clone())).collect();
    pad(&mut keys);
    Node::In(Box::new(column), keys)
}

/// As long as the next power of two, so that there are few lengths and few statements.
fn pad(keys: &mut Vec<Node>) {
    if let Some(last) = keys.last().cloned() {
        keys.resize(keys.len().next_power_of_two(), last);
    }
}

/// The keys of the rows of a query.
pub(super) async fn keys_of(
    select: Select,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<Vec<Vec<Value>>> {
    if crate::query::is_empty(&select) {
        return Ok(Vec::new());
    }
    let mut select = select;
    select.output = Output::Row;
    select.related.clear();
    let kinds = crate::load::key_kinds(select.model);
    let mut shape = Shape::default();
    shape.byte(b'K');
    shape.select(&select);
    let ready = Ready::of(executor, shape, Access::Write, |compiler| compiler.keys(&select))?;
    let sink = Keys { kinds, rows: Vec::new() };
    let fetched = ready.fetch(executor, Box::new(sink), caller).await?;
    let sink: Box<dyn std::any::Any> = fetched.sink;
    match sink.downcast::<Keys>() {
        Ok(sink) => Ok(sink.rows),
        Err(_) => Err(Error::internal("the driver gave back another sink than it was given")),
    }
}

/// Collects keys.
struct Keys {
    kinds: Vec<Kind>,
    rows: Vec<Vec<Value>>,
}

impl Sink for Keys {
    fn start(&mut self, _: &dyn Columns) -> Result<()> {
        self.rows.clear();
        Ok(())
    }

    fn row(&mut self, reader: &mut dyn Reader) -> Result<()> {
        let values = self.kinds.iter().enumerate().map(|(at, kind)| kind.read(reader, at));
        self.rows.push(values.collect::<carafe_model::Result<_>>()?);
        Ok(())
    }
}
