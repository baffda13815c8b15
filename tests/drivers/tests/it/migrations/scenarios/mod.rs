//! The scenarios of Django's autodetector: what it makes of two states of models, Carafe makes too; and what
//! is made leads there, back, and there again, on a real database, with rows that stay.
//!
//! Every scenario is covered, or stands in [`differences::UNCOVERED`] with the reason.

mod differences;
mod expected;
mod models;
mod recorded;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use carafe::prelude::*;
use carafe_core::Result;
use carafe_db::ddl::state::{
    ExpressionState, FieldState, LiteralState, ReferenceState, State, TableState,
};
use carafe_db::migrate::{Ask, Operation, Why};
use carafe_model::schema::Kind;
use driver_tests::{At, checks};

use super::contents::{self, empty, fill, lost, moved, read};
use super::difference;
use super::shape;
use super::way::{Places, Told, Way};
use differences::{DIFFERENCES, UNCOVERED};
use recorded::Scenario;

checks![what_django_finds_is_found, what_is_found_leads_there_and_back,];

/// So many scenarios are tried at the same time, each on databases of its own.
const AT_ONCE: usize = 4;

/// The states of a scenario.
fn states(scenario: &Scenario) -> [State; 2] {
    let named = models::elsewhere(&scenario.before, &scenario.after);
    [&scenario.before, &scenario.after].map(|own| models::state(own, &named))
}

/// The scenarios that are covered. Each one that is not has its reason.
fn covered() -> Vec<Scenario> {
    let all = recorded::all();
    let names: BTreeSet<&str> = all.iter().map(|own| own.name.as_str()).collect();
    assert_eq!(names.len(), all.len(), "each scenario has a name of its own");
    for (name, why) in UNCOVERED {
        assert!(names.contains(name), "no scenario is called {name} ({why})");
    }
    all.into_iter().filter(|own| UNCOVERED.iter().all(|(name, _)| *name != own.name)).collect()
}

/// Answers as the scenario does.
struct Answers<'a> {
    renames: (bool, bool),
    /// The tables before, which have rows.
    before: &'a State,
}

impl Ask for Answers<'_> {
    fn renamed_table(&mut self, from: &TableState, to: &TableState) -> Result<bool> {
        // Django knows a model by its name, whatever its table is called.
        Ok(self.renames.0 || (&from.model, &from.owner) == (&to.model, &to.owner))
    }

    fn renamed_field(&mut self, _: &str, _: &FieldState, _: &FieldState) -> Result<bool> {
        Ok(self.renames.1)
    }

    fn fill(&mut self, _: &str, field: &FieldState, _: Why) -> Result<Option<ExpressionState>> {
        Ok(filling(field, self.before))
    }
}

/// What rows can hold in a field: nothing where it leads to a table that has none.
fn filling(field: &FieldState, before: &State) -> Option<ExpressionState> {
    let literal = match (&field.reference, field.kind.plain()) {
        (Some(reference), _) if !before.tables.contains_key(reference.table()) => return None,
        (Some(_), _) => LiteralState::I64(1),
        (None, Some(Kind::Date | Kind::Time | Kind::Timestamp)) => {
            return Some(ExpressionState::Call("now".to_owned(), Vec::new()));
        }
        (None, Some(kind)) if kind.is_text() => LiteralState::Text(String::new()),
        (None, _) => LiteralState::I64(2),
    };
    Some(ExpressionState::Literal(literal))
}

/// The way of a scenario. A person says what comes back to rows where a required field was removed.
fn way(scenario: &Scenario) -> Told<Way> {
    let states = states(scenario);
    let mut ask = Answers { renames: scenario.renames, before: &states[0] };
    Way::through(&states, &mut ask, &|operation| {
        if let Operation::RemoveField { field, fill: fill @ None, .. } = operation
            && matches!(field.reference, Some(ReferenceState::Key { .. }))
            && !field.unique
        {
            let stays = field
                .reference
                .as_ref()
                .is_some_and(|own| states[1].tables.contains_key(own.table()));
            *fill = filling(field, &states[0]).filter(|_| stays);
        }
    })
}

