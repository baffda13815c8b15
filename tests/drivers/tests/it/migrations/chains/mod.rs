//! Random chains of changes: what is written is what is read; a database that goes along them is at each
//! place what it would be if it had been made so at once, forwards and backwards; rows stay; and all databases
//! become alike.
//!
//! A few chains are tried each time. `CARAFE_TEST_CHAINS=300 CARAFE_TEST_CHECK=chains` tries more, and
//! `CARAFE_TEST_SEED` begins with a chain that was told.

mod alike;
mod generator;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use carafe_core::Result;
use carafe_db::ddl::state::{
    ExpressionState, FieldState, LiteralState, ReferenceState, State, TableState,
};
use carafe_db::migrate::{Ask, Operation, Why};
use carafe_model::schema::Kind;
use driver_tests::{At, checks};

use super::contents::{Contents, fill, key, lost, moved, read, tables};
use super::difference;
use super::shape::shape;
use super::way::{Places, Told, Way};
use crate::queries::Dice;
pub(super) use generator::states;

checks![chains_lead_there_and_back,];

/// How many states a chain has.
const LENGTH: usize = 6;

/// How many chains are tried where nobody says.
const CHAINS: usize = 6;

/// Says what a row can hold that is there; nothing was renamed unless the model says so.
pub(super) struct Fills<'s> {
    /// All states, in which the kind of a key is found.
    pub(super) states: &'s [State],
}

impl Ask for Fills<'_> {
    fn renamed_table(&mut self, _: &TableState, _: &TableState) -> Result<bool> {
        Ok(false)
    }

    fn renamed_field(&mut self, _: &str, _: &FieldState, _: &FieldState) -> Result<bool> {
        Ok(false)
    }

    fn fill(&mut self, _: &str, field: &FieldState, _: Why) -> Result<Option<ExpressionState>> {
        Ok(self.value(field))
    }
}

impl Fills<'_> {
    fn value(&self, field: &FieldState) -> Option<ExpressionState> {
        let kind = match &field.reference {
            Some(ReferenceState::Key { table, .. }) => {
                let state = self.states.iter().find(|state| state.tables.contains_key(table))?;
                match &key(state, &state.tables[table])[..] {
                    [single] => single.kind,
                    _ => return None,
                }
            }
            _ => field.kind.plain()?,
        };
        Some(match kind {
            Kind::Bool => ExpressionState::Literal(LiteralState::Bool(true)),
            Kind::Date | Kind::Time | Kind::DateTime | Kind::Timestamp => {
                ExpressionState::Call("now".to_owned(), Vec::new())
            }
            kind if kind.is_text() => {
                let text = if field.reference.is_some() { "1" } else { "filled" };
                ExpressionState::Literal(LiteralState::Text(text.to_owned()))
            }
            _ if field.reference.is_some() => ExpressionState::Literal(LiteralState::I64(1)),
            _ => ExpressionState::Literal(LiteralState::I64(9)),
        })
    }
}

/// The way through a chain.
pub(super) fn way(states: &[State]) -> Told<Way> {
    let fills = Fills { states };
    Way::through(states, &mut Fills { states }, &|operation| {
        // A person says what comes back where the program does not.
        let (field, fill) = match operation {
            Operation::RemoveField { field, fill, .. } if !field.null => (field, fill),
            Operation::AlterField { from, to, fill, .. } if !from.null && to.null => (from, fill),
            _ => return,
        };
        let can_be_said = !field.unique
            && !field.primary_key
            && field.generated.is_none()
            && field.reference.is_none()
            && !field.kind.plain().is_some_and(|kind| kind.is_text() || kind.range().is_some());
        if fill.is_none() && can_be_said {
            *fill = fills.value(field);
        }
    })
}

