//! The rows that a to-many relation of one row leads to.

use std::collections::HashSet;
use std::future::Future;
use std::panic::Location;

use carafe_core::{Error, Result};
use carafe_model::model::parts_of;
use carafe_model::query::{Along, Node, Operator, Path, Select, Step};
use carafe_model::schema::{FieldSchema, ModelSchema, RelationKind};
use carafe_model::{Model, Value};

use super::collect::keys_of;
use super::delete::{Deleted, joins};
use super::instance::Writes;
use super::relating;
use super::run::Ready;
use super::update::update;
use super::whole::Together;
use crate::executor::Executor;
use crate::load::{KeyBytes, key_bytes};
use crate::models::Join;
use crate::query::{QuerySet, key_columns, line};
use crate::sql::{Fragment, Param, Shape, object_id, reverse};
use crate::statement::Access;

/// How many pairs one statement takes.
const MOST: usize = 1000;

/// The rows `R` that a to-many relation of one row leads to (Django's related manager): made by
/// [`Writes::related`].
pub struct RelatedSet<'m, M, R> {
    way: Result<Way>,
    owner: std::marker::PhantomData<&'m M>,
    rows: std::marker::PhantomData<fn() -> R>,
}

/// How the rows are found.
#[derive(Clone)]
pub(super) enum Way {
    /// By a reference of theirs: what its fields hold.
    Reference(Vec<(&'static FieldSchema, Vec<Value>)>),
    /// By a table between: its columns that refer to the row, those that refer to the others, and
    /// whether each pair stands there both ways.
    Between {
        table: String,
        near: Vec<String>,
        far: Vec<String>,
        both: bool,
        key: Vec<Value>,
        /// The field that is the relation, and whether this is the side that it leads to.
        relation: (&'static ModelSchema, &'static FieldSchema),
        reverse: bool,
    },
}

impl<'m, M: Model, R: Model> RelatedSet<'m, M, R> {
    pub(super) fn new(owner: &'m M, relation: Path) -> Self {
        let way = Way::of(owner, relation);
        Self { way, owner: std::marker::PhantomData, rows: std::marker::PhantomData }
    }

    /// A query of the rows.
    pub fn all(&self) -> QuerySet<R> {
        match &self.way {
            Ok(way) => QuerySet::from_select(way.narrow(Select::new(R::schema()))),
            Err(error) => QuerySet::wrong_from_start(error.message().to_owned()),
        }
    }

    /// Adds rows; those that are there already stay. A row of a `HasMany` leaves where it was.
    #[track_caller]
    pub fn add<'r, 'e>(
        &self,
        rows: impl IntoIterator<Item = &'r R>,
        executor: &'e dyn Executor,
    ) -> impl Future<Output = Result<()>> + Send + 'e {
        let caller = Location::caller();
        let asked = self.with_keys(rows);
        async move {
            let (way, keys) = asked.map_err(|error| error.at(line(caller)))?;
            relating::add::<R>(&way, &keys, executor, caller).await
        }
    }

    /// Takes rows away: the relation ends, the rows stay.
    #[track_caller]
    pub fn remove<'r, 'e>(
        &self,
        rows: impl IntoIterator<Item = &'r R>,
        executor: &'e dyn Executor,
    ) -> impl Future<Output = Result<()>> + Send + 'e {
        let caller = Location::caller();
        let asked = self.with_keys(rows);
        async move {
            let (way, keys) = asked.map_err(|error| error.at(line(caller)))?;
            relating::remove::<R>(&way, Some(&keys), executor, caller).await
        }
    }