async fn what_django_finds_is_found(at: At) {
    // It needs no database; once is enough.
    if !at.dialect.name.contains("memory") {
        return;
    }
    let mut wrong = Vec::new();
    let scenarios = covered();
    for scenario in &scenarios {
        let [before, after] = states(scenario);
        let way = match way(scenario) {
            Ok(way) => way,
            Err(error) => {
                wrong.push(format!("{}: {error}", scenario.name));
                continue;
            }
        };
        let mut found = Vec::new();
        for made in way.made(1) {
            let owner = &made.owner;
            found.extend(made.operations.iter().map(|own| format!("{owner}: {}", own.describe())));
            let others = made.after.iter().filter(|id| id.owner != *owner);
            found.extend(others.map(|id| format!("{owner}: after {}", id.owner)));
        }
        let mut expected = expected::operations(scenario, &before, &after);
        // Where an app's migrations come after another app's already, it makes no difference to say it again.
        let said: BTreeSet<String> = way
            .made(0)
            .into_iter()
            .flat_map(|made| {
                made.after.iter().map(|other| format!("{}: after {}", made.owner, other.owner))
            })
            .collect();
        found.retain(|line| !said.contains(line));
        expected.retain(|line| !said.contains(line));
        found.sort();
        found.dedup();
        expected.sort();
        let only = |one: &[String], other: &[String]| {
            let lines = one.iter().filter(|line| !other.contains(line));
            lines.cloned().collect::<Vec<_>>()
        };
        let (missing, more) = (only(&expected, &found), only(&found, &expected));
        let lawful = DIFFERENCES.iter().find(|own| own.scenario == scenario.name);
        let (missed, added) = lawful.map_or((&[][..], &[][..]), |own| (own.django, own.carafe));
        if missing != missed || more != added {
            wrong.push(format!("{}\n  Django: {missing:?}\n  Carafe: {more:?}", scenario.name));
        }
    }
    for own in DIFFERENCES {
        assert!(
            scenarios.iter().any(|scenario| scenario.name == own.scenario),
            "no covered scenario is called {}",
            own.scenario
        );
    }
    println!(
        "scenarios of Django's autodetector: {} of {} covered, {} of them with a lawful difference",
        scenarios.len(),
        scenarios.len() + UNCOVERED.len(),
        DIFFERENCES.len()
    );
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

async fn what_is_found_leads_there_and_back(at: At) {
    let scenarios = covered();
    let next = AtomicUsize::new(0);
    let walk = async || {
        let mut wrong = Vec::new();
        let mut places = Places::fresh(&at).await;
        while let Some(scenario) = scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(error) = try_it(&at, &places, scenario).await {
                wrong.push(format!("{}: {error}", scenario.name));
                places = Places::fresh(&at).await;
            }
        }
        wrong
    };
    const { assert!(AT_ONCE == 4) };
    let wrong = tokio::join!(walk(), walk(), walk(), walk());
    let wrong = [wrong.0, wrong.1, wrong.2, wrong.3].concat();
    println!(
        "{}: {} scenarios went there and back",
        at.dialect.name,
        scenarios.len() - wrong.len()
    );
    assert!(wrong.is_empty(), "{} failed:\n{}", wrong.len(), wrong.join("\n"));
}

async fn try_it(at: &At, places: &Places, scenario: &Scenario) -> Told<()> {
    let way = way(scenario)?;
    if way.operations[1].is_empty() {
        return Ok(());
    }
    let [before, after] = states(scenario);
    let (db, other) = (&places.own, &places.other);
    // What is made elsewhere on one side is nobody's to make or to take.
    let is_made = |state: &State, table: &str| state.tables.get(table).map(|own| own.managed);
    let changes = |name: &&String| {
        let managed = (is_made(&before, name), is_made(&after, name));
        matches!(managed, (Some(one), Some(other)) if one != other)
    };
    let strange: Vec<String> = before.tables.keys().filter(changes).cloned().collect();
    let known = |state: &State| {
        let mut state = state.clone();
        for name in &strange {
            state.tables.get_mut(name).unwrap().managed = false;
        }
        state
    };
    let (known_before, known_after) = (known(&before), known(&after));
    let shape = async |db: &Db| {
        let shape = shape::shape(at, db).await;
        let is_known = |line: &&str| strange.iter().all(|name| !line.contains(name.as_str()));
        shape.lines().filter(is_known).collect::<Vec<_>>().join("\n")
    };
    let at_once = Way::through(std::slice::from_ref(&after), &mut super::Says("0"), &|_| {})?;
    at_once.go(other, Some(0)).await?;
    let wanted = shape(other).await;
    at_once.go(other, None).await?;

    way.go(db, Some(0)).await?;
    let first = shape(db).await;
    let none = empty(&way.operations[1], &before, &after);
    fill(at, db, &known_before, &contents::tables(&before), &none).await?;
    let rows = read(at, db, &known_before).await?;
    let kept = moved(&rows, &way.operations[1], &before);
    let back: Vec<Operation> = way.operations[1].iter().rev().map(Operation::reversed).collect();
    let stays = moved(&kept, &back, &after);
    for round in 1..3 {
        let forwards = async {
            way.go(db, Some(1)).await?;
            difference(&shape(db).await, &wanted)?;
            lost(&kept, &read(at, db, &known_after).await?)
        };
        forwards.await.map_err(|error| format!("forwards {round}: {error}"))?;
        let backwards = async {
            if round == 1 {
                way.go(db, Some(0)).await?;
                difference(&shape(db).await, &first)?;
                lost(&stays, &read(at, db, &known_before).await?)?;
            }
            Ok(())
        };
        backwards.await.map_err(|error: String| format!("backwards: {error}"))?;
    }
    way.go(db, None).await?;
    match shape(db).await.as_str() {
        "" => Ok(()),
        left => Err(format!("tables are left over:\n{left}")),
    }
}
