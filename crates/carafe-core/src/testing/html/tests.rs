//! What is alike, what is not, and what a failure says.

use super::{contains, count, equal, lacks};

#[track_caller]
fn alike(left: &str, right: &str) {
    assert_eq!(equal(left, right), Ok(()), "{left} is {right}");
    assert_eq!(equal(right, left), Ok(()), "{right} is {left}");
}

#[track_caller]
fn unlike(left: &str, right: &str) {
    assert!(equal(left, right).is_err(), "{left} is not {right}");
    assert!(equal(right, left).is_err(), "{right} is not {left}");
}

#[track_caller]
fn found(html: &str, part: &str, times: usize) {
    assert_eq!(count(html, part), Ok(times), "{part} in {html}");
    assert_eq!(contains(html, part).is_ok(), times > 0, "{part} in {html}");
    assert_eq!(lacks(html, part).is_ok(), times == 0, "{part} in {html}");
}

/// What a failure says, each line without the spaces at its end.
#[track_caller]
fn says(outcome: Result<(), String>, expected: &str) {
    let told = outcome.expect_err("it should fail");
    assert_eq!(told.lines().map(str::trim_end).collect::<Vec<_>>().join("\n"), expected);
}

#[test]
fn spellings_are_alike() {
    alike("", " \n ");
    alike("<p>a  b\n\tc</p>", " <p> a b c </p>\r\n");
    alike("<ul><li>a</li><li>b</li></ul>", "<ul>\n  <li>a</li>\n  <li>b</li>\n</ul>");
    alike("<P ID=x Title='a b'>a</P>", r#"<p title="a b" id="x">a</p>"#);
    alike("<p class='b  a\n'></p>", r#"<p class="a b a"></p>"#);
    alike("<input checked disabled>", r#"<input disabled="disabled" checked="" />"#);
    alike("<br>", "<br/>");
    alike("a &lt; b &amp; c &#39;&quot; &eacute;", "a &#60; b &#x26; c '\" é");
    alike("<a href='?a=1&amp;b=2'>", "<a href='?a=1&b=2'></a>");
    alike("<!DOCTYPE html><p>a<!-- b --> c</p>", "<p>a c</p>");
    alike("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>");
    alike("<li><p>a<li>b", "<li><p>a</p></li><li>b</li>");
    alike("<p>a<p>b<div>c</div>", "<p>a</p><p>b</p><div>c</div>");
    alike("<ul><li>a<ul><li>b</ul><li>c</ul>", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>");
    alike(
        "<table><tr><td>a<td><p>b<tr><th>c</table>",
        "<table><tr><td>a</td><td><p>b</p></td></tr><tr><th>c</th></tr></table>",
    );
    alike(
        "<select><option>a<option selected>b</select>",
        "<select><option>a</option><option selected=selected>b</option></select>",
    );
    alike("<svg><path d='M0'/><g/></svg>", "<svg><path d='M0'></path><g></g></svg>");
    alike("<script>\n if (a < b) {}\n</script>", "<script>if (a < b) {}</script>");
    alike("<pre>\na\n  b</pre>", "<pre>a\n  b</pre>");
    alike(
        "<noscript><b class='x y'>a</b></noscript>",
        "<noscript> <b class='y x'>a</b></noscript>",
    );
}

#[test]
fn meanings_are_not() {
    unlike("<p>a</p>", "<p>b</p>");
    unlike("<p>a</p>", "<div>a</div>");
    unlike("<p>a</p>", "a");
    unlike("a b", "ab");
    unlike("a&nbsp;b", "a b");
    unlike("<p id=a></p>", "<p></p>");
    unlike("<p title='a b'></p>", "<p title='b a'></p>");
    unlike("<p title='a  b'></p>", "<p title='a b'></p>");
    unlike("<p id=A></p>", "<p id=a></p>");
    unlike("<a></a><b></b>", "<b></b><a></a>");
    unlike("<input checked>", "<input>");
    unlike("<input value=''>", "<input value='value'>");
    unlike("<p><b>a</b></p>", "<p>a</p>");
    unlike("<p>a</p><p>b</p>", "<p>a<span>b</span></p>");
    unlike("<textarea>a  b</textarea>", "<textarea>a b</textarea>");
    unlike("<pre><b>a </b></pre>", "<pre><b>a</b></pre>");
    unlike("<textarea>&lt;b></textarea>", "<textarea><i></textarea>");
    unlike("<script>a  b</script>", "<script>a b</script>");
    // A slash at the end of an HTML element means nothing.
    unlike("<div/>a", "<div></div>a");
}

#[test]
fn parts_are_found() {
    let page = "<html><body><ul class='a b'><li>One<li>Two <b>bold</b> end</ul>
        <p>One one</p><form><input name=a required></form></body></html>";
    found(page, "<li>One</li>", 1);
    found(page, "<li>One</li> <li>Two<b>bold</b>end</li>", 1);
    found(page, "<b> bold </b>", 1);
    found(page, "Two <b>bold</b> end", 1);
    found(page, "wo <b>bold</b> e", 1);
    found(page, "One", 2);
    found(page, "bold", 1);
    found(page, "<input required=required name='a'>", 1);
    found(page, "<li>", 0);
    found(page, "<li>Two</li>", 0);
    found(page, "<li>Two<b>bold</b>end</li><li>One</li>", 0);
    found(page, "<ul class='b'></ul>", 0);
    found(page, "Three", 0);
    found(page, "input", 0);
    found("", "a", 0);
    found("<i></i><i></i><i></i>", "<i></i>", 3);
    found("<i></i><i></i><i></i>", "<i></i><i></i>", 2);
    found("<div><div></div></div>", "<div></div>", 1);
}

#[test]
fn failures_are_readable() {
    says(
        equal(
            "<ul class='b a'><li>One<li>Two</ul>",
            "<ul class='a b'><li>One</li><li>Zwei</li></ul>",
        ),
        concat!(
            "the HTML is another one:\n",
            "--- expected\n+++ found\n@@ -1,4 +1,4 @@\n",
            " <ul class=\"a b\">\n   <li>One</li>\n-  <li>Zwei</li>\n+  <li>Two</li>\n </ul>",
        ),
    );
    says(
        contains(
            "<p>Hello</p><p class='note big'>Good <br> bye &amp; so</p>",
            "<p class=note>Good<br>bye &amp; so</p>",
        ),
        concat!(
            "expected this HTML:\n<p class=\"note\">\n  Good\n  <br>\n  bye &amp; so\n</p>\n",
            "the nearest to it:\n--- expected\n+++ found\n@@ -1,4 +1,4 @@\n",
            "-<p class=\"note\">\n+<p class=\"big note\">\n   Good\n   <br>\n   bye &amp; so",
        ),
    );
    says(contains("<p>a</p>", "<b>a</b>"), "expected this HTML:\n<b>a</b>\nnothing is like it");
    says(lacks("<p>a</p>", "<p>a"), "did not expect this HTML, which is there 1×:\n<p>a");
    says(contains("<p>a</p>", " <!-- --> "), "there is nothing to look for in \" <!-- --> \"");
    says(
        equal("<p>\n<b>a</b></i></p>", ""),
        "what was found is no HTML: `</i>` in line 2 ends nothing",
    );
    says(
        contains("<p>", "<b><i></b></i>"),
        "what was expected is no HTML: `</i>` in line 1 ends nothing",
    );
    says(equal("<br></br>", ""), "what was found is no HTML: `</br>` in line 1 ends nothing");
}

#[test]
fn hostile_pages() {
    says(
        equal(&"<b>".repeat(100_000), ""),
        "what was found is no HTML: it is deeper than 512 elements",
    );
    alike(&"<p>".repeat(10_000), &"<p></p>".repeat(10_000));
    found(&"<i>a</i>".repeat(10_000), "<i>a</i>", 10_000);
    assert!(contains(&"<p>a</p>".repeat(10_000), "<p>b</p>").is_err());
    for broken in [
        "<",
        "<p",
        "<p a",
        "<p a=",
        "<p a='",
        "<!--",
        "<!",
        "</",
        "&",
        "&#",
        "&#x110000;",
        "<textarea>",
        "<script><!--<script>",
        "\0",
        "<\u{fffd}>",
        "<p a a a>",
        "<pre>\n",
    ] {
        alike(broken, broken);
    }
}