    /// Takes all rows away.
    #[track_caller]
    pub fn clear<'e>(
        &self,
        executor: &'e dyn Executor,
    ) -> impl Future<Output = Result<()>> + Send + 'e {
        let caller = Location::caller();
        let asked = self.with_keys([]);
        async move {
            let (way, _) = asked.map_err(|error| error.at(line(caller)))?;
            relating::remove::<R>(&way, None, executor, caller).await
        }
    }

    /// Makes the rows these and no others: only what differs is changed.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Tag { id: i64, name: String }
    /// # #[derive(Model)] struct Post { id: i64, tags: ManyToMany<Tag> }
    /// # async fn doc(db: &Db, post: Post, rust: Tag, sql: Tag) -> Result<()> {
    /// post.related(Post::TAGS).set([&rust, &sql], db).await?;
    /// # Ok(()) }
    /// ```
    #[track_caller]
    pub fn set<'r, 'e>(
        &self,
        rows: impl IntoIterator<Item = &'r R>,
        executor: &'e dyn Executor,
    ) -> impl Future<Output = Result<()>> + Send + 'e {
        let caller = Location::caller();
        let asked = self.with_keys(rows);
        async move {
            let (way, keys) = asked.map_err(|error| error.at(line(caller)))?;
            let together = Together::begin(executor).await?;
            let there =
                keys_of(way.narrow(Select::new(R::schema())), together.executor(), caller).await?;
            let bytes = |keys: &[Vec<Value>]| -> HashSet<KeyBytes> {
                keys.iter().filter_map(|key| key_bytes(key)).collect()
            };
            let (wanted, known) = (bytes(&keys), bytes(&there));
            let not_in = |keys: Vec<Vec<Value>>, set: &HashSet<KeyBytes>| -> Vec<Vec<Value>> {
                let other = |key: &Vec<Value>| key_bytes(key).is_none_or(|key| !set.contains(&key));
                keys.into_iter().filter(other).collect()
            };
            let gone = not_in(there, &wanted);
            let new = not_in(keys, &known);
            let tx = together.executor();
            let done = async {
                relating::remove::<R>(&way, Some(&gone), tx, caller).await?;
                relating::add::<R>(&way, &new, tx, caller).await
            };
            let done = done.await;
            together.ended(done).await
        }
    }

    /// Inserts a row and adds it.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Tag { id: i64, name: String }
    /// # #[derive(Model)] struct Post { id: i64, tags: ManyToMany<Tag> }
    /// # async fn doc(db: &Db, post: Post) -> Result<()> {
    /// let tag = post.related(Post::TAGS).create(Tag { name: "new".into(), ..Tag::blank() }, db).await?;
    /// # let _ = tag; Ok(()) }
    /// ```
    #[track_caller]
    pub fn create<'e>(
        &self,
        row: R,
        executor: &'e dyn Executor,
    ) -> impl Future<Output = Result<R>> + Send + 'e {
        let caller = Location::caller();
        let way = self.way();
        async move {
            let way = way.map_err(|error| error.at(line(caller)))?;
            let mut row = row;
            if let Way::Reference(fields) = &way {
                for (field, values) in fields {
                    carafe_model::Record::set_all(&mut row, field.name, values.clone())?;
                }
                return row.create(executor).await;
            }
            let together = Together::begin(executor).await?;
            let tx = together.executor();
            let done = async {
                let row = row.create(tx).await?;
                let keys: Vec<_> = parts_of(&row).into_iter().collect();
                relating::add::<R>(&way, &keys, tx, caller).await?;
                Ok(row)
            };
            let done = done.await;
            together.ended(done).await
        }
    }

    /// Deletes the rows themselves.
    #[track_caller]
    pub fn delete<'e>(
        &self,
        executor: &'e dyn Executor,
    ) -> impl Future<Output = Result<Deleted>> + Send + use<'e, M, R> {
        self.all().delete(executor)
    }

    fn way(&self) -> Result<Way> {
        match &self.way {
            Ok(way) => Ok(way.clone()),
            Err(error) => Err(Error::internal(error.message().to_owned())),
        }
    }

    fn with_keys<'r>(
        &self,
        rows: impl IntoIterator<Item = &'r R>,
    ) -> Result<(Way, Vec<Vec<Value>>)> {
        let way = self.way()?;
        let mut seen = HashSet::new();
        let mut keys = Vec::new();
        for row in rows {
            let Some(key) = parts_of(row) else {
                return Err(Error::internal(format!(
                    "a {} without a key cannot be related",
                    R::schema().name
                ))
                .hint("create it first"));
            };
            if key_bytes(&key).is_some_and(|bytes| seen.insert(bytes)) {
                keys.push(key);
            }
        }
        Ok((way, keys))
    }
}

