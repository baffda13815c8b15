//! Relations of rows that were read together, and are loaded together (Django's `FETCH_PEERS`).

use std::any::Any;
use std::panic::Location;
use std::sync::{Arc, OnceLock, Weak};

use carafe_core::{Error, Result};
use carafe_model::model::relation::{Packed, Peer, Rows};
use carafe_model::schema::{FieldSchema, ModelSchema, Relation};
use carafe_model::{Record, Value};
use tokio::sync::Mutex;

use super::children::{self, Asked, Given, Keys, parent_key};
use crate::executor::Executor;

/// One relation of rows that were read together.
///
/// The relations hold it, and it knows them as long as they are there: for a row that is gone nothing
/// is asked.
struct Peers {
    model: &'static ModelSchema,
    field: &'static FieldSchema,
    relation: Relation,
    members: OnceLock<Vec<Member>>,
    /// Whoever loads holds it: several that ask at the same time are one query.
    loading: Mutex<()>,
}

/// A relation, and the key by which its rows are found.
struct Member {
    key: Vec<Value>,
    peer: Weak<Peer>,
}

/// Has the relations of these rows that are not loaded load together; so too those of the rows that
/// others have loaded.
pub(super) fn join(records: &mut [&mut dyn Record]) {
    let Some(model) = records.first().map(|record| record.model()) else { return };
    for field in model.fields {
        let Some(relation) = field.relation else { continue };
        let mut peers: Option<Arc<Peers>> = None;
        let mut members = Vec::new();
        let mut loaded = Vec::new();
        for record in records.iter_mut() {
            let mut key = Vec::with_capacity(1);
            parent_key(&**record, field, &relation, &mut key);
            let slot = record.field_at_mut(field.index.into()).and_then(|field| field.slot());
            let Some(slot) = slot else { continue };
            if slot.is_loaded() {
                if let (Some(own), Ok(rows)) = (slot.unshared(), Rows::of(relation.target())) {
                    loaded.extend(rows.all_mut(own));
                }
                continue;
            }
            let peers = peers.get_or_insert_with(|| {
                Arc::new(Peers {
                    model,
                    field,
                    relation,
                    members: OnceLock::new(),
                    loading: Mutex::new(()),
                })
            });
            let peer = Arc::new(Peer::new(Arc::<Peers>::clone(peers)));
            members.push(Member { key, peer: Arc::downgrade(&peer) });
            slot.join(peer);
        }
        if let Some(peers) = peers {
            let _ = peers.members.set(members);
        }
        join(&mut loaded);
    }
}

/// What one of them leads to: for all of them the first time.
pub(crate) async fn load(
    peer: Arc<Peer>,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<Packed> {
    let group: &(dyn Any + Send + Sync) = &**peer.group();
    let Some(peers) = group.downcast_ref::<Peers>() else {
        return Err(Error::internal("a relation has peers that nobody has made"));
    };
    // A transaction waits for nobody: whoever loads may wait for the connection that it holds.
    let turn = if executor.is_transaction() {
        peers.loading.try_lock().ok()
    } else {
        Some(peers.loading.lock().await)
    };
    if let Some(loaded) = peer.loaded() {
        return Ok(Arc::clone(loaded));
    }
    let members = peers.members.get().map_or(&[][..], Vec::as_slice);
    let open: Vec<(&Member, Arc<Peer>)> = members
        .iter()
        .filter_map(|member| Some((member, member.peer.upgrade()?)))
        .filter(|(_, one)| match &turn {
            Some(_) => one.loaded().is_none(),
            None => Arc::ptr_eq(one, &peer),
        })
        .collect();
    peers.load(&open, executor, caller).await?;
    match peer.loaded() {
        Some(loaded) => Ok(Arc::clone(loaded)),
        None => Err(missing(peers.relation.target(), Some(peers.field))),
    }
}

impl Peers {
    async fn load(
        &self,
        open: &[(&Member, Arc<Peer>)],
        executor: &dyn Executor,
        caller: &'static Location<'static>,
    ) -> Result<()> {
        let mut keys = Keys::default();
        for (member, _) in open {
            keys.add(&mut member.key.clone());
        }
        let asked = Asked::of(self.model, self.field, &keys, None)?;
        let mut children = children::fetch(asked, executor, caller).await?;
        let rows = children.iter_mut().map(|child| &mut *child.row as &mut dyn Record);
        join(&mut rows.collect::<Vec<_>>());
        let mut given = Given::of(children, &self.relation)?;
        for (member, peer) in open {
            if let Some(rows) = given.to(&member.key)? {
                peer.fill(rows);
            }
        }
        Ok(())
    }
}

/// The error of a reference to a row that is not there.
pub(crate) fn missing(target: &ModelSchema, field: Option<&FieldSchema>) -> Error {
    let from = match field {
        Some(field) => format!("`{}.{}`", field.model, field.name),
        None => "the reference".to_owned(),
    };
    Error::not_found(format!("{from} refers to a {} that does not exist", target.name))
}
