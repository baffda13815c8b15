//! No ring between the top-level modules of one crate: rooms of a house that all need each other
//! are one room.
//!
//! Paths are read as text: `crate::x`, `super::x`, and names that `lib.rs` re-exports from a module.
//! Tests may look anywhere, and so may `lib.rs` and `main.rs`, which tie the modules together.
//! Examples are apps: their parts link to each other's pages, as every site's do.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::Finding;
use crate::rust_text::{Token, code, is_name, is_test, tokens};
use crate::tree::Tree;

/// `from` uses `to`, seen first at this place.
type Edges<'a> = BTreeMap<&'a str, BTreeMap<&'a str, (&'a str, usize)>>;

pub(super) fn findings(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (root, text) in tree.files() {
        if let Some(source) = root.strip_suffix("lib.rs").or_else(|| root.strip_suffix("main.rs"))
            && source.ends_with("src/")
            && source.split('/').count() <= 4
            && !source.starts_with("examples/")
        {
            findings.extend(in_crate(tree, source, text));
        }
    }
    findings
}

fn in_crate(tree: &Tree, source: &str, root: &str) -> Vec<Finding> {
    let modules: BTreeSet<&str> =
        tree.under(source, ".rs").filter_map(|(path, _)| top_module(source, path)).collect();
    let root = code(root);
    let exports = exports(&tokens(&root), &modules);
    let mut edges: Edges = BTreeMap::new();
    for (path, text) in tree.under(source, ".rs").filter(|(path, _)| !is_test(path)) {
        let Some(from) = top_module(source, path) else { continue };
        let text = code(text);
        for (name, line) in uses(&tokens(&text), &module_path(source, path)) {
            let to = modules.get(name).or_else(|| exports.get(name));
            if let Some(&to) = to
                && to != from
            {
                edges.entry(from).or_default().entry(to).or_insert((path, line));
            }
        }
    }
    rings(&edges).iter().map(|ring| finding(ring, &edges)).collect()
}

fn finding(ring: &[&str], edges: &Edges) -> Finding {
    let pairs = ring.iter().zip(ring.iter().cycle().skip(1));
    let places: Vec<(&str, usize)> = pairs.map(|(from, to)| edges[from][to]).collect();
    let arrows: Vec<String> = ring
        .iter()
        .zip(&places)
        .map(|(from, (path, line))| format!("{from} ({path}:{line})"))
        .collect();
    let what = format!("ring of modules: {} → {}", arrows.join(" → "), ring[0]);
    let hint = "move what both sides need to the lower module, or join them";
    Finding::new(places[0].0, places[0].1, what, hint)
}

/// One shortest ring for each knot of modules.
fn rings<'a>(edges: &Edges<'a>) -> Vec<Vec<&'a str>> {
    let mut told: BTreeSet<&str> = BTreeSet::new();
    let mut rings = Vec::new();
    for &start in edges.keys() {
        if told.contains(start) {
            continue;
        }
        if let Some(ring) = shortest_ring(start, edges) {
            told.extend(&ring);
            rings.push(ring);
        }
    }
    rings
}

fn shortest_ring<'a>(start: &'a str, edges: &Edges<'a>) -> Option<Vec<&'a str>> {
    let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(here) = queue.pop_front() {
        for &next in edges.get(here).into_iter().flat_map(BTreeMap::keys) {
            if next == start {
                let mut ring = vec![here];
                while ring[ring.len() - 1] != start {
                    ring.push(came_from[ring[ring.len() - 1]]);
                }
                ring.reverse();
                return Some(ring);
            }
            if !came_from.contains_key(next) {
                came_from.insert(next, here);
                queue.push_back(next);
            }
        }
    }
    None
}

/// `src/a.rs` and `src/a/b.rs` belong to `a`; the root file and `src/bin/` to no module.
fn top_module<'a>(source: &str, path: &'a str) -> Option<&'a str> {
    let first = path.strip_prefix(source)?.split('/').next()?;
    let first = first.strip_suffix(".rs").unwrap_or(first);
    (!["lib", "main", "bin", "tests"].contains(&first)).then_some(first)
}