impl Way {
    fn of<M: Model>(owner: &M, relation: Path) -> Result<Self> {
        let model = M::schema();
        let fields = relation.fields(model)?;
        let [field] = fields[..] else {
            return Err(Error::internal("a relation of the row itself is asked for")
                .hint("follow one relation at a time"));
        };
        let Some(key) = parts_of(owner) else {
            return Err(Error::internal(format!("this {} has no key yet", model.name))
                .hint("create it first"));
        };
        let Some(relation) = &field.relation else {
            return Err(Error::internal(format!("`{}.{}` is no relation", model.name, field.name)));
        };
        let (join, from, own) = match relation.kind {
            RelationKind::ManyToMany => (Join::of(model, field)?, true, (model, field)),
            RelationKind::HasMany => {
                let other = reverse(field, relation)?;
                let target = relation.target();
                let theirs = other.relation.map(|relation| relation.kind);
                if theirs != Some(RelationKind::ManyToMany) {
                    let Some(object_id) = object_id(target, other) else {
                        return Ok(Self::Reference(vec![(other, key)]));
                    };
                    let table = vec![Value::Text(model.table.to_owned())];
                    return Ok(Self::Reference(vec![(other, table), (object_id, key)]));
                }
                (Join::of(target, other)?, false, (target, other))
            }
            _ => {
                return Err(Error::internal(format!(
                    "`{}.{}` leads to one row",
                    model.name, field.name
                ))
                .hint("set the field and save the row"));
            }
        };
        let (near, far) = if from { (join.from(), join.to()) } else { (join.to(), join.from()) };
        Ok(Self::Between {
            table: join.table().to_owned(),
            near: near.to_vec(),
            far: far.to_vec(),
            both: relation.symmetrical && from,
            key,
            relation: own,
            reverse: !from,
        })
    }

    /// The query of only the related rows.
    pub(super) fn narrow(&self, mut select: Select) -> Select {
        match self {
            Self::Reference(fields) => {
                for (field, values) in fields {
                    let column = Node::Column(Path::at(field.index.into()));
                    let filter = Node::binary(column, Operator::Eq, Node::key(values.clone()));
                    select.steps.push(Step::Filter(filter));
                }
            }
            Self::Between { table, near, far, key, .. } => {
                select.along = Some(Box::new(Along {
                    table: table.clone(),
                    here: far.clone(),
                    others: near.clone(),
                    keys: vec![Node::key(key.clone())],
                }));
            }
        }
        select
    }

    pub(super) async fn add<R: Model>(
        &self,
        keys: &[Vec<Value>],
        executor: &dyn Executor,
        caller: &'static Location<'static>,
    ) -> Result<()> {
        let together = Together::begin_for(keys.len().div_ceil(MOST), executor).await?;
        let executor = together.executor();
        for keys in keys.chunks(MOST) {
            let ready = match self {
                Self::Reference(fields) => {
                    let mut select = Select::new(R::schema());
                    select.steps.push(Step::Filter(super::collect::has_key(R::schema(), keys)));
                    let set =
                        fields.iter().map(|(field, key)| (field.index, Node::key(key.clone())));
                    update(&select, set.collect(), executor)?
                }
                Self::Between { table, near, far, both, key, .. } => {
                    let mut pairs: Vec<Vec<Value>> =
                        keys.iter().map(|other| [&key[..], &other[..]].concat()).collect();
                    if *both {
                        let turned: Vec<_> =
                            keys.iter().map(|other| [&other[..], &key[..]].concat()).collect();
                        pairs.extend(turned);
                    }
                    let columns = [&near[..], &far[..]].concat();
                    Some(pair_up(table, &columns, &pairs, executor)?)
                }
            };
            if let Some(ready) = ready {
                ready.execute(executor, caller).await?;
            }
        }
        together.done().await
    }