async fn chains_lead_there_and_back(at: At) {
    #[expect(clippy::disallowed_methods, reason = "whoever tries more says so")]
    let given = std::env::var("CARAFE_TEST_CHAINS").ok().and_then(|count| count.parse().ok());
    let count: usize = given.unwrap_or(CHAINS);
    let mut dice = Dice::new();
    let mut seeds = vec![dice.seed()];
    while seeds.len() < count {
        seeds.push(u64::try_from(dice.below(1 << 30)).unwrap() | 1);
    }
    let next = AtomicUsize::new(0);
    let walk = async || {
        let (mut wrong, mut operations) = (Vec::new(), 0);
        let mut places = Places::fresh(&at).await;
        while let Some(seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed)) {
            match try_it(&at, &places, *seed).await {
                Ok(count) => operations += count,
                Err(error) => {
                    wrong.push(format!("CARAFE_TEST_SEED={seed}: {error}"));
                    places = Places::fresh(&at).await;
                }
            }
        }
        (wrong, operations)
    };
    let (one, two, three) = tokio::join!(walk(), walk(), walk());
    let operations = one.1 + two.1 + three.1;
    let wrong = [one.0, two.0, three.0].concat();
    println!(
        "{}: {} of {count} chains, with {operations} operations",
        at.dialect.name,
        count - wrong.len()
    );
    assert!(wrong.is_empty(), "{} failed:\n{}", wrong.len(), wrong.join("\n"));
}

/// A chain there, back, there again, and to nothing. It tells how many operations it has.
async fn try_it(at: &At, places: &Places, seed: u64) -> Told<usize> {
    let Places { own: db, other } = places;
    let states = states(seed, LENGTH, false);
    let way = way(&states)?;
    let mut shapes = Vec::new();
    for state in &states {
        let at_once =
            Way::through(std::slice::from_ref(state), &mut Fills { states: &states }, &|_| {})?;
        at_once.go(other, Some(0)).await?;
        shapes.push(shape(at, other).await);
        at_once.go(other, None).await?;
    }
    for round in 1..3 {
        let mut seen: Vec<Contents> = Vec::new();
        for (stop, state) in states.iter().enumerate() {
            let here = |error: String| format!("round {round}, to {stop}: {error}");
            way.go(db, Some(stop)).await.map_err(here)?;
            difference(&shape(at, db).await, &shapes[stop]).map_err(here)?;
            let (found, said) = (alike::found(at, db).await, alike::said(state));
            if found != said {
                let more: Vec<_> = found.difference(&said).collect();
                let missing: Vec<_> = said.difference(&found).collect();
                return Err(here(format!(
                    "it is not like others: more {more:?}, missing {missing:?}"
                )));
            }
            let rows = read(at, db, state).await.map_err(here)?;
            if let Some(before) = seen.last() {
                let kept = moved(before, &way.operations[stop], &states[stop - 1]);
                lost(&kept, &rows).map_err(here)?;
            }
            let mut new = tables(state);
            new.retain(|table| !rows.keys().any(|(own, _)| own == table));
            fill(at, db, state, &new, &BTreeSet::new()).await.map_err(here)?;
            seen.push(read(at, db, state).await.map_err(here)?);
        }
        for stop in (0..states.len() - 1).rev() {
            let here = |error: String| format!("round {round}, back to {stop}: {error}");
            way.go(db, Some(stop)).await.map_err(here)?;
            difference(&shape(at, db).await, &shapes[stop]).map_err(here)?;
            let stays = there_and_back(&way, &seen[stop], stop);
            lost(&stays, &read(at, db, &states[stop]).await.map_err(here)?).map_err(here)?;
        }
    }
    way.go(db, None).await?;
    match shape(at, db).await.as_str() {
        "" => Ok(way.operations.iter().map(Vec::len).sum()),
        left => Err(format!("tables are left over:\n{left}")),
    }
}

/// What of a state's rows is still there after all later states and the way back.
pub(super) fn there_and_back(way: &Way, rows: &Contents, stop: usize) -> Contents {
    let mut rows = rows.clone();
    for next in stop + 1..way.states.len() {
        rows = moved(&rows, &way.operations[next], &way.states[next - 1]);
    }
    for next in (stop + 1..way.states.len()).rev() {
        let back: Vec<Operation> =
            way.operations[next].iter().rev().map(Operation::reversed).collect();
        rows = moved(&rows, &back, &way.states[next]);
    }
    rows
}
