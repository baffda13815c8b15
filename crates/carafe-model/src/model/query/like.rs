//! Patterns of LIKE.

use super::TextMatch;

/// The pattern of LIKE that finds a text, `\` being its escape.
pub(super) fn pattern(text: &str, how: TextMatch) -> String {
    let (before, behind) = match how {
        TextMatch::Contains | TextMatch::IContains => ("%", "%"),
        TextMatch::StartsWith | TextMatch::IStartsWith => ("", "%"),
        TextMatch::EndsWith | TextMatch::IEndsWith => ("%", ""),
        TextMatch::IExact => ("", ""),
        TextMatch::Regex | TextMatch::IRegex => return text.to_owned(),
    };
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push_str(before);
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push_str(behind);
    pattern
}
