//! Which of the values that are loaded lazily a template asks for.
//!
//! `MiniJinja` cannot wait in the middle of a page, so that what takes waiting (the session, the
//! user) is loaded before. It is loaded only where the template names it, or anything that it
//! extends, includes or imports by a name that its text says. A template that is chosen by a
//! computed name is not seen: name the value once in the template that includes it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

use carafe_core::values::PageValue;
use minijinja::{Environment, Template};

use crate::scan::{To, references};

/// The places of the values that a template asks for.
type Asks = Arc<[usize]>;

/// What each template asks for, kept unless templates may change.
#[derive(Debug)]
pub(crate) struct Asked {
    values: Vec<PageValue>,
    known: Option<RwLock<HashMap<String, Asks>>>,
}

impl Asked {
    /// `values` may have several of one name, of which the first counts.
    pub(crate) fn new(values: impl IntoIterator<Item = PageValue>, reload: bool) -> Self {
        let mut first: Vec<PageValue> = Vec::new();
        for value in values {
            if first.iter().all(|known| known.name() != value.name()) {
                first.push(value);
            }
        }
        Self { values: first, known: (!reload).then(RwLock::default) }
    }

    /// The values that a template of the environment asks for.
    pub(crate) fn of_name(&self, environment: &Environment<'_>, name: &str) -> Vec<&PageValue> {
        if self.values.is_empty() {
            return Vec::new();
        }
        let Some(known) = &self.known else {
            return self.get(&self.closure(environment, vec![name.to_owned()], HashSet::new()));
        };
        let found = known.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        let asks = found.unwrap_or_else(|| {
            let asks: Asks =
                self.closure(environment, vec![name.to_owned()], HashSet::new()).into();
            let mut known = known.write().unwrap_or_else(PoisonError::into_inner);
            known.insert(name.to_owned(), asks.clone());
            asks
        });
        self.get(&asks)
    }

    /// The values that a template of a text asks for.
    pub(crate) fn of_template(
        &self,
        environment: &Environment<'_>,
        template: &Template<'_, '_>,
    ) -> Vec<&PageValue> {
        if self.values.is_empty() {
            return Vec::new();
        }
        let names = template.undeclared_variables(false);
        self.get(&self.closure(environment, refers(template.source()), names))
    }

    /// The names of all values.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.values.iter().map(PageValue::name)
    }

    fn get(&self, asks: &[usize]) -> Vec<&PageValue> {
        asks.iter().map(|at| &self.values[*at]).collect()
    }

    fn closure(
        &self,
        environment: &Environment<'_>,
        mut open: Vec<String>,
        mut names: HashSet<String>,
    ) -> Vec<usize> {
        let mut seen = HashSet::new();
        while let Some(name) = open.pop() {
            if !seen.insert(name.clone()) {
                continue;
            }
            // What is not there is met when the page is rendered.
            let Ok(template) = environment.get_template(&name) else { continue };
            names.extend(template.undeclared_variables(false));
            open.extend(refers(template.source()));
        }
        let values = self.values.iter().enumerate();
        values.filter(|(_, value)| names.contains(value.name())).map(|(at, _)| at).collect()
    }
}

fn refers(source: &str) -> Vec<String> {
    let names = references(source).into_iter().filter_map(|reference| match reference.to {
        To::Templates { names, .. } => Some(names),
        _ => None,
    });
    names.flatten().collect()
}
