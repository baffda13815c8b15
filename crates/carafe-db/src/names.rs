//! Names that are made up, by Django's rules: an existing database of Django's keeps its names.

use std::fmt::Write as _;

use md5::{Digest, Md5};

/// The longest name that every database takes; PostgreSQL's limit.
pub(crate) const LONGEST: usize = 63;

/// `BlogPost` is `blog_post`, `HTTPLog` is `http_log`.
pub(crate) fn snake(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (index, c) in chars.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| chars[before]);
        let after_small = before.is_some_and(|before| !before.is_uppercase());
        let before_small = chars.get(index + 1).is_some_and(|next| next.is_lowercase());
        if c.is_uppercase() && before.is_some_and(|c| c != '_') && (after_small || before_small) {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

/// The name, or where it is too long its beginning and some digits that tell it from others.
pub(crate) fn truncated(name: &str) -> String {
    if name.chars().count() <= LONGEST {
        return name.to_owned();
    }
    format!("{}{}", first(name, LONGEST - 4), digest(&[name], 4))
}

/// The name of what belongs to columns of a table: `polls_choice_question_id_c5b4b260`, and behind
/// it the suffix.
pub(crate) fn of_columns(table: &str, columns: &[&str], suffix: &str) -> String {
    let mut parts = vec![table];
    parts.extend(columns);
    let columns = columns.join("_");
    let mut end = format!("{}{suffix}", digest(&parts, 8));
    let name = format!("{table}_{columns}_{end}");
    if name.chars().count() <= LONGEST {
        return name;
    }
    if end.chars().count() > LONGEST / 3 {
        end = first(&end, LONGEST / 3).to_owned();
    }
    let other = (LONGEST - end.chars().count()) / 2 - 1;
    starting_well(format!("{}_{}_{end}", first(table, other), first(&columns, other)))
}

/// The name of an index that has none: `polls_m_a_e95012_idx`. Columns come with a `-` where they are
/// sorted downwards.
pub(crate) fn of_index(table: &str, columns: &[String]) -> String {
    let mut parts = vec![table];
    parts.extend(columns.iter().map(String::as_str));
    parts.push("idx");
    let column = columns.first().map_or("", |column| column.trim_start_matches('-'));
    let end = digest(&parts, 6);
    let name = format!("{}_{}_{end}_idx", first(table, 11), first(column, 7));
    match name.strip_prefix(|c: char| c == '_' || c.is_ascii_digit()) {
        Some(rest) => format!("D{rest}"),
        None => name,
    }
}

/// Django's: no name begins with an underscore or a digit.
fn starting_well(name: String) -> String {
    if !name.starts_with(|c: char| c == '_' || c.is_ascii_digit()) {
        return name;
    }
    let mut chars = name.chars();
    chars.next_back();
    format!("D{}", chars.as_str())
}

fn digest(parts: &[&str], length: usize) -> String {
    let mut hash = Md5::new();
    for part in parts {
        hash.update(part.as_bytes());
    }
    let mut hex = String::with_capacity(32);
    for byte in hash.finalize() {
        let _ = write!(hex, "{byte:02x}");
    }
    hex.truncate(length);
    hex
}

fn first(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::{of_columns, of_index, snake, truncated};

    #[test]
    fn names_are_django_s() {
        let check = |table, columns: &[&str], suffix, name| {
            assert_eq!(of_columns(table, columns, suffix), name);
        };
        check("polls_choice", &["question_id"], "", "polls_choice_question_id_c5b4b260");
        check("auth_user", &["username"], "_like", "auth_user_username_6821ab7c_like");
        let permission = "auth_group_permissio_permission_id_84c5c92e_fk_auth_perm";
        check("auth_group_permissions", &["permission_id"], "_fk_auth_permission_id", permission);
        let pair = "auth_user_user_permissions_user_id_permission_id_14a6b632_uniq";
        check("auth_user_user_permissions", &["user_id", "permission_id"], "_uniq", pair);
        check(
            "shop_author_friends",
            &["to_author_id"],
            "_fk_shop_author_id",
            "shop_author_friends_to_author_id_2e9de0d6_fk_shop_author_id",
        );
        assert_eq!(of_index("polls_m", &["a".into(), "-b".into()]), "polls_m_a_e95012_idx");
    }

    #[test]
    fn long_names_are_cut_and_told_apart() {
        let (one, other) = ("x".repeat(70), format!("{}y", "x".repeat(69)));
        assert_eq!(truncated(&one).len(), 63);
        assert_ne!(truncated(&one), truncated(&other));
        assert_eq!(truncated("post_tags"), "post_tags");
        let wide = of_columns(&"ü".repeat(70), &["ö"], "_fk_anything_that_is_very_long_id");
        assert!(wide.chars().count() <= 63, "{wide}");
    }

    #[test]
    fn structs_are_named_as_tables_are() {
        for (name, snaked) in [("BlogPost", "blog_post"), ("HTTPLog", "http_log"), ("Tag", "tag")] {
            assert_eq!(snake(name), snaked);
        }
    }
}
