//! Rows that references to rows of any model lead to (Django's `GenericPrefetch`).

use std::sync::Arc;

use carafe_core::{Error, Result};
use carafe_model::model::relation::{ForeignKey, PackRows, ReadRow, Slot};
use carafe_model::query::Select;
use carafe_model::schema::{ModelSchema, RelationKind};
use carafe_model::{Model, Record};

use super::children::{self, Asked, Given, Keys};
use super::{Loading, Prefetch, grow};
use crate::query::QuerySet;

/// One of the models that such references may lead to, and which of its rows are wanted.
#[derive(Debug)]
pub(crate) struct Target {
    model: &'static ModelSchema,
    query: Select,
    then: Vec<Arc<Prefetch>>,
    read: ReadRow,
    pack: PackRows,
}

/// The models that a reference to rows of any model is followed to, whose keys are `K`: a query, or a
/// tuple of queries.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which models a reference by keys of the type `{K}` leads to",
    note = "a query of a model with keys of that type does, `Post::all()`, and a tuple of those"
)]
pub trait Targets<K> {
    /// The same as data.
    #[doc(hidden)]
    fn into_list(self) -> Listed;
}

/// Models that are followed to, or why not.
#[doc(hidden)]
pub struct Listed(pub(crate) Result<Vec<Arc<Target>>>);

impl<K, T: Model<Key = K>> Targets<K> for QuerySet<T> {
    fn into_list(self) -> Listed {
        let sliced = match self.check() {
            Ok(()) if self.select.is_sliced() => {
                Err(Error::internal("The query of a prefetch cannot be sliced.")
                    .hint("filter by what the rows have in common"))
            }
            checked => checked,
        };
        let reference = ForeignKey::<T>::unset();
        Listed(sliced.map(|()| {
            vec![Arc::new(Target {
                model: T::schema(),
                query: self.select,
                then: self.prefetch,
                read: reference.reader(),
                pack: reference.packer(),
            })]
        }))
    }
}

macro_rules! targets {
    ($($name:ident)+) => {
        impl<K, $($name: Targets<K>),+> Targets<K> for ($($name,)+) {
            #[expect(non_snake_case, reason = "a type parameter and its value share a name")]
            fn into_list(self) -> Listed {
                let ($($name,)+) = self;
                let mut all = Vec::new();
                $(
                    match $name.into_list() {
                        Listed(Ok(targets)) => all.extend(targets),
                        wrong => return wrong,
                    }
                )+
                Listed(Ok(all))
            }
        }
    };
}

targets!(A);
targets!(A B);
targets!(A B C);
targets!(A B C D);
targets!(A B C D E);
targets!(A B C D E F);
targets!(A B C D E F G);
targets!(A B C D E F G H);

impl Loading<'_> {
    /// Loads what references to rows of any model lead to: one query a model.
    pub(super) async fn generic(
        self,
        records: &mut [&mut dyn Record],
        field: u16,
        targets: &[Arc<Target>],
    ) -> Result<()> {
        let field = usize::from(field);
        for target in targets {
            let mut keys = Keys::default();
            for record in records.iter_mut() {
                let slot = record.generic_at_mut(field);
                let slot = slot.filter(|slot| slot.content_type() == target.model.table);
                if let Some(slot) = slot {
                    keys.add(&mut vec![slot.object_id()]);
                }
            }
            if keys.is_empty() {
                continue;
            }
            let asked = Asked::by_key(target.model, &keys, target.read, &target.query);
            let mut children = children::fetch(asked, self.executor, self.caller).await?;
            let mut branches = Vec::new();
            for then in &target.then {
                grow(&mut branches, target.model, then)?;
            }
            let rows = children.iter_mut().map(|child| &mut *child.row as &mut dyn Record);
            let mut rows: Vec<_> = rows.collect();
            self.branches(&mut rows, &branches).await?;
            self.join(&mut rows);
            let mut given = Given::of(children, RelationKind::ForeignKey, target.pack)?;
            for record in records.iter_mut() {
                let Some(slot) = record.generic_at_mut(field) else { continue };
                if slot.content_type() != target.model.table {
                    continue;
                }
                if let Some(row) = given.to(&[slot.object_id()])? {
                    slot.take(row);
                }
            }
        }
        Ok(())
    }
}
