use super::*;

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(html(text), expected);
}

#[test]
fn colours_become_classes() {
    check("plain", "plain");
    check("", "");
    check("\x1b[1m\x1b[91merror\x1b[0m: no", "<span class=\"b c9\">error</span>: no");
    check("\x1b[31ma\x1b[39mb", "<span class=\"c1\">a</span>b");
    check(
        "\x1b[1;3;4;2ma\x1b[22mb",
        "<span class=\"b d i u\">a</span><span class=\"i u\">b</span>",
    );
    check("\x1b[38;5;9ma\x1b[m", "<span class=\"c9\">a</span>");
    check("\x1b[38;5;12ma", "<span class=\"c12\">a</span>");
    check("\x1b[38;5;196ma", "<span style=\"color:#ff0000\">a</span>");
    check("\x1b[38;5;244ma", "<span style=\"color:#808080\">a</span>");
    check("\x1b[1;38;2;1;2;255ma", "<span class=\"b\" style=\"color:#0102ff\">a</span>");
    check("\x1b[48;5;1;31ma", "<span class=\"c1\">a</span>");
}

#[test]
fn html_is_escaped_and_spans_are_closed() {
    check("<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;");
    check("\x1b[31m</pre><script>", "<span class=\"c1\">&lt;/pre&gt;&lt;script&gt;</span>");
    check("\x1b[31m\x1b[32m\x1b[33m\x1b[0m", "");
}

#[test]
fn what_is_no_colour_is_dropped() {
    check("a\x1b[2Kb\x1b[1;1Hc\rd\x08\x07\0", "abcd");
    check("a\u{202e}b\u{2066}c", "abc");
    check("\x1b[?25lx", "x");
    check("\x1b(Bx\x1bMy", "xy");
    check("\x1b]8;;https://a.example\x1b\\E0308\x1b]8;;\x1b\\!", "E0308!");
    check("\x1b]0;title\x07x", "x");
    check("a\tb\n", "a\tb\n");
}

#[test]
fn broken_escapes_end() {
    check("\x1b", "");
    check("\x1b[", "");
    check("\x1b[31", "");
    check("\x1b[31\x1b[32ma", "<span class=\"c2\">a</span>");
    check("\x1b]0;never ended\nnext", "0;never ended\nnext");
    check("\x1b[99999999999999999999ma", "a");
    check("\x1b[38ma\x1b[38;5mb\x1b[38;2;1mc", "abc");
    check("\x1b[38;2;999;0;0ma", "<span style=\"color:#ff0000\">a</span>");
    check("\x1bé", "é");
    check("\x1b(é", "");
    check("\x1b[é", "é");
}

#[test]
fn a_flood_of_colours_stays_flat() {
    let text = "\x1b[31ma\x1b[32mb".repeat(20_000);
    let html = html(&text);
    assert_eq!(html.matches("<span").count(), html.matches("</span>").count());
    assert!(!html.contains("<span class=\"c1\">a<span"));
}

#[test]
fn plain_has_no_colours() {
    assert_eq!(plain("\x1b[1m\x1b[91merror\x1b[0m: <b>\r\n"), "error: <b>\n");
}
