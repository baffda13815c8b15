//! New rows.

use std::any::Any;
use std::ops::Range;
use std::panic::Location;

use carafe_core::{Error, Kind as ErrorKind, Result};
use carafe_model::schema::{Auto, Default, FieldSchema, Kind, ModelSchema};
use carafe_model::{Columns, Invalid, Invalids, Reader, Record, Value};

use super::moment::stamp;
use super::run::Ready;
use crate::executor::Executor;
use crate::load::key_kinds;
use crate::sql::{Compiler, Dialect, Fragment, Param, Shape, ValueId};
use crate::statement::{Access, Fetched, Sink};

/// What becomes of a row that is there already.
#[derive(Clone, Debug, std::default::Default)]
pub(super) enum Conflict {
    /// It is an error.
    #[default]
    Refuse,
    /// It stays as it is, and the new one is left out.
    Ignore,
    /// These fields of it are changed to those of the new one, where these fields are the same.
    Update {
        /// The fields that are changed.
        fields: Vec<u16>,
        /// The fields that are unique together.
        unique: Vec<u16>,
    },
}

/// Inserts rows of one model, at most as many as one statement takes; they get the keys and values
/// that the database made. With a conflict that is not refused they get nothing.
pub(super) async fn insert(
    records: &mut [&mut dyn Record],
    conflict: &Conflict,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<u64> {
    let Some(model) = records.first().map(|record| record.model()) else { return Ok(0) };
    let mut changed = 0;
    // Rows that leave the same to the database go together.
    let mut rest = records;
    while !rest.is_empty() {
        let alike = Alike::of(rest, model)?;
        let (these, others) = rest.split_at_mut(alike.rows);
        changed += insert_alike(these, model, alike, conflict, executor, caller).await?;
        rest = others;
    }
    Ok(changed)
}

/// How many rows one statement takes.
pub(super) fn most_rows(model: &ModelSchema, executor: &dyn Executor) -> usize {
    let parameters = executor.capability().dialect.features().parameters;
    (parameters / model.width().max(1)).max(1)
}

/// The first rows of some, as many as leave the same fields to the database.
struct Alike {
    rows: usize,
    /// The fields that the database fills in.
    left: Vec<u16>,
    /// What is in the others, row by row.
    values: Vec<Value>,
}

impl Alike {
    fn of(records: &mut [&mut dyn Record], model: &'static ModelSchema) -> Result<Self> {
        let mut first = None;
        let mut values = Vec::with_capacity(model.width());
        let mut left = Vec::new();
        let mut rows = 0;
        for record in records {
            stamp(&mut **record, true)?;
            let before = values.len();
            left.clear();
            write(&**record, model, &mut left, &mut values)?;
            // That of the first row is kept; the same memory serves for all others.
            if *first.get_or_insert_with(|| left.clone()) != left {
                values.truncate(before);
                break;
            }
            rows += 1;
        }
        Ok(Self { rows, left: first.unwrap_or_default(), values })
    }
}

/// Adds the values of a row, and which fields it leaves to the database.
fn write(
    record: &dyn Record,
    model: &ModelSchema,
    left: &mut Vec<u16>,
    values: &mut Vec<Value>,
) -> Result<()> {
    let mut blank = Invalids::default();
    for field in model.stored() {
        let begin = values.len();
        if let Some(any) = record.field_at(field.index.into()) {
            any.write(values);
        }
        let own = &values[begin..];
        let unset = own.contains(&Value::Null);
        let counted = matches!(field.auto, Auto::Database)
            && field.primary_key
            && (unset || own == [Value::I64(0)]);
        let by_database = matches!(field.default, Default::Database(_)) && unset;
        if field.generated.is_some() || counted || by_database {
            left.push(field.index);
            values.truncate(begin);
        } else if unset && !field.null {
            blank.add(field.name, Invalid::new("null", "This field cannot be null."));
        }
    }
    match blank.into_result() {
        Ok(()) => Ok(()),
        Err(blank) => Err(Error::new(
            ErrorKind::Invalid,
            format!("a required value of {} was left blank", model.name),
        )
        .because(blank)),
    }
}

async fn insert_alike(
    records: &mut [&mut dyn Record],
    model: &'static ModelSchema,
    Alike { rows, left, values }: Alike,
    conflict: &Conflict,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<u64> {
    let mut shape = Shape::default();
    let dialect = executor.capability().dialect;
    let written: Vec<&FieldSchema> =
        model.stored().filter(|field| !left.contains(&field.index)).collect();
    // One row alone, which is the most frequent, is asked for nothing of this.
    let kinds: Vec<Kind> = match rows {
        1 => Vec::new(),
        _ => written.iter().flat_map(|field| kinds_of(field)).collect(),
    };
    let arrays = holds_in_arrays(&kinds, dialect);
    shape.byte(b'I');
    shape.number(std::ptr::from_ref(model).addr());
    // Of arrays one statement is that of any number of rows.
    shape.number(if arrays { 0 } else { rows });
    shape.fields(&left);
    match conflict {
        Conflict::Refuse => shape.byte(0),
        Conflict::Ignore => shape.byte(1),
        Conflict::Update { fields, unique } => {
            shape.byte(2);
            shape.fields(fields);
            shape.fields(unique);
        }
    }
    let values = if arrays { by_column(values, kinds.len()) } else { values };
    let ids = shape.all_own(values);
    let given = if arrays { Given::Arrays(ids, &kinds) } else { Given::Rows(ids, rows) };
    let returning = matches!(conflict, Conflict::Refuse | Conflict::Update { .. });
    let wanted: Vec<&'static FieldSchema> = if returning {
        model.stored().filter(|field| left.contains(&field.index)).collect()
    } else {
        Vec::new()
    };
    let ready = Ready::of(executor, shape, Access::Write, |compiler| {
        words(compiler, model, &written, given, conflict, &wanted)
    })?;
    if wanted.is_empty() || !dialect.features().returning {
        let sink = Box::new(Made { wanted: Vec::new(), values: Vec::new() });
        let fetched = ready.fetch(executor, sink, caller).await?;
        if returning {
            count_on(records, model, fetched.last_id)?;
        }
        return Ok(fetched.changed);
    }
    let width: usize = wanted.iter().map(|field| usize::from(field.width)).sum();
    let values = Vec::with_capacity(rows * width);
    let sink = Box::new(Made { wanted: wanted.clone(), values });
    let fetched = ready.fetch(executor, sink, caller).await?;
    let changed = fetched.changed;
    let made = taken(fetched)?;
    let told = made.len() / width.max(1);
    let mut made = made.into_iter();
    for record in records.iter_mut().take(told) {
        for field in &wanted {
            let values = made.by_ref().take(field.width.into()).collect();
            if let Some(any) = record.field_at_mut(field.index.into()) {
                any.assign(values, field)?;
            }
        }
    }
    Ok(changed)
}

/// Where the database tells the key of one row only, those of the others follow it.
fn count_on(
    records: &mut [&mut dyn Record],
    model: &'static ModelSchema,
    first: Option<i64>,
) -> Result<()> {
    let counted = model.primary_key().find(|key| matches!(key.auto, Auto::Database));
    let (Some(key), Some(first)) = (counted, first) else { return Ok(()) };
    for (record, number) in records.iter_mut().zip(first..) {
        let Some(any) = record.field_at_mut(key.index.into()) else { continue };
        let mut values = Vec::new();
        any.write(&mut values);
        if values == [Value::I64(0)] || values == [Value::Null] {
            any.assign(vec![Value::I64(number)], key)?;
        }
    }
    Ok(())
}

/// Where the values of new rows stand.
enum Given<'k> {
    /// Row by row, in so many rows.
    Rows(Range<usize>, usize),
    /// An array a column, of values of these kinds.
    Arrays(Range<usize>, &'k [Kind]),
}

/// The kinds of a field's columns.
fn kinds_of(field: &FieldSchema) -> Vec<Kind> {
    match &field.relation {
        Some(relation) => key_kinds(relation.target()),
        None => vec![field.kind],
    }
}

fn holds_in_arrays(kinds: &[Kind], dialect: &dyn Dialect) -> bool {
    let array = |kind: &Kind| (Fragment::default(), *kind);
    !kinds.is_empty()
        && dialect.rows_of_arrays(&kinds.iter().map(array).collect::<Vec<_>>()).is_some()
}

/// The values of rows as an array a column.
fn by_column(values: Vec<Value>, columns: usize) -> Vec<Value> {
    let rows = values.len() / columns.max(1);
    let mut arrays = vec![Vec::with_capacity(rows); columns];
    for (at, value) in values.into_iter().enumerate() {
        arrays[at % columns].push(value);
    }
    arrays.into_iter().map(Value::Array).collect()
}

fn words(
    compiler: &Compiler,
    model: &ModelSchema,
    written: &[&FieldSchema],
    given: Given<'_>,
    conflict: &Conflict,
    wanted: &[&FieldSchema],
) -> Result<Fragment> {
    let dialect = compiler.dialect;
    let names = |fields: &mut dyn Iterator<Item = &FieldSchema>| {
        fields
            .flat_map(FieldSchema::columns)
            .map(|column| dialect.quote(&column))
            .collect::<Vec<_>>()
    };
    let columns = names(&mut written.iter().copied());
    let mut sql = Fragment::new(match (conflict, dialect.features().on_conflict) {
        (Conflict::Ignore, false) => "INSERT IGNORE INTO ",
        _ => "INSERT INTO ",
    });
    sql.push(&dialect.quote(model.table));
    let param = |id| Fragment::param(Param::Given(ValueId::numbered(id)));
    match given {
        Given::Arrays(ids, kinds) => {
            sql.push(&format!(" ({}) ", columns.join(", ")));
            let arrays: Vec<_> = ids.map(param).zip(kinds.iter().copied()).collect();
            let rows = dialect.rows_of_arrays(&arrays);
            sql.append(rows.ok_or_else(|| dialect.lacks("arrays"))?);
        }
        Given::Rows(ids, _) if !columns.is_empty() => {
            sql.push(&format!(" ({}) VALUES ", columns.join(", ")));
            let each = ids.step_by(columns.len()).map(|first| {
                let values = (first..first + columns.len()).map(param);
                Fragment::joined(values, ", ").wrapped("(", ")")
            });
            sql.append(Fragment::joined(each, ", "));
        }
        Given::Rows(_, 1) => sql.push(dialect.features().no_values),
        Given::Rows(..) => {
            return Err(Error::internal(format!(
                "several rows of {} without any value cannot be inserted at once",
                model.name
            ))
            .hint("create them one by one"));
        }
    }
    match conflict {
        Conflict::Ignore if dialect.features().on_conflict => sql.push(" ON CONFLICT DO NOTHING"),
        Conflict::Refuse | Conflict::Ignore => {}
        Conflict::Update { fields, unique } => {
            let named = |list: &[u16]| {
                let mut fields = model.stored().filter(|field| list.contains(&field.index));
                names(&mut fields)
            };
            let (changed, unique) = (named(fields), named(unique));
            sql.push(&if dialect.features().on_conflict {
                let set = changed.iter().map(|column| format!("{column} = excluded.{column}"));
                let set = set.collect::<Vec<_>>().join(", ");
                format!(" ON CONFLICT ({}) DO UPDATE SET {set}", unique.join(", "))
            } else {
                let set = changed.iter().map(|column| format!("{column} = VALUES({column})"));
                format!(" ON DUPLICATE KEY UPDATE {}", set.collect::<Vec<_>>().join(", "))
            });
        }
    }
    if !wanted.is_empty() && dialect.features().returning {
        let wanted = names(&mut wanted.iter().copied());
        sql.push(&format!(" RETURNING {}", wanted.join(", ")));
    }
    Ok(sql)
}

/// Takes what the database made.
struct Made {
    wanted: Vec<&'static FieldSchema>,
    /// Row by row.
    values: Vec<Value>,
}

impl Sink for Made {
    fn start(&mut self, _: &dyn Columns) -> Result<()> {
        self.values.clear();
        Ok(())
    }

    fn row(&mut self, reader: &mut dyn Reader) -> Result<()> {
        let mut column = 0;
        for field in &self.wanted {
            for _ in 0..field.width {
                let kind = if field.width == 1 { field.kind } else { Kind::Key };
                self.values.push(kind.read(reader, column)?);
                column += 1;
            }
        }
        Ok(())
    }
}

fn taken(fetched: Fetched) -> Result<Vec<Value>> {
    let sink: Box<dyn Any> = fetched.sink;
    match sink.downcast::<Made>() {
        Ok(sink) => Ok(sink.values),
        Err(_) => Err(Error::internal("the driver gave back another sink than it was given")),
    }
}
