//! Names of Rust for what a database calls otherwise.

use std::collections::HashSet;

/// Words that stand for themselves in Rust; behind `r#` they are names.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// Those that no `r#` makes a name.
const NEVER: &[&str] = &["self", "crate", "super", "Self"];

/// Types that the source names: a struct of that name would stand in their place.
const TYPES: &[&str] = &[
    "Array",
    "Box",
    "Date",
    "DateTime",
    "Decimal",
    "ForeignKey",
    "HStore",
    "IpAddr",
    "Model",
    "Models",
    "OneToOne",
    "Option",
    "PgRange",
    "Self",
    "SearchVector",
    "SignedDuration",
    "String",
    "Time",
    "Timestamp",
    "Uuid",
    "Value",
    "Vec",
    "Vector",
    "Some",
    "None",
    "Result",
];

/// Letters beyond ASCII that a name of Rust may have, in ranges that hold no mark which joins the
/// letter before it: two names that look alike are two names.
const LETTERS: &[(char, char)] = &[
    ('\u{c0}', '\u{d6}'),
    ('\u{d8}', '\u{f6}'),
    ('\u{f8}', '\u{12f}'),
    ('\u{132}', '\u{148}'),
    ('\u{14a}', '\u{17e}'),
    ('\u{391}', '\u{3a1}'),
    ('\u{3a3}', '\u{3a9}'),
    ('\u{3b1}', '\u{3c9}'),
    ('\u{410}', '\u{44f}'),
    ('\u{3041}', '\u{3096}'),
    ('\u{4e00}', '\u{9fa5}'),
    ('\u{ac00}', '\u{d7a3}'),
];

/// The name of a struct for a table, which none of `taken` is: `auth_user` is `AuthUser`.
pub(super) fn of_struct(table: &str, taken: &mut HashSet<String>) -> String {
    let mut name = String::new();
    let (mut begins, mut before_small) = (true, false);
    for c in table.chars() {
        if !is_letter(c) && !c.is_ascii_digit() {
            begins = true;
            continue;
        }
        // `AuthUser` keeps its capitals, `AUTH_USER` does not.
        if begins || (c.is_uppercase() && before_small) {
            name.extend(c.to_uppercase());
        } else {
            name.extend(c.to_lowercase());
        }
        (begins, before_small) = (false, c.is_lowercase());
    }
    if !name.starts_with(is_letter) {
        name.insert_str(0, "Table");
    }
    if TYPES.contains(&name.as_str()) {
        name.push_str("Row");
    }
    once(&name, "", taken, str::to_lowercase)
}

/// The name of a field for a column, which none of `taken` is. It has no `r#`.
pub(super) fn of_field(column: &str, taken: &mut HashSet<String>) -> String {
    let mut name = String::new();
    for c in column.chars() {
        if is_letter(c) || c.is_ascii_digit() {
            name.extend(c.to_lowercase());
        } else if !name.ends_with('_') {
            // Two in a row would be a way to another model.
            name.push('_');
        }
    }
    let name = name.trim_matches('_');
    let name = match name.chars().next() {
        None => "field".to_owned(),
        Some(c) if c.is_ascii_digit() => format!("n{name}"),
        Some(_) if NEVER.contains(&name) => format!("{name}_field"),
        Some(_) => name.to_owned(),
    };
    // The constants of fields are their names in capitals.
    once(&name, "_", taken, str::to_uppercase)
}

/// A name as it is written.
pub(super) fn written(name: &str) -> String {
    if KEYWORDS.contains(&name) { format!("r#{name}") } else { name.to_owned() }
}

/// Whether a name can stand in an attribute as it is, rather than in quotes.
pub(super) fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && !KEYWORDS.contains(&name)
        && !NEVER.contains(&name)
}

/// The name, with a number where it is taken.
fn once(
    name: &str,
    before: &str,
    taken: &mut HashSet<String>,
    key: impl Fn(&str) -> String,
) -> String {
    if taken.insert(key(name)) {
        return name.to_owned();
    }
    let mut number: usize = 2;
    loop {
        let numbered = format!("{name}{before}{number}");
        if taken.insert(key(&numbered)) {
            return numbered;
        }
        number += 1;
    }
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || LETTERS.iter().any(|(from, to)| (*from..=*to).contains(&c))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{of_field, of_struct, written};

    #[track_caller]
    fn fields(lines: &[(&str, &str)]) {
        let mut taken = HashSet::new();
        for (column, name) in lines {
            assert_eq!(written(&of_field(column, &mut taken)), *name, "{column}");
        }
    }

    #[test]
    fn columns_become_fields() {
        fields(&[
            ("title", "title"),
            ("Title", "title_2"),
            ("TITLE", "title_3"),
            ("title_2", "title_2_2"),
            ("a__b", "a_b"),
            ("a b", "a_b_2"),
            ("2nd", "n2nd"),
            ("type", "r#type"),
            ("self", "self_field"),
            ("", "field"),
            ("_", "field_2"),
            ("日本", "日本"),
            ("größe", "größe"),
            ("GRÖSSE", "grösse_2"),
            ("o\u{308}", "o"),
            ("x\"; drop\n", "x_drop"),
            ("\u{202e}evil", "evil"),
            ("_private_", "private"),
        ]);
    }

    #[test]
    fn tables_become_structs() {
        let mut taken = HashSet::new();
        for (table, name) in [
            ("auth_user", "AuthUser"),
            ("AuthUser", "AuthUser2"),
            ("AUTH_USER", "AuthUser3"),
            ("authuser", "Authuser4"),
            ("string", "StringRow"),
            ("self", "SelfRow"),
            ("7up", "Table7up"),
            ("", "Table"),
            ("a-b c.d", "ABCD"),
            ("日本", "日本"),
        ] {
            assert_eq!(of_struct(table, &mut taken), name, "{table}");
        }
    }
}
