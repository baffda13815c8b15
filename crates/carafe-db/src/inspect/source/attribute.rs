//! Attributes in rustfmt's form: what is no code is set on several lines where it is long, and code
//! stays as it is.

/// So wide is a line at most.
const LINE: usize = 100;

/// So wide are several items at most that stand on one line.
const WIDTH: usize = 70;

/// What stands in one `#[model(…)]`.
pub(super) enum Attribute {
    /// Words and `word = literal`.
    Words(Vec<String>),
    /// `word(words)`.
    List(&'static str, Vec<String>),
    /// With expressions, which rustfmt leaves alone.
    Verbatim(Vec<String>),
}

/// Attributes, each on a line or several; none for what says nothing.
pub(super) fn attributes(indent: usize, attributes: Vec<Attribute>) -> String {
    let space = " ".repeat(indent);
    let mut text = String::new();
    for attribute in attributes {
        match attribute {
            Attribute::Words(words) | Attribute::Verbatim(words) if words.is_empty() => {}
            Attribute::Verbatim(words) => {
                text.extend([&*space, "#[model(", &words.join(", "), ")]\n"]);
            }
            Attribute::Words(words) => {
                let line = words.join(", ");
                let whole = format!("{space}#[model({line})]\n");
                if fits(&whole) && (words.len() == 1 || line.chars().count() <= WIDTH) {
                    text.push_str(&whole);
                } else {
                    text.extend([&*space, "#[model(\n", &lines(&space, &words), &space, ")]\n"]);
                }
            }
            Attribute::List(name, items) => {
                let line = items.join(", ");
                let whole = format!("{space}#[model({name}({line}))]\n");
                if fits(&whole) && (items.len() == 1 || line.chars().count() <= WIDTH) {
                    text.push_str(&whole);
                } else {
                    let lines = lines(&space, &items);
                    text.extend([&*space, "#[model(", name, "(\n", &lines, &space, "))]\n"]);
                }
            }
        }
    }
    text
}

/// Whether a line, with its end, is no wider than it may be.
fn fits(line: &str) -> bool {
    line.chars().count() <= LINE + 1
}

fn lines(space: &str, items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| format!("{space}    {item}")).collect();
    format!("{}\n", items.join(",\n"))
}
