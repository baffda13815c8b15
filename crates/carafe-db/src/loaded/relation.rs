//! One relation that is loaded where it is needed.

use std::any::Any;
use std::future::Future;
use std::panic::Location;
use std::sync::Arc;

use carafe_core::{Error, Result};
use carafe_model::model::relation::{Packed, Peer, Slot};
use carafe_model::query::{Node, Operator, Select, Step};
use carafe_model::{Field, ForeignKey, HasMany, HasOne, ManyToMany, Model, OneToOne, Value};

use crate::executor::Executor;
use crate::load::{load_peer, missing};
use crate::query::{QuerySet, key_columns, line};

/// Loads what a relation leads to, where it is needed: `post.author.load(&db).await?`.
///
/// What is loaded already is given without asking. Else it is one query: for this row alone, or for
/// all rows that were read with it, if their query said
/// [`fetch_peers`](crate::QuerySet::fetch_peers).
///
/// ```
/// # use carafe::prelude::*;
/// # #[derive(Model)] struct User { id: i64, name: String }
/// # #[derive(Model)] struct Post { id: i64, title: String, author: ForeignKey<User> }
/// # async fn doc(db: &Db) -> Result<()> {
/// let post = Post::all().filter(Post::ID.eq(7)).get(db).await?;
/// let author = post.author.load(db).await?;
/// println!("{} by {}", post.title, author.name);
/// # Ok(()) }
/// ```
///
/// Without peers the row is not kept in the relation, and is asked for each time; a `HasMany`,
/// `ManyToMany` or `HasOne` then does not know whose it is, which is an error:
/// [`load_related`](crate::LoadRelated::load_related) of the row loads it. A reference that is NULL
/// leads to `None` and asks nothing. A reference to a row that is not there is an error of kind
/// `NotFound`.
pub trait LoadRelation {
    /// What is given: a row, several, or perhaps none.
    type Loaded;

    /// Gives what the relation leads to.
    #[track_caller]
    fn load(&self, executor: &dyn Executor) -> impl Future<Output = Result<Self::Loaded>> + Send;
}

impl<T: Model> LoadRelation for ForeignKey<T> {
    type Loaded = Arc<T>;

    #[track_caller]
    fn load(&self, executor: &dyn Executor) -> impl Future<Output = Result<Arc<T>>> + Send {
        let caller = Location::caller();
        let known = Known::of(self);
        let mut key = Vec::with_capacity(1);
        Field::write(self, &mut key);
        async move {
            match known {
                Known::Loaded(rows) => typed(rows),
                Known::Peer(peer) => typed(load_peer(peer, executor, caller).await?),
                Known::Nothing => by_key::<T>(key, executor, caller).await,
            }
        }
    }
}

impl<T: Model> LoadRelation for Option<ForeignKey<T>> {
    type Loaded = Option<Arc<T>>;

    #[track_caller]
    fn load(&self, executor: &dyn Executor) -> impl Future<Output = Result<Option<Arc<T>>>> + Send {
        let row = self.as_ref().map(|reference| reference.load(executor));
        async move {
            match row {
                Some(row) => row.await.map(Some),
                None => Ok(None),
            }
        }
    }
}

impl<T: Model> LoadRelation for OneToOne<T> {
    type Loaded = Arc<T>;

    #[track_caller]
    fn load(&self, executor: &dyn Executor) -> impl Future<Output = Result<Arc<T>>> + Send {
        let reference: &ForeignKey<T> = self;
        reference.load(executor)
    }
}

impl<T: Model> LoadRelation for Option<OneToOne<T>> {
    type Loaded = Option<Arc<T>>;

    #[track_caller]
    fn load(&self, executor: &dyn Executor) -> impl Future<Output = Result<Option<Arc<T>>>> + Send {
        let row = self.as_ref().map(|reference| reference.load(executor));
        async move {
            match row {
                Some(row) => row.await.map(Some),
                None => Ok(None),
            }
        }
    }
}

impl<T: Model> LoadRelation for HasOne<T> {
    type Loaded = Option<Arc<T>>;

    #[track_caller]
    fn load(&self, executor: &dyn Executor) -> impl Future<Output = Result<Option<Arc<T>>>> + Send {
        let rows = of_owner(self, self.get().err(), executor, Location::caller());
        // What is no row says that there is none.
        async move { Ok(rows.await?.downcast().ok()) }
    }
}

macro_rules! many {
    ($($relation:ident)+) => {
        $(
            impl<T: Model> LoadRelation for $relation<T> {
                type Loaded = Arc<Vec<T>>;

                #[track_caller]
                fn load(&self, executor: &dyn Executor) -> impl Future<Output = Result<Arc<Vec<T>>>> + Send {
                    let rows = of_owner(self, self.get().err(), executor, Location::caller());
                    async move { typed(rows.await?) }
                }
            }
        )+
    };
}

many!(HasMany ManyToMany);

/// What a relation knows before anything is asked.
enum Known {
    Loaded(Packed),
    Peer(Arc<Peer>),
    Nothing,
}

impl Known {
    fn of(slot: &dyn Slot) -> Self {
        match (slot.shared(), slot.peer()) {
            (Some(rows), _) => Self::Loaded(rows),
            (None, Some(peer)) => Self::Peer(peer),
            (None, None) => Self::Nothing,
        }
    }
}

fn typed<P: Any + Send + Sync>(rows: Packed) -> Result<Arc<P>> {
    rows.downcast().map_err(|_| Error::internal("a relation holds rows of another type"))
}

/// The rows of a relation that does not know its owner, unless it has peers.
fn of_owner<'e>(
    slot: &dyn Slot,
    not_loaded: Option<carafe_model::Error>,
    executor: &'e dyn Executor,
    caller: &'static Location<'static>,
) -> impl Future<Output = Result<Packed>> + Send + use<'e> {
    let known = Known::of(slot);
    async move {
        match known {
            Known::Loaded(rows) => Ok(rows),
            Known::Peer(peer) => load_peer(peer, executor, caller).await,
            Known::Nothing => {
                let told = not_loaded.map(|error| error.to_string()).unwrap_or_default();
                Err(Error::internal(told)
                    .at(line(caller))
                    .hint("a relation that leads back does not know its row: `row.load_related(…, &db)` loads it, or `.fetch_peers()` in the query"))
            }
        }
    }
}

/// The row of a key.
async fn by_key<T: Model>(
    key: Vec<Value>,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<Arc<T>> {
    if key.contains(&Value::Null) {
        let name = T::schema().name;
        return Err(Error::internal(format!("the reference to a {name} leads nowhere yet"))
            .at(line(caller))
            .hint("put the key of a row in that was created"));
    }
    let mut query = QuerySet::<T>::from_select(Select::new(T::schema()));
    let is_it = Node::binary(key_columns::<T>(), Operator::Eq, Node::key(key));
    query.select.steps.push(Step::Filter(is_it));
    let row = query.get_or_none_from(executor, caller).await?;
    row.map(Arc::new).ok_or_else(|| missing(T::schema(), None).at(line(caller)))
}
