use super::*;

#[track_caller]
fn check(source: &str, expected: &str) {
    assert_eq!(code(source), expected, "{source}");
}

#[test]
fn comments_and_literals_are_no_code() {
    check("a // b\nc", "a     \nc");
    check("a /* b /* c */ d */ e", "a                   e");
    check("a /* never closed", "a                ");
    check(r#"a "b // c" d"#, "a \"\"\"\"\"\"\"\" d");
    check(r#"a "\"" b"#, "a \"\"\"\" b");
    check("r#\"a \" b\"# c", "\"\"\"\"\"\"\"\"\"\" c");
    check("br\"a\\\" c", "b\"\"\"\"\" c");
    check("for\"a\"", "for\"\"\"");
    check("r#type", "r#type");
    check("'a' 'b &'c str '\\'' '\\u{41}' d", "\"\"\" 'b &'c str \"\"\"\" \"\"\"\"\"\"\"\" d");
    check("\"two\nlines\" a", "\"\"\"\"\n\"\"\"\"\"\" a");
    check("\"never closed", "\"\"\"\"\"\"\"\"\"\"\"\"\"");
    check("", "");
}

#[test]
fn tokens_are_names_paths_and_marks() {
    let texts: Vec<&str> = tokens("use crate::a_1::{B};").iter().map(|token| token.text).collect();
    assert_eq!(texts, ["use", "crate", "::", "a_1", "::", "{", "B", "}", ";"]);
    assert_eq!(tokens("a\n\n b")[1], Token { text: "b", line: 3 });
}

#[test]
fn lines_of_code_are_neither_blank_nor_comment() {
    assert_eq!(lines_of_code("//! a\n\nfn b() {\n  /* c\n  d */\n}\n// e\n"), 2);
}