fn module_path<'a>(source: &str, path: &'a str) -> Vec<&'a str> {
    let inside = path.strip_prefix(source).and_then(|path| path.strip_suffix(".rs"));
    let mut parts: Vec<&str> = inside.unwrap_or_default().split('/').collect();
    if parts.last() == Some(&"mod") {
        parts.pop();
    }
    parts
}

/// The first names below the crate's root of every path in a file, each with its line.
fn uses<'a>(tokens: &[Token<'a>], file: &[&'a str]) -> Vec<(&'a str, usize)> {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text);
    let mut inline: Vec<usize> = Vec::new(); // the depths at which `mod x {` were opened
    let mut depth = 0;
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match text(at) {
            "cfg" if is_inline_test(tokens, at) => {
                at = block_end(tokens, at);
                continue;
            }
            "mod" if text(at + 2) == "{" => inline.push(depth),
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                if inline.last() == Some(&depth) {
                    inline.pop();
                }
            }
            // `$crate::x` is expanded elsewhere.
            "crate" if text(at + 1) == "::" && (at == 0 || text(at - 1) != "$") => {
                first_names(tokens, at + 2, &mut found);
            }
            "super" if text(at + 1) == "::" => {
                let mut up = 1;
                while text(at + 2) == "super" && text(at + 3) == "::" {
                    (at, up) = (at + 2, up + 1);
                }
                if up == file.len() + inline.len() {
                    first_names(tokens, at + 2, &mut found);
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// `a::…` gives `a`, `{a::…, b}` gives both.
fn first_names<'a>(tokens: &[Token<'a>], at: usize, found: &mut Vec<(&'a str, usize)>) {
    let Some(first) = tokens.get(at) else { return };
    if first.text != "{" {
        found.push((first.text, first.line));
        return;
    }
    let mut depth = 0;
    for (token, before) in tokens[at..].iter().zip(tokens[at.saturating_sub(1)..].iter()) {
        match token.text {
            "{" => depth += 1,
            "}" => depth -= 1,
            name if depth == 1 && ["{", ","].contains(&before.text) => {
                found.push((name, token.line));
            }
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}

/// `cfg(test)] mod tests {`
fn is_inline_test(tokens: &[Token<'_>], at: usize) -> bool {
    let expected = ["cfg", "(", "test", ")", "]", "mod"];
    let found = tokens.iter().skip(at).map(|token| token.text);
    found.take(expected.len()).eq(expected)
        && tokens.get(at + expected.len() + 1).is_some_and(|token| token.text == "{")
}

fn block_end(tokens: &[Token<'_>], start: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(start) {
        match token.text {
            "{" => depth += 1,
            "}" if depth == 1 => return at + 1,
            "}" => depth -= 1,
            _ => {}
        }
    }
    tokens.len()
}

/// The names that the root re-exports, with the module that each comes from.
fn exports<'a>(tokens: &[Token<'a>], modules: &BTreeSet<&'a str>) -> BTreeMap<&'a str, &'a str> {
    let mut exports = BTreeMap::new();
    for (at, _) in tokens.iter().enumerate().filter(|(_, token)| token.text == "use") {
        let path: Vec<&str> = tokens[at + 1..]
            .iter()
            .map(|token| token.text)
            .take_while(|&text| text != ";")
            .collect();
        let from_root = matches!(path.as_slice(), ["self" | "crate", "::", ..]);
        let path = if from_root { &path[2..] } else { &path[..] };
        let Some(module) = path.first().and_then(|first| modules.get(first)) else { continue };
        for (at, name) in path.iter().enumerate().skip(1) {
            let ends = path.get(at + 1).is_none_or(|next| [",", "}"].contains(next));
            if ends && name.starts_with(is_name) {
                exports.insert(*name, *module);
            }
        }
    }
    exports
}
