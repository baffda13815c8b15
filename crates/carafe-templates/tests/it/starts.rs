//! What is found when a site starts.

use carafe_core::{App, routes};
use carafe_macros::get;
use carafe_templates::{AppTemplates, TemplateFolder};

#[get("/")]
async fn index() -> &'static str {
    ""
}

async fn error(templates: &[(&str, &str)]) -> String {
    let folder = TemplateFolder::texts(templates.iter().copied());
    let blog = App::new("blog").routes(routes![index]);
    let app = App::new("site").templates(folder).mount("/blog", blog);
    app.build().err().map(|error| error.to_string()).unwrap_or_default()
}

#[tokio::test]
async fn what_is_wrong_keeps_a_site_from_starting() {
    for (template, expected) in [
        (
            "ok {{ url_for('blog.index') }}{{ url_for('.index') }}{{ url_for('static', path='x') }}",
            "",
        ),
        (
            "{% include 'base.html' %}{% include 'no.html' ignore missing %}{% include ['no', 'base.html'] %}",
            "",
        ),
        ("{% extends name %}", ""),
        ("a\nb{% if %}", "templates.E001: syntax error"),
        ("a\nb{% if %}", "a.html:2"),
        (
            "\n{% extends 'bse.html' %}",
            "templates.E002: there is no template `bse.html`, at a.html:2; did you mean `base.html`?",
        ),
        ("{% include ['x.html', 'y.html'] %}", "there is no template `x.html` or `y.html`"),
        (
            "\n\n{{ url_for('blog.indx') }}",
            "templates.E003: there is no endpoint `blog.indx`, at a.html:3; did you mean `blog.index`?",
        ),
        ("{{ url_for('.nope') }}", "there is no endpoint `.nope`"),
    ] {
        let error = error(&[("a.html", template), ("base.html", "base")]).await;
        assert!(error.contains(expected), "{template}: {error}");
        assert_eq!(error.is_empty(), expected.is_empty(), "{template}: {error}");
    }
}

#[tokio::test]
async fn all_at_once() {
    let error = error(&[
        ("a.html", "{% extends 'x' %}"),
        ("b.html", "{{ url_for('y') }}"),
        ("c.html", "{{"),
    ])
    .await;
    assert!(error.starts_with("3 errors:"), "{error}");
}

#[tokio::test]
async fn overridden_templates_are_looked_at_too() {
    let folder = |text: &str| TemplateFolder::texts([("a.html", text)]);
    let inner = App::new("inner").templates(folder("{% bad %}"));
    let app = App::new("site").templates(folder("good")).mount("/inner", inner);
    assert!(app.build().unwrap_err().to_string().contains("templates.E001"));
}

#[tokio::test]
async fn files_are_named_as_they_stand() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("posts")).unwrap();
    std::fs::write(folder.path().join("posts/list.html"), "\n{% include 'nope.html' %}").unwrap();
    std::fs::write(folder.path().join(".hidden.html"), "{% bad %}").unwrap();
    std::fs::write(folder.path().join("old.html~"), "{% bad %}").unwrap();
    std::fs::write(folder.path().join("logo.png"), [0xff, 0xd8]).unwrap();
    let app = || App::new("site").templates(folder.path());
    let error = app().build().unwrap_err().to_string();
    assert!(error.contains("posts/list.html:2") && !error.contains("bad"), "{error}");
    std::fs::write(folder.path().join("posts/list.html"), [0xff, 0xfe]).unwrap();
    let error = app().build().unwrap_err().to_string();
    assert!(error.contains("no UTF-8 text"), "{error}");
}

#[tokio::test]
async fn assets_are_looked_at_where_the_plugin_is() {
    const FILES: &[(&str, &[u8])] =
        &[("templates/a.html", b"{% extends 'x.html' %}"), ("static/b.html", b"{% bad %}")];
    let assets = carafe_core::assets::Assets::new("site", "/nowhere", Some(FILES));
    let app = App::new("site").assets(assets).plugin(carafe_templates::Templates::new());
    let error = app.build().unwrap_err().to_string();
    assert!(error.starts_with("templates.E002") && error.contains("`x.html`"), "{error}");
    let app = App::new("site").assets(assets).templates(assets);
    let error = app.plugin(carafe_templates::Templates::new()).build().unwrap_err();
    assert!(error.to_string().starts_with("templates.E002"), "{error}");
}

#[tokio::test]
async fn files_in_the_program() {
    let folder = TemplateFolder::embedded([
        ("a.html", b"{% include 'b.html' %}".as_slice()),
        ("b.html", b"b"),
        ("logo.png", &[0xff]),
    ]);
    assert!(App::new("site").templates(folder).build().is_ok());
    let folder = TemplateFolder::embedded([("a.html", [0xff].as_slice())]);
    let error = App::new("site").templates(folder).build().unwrap_err().to_string();
    assert!(error.contains("`a.html` is no UTF-8 text"), "{error}");
}
