//! Jinja's statements, filters, tests and globals (FL-63 to FL-66).

use carafe_core::App;
use carafe_templates::{Context, Templates, Undefined, context, render_string};
use serde_json::json;

use crate::rendered;

fn data() -> Context {
    context! {
        html => "<b>",
        one => 1,
        list => vec![3, 1, 2],
        words => vec!["b", "a"],
        map => json!({ "b": 1, "a": 2 }),
        users => json!([{ "name": "Ann", "age": 30, "ok": true }, { "name": "Bob", "age": 20, "ok": false }]),
        nothing => None::<i32>,
        tree => json!([{ "n": 1, "c": [{ "n": 2, "c": [] }] }]),
    }
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for (source, expected) in cases {
        let text = runtime.block_on(rendered(source, data()));
        match text {
            Ok(text) => assert_eq!(text, *expected, "{source}"),
            Err(error) => panic!("{source}: {error:?}"),
        }
    }
}

#[test]
fn escaping() {
    check(&[
        ("{{ html }}", "&lt;b&gt;"),
        ("{{ html | safe }}", "<b>"),
        ("{{ '/a?b=1&c=\"d\\'' }}", "/a?b=1&amp;c=&#34;d&#39;"),
        ("{{ {'a': html} | tojson }}", r#"{"a": "\u003cb\u003e"}"#),
        (
            "{{ html | e }} {{ html | escape | e }} {{ html | safe | forceescape }}",
            "&lt;b&gt; &lt;b&gt; &lt;b&gt;",
        ),
        ("{% autoescape false %}{{ html }}{% endautoescape %}", "<b>"),
        ("{% set x %}<i>{{ html }}</i>{% endset %}{{ x }}", "<i>&lt;b&gt;</i>"),
        ("{{ one }} {{ 1.5 }} {{ true }} {{ none }} {{ list }}", "1 1.5 True None [3, 1, 2]"),
    ]);
}

#[test]
fn statements() {
    check(&[
        (
            "{% for n in list if n > 1 %}{{ loop.index }}{{ n }} {% else %}none{% endfor %}",
            "13 22 ",
        ),
        ("{% for n in [] %}x{% else %}none{% endfor %}", "none"),
        ("{% for t in tree recursive %}{{ t.n }}{{ loop(t.c) }}{% endfor %}", "12"),
        ("{% for n in list %}{% if n == 1 %}{% continue %}{% endif %}{{ n }}{% endfor %}", "32"),
        ("{% for n in list %}{% if n == 1 %}{% break %}{% endif %}{{ n }}{% endfor %}", "3"),
        ("{% for k, v in map | items %}{{ k }}{{ v }}{% endfor %}", "a2b1"),
        ("{% if one == 2 %}a{% elif one == 1 %}b{% else %}c{% endif %}", "b"),
        ("{% set a, b = 1, 2 %}{{ a + b }}", "3"),
        ("{% set x | upper %}abc{% endset %}{{ x }}", "ABC"),
        ("{% macro f(a, b=2) %}{{ a }}{{ b }}{% endmacro %}{{ f(1) }} {{ f(1, b=3) }}", "12 13"),
        ("{% macro f() %}[{{ caller() }}]{% endmacro %}{% call f() %}x{% endcall %}", "[x]"),
        ("{% filter upper %}abc{% endfilter %}", "ABC"),
        ("{% with x = 2 %}{{ x }}{% endwith %}", "2"),
        ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
        ("a {%- if true %} b {% endif -%} c", "a b c"),
        (
            "{% set ns = namespace(n=0) %}{% for n in list %}{% set ns.n = ns.n + n %}{% endfor %}{{ ns.n }}",
            "6",
        ),
        ("{% do range(3) %}x", "x"),
        ("{% for i in list %}{% block b scoped %}{{ i }}{% endblock %}{% endfor %}", "312"),
        ("{% include 'x' ignore missing without context %}", ""),
        (
            "{{ 'a' if one == 1 else 'b' }} {{ 1 in list }} {{ 7 // 2 }} {{ 7 % 2 }} {{ 2 ** 3 }} {{ 'a' ~ 1 }}",
            "a True 3 1 8 a1",
        ),
        (
            "{{ list[0] }} {{ list[-1] }} {{ list[1:] }} {{ map['a'] }} {{ map.a }}",
            "3 2 [1, 2] 2 2",
        ),
    ]);
}

#[cfg(feature = "jiff")]
#[test]
fn dates_are_written_as_people_do() {
    check(&[
        ("{{ '2026-02-01' | strftime('%d.%m.%Y') }}", "01.02.2026"),
        ("{{ '2026-02-01' | strftime('%A, %-d %B') }}", "Sunday, 1 February"),
        ("{{ '2026-02-01' | strftime('%H:%M') }}", "00:00"),
        ("{{ '2026-02-01 09:30:05' | strftime('%Y %H:%M:%S') }}", "2026 09:30:05"),
        ("{{ '2026-02-01T09:30:00Z' | strftime('%H:%M %z') }}", "09:30 +0000"),
        ("{{ '2026-02-01T09:30:00.5+02:00[Europe/Kyiv]' | strftime('%H:%M %z') }}", "09:30 +0200"),
        ("{{ none | strftime('%Y') }}", "None"),
        ("{{ '0001-01-01' | strftime('<%%>') }}", "&lt;%&gt;"),
        ("{{ nope | default('-') | strftime('%Y') if nope else 'never' }}", "never"),
    ]);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for (source, told) in [
        ("{{ 'tomorrow' | strftime('%Y') }}", "\"tomorrow\" is none"),
        ("{{ '' | strftime('%Y') }}", "\"\" is none"),
        ("{{ '2026-02-30' | strftime('%Y') }}", "\"2026-02-30\" is none"),
        ("{{ 7 | strftime('%Y') }}", "number is none"),
        ("{{ '2026-02-01' | strftime('%!') }}", "`strftime` cannot write \"%!\""),
        ("{{ '2026-02-01' | strftime('%z') }}", "`strftime` cannot write \"%z\""),
    ] {
        let error = runtime.block_on(rendered(source, data())).unwrap_err().to_string();
        assert!(error.contains(told), "{source}: {error}");
    }
}

#[test]
fn filters_of_jinja() {
    check(&[
        ("{{ -1 | abs }}", "1"),
        ("{{ map | attr('a') }}", "2"),
        ("{{ [1,2,3] | batch(2) | list }}", "[[1, 2], [3]]"),
        (
            "{{ 'abc' | capitalize }} {{ 'a b' | title }} {{ 'A' | lower }} {{ 'a' | upper }}",
            "Abc A B a A",
        ),
        ("[{{ 'ab' | center(6) }}]", "[  ab  ]"),
        (
            "[{{ 'abc' | center(6) }}] [{{ 'ab' | center(5) }}] [{{ 'abc' | center(2) }}]",
            "[ abc  ] [  ab ] [abc]",
        ),
        ("{{ list | count }}{{ list | length }}", "33"),
        ("{{ nope | default('x') }}{{ '' | default('y', true) }}", "xy"),
        ("{{ map | dictsort }}", "[(&#x27;a&#x27;, 2), (&#x27;b&#x27;, 1)]"),
        ("{{ 1000 | filesizeformat }} {{ 1024 | filesizeformat(true) }}", "1.0 kB 1.0 KiB"),
        ("{{ list | first }}{{ list | last }}", "32"),
        ("{{ '1.5' | float }}{{ '7' | int }}{{ 7 | string }}", "1.577"),
        ("{{ '%s-%d' | format('a', 1) }}", "a-1"),
        (
            "{% for g in users | groupby('ok') %}{{ g.grouper }}:{{ g.list | length }} {% endfor %}",
            "False:1 True:1 ",
        ),
        ("{{ 'a\nb' | indent(2) }}", "a\n  b"),
        ("{{ list | join(',') }} {{ users | join('+', attribute='name') }}", "3,1,2 Ann+Bob"),
        ("{{ 'ab' | list | join('.') }}", "a.b"),
        (
            "{{ users | map(attribute='name') | join }} {{ words | map('upper') | join }}",
            "AnnBob BA",
        ),
        ("{{ list | max }}{{ list | min }}{{ list | sum }}", "316"),
        ("{{ users | selectattr('ok') | map(attribute='name') | join }}", "Ann"),
        ("{{ users | rejectattr('ok') | map(attribute='name') | join }}", "Bob"),
        ("{{ list | select('odd') | list }}{{ list | reject('odd') | list }}", "[3, 1][2]"),
        ("{{ 'aaa' | replace('a', 'b') }}", "bbb"),
        ("{{ list | reverse | list }} {{ 2.567 | round(2) }}", "[2, 1, 3] 2.57"),
        ("{{ [1,2,3,4] | slice(2) | list }}", "[[1, 2], [3, 4]]"),
        (
            "{{ list | sort }} {{ list | sort(reverse=true) }} {{ users | sort(attribute='age') | map(attribute='name') | join }}",
            "[1, 2, 3] [3, 2, 1] BobAnn",
        ),
        ("{{ '<p>a &amp; b</p>' | striptags }}", "a &amp; b"),
        ("[{{ ' a ' | trim }}]", "[a]"),
        (
            "{{ 'foo bar baz qux' | truncate(9) }} {{ 'foo bar baz qux' | truncate(9, true) }}",
            "foo... foo ba...",
        ),
        ("{{ [1, 1, 2] | unique | list }}", "[1, 2]"),
        ("{{ 'a b&c/é' | urlencode }}", "a%20b%26c/%C3%A9"),
        ("{{ 'foo bar, baz-qux' | wordcount }}", "4"),
        ("{{ 'one two three four' | wordwrap(9) }}", "one two\nthree\nfour"),
        (
            "{{ 'abcdefghij' | wordwrap(4) }} {{ 'abcdef' | wordwrap(4, break_long_words=false) }}",
            "abcd\nefgh\nij abcdef",
        ),
        ("{{ 'a b' | wordwrap(1, wrapstring='|') }}", "a|b"),
        (
            "<p{{ {'id': 'x', 'class': html, 'no': none} | xmlattr }}>",
            "<p id=\"x\" class=\"&lt;b&gt;\">",
        ),
        ("{{ list | random in list }}", "True"),
        ("{{ [1, 2] | pprint }}", "[\n    1,\n    2,\n]"),
    ]);
}

#[test]
fn urlize() {
    check(&[
        (
            "{{ 'see https://example.com/?a=1&b=<x>.' | urlize }}",
            "see <a href=\"https://example.com/?a=1&amp;b=&lt;x\" rel=\"noopener\">https://example.com/?a=1&amp;b=&lt;x</a>&gt;.",
        ),
        (
            "{{ '(www.example.com)' | urlize }}",
            "(<a href=\"https://www.example.com\" rel=\"noopener\">www.example.com</a>)",
        ),
        (
            "{{ 'x@example.com' | urlize }}",
            "<a href=\"mailto:x@example.com\" rel=\"noopener\">x@example.com</a>",
        ),
        (
            "{{ 'http://example.com/long' | urlize(10, nofollow=true, target='_blank') }}",
            "<a href=\"http://example.com/long\" rel=\"nofollow noopener\" target=\"_blank\">http://exa...</a>",
        ),
        (
            "{{ 'javascript:alert(1) a.b <script>' | urlize }}",
            "javascript:alert(1) a.b &lt;script&gt;",
        ),
    ]);
}

#[test]
fn tests_of_jinja() {
    let holds = [
        "true is boolean",
        "range is callable",
        "one is defined",
        "4 is divisibleby(2)",
        "1 is eq(1)",
        "('x' | safe) is escaped",
        "2 is even",
        "false is false",
        "'upper' is filter",
        "1.5 is float",
        "2 is ge(1)",
        "2 is gt(1)",
        "1 is in(list)",
        "1 is integer",
        "list is iterable",
        "1 is le(1)",
        "'a' is lower",
        "1 is lt(2)",
        "map is mapping",
        "1 is ne(2)",
        "none is none",
        "1 is number",
        "1 is odd",
        "one is sameas(one)",
        "list is sequence",
        "'a' is string",
        "'odd' is test",
        "true is true",
        "nope is undefined",
        "'A' is upper",
        "1 is equalto(1)",
        "2 is greaterthan(1)",
        "1 is lessthan(2)",
        "one is not callable",
        "not ('upper' is callable)",
    ];
    let cases: Vec<_> = holds.iter().map(|test| format!("{{{{ {test} }}}}")).collect();
    let cases: Vec<_> = cases.iter().map(|source| (source.as_str(), "True")).collect();
    check(&cases);
}

#[test]
fn globals_of_jinja() {
    check(&[
        ("{{ range(3) | list }} {{ dict(a=1) }}", "[0, 1, 2] {&#x27;a&#x27;: 1}"),
        ("{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}", "aba"),
        ("{% set j = joiner(',') %}{{ j() }}a{{ j() }}b", "a,b"),
        ("{{ lipsum(n=1, html=false) | length > 20 }}", "True"),
        (
            "{{ 'a,b'.split(',') | length }} {{ map.items() | list | length }} {{ 'x'.upper() }} {{ map.get('z', 5) }}",
            "2 2 X 5",
        ),
    ]);
}

#[tokio::test]
async fn undefined_names() {
    let cases = [
        (Undefined::Lenient, "{{ nope }}", Some("")),
        (Undefined::Lenient, "{% for x in nope %}{% endfor %}", Some("")),
        (Undefined::Lenient, "{{ nope.b.c }}", None),
        (Undefined::Chainable, "{{ nope.b.c }}", Some("")),
        (Undefined::SemiStrict, "{{ nope }}", None),
        (Undefined::SemiStrict, "{% if nope %}a{% else %}b{% endif %}", Some("b")),
        (Undefined::SemiStrict, "{{ nope | default('x') }}", Some("x")),
        (Undefined::Strict, "{% if nope %}{% endif %}", None),
        (Undefined::Strict, "{% if nope is defined %}a{% else %}b{% endif %}", Some("b")),
    ];
    for (behavior, source, expected) in cases {
        let app = App::new("site").plugin(Templates::new().undefined(behavior));
        let site = app.build().unwrap();
        let text = site.scope(render_string(source, context! { title => 1 })).await;
        match (text, expected) {
            (Ok(text), Some(expected)) => assert_eq!(text, expected, "{behavior:?} {source}"),
            (Err(error), None) => assert!(error.to_string().contains("undefined"), "{error}"),
            (other, _) => panic!("{behavior:?} {source}: {other:?}"),
        }
    }
    let error = rendered("{{ titel }}", context! { title => 1 }).await.unwrap_err();
    assert!(error.to_string().contains("did you mean `title`?"), "{error}");
}

#[tokio::test]
async fn blocks_can_be_trimmed() {
    let app = App::new("site").plugin(Templates::new().trim_blocks());
    let site = app.build().unwrap();
    let text = site.scope(render_string("  {% if true %}\nx\n  {% endif %}\n", context! {})).await;
    assert_eq!(text.unwrap(), "x\n");
}
