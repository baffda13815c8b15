//! The page for browsers: one file, no script, nothing fetched.

use super::excerpt::Excerpt;
use super::markup::Markup;
use super::report::{Report, Spot};
use super::routes::RouteHelp;

/// A sentence of more bytes than this is read better in smaller letters.
const LONG_TITLE: usize = 160;

const STYLE: &str = include_str!("style.css");

pub(super) fn write(report: &Report, nonce: &str) -> String {
    let mut page = Markup::new();
    let out = &mut page;
    out.tags("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    out.text(&format!("{} {}: ", report.status, report.title)).text(&report.message);
    out.tags("</title>\n<style nonce=\"").text(nonce).tags("\">\n").tags(STYLE);
    out.tags("</style>\n</head>\n");
    let fault = report.status >= 500;
    out.tags(if fault { "<body class=\"fault\">\n" } else { "<body class=\"refusal\">\n" });
    head(out, report);
    out.tags("<main>\n");
    if let Some(help) = &report.routes {
        near(out, help, report);
    }
    for detail in &report.details {
        out.tags("<section><h2>").text(&detail.title).tags("</h2>\n");
        if let Some(spot) = &detail.spot {
            file(out, spot);
        }
        code(out, &detail.excerpt);
        out.tags("</section>\n");
    }
    origin(out, report);
    causes(out, report);
    frames(out, report);
    if let Some(help) = &report.routes {
        table(out, help);
    }
    request(out, report);
    settings(out, report);
    out.tags("</main>\n");
    foot(out, report);
    out.tags("</body>\n</html>\n");
    page.finish()
}

fn head(out: &mut Markup, report: &Report) {
    out.tags("<header>\n<p class=\"status\"><strong>").text(&report.status.to_string());
    out.tags("</strong> ").text(report.title);
    let said = report.title.replace(' ', "").starts_with(&report.kind);
    let kind = if report.panicked { "Panic" } else { &report.kind };
    let kind = Some(kind).filter(|kind| report.panicked || !(said || *kind == "Status"));
    out.maybe(" <span class=\"kind\">", kind, "</span>").tags("</p>\n");
    let (line, more) = report.message.split_once('\n').unwrap_or((&report.message, ""));
    let is_long = line.len() > LONG_TITLE;
    out.tags(if is_long { "<h1 class=\"long\">" } else { "<h1>" }).prose(line).tags("</h1>\n");
    out.maybe("<p class=\"more\">", Some(more), "</p>\n");
    out.tags("<p class=\"asked\"><b>").text(&report.request.method);
    out.tags("</b> <span>").text(&report.request.url).tags("</span></p>\n");
    out.maybe("<p class=\"place\"><b>Where</b> <span>", report.place.as_deref(), "</span></p>\n");
    out.maybe(
        "<p class=\"hint\"><b>What to do</b> <span>",
        report.hint.as_deref(),
        "</span></p>\n",
    );
    out.tags("</header>\n");
}

fn near(out: &mut Markup, help: &RouteHelp, report: &Report) {
    if help.near.is_empty() {
        return;
    }
    out.tags(if help.wrong_method {
        "<section class=\"near\"><h2>This path answers</h2>\n<ul>\n"
    } else {
        "<section class=\"near\"><h2>Did you mean</h2>\n<ul>\n"
    });
    for route in &help.near {
        out.tags("<li><span class=\"methods\">").text(&route.methods).tags("</span> <span>");
        match &route.link {
            Some(link) => {
                out.tags("<a class=\"rule\" href=\"").text(link).tags("\">");
                out.text(&route.rule).tags("</a>");
            }
            None => {
                out.tags("<span class=\"rule\">").text(&route.rule).tags("</span>");
            }
        }
        out.tags(" <span class=\"dim\">").text(&route.endpoint).tags("</span>");
        let because = route.because.as_deref().filter(|_| report.status == 404);
        out.maybe("<em>", because, "</em>").tags("</span></li>\n");
    }
    out.tags("</ul></section>\n");
}

fn origin(out: &mut Markup, report: &Report) {
    let Some(spot) = &report.origin else { return };
    out.tags(if report.is_handler {
        "<section><h2>The handler</h2>\n"
    } else {
        "<section><h2>Source</h2>\n"
    });
    file(out, spot);
    source(out, spot);
    out.tags("</section>\n");
}

fn causes(out: &mut Markup, report: &Report) {
    if report.causes.is_empty() {
        return;
    }
    out.tags("<section><h2>Because</h2>\n<ol class=\"causes\">\n");
    for cause in &report.causes {
        let (line, more) = cause.text.split_once('\n').unwrap_or((&cause.text, ""));
        out.tags("<li><p>").prose(line).tags("</p>");
        if !more.is_empty() {
            out.tags("<pre class=\"more\" tabindex=\"0\">").text(more).tags("</pre>");
        }
        out.maybe("<p class=\"dim\">at ", cause.place.as_deref(), "</p>");
        out.maybe("<p class=\"dim\">", cause.hint.as_deref(), "</p>");
        if let Some(debug) = &cause.debug {
            out.tags("<code>").text(debug).tags("</code>");
        }
        out.tags("</li>\n");
    }
    out.tags("</ol></section>\n");
}

fn frames(out: &mut Markup, report: &Report) {
    let Some(backtrace) = &report.backtrace else { return };
    out.tags("<section><h2>Your frames</h2>\n");
    if report.frames.is_empty() {
        out.tags("<p class=\"dim\">None of them is in your program.</p>\n");
    }
    for frame in &report.frames {
        out.tags("<details class=\"frame\"><summary><b>").text(&frame.function).tags("</b> ");
        out.tags("<span class=\"dim\">").text(&at(&frame.spot)).tags("</span></summary>\n");
        if frame.spot.open.is_some() {
            file(out, &frame.spot);
        }
        source(out, &frame.spot);
        out.tags("</details>\n");
    }
    out.tags(
        "<details class=\"trace\"><summary>The whole backtrace</summary>\n<pre tabindex=\"0\" role=\"region\" aria-label=\"Backtrace\">",
    );
    out.text(backtrace).tags("</pre></details>\n</section>\n");
}

fn table(out: &mut Markup, help: &RouteHelp) {
    out.tags("<section><h2>Routes</h2>\n<div class=\"wide\"><table class=\"routes\"><thead><tr><th scope=\"col\">Methods</th><th scope=\"col\">Path</th><th scope=\"col\">Endpoint</th><th scope=\"col\">Where</th></tr></thead>\n<tbody>\n");
    for route in &help.table {
        out.tags(if route.near { "<tr class=\"is-near\"><td>" } else { "<tr><td>" });
        out.text(&route.methods).tags("</td><td>").text(&route.rule).tags("</td><td>");
        out.text(&route.endpoint).tags("</td><td>");
        link(out, &route.spot);
        out.tags("</td></tr>\n");
    }
    out.tags("</tbody></table></div>\n");
    if help.table.is_empty() {
        out.tags("<p class=\"dim\">The app has no routes yet.</p>\n");
    }
    if help.left_out > 0 {
        let rest = format!("and {} more: cargo run -- routes", help.left_out);
        out.tags("<p class=\"dim\">").text(&rest).tags("</p>\n");
    }
    out.tags("</section>\n");
}

fn request(out: &mut Markup, report: &Report) {
    let asked = &report.request;
    let endpoint = asked.endpoint.iter().map(|name| ("name".to_owned(), name.clone()));
    let rule = asked.rule.iter().map(|rule| ("path".to_owned(), rule.clone()));
    out.tags("<section><h2>Request</h2>\n");
    for (title, rows) in [
        ("Endpoint", &endpoint.chain(rule).collect()),
        ("Captures", &asked.captures),
        ("Query", &asked.query),
        ("Headers", &asked.headers),
        ("Cookies", &asked.cookies),
    ] {
        if rows.is_empty() {
            continue;
        }
        out.tags("<h3>").text(title).tags("</h3>\n");
        out.tags("<div class=\"wide\"><table class=\"pairs\"><tbody>\n");
        for (name, value) in rows {
            pair(out, name, value);
        }
        out.tags("</tbody></table></div>\n");
    }
    out.tags("</section>\n");
}

fn settings(out: &mut Markup, report: &Report) {
    if report.settings.is_empty() {
        return;
    }
    out.tags("<section><details class=\"settings\"><summary><h2>Settings in force</h2></summary>\n<div class=\"wide\"><table class=\"pairs\"><tbody>\n");
    for setting in &report.settings {
        out.tags(if setting.is_default { "<tr class=\"dim\">" } else { "<tr>" });
        out.tags("<th scope=\"row\">").text(&setting.key).tags("</th><td>");
        out.text(&setting.value).tags("</td><td class=\"dim\">");
        out.text(&setting.from).tags("</td></tr>\n");
    }
    out.tags("</tbody></table></div></details></section>\n");
}

fn foot(out: &mut Markup, report: &Report) {
    out.tags("<footer>\n<p>In production a visitor reads only: <q>").text(&report.shown);
    out.tags("</q></p>\n<p>This is the development page. It is shown while <code>debug</code> is on, to this machine and under the hosts that you allow.");
    if let Some(name) = &report.unknown_editor {
        out.tags(" <code>[dev] editor</code> is <code>").text(name);
        out.tags("</code>, which is no editor that can be opened from here: write <code>vscode</code>, <code>zed</code>, <code>rustrover</code> …, or an address with <code>{file}</code> and <code>{line}</code>.");
    }
    out.tags("</p>\n</footer>\n");
}

fn pair(out: &mut Markup, name: &str, value: &str) {
    out.tags("<tr><th scope=\"row\">").text(name).tags("</th><td>").text(value);
    out.tags("</td></tr>\n");
}

/// The file's name above its lines.
fn file(out: &mut Markup, spot: &Spot) {
    out.tags("<p class=\"file\">");
    link(out, spot);
    if let Some(open) = &spot.open {
        out.tags(" <a class=\"open\" href=\"").text(open).tags("\">open in editor</a>");
    }
    out.tags("</p>\n");
}

fn link(out: &mut Markup, spot: &Spot) {
    match &spot.open {
        Some(open) => {
            out.tags("<a href=\"").text(open).tags("\">").text(&at(spot)).tags("</a>");
        }
        None => {
            out.text(&at(spot));
        }
    }
}

fn at(spot: &Spot) -> String {
    format!("{}:{}", spot.file, spot.line)
}

fn source(out: &mut Markup, spot: &Spot) {
    match &spot.source {
        Some(Ok(excerpt)) => code(out, excerpt),
        Some(Err(why)) => {
            out.tags("<p class=\"dim\">").text(why).tags("</p>\n");
        }
        None => {}
    }
}

fn code(out: &mut Markup, excerpt: &Excerpt) {
    out.tags("<pre class=\"code\" tabindex=\"0\" role=\"region\" aria-label=\"Source\">");
    for line in &excerpt.lines {
        out.tags(if line.marked { "<mark><i>" } else { "<span><i>" });
        out.text(&line.number.to_string()).tags("</i>").text(&line.text);
        out.tags(if line.marked { "\n</mark>" } else { "\n</span>" });
    }
    out.tags("</pre>\n");
}