    /// Takes rows of these keys away, or all of them.
    pub(super) async fn remove<R: Model>(
        &self,
        keys: Option<&[Vec<Value>]>,
        executor: &dyn Executor,
        caller: &'static Location<'static>,
    ) -> Result<()> {
        if keys.is_some_and(<[_]>::is_empty) {
            return Ok(());
        }
        match self {
            Self::Reference(fields) => {
                if let Some((field, _)) = fields.iter().find(|(field, _)| !field.null) {
                    let sentence = format!("`{}.{}` cannot be NULL", field.model, field.name);
                    return Err(
                        Error::internal(sentence).hint("delete the rows, or add them elsewhere")
                    );
                }
                let mut select = self.narrow(Select::new(R::schema()));
                if let Some(keys) = keys {
                    let keys = keys.iter().map(|key| Node::key(key.clone())).collect();
                    select.steps.push(Step::Filter(Node::In(Box::new(key_columns::<R>()), keys)));
                }
                let set = fields.iter().map(|(field, _)| (field.index, Node::Value(Value::Null)));
                match update(&select, set.collect(), executor)? {
                    Some(ready) => ready.execute(executor, caller).await.map(drop),
                    None => Ok(()),
                }
            }
            Self::Between { table, near, far, both, key, .. } => {
                let columns = [&near[..], &far[..]].concat();
                let turned = [&far[..], &near[..]].concat();
                let pairs: Option<Vec<Vec<Value>>> = keys
                    .map(|keys| keys.iter().map(|other| [&key[..], &other[..]].concat()).collect());
                let own = [key.clone()];
                let ways = if *both {
                    vec![(&near, &columns), (&far, &turned)]
                } else {
                    vec![(&near, &columns)]
                };
                let batches = pairs.as_ref().map_or(1, |pairs| pairs.len().div_ceil(MOST));
                let together = Together::begin_for(ways.len() * batches, executor).await?;
                let executor = together.executor();
                for (all, columns) in ways {
                    match &pairs {
                        None => {
                            joins(table, all, &own, executor)?.execute(executor, caller).await?;
                        }
                        Some(pairs) => {
                            for pairs in pairs.chunks(MOST) {
                                let ready = joins(table, columns, pairs, executor)?;
                                ready.execute(executor, caller).await?;
                            }
                        }
                    }
                }
                together.done().await
            }
        }
    }
}

/// The statement that puts pairs into a table between; those that are there stay.
fn pair_up(
    table: &str,
    columns: &[String],
    pairs: &[Vec<Value>],
    executor: &dyn Executor,
) -> Result<Ready> {
    let mut shape = Shape::default();
    shape.byte(b'P');
    shape.text(table);
    for column in columns {
        shape.text(column);
    }
    shape.number(pairs.len());
    let ids: Vec<Vec<_>> = pairs
        .iter()
        .map(|pair| pair.iter().map(|value| shape.own(value.clone())).collect())
        .collect();
    Ready::of(executor, shape, Access::Write, |compiler| {
        let dialect = compiler.dialect;
        let (before, behind) = if dialect.features().on_conflict {
            ("INSERT INTO", " ON CONFLICT DO NOTHING")
        } else {
            ("INSERT IGNORE INTO", "")
        };
        let names: Vec<String> = columns.iter().map(|column| dialect.quote(column)).collect();
        let mut sql = Fragment::new(format!(
            "{before} {} ({}) VALUES ",
            dialect.quote(table),
            names.join(", ")
        ));
        let rows = ids.iter().map(|pair| {
            let parts = pair.iter().map(|id| Fragment::param(Param::Given(*id)));
            Fragment::joined(parts, ", ").wrapped("(", ")")
        });
        sql.append(Fragment::joined(rows, ", "));
        sql.push(behind);
        Ok(sql)
    })
}
