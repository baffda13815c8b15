//! A row that is checked, and how.

use std::panic::Location;

use carafe_core::{Error, Kind, Result};
use carafe_model::model::parts_of;
use carafe_model::query::{Node, Operator, Select, Step};
use carafe_model::{Invalids, Model, Record, Value, validate};

use super::{constraint, dates, reference, unique};
use crate::executor::Executor;
use crate::query::{key_columns, line};

/// A row that is checked with its database, and how: what [`Cleans::full_clean`](super::Cleans::full_clean)
/// does, with options.
///
/// ```
/// # use carafe::prelude::*;
/// use carafe::db::FullClean;
/// # #[derive(Model)] struct Tag { #[model(primary_key)] slug: String, name: String }
/// # async fn doc(db: &Db, tag: Tag) -> Result<()> {
/// // A form for new tags that has no field `name`:
/// FullClean::of(&tag).as_new().except(&["name"]).run(db).await?;
/// # Ok(()) }
/// ```
#[must_use = "nothing is checked before `.run(&db)` is awaited"]
pub struct FullClean<'m> {
    record: &'m dyn Record,
    key: Option<Vec<Value>>,
    new: bool,
    key_columns: Node,
    except: Vec<&'m str>,
}

impl<'m> FullClean<'m> {
    /// The row as it is, compared with all others but the one of its own key.
    pub fn of<M: Model>(row: &'m M) -> Self {
        Self {
            record: row,
            key: parts_of(row),
            new: false,
            key_columns: key_columns::<M>(),
            except: Vec::new(),
        }
    }

    /// The row is a new one, though it has a key: that must not be another one's.
    pub fn as_new(mut self) -> Self {
        self.new = true;
        self
    }

    /// These fields are not checked, nor what they are a part of (Django's `exclude`).
    pub fn except(mut self, fields: &[&'m str]) -> Self {
        self.except.extend(fields);
        self
    }

    /// Checks it; an error of kind `Invalid` has all that is wrong.
    #[track_caller]
    pub fn run<'e>(
        self,
        executor: &'e dyn Executor,
    ) -> impl Future<Output = Result<()>> + Send + use<'m, 'e> {
        let caller = Location::caller();
        async move {
            let mut errors = Invalids::default();
            validate::fields(self.record, &self.except, &mut errors);
            reference::check(&self, &mut errors, executor, caller).await?;
            self.record.clean(&mut errors);
            unique::check(&self, &mut errors, executor, caller).await?;
            dates::check(&self, &mut errors, executor, caller).await?;
            constraint::check(&self, &mut errors, executor, caller).await?;
            self.told(errors, caller)
        }
    }

    #[track_caller]
    pub(super) fn unique<'e>(
        self,
        executor: &'e dyn Executor,
    ) -> impl Future<Output = Result<()>> + Send + use<'m, 'e> {
        let caller = Location::caller();
        async move {
            let mut errors = Invalids::default();
            unique::check(&self, &mut errors, executor, caller).await?;
            dates::check(&self, &mut errors, executor, caller).await?;
            self.told(errors, caller)
        }
    }

    #[track_caller]
    pub(super) fn constraints<'e>(
        self,
        executor: &'e dyn Executor,
    ) -> impl Future<Output = Result<()>> + Send + use<'m, 'e> {
        let caller = Location::caller();
        async move {
            let mut errors = Invalids::default();
            constraint::check(&self, &mut errors, executor, caller).await?;
            self.told(errors, caller)
        }
    }

    /// The row.
    pub(super) fn record(&self) -> &'m dyn Record {
        self.record
    }

    /// Whether it is a new row with a key, which has to be new as well.
    pub(super) fn has_new_key(&self) -> bool {
        self.new && self.key.is_some()
    }

    /// Whether a field is to be looked at: it is not left out, and not wrong by itself.
    pub(super) fn looks_at(&self, field: &str, errors: &Invalids) -> bool {
        !self.except.contains(&field) && errors.field(field).is_empty()
    }

    /// The query of all other rows of which this is true.
    pub(super) fn others(&self, condition: Node) -> Select {
        let mut select = Select::new(self.record.model());
        select.order = Some(Vec::new());
        if let Some(key) = self.key.as_ref().filter(|_| !self.new) {
            let itself =
                Node::binary(self.key_columns.clone(), Operator::Eq, Node::key(key.clone()));
            select.steps.push(Step::Filter(Node::Not(Box::new(itself))));
        }
        select.steps.push(Step::Filter(condition));
        select
    }

    fn told(&self, errors: Invalids, caller: &'static Location<'static>) -> Result<()> {
        let Err(errors) = errors.into_result() else { return Ok(()) };
        let sentence = format!("this {} is not valid: {errors}", self.record.model().name);
        Err(Error::new(Kind::Invalid, sentence).at(line(caller)).because(errors))
    }
}
