//! A piece of HTML in a larger one.

use similar::TextDiff;

use super::node::{Node, pretty};

/// How often the part stands in the nodes, at any depth.
pub(super) fn count(nodes: &[Node], part: &[Node]) -> usize {
    let here: usize = match part {
        [Node::Text(text)] => nodes
            .iter()
            .map(|node| match node {
                Node::Text(whole) => whole.matches(text.as_str()).count(),
                Node::Element(_) => 0,
            })
            .sum(),
        _ => nodes.windows(part.len()).filter(|window| is_at(window, part)).count(),
    };
    here + children(nodes).map(|children| count(children, part)).sum::<usize>()
}

/// What begins with an element of the same name and differs least.
pub(super) fn nearest(nodes: &[Node], part: &[Node]) -> Option<Vec<Node>> {
    // Enough for any page that a test looks at; each costs a comparison.
    const COMPARED: usize = 500;
    // Short ones have few words to be told apart by; for long ones letters would take too long.
    const BY_LETTER: usize = 2_000;
    let mut alike = Vec::new();
    collect(nodes, part, &mut alike);
    let wanted = pretty(part);
    let likeness = |window: &[Node]| {
        let found = pretty(window);
        if wanted.len() + found.len() < BY_LETTER {
            TextDiff::from_chars(&wanted, &found).ratio()
        } else {
            TextDiff::from_words(&wanted, &found).ratio()
        }
    };
    let rated = alike.into_iter().take(COMPARED).map(|window| (likeness(window), window));
    let best = rated.reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.map(|(_, window)| window.to_vec())
}

/// The same nodes; a text at either end may be a part of a longer one.
fn is_at(window: &[Node], part: &[Node]) -> bool {
    let last = part.len() - 1;
    window.iter().zip(part).enumerate().all(|(at, pair)| match pair {
        (Node::Text(whole), Node::Text(text)) if at == 0 => whole.ends_with(text.as_str()),
        (Node::Text(whole), Node::Text(text)) if at == last => whole.starts_with(text.as_str()),
        (found, wanted) => found == wanted,
    })
}

fn collect<'n>(nodes: &'n [Node], part: &[Node], alike: &mut Vec<&'n [Node]>) {
    let length = part.len().min(nodes.len());
    let wanted = name(part.first());
    if length > 0 && wanted.is_some() {
        alike.extend(nodes.windows(length).filter(|window| name(window.first()) == wanted));
    }
    for children in children(nodes) {
        collect(children, part, alike);
    }
}

fn name(node: Option<&Node>) -> Option<&str> {
    match node {
        Some(Node::Element(element)) => Some(&element.name),
        _ => None,
    }
}

fn children(nodes: &[Node]) -> impl Iterator<Item = &[Node]> {
    nodes.iter().filter_map(|node| match node {
        Node::Element(element) => Some(&element.children[..]),
        Node::Text(_) => None,
    })
}
