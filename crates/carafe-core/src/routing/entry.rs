//! One entry of the router: all routes that one shape of path may mean.

use std::cmp::Reverse;
use std::sync::Arc;

use http::Method;

use super::pattern::decode;
use super::{Methods, Rule, Spans};

/// The routes that one shape of path may mean, the narrowest first.
///
/// `/x/new`, `/x/{id}` with a number and `/{*rest}` are entries of their own in the router, but a
/// request for `/x/new` that the first does not answer (by its method) is tried on the others, as
/// Werkzeug does. So each entry also holds the wider routes that its paths could mean.
#[derive(Debug)]
pub(crate) struct Entry {
    rules: Vec<Arc<Rule>>,
}

/// What an entry makes of a request.
pub(crate) enum Choice<'e> {
    Found(&'e Arc<Rule>, Spans),
    /// The path is right and the method is not; these are.
    WrongMethod(Methods),
    NotFound,
}

impl Entry {
    pub(crate) fn new(mut rules: Vec<Arc<Rule>>) -> Self {
        rules.sort_by_key(|rule| {
            (Reverse(rule.pattern().rank()), Reverse(rule.pattern().literal_weight()), rule.kinds())
        });
        Self { rules }
    }

    pub(crate) fn rules(&self) -> &[Arc<Rule>] {
        &self.rules
    }

    /// The first route whose path this is, whatever its methods.
    pub(crate) fn first_at(&self, path: &str) -> Option<usize> {
        let fits = |rule: &Arc<Rule>| {
            rule.pattern().matches(path).is_some_and(|spans| accepts(rule, path, &spans))
        };
        self.rules.iter().position(fits)
    }

    /// The route that answers, by its exact method, or by `GET` for a `HEAD`.
    pub(crate) fn choose(&self, method: &Method, path: &str) -> Choice<'_> {
        let mut allowed = Methods::default();
        let mut get = None;
        for rule in &self.rules {
            let Some(spans) =
                rule.pattern().matches(path).filter(|spans| accepts(rule, path, spans))
            else {
                continue;
            };
            let methods = rule.methods();
            if methods.contains(method) {
                return Choice::Found(rule, spans);
            }
            if get.is_none() && method == Method::HEAD && methods.contains(&Method::GET) {
                get = Some((rule, spans));
            }
            allowed.allow(methods);
        }
        match get {
            Some((rule, spans)) => Choice::Found(rule, spans),
            None if allowed.is_any() => Choice::NotFound,
            None => Choice::WrongMethod(allowed),
        }
    }
}

fn accepts(rule: &Rule, path: &str, spans: &Spans) -> bool {
    rule.route().captures.iter().enumerate().all(|(index, capture)| match rule.position(index) {
        None => true,
        Some(position) => {
            let text = spans.text(path, position);
            decode(text).is_some_and(|text| !text.contains('\0') && capture.accepts(&text))
        }
    })
}
