use super::*;

#[track_caller]
fn check(source: &str, expected: &str) {
    let found: Vec<_> = references(source)
        .into_iter()
        .map(|Reference { line, to }| match to {
            To::Templates { names, required } => {
                format!("{line}:{}{}", names.join("|"), if required { "" } else { "?" })
            }
            To::Dynamic => format!("{line}:*"),
            To::Endpoint(name) => format!("{line}:@{name}"),
        })
        .collect();
    assert_eq!(found.join(" "), expected, "in {source:?}");
}

#[test]
fn templates() {
    check("{% extends 'a.html' %}", "1:a.html");
    check("{%- extends \"a.html\" -%}", "1:a.html");
    check("\n{% include 'a.html' ignore missing %}", "2:a.html?");
    check("{% include ['a.html', 'b.html'] %}", "1:a.html|b.html");
    check("{% include ('a.html', 'b.html',) without context %}", "1:a.html|b.html");
    check(
        "{% import 'm.html' as m %}{% from 'n.html' import a, b as c with context %}",
        "1:m.html 1:n.html",
    );
    check("{% extends 'a.html' if x else 'b.html' %}", "1:a.html 1:b.html");
    check("{% extends name %}{% include 'a/' ~ name %}{% include ['a', b] %}", "1:* 1:* 1:*");
    check("{% extends layout or 'a.html' %}", "1:*");
    check(r"{% include 'it\'s.html' %}", "1:it's.html");
}

#[test]
fn endpoints() {
    check("{{ url_for('a.b', id=7) }}\n{{ url_for('.c') }}", "1:@a.b 2:@.c");
    check("{% if url_for(\"x\") == y %}{% endif %}", "1:@x");
    check("{{ f(\n  url_for('x')) }}", "2:@x");
    check(
        "{{ my.url_for('x') }}{{ url_for(name) }}{{ url_for('a' ~ b) }}{{ 'url_for(\"x\")' }}",
        "",
    );
    check("{{ {'a': {'b': 1}} }}{{ url_for('x') }}", "1:@x");
}

#[test]
fn what_is_no_tag() {
    check(
        "{# {% extends 'a' %} #}{% raw %}{% extends 'b' %}{{ url_for('x') }}{% endraw %}{% include 'c' %}",
        "1:c",
    );
    check("{%- raw -%}{% include 'b' %}{%- endraw -%}", "");
    check("{ {% include 'a' %} } {{ '%}' }}{% set a = '%} {% include b %}' %}", "1:a");
}

#[test]
fn broken_texts_end() {
    let sources = [
        "{",
        "{{",
        "{%",
        "{#",
        "{% raw %}",
        "{{ 'a",
        "{% include 'a\\",
        "{% raw %}{%",
        "é{{é",
        "{%-",
        "{{ '\\é' }}",
        "{% include ['a",
        "{{ url_for('",
        "{{ {{ {{ }",
    ];
    for source in sources {
        assert!(references(source).len() < 2, "{source:?}");
    }
    assert_eq!(references(&"{{".repeat(100_000)), []);
}
