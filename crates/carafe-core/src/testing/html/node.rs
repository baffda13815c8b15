//! An element or a text, in the one form that all of its spellings share.

use std::fmt::Write;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Element(Element),
    Text(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) name: String,
    /// By name.
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Node>,
}

/// Elements that have no content and no end tag.
pub(super) const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];

/// Attributes that say all by being there.
const BOOLEAN: &[&str] = &[
    "allowfullscreen",
    "async",
    "autofocus",
    "autoplay",
    "checked",
    "controls",
    "default",
    "defer",
    "disabled",
    "formnovalidate",
    "inert",
    "ismap",
    "itemscope",
    "loop",
    "multiple",
    "muted",
    "nomodule",
    "novalidate",
    "open",
    "playsinline",
    "readonly",
    "required",
    "reversed",
    "selected",
];

/// What HTML takes for whitespace, which `&nbsp;` is not.
const SPACE: [char; 5] = [' ', '\t', '\n', '\u{c}', '\r'];

impl Element {
    /// The attributes come sorted by name.
    pub(super) fn new(name: String, attributes: impl Iterator<Item = (String, String)>) -> Self {
        let attributes = attributes.map(|(name, value)| {
            let value = normal_value(&name, value);
            (name, value)
        });
        Self { name, attributes: attributes.collect(), children: Vec::new() }
    }

    /// Adds to the text at the end, or begins one.
    pub(super) fn add_text(&mut self, text: &str) {
        match self.children.last_mut() {
            Some(Node::Text(before)) => before.push_str(text),
            _ => self.children.push(Node::Text(text.to_owned())),
        }
    }

    /// Brings the texts into their one form, once they are whole.
    pub(super) fn finish(&mut self, kept: bool) {
        for child in &mut self.children {
            match child {
                Node::Text(text) if !kept => *text = normal_text(&self.name, text),
                Node::Text(_) | Node::Element(_) => {}
            }
        }
        if matches!(&*self.name, "pre" | "textarea")
            && let Some(Node::Text(text)) = self.children.first_mut()
            && text.starts_with('\n')
        {
            // The standard drops it, so that the text can begin on a line of its own.
            text.remove(0);
        }
        self.children.retain(|child| !matches!(child, Node::Text(text) if text.is_empty()));
    }
}

/// An element a line, indented by its depth.
pub(super) fn pretty(nodes: &[Node]) -> String {
    let mut out = String::new();
    write_all(&mut out, nodes, 0);
    out
}

fn normal_value(name: &str, value: String) -> String {
    if BOOLEAN.contains(&name) {
        return String::new();
    }
    if name == "class" {
        let mut classes: Vec<&str> = words(&value).collect();
        classes.sort_unstable();
        classes.dedup();
        return classes.join(" ");
    }
    value
}

fn normal_text(parent: &str, text: &str) -> String {
    if matches!(parent, "script" | "style") {
        return text.trim_matches(SPACE).to_owned();
    }
    words(text).collect::<Vec<_>>().join(" ")
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(SPACE).filter(|word| !word.is_empty())
}

fn write_all(out: &mut String, nodes: &[Node], depth: usize) {
    for node in nodes {
        let indent = "  ".repeat(depth);
        match node {
            Node::Text(text) => {
                out.extend([&*indent, &escaped(text), "\n"]);
            }
            Node::Element(element) => {
                out.push_str(&indent);
                write_element(out, element, depth);
                out.push('\n');
            }
        }
    }
}

fn write_element(out: &mut String, element: &Element, depth: usize) {
    let Element { name, attributes, children } = element;
    out.extend(["<", name]);
    for (name, value) in attributes {
        out.extend([" ", name]);
        if !value.is_empty() {
            // Writing to a string cannot fail.
            let _ = write!(out, "=\"{}\"", escaped(value).replace('"', "&quot;"));
        }
    }
    out.push('>');
    match &children[..] {
        [] if VOID.contains(&name.as_str()) => return,
        [] => {}
        [Node::Text(text)] => out.push_str(&escaped(text)),
        _ => {
            out.push('\n');
            write_all(out, children, depth + 1);
            out.push_str(&"  ".repeat(depth));
        }
    }
    out.extend(["</", name, ">"]);
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\u{a0}', "&nbsp;")
}
