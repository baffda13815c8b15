//! References in style sheets.

/// Rewrites what `url(…)` and `@import "…"` refer to; what `resolve` does not know stays as it is,
/// and so do comments and other strings.
pub(super) fn rewrite(css: &str, mut resolve: impl FnMut(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(css.len() + css.len() / 8);
    let mut rest = css;
    let mut importing = false;
    while let Some(c) = rest.chars().next() {
        if rest.starts_with("/*") {
            let end = rest[2..].find("*/").map_or(rest.len(), |end| end + 4);
            take(&mut out, &mut rest, end);
        } else if c == '"' || c == '\'' {
            let end = string_end(rest);
            let inner = rest.get(1..end - 1).filter(|_| importing);
            match inner.and_then(&mut resolve) {
                Some(new) => {
                    out.extend([c.to_string(), new, c.to_string()]);
                    rest = &rest[end..];
                }
                None => take(&mut out, &mut rest, end),
            }
            importing = false;
        } else if starts_with(rest, "@import") {
            take(&mut out, &mut rest, "@import".len());
            importing = true;
        } else if starts_with(rest, "url(") && !out.ends_with(is_name) {
            let inside = &rest["url(".len()..];
            let Some(length) = reference_end(inside) else {
                out.push_str(rest);
                break;
            };
            out.push_str(&rest[..4]);
            let written = &inside[..length];
            match resolve(unquoted(written.trim())) {
                Some(new) => out.extend(["\"", &new, "\""]),
                None => out.push_str(written),
            }
            rest = &inside[length..];
            importing = false;
        } else {
            importing = importing && c.is_whitespace();
            take(&mut out, &mut rest, c.len_utf8());
        }
    }
    out
}

fn take(out: &mut String, rest: &mut &str, length: usize) {
    let (taken, left) = rest.split_at(length);
    out.push_str(taken);
    *rest = left;
}

fn starts_with(text: &str, keyword: &str) -> bool {
    text.get(..keyword.len()).is_some_and(|start| start.eq_ignore_ascii_case(keyword))
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '-' || c == '_'
}

/// Where a string that begins here ends, its quotes included; one that never ends goes to the end.
fn string_end(text: &str) -> usize {
    let mut chars = text.char_indices();
    let quote = chars.next().map(|(_, quote)| quote);
    while let Some((at, c)) = chars.next() {
        if c == '\\' {
            chars.next();
        } else if Some(c) == quote {
            return at + 1;
        }
    }
    text.len()
}

/// Where the parenthesis closes, after `url(`.
fn reference_end(inside: &str) -> Option<usize> {
    let lead = inside.len() - inside.trim_start().len();
    let from = match inside[lead..].chars().next()? {
        '"' | '\'' => lead + string_end(&inside[lead..]),
        _ => lead,
    };
    Some(from + inside[from..].find(')')?)
}

fn unquoted(text: &str) -> &str {
    ['"', '\'']
        .into_iter()
        .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::rewrite;

    #[track_caller]
    fn check(before: &str, after: &str) {
        let known = |name: &str| (name == "a.png").then(|| "a.1.png".to_owned());
        assert_eq!(rewrite(before, known), after);
    }

    #[test]
    fn references_are_found_where_they_stand() {
        check("a{b:url(a.png)}", "a{b:url(\"a.1.png\")}");
        check("a{b:URL( 'a.png' ) x}", "a{b:URL(\"a.1.png\") x}");
        check("@import \"a.png\" print;", "@import \"a.1.png\" print;");
        check("@IMPORT url(a.png);", "@IMPORT url(\"a.1.png\");");
        check("url(a.png),url(b.png)", "url(\"a.1.png\"),url(b.png)");
    }

    #[test]
    fn everything_else_stays() {
        for css in [
            "",
            "/* url(a.png) */",
            "/* url(a.png)",
            "a{content:\"url(a.png)\"}",
            "a{content:\"a.png\"}",
            "my-url(a.png)",
            "url(",
            "url('a.png",
            "url(\"a.png\\\")",
            "@import",
            "\"",
            "@import '",
            "ü{ä:url(ö.png)}",
        ] {
            check(css, css);
        }
    }
}
