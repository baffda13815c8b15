//! The routes, for a request that none of them answers.

use percent_encoding::percent_decode_str;
use serde::Serialize;

use super::report::Spot;
use crate::routing::Rule;
use crate::scope::Scope;

const MOST_NEAR: usize = 3;
const MOST_LISTED: usize = 300;
/// A path that is longer was not mistyped, and comparing would take its time.
const LONGEST_COMPARED: usize = 200;

/// The routes, and those that the request was probably meant for.
#[derive(Debug, Serialize)]
pub(super) struct RouteHelp {
    pub(super) near: Vec<Near>,
    /// Whether only the method is wrong.
    pub(super) wrong_method: bool,
    pub(super) table: Vec<Listed>,
    pub(super) left_out: usize,
}

/// A route that the request was probably meant for.
#[derive(Debug, Serialize)]
pub(super) struct Near {
    pub(super) rule: String,
    pub(super) methods: String,
    pub(super) endpoint: String,
    /// Why it does not answer, where that is more than a typing error.
    pub(super) because: Option<String>,
    /// Where it leads, if a click can show it.
    pub(super) link: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Listed {
    pub(super) rule: String,
    pub(super) methods: String,
    pub(super) endpoint: String,
    pub(super) spot: Spot,
    pub(super) near: bool,
}

impl RouteHelp {
    pub(super) fn of(scope: &Scope, spot: impl Fn(&str, u32) -> Spot) -> Self {
        let path = scope.uri().map(http::Uri::path).unwrap_or_default();
        let mut scored: Vec<(f64, &Rule)> =
            scope.table().rules().filter_map(|rule| Some((nearness(path, rule)?, rule))).collect();
        let answers =
            |rule: &Rule| scope.method().is_none_or(|method| rule.methods().contains(method));
        scored.sort_by(|one, other| {
            other.0.total_cmp(&one.0).then_with(|| answers(other.1).cmp(&answers(one.1)))
        });
        // Routes that fit but for a method or a type leave no doubt about what was meant.
        let sure = scored.first().is_some_and(|(score, _)| *score >= 1.0);
        scored.retain(|(score, _)| !sure || *score >= 1.0);
        scored.truncate(if sure { 10 } else { MOST_NEAR });
        let is_near = |rule: &Rule| scored.iter().any(|(_, near)| std::ptr::eq(*near, rule));
        let mut rules: Vec<&Rule> = scope.table().rules().collect();
        rules.sort_by_key(|rule| (!is_near(rule), rule.pattern().as_str()));
        let left_out = rules.len().saturating_sub(MOST_LISTED);
        let listed = rules.iter().take(MOST_LISTED).map(|rule| Listed {
            rule: rule_text(rule),
            methods: rule.methods().to_string(),
            endpoint: rule.endpoint().to_owned(),
            spot: spot(rule.route().place().file, rule.route().place().line),
            near: is_near(rule),
        });
        let table = listed.collect();
        let near: Vec<_> = scored.iter().map(|(_, rule)| Near::of(scope, path, rule)).collect();
        let fits =
            |rule: &Rule| is_on_host(scope, rule) && matches!(fit(rule, path), Some(Fit::Whole));
        let wrong_method = sure && scored.iter().any(|(_, rule)| fits(rule));
        Self { near, wrong_method, table, left_out }
    }
}

impl Near {
    fn of(scope: &Scope, path: &str, rule: &Rule) -> Self {
        let method = scope.method().cloned().unwrap_or_default();
        let because = match fit(rule, path) {
            _ if !is_on_host(scope, rule) => Some("it answers on another host".to_owned()),
            Some(Fit::But(why)) => Some(why),
            _ if !rule.methods().contains(&method) => {
                Some(format!("it answers {}, not {method}", rule.methods()))
            }
            _ => None,
        };
        let is_link = rule.host().is_none()
            && rule.pattern().names().next().is_none()
            && rule.methods().contains(&http::Method::GET)
            && !matches!(fit(rule, path), Some(Fit::Whole));
        Self {
            rule: rule_text(rule),
            methods: rule.methods().to_string(),
            endpoint: rule.endpoint().to_owned(),
            because,
            link: is_link.then(|| format!("{}{}", scope.root_path(), rule.pattern())),
        }
    }
}

fn is_on_host(scope: &Scope, rule: &Rule) -> bool {
    let asked = scope.host_name().unwrap_or_default();
    rule.host().is_none_or(|host| host.matches(asked).is_some())
}

fn rule_text(rule: &Rule) -> String {
    match rule.host() {
        Some(host) => format!("{host}{}", rule.pattern()),
        None => rule.pattern().to_string(),
    }
}

/// How well a path fits the pattern of a rule.
enum Fit {
    Whole,
    /// All but the value of a capture.
    But(String),
}

fn fit(rule: &Rule, path: &str) -> Option<Fit> {
    let spans = rule.pattern().matches(path)?;
    let refused = rule.route().captures.iter().enumerate().find_map(|(index, capture)| {
        let raw = spans.text(path, rule.position(index)?);
        let text = percent_decode_str(raw).decode_utf8_lossy();
        let text = super::excerpt::cut(&text, 40);
        (!capture.accepts(&text))
            .then(|| format!("`{text}` is no {} for {{{}}}", capture.type_name, capture.name))
    });
    Some(refused.map_or(Fit::Whole, Fit::But))
}

/// From 1 for a path that fits but for its method or type, down to nothing for one that is not alike.
fn nearness(path: &str, rule: &Rule) -> Option<f64> {
    match fit(rule, path) {
        Some(Fit::Whole) => return Some(1.0),
        // The rest of a path fits nearly everything, so that it says little.
        Some(Fit::But(_)) if !rule.pattern().takes_rest() => return Some(1.0),
        _ => {}
    }
    if path.len() > LONGEST_COMPARED {
        return None;
    }
    let pattern = filled(rule.pattern().as_str(), path);
    let score = strsim::normalized_damerau_levenshtein(
        &path.trim_end_matches('/').to_lowercase(),
        &pattern.trim_end_matches('/').to_lowercase(),
    );
    (score > 0.6 && path != "/" && pattern != "/").then_some(score.min(0.99))
}

/// The pattern with the path's own segments in place of captures, so that these count as right.
fn filled(pattern: &str, path: &str) -> String {
    let mut own = path.split('/');
    let segments = pattern.split('/').map(|segment| {
        let own = own.next();
        match own.filter(|own| segment.starts_with('{') && !own.is_empty()) {
            Some(own) => own,
            None => segment,
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captures_count_as_right() {
        assert_eq!(filled("/users/{id}/edit", "/user/7/edt"), "/users/7/edit");
        assert_eq!(filled("/users/{id}", "/user"), "/users/{id}");
        assert_eq!(filled("/{a}/{b}", "//x"), "/{a}/x");
    }
}
