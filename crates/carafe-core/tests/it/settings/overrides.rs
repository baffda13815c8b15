//! What the program sets, and what the report says about it.

use std::time::Duration;

use carafe::settings::{Environment, Overrides, Secret, ServerSettings, Settings, SettingsLoader};
use carafe::{App, Scope};
use expect_test::expect;

use super::{Blog, Mail, Theme, loader, outcome};

#[test]
fn keys_are_set_from_types() {
    let overrides = Overrides::new()
        .set("blog.title", "old")
        .set("blog.title", "new")
        .set("blog.key", Secret::new("hunter2"))
        .set("blog.timeout", Duration::from_millis(1500))
        .set("blog.ports", [80, 443])
        .set("blog.offset", 0.25)
        .set("blog.mail.port", 26u16)
        .set("blog.labels.a", 1);
    let settings = loader("", &[]).overrides(overrides).load().unwrap();
    assert_eq!(settings.section::<Blog>().unwrap().key, Some(Secret::new("hunter2")));
    expect![[r#"
        blog.title = x <- code
        blog.key = ******** <- code
        blog.mail.port = 26 <- code
    "#]]
    .assert_eq(&outcome(
        loader("", &[]).set("blog.title", "x").set("blog.mail.port", 26).set("blog.key", "hunter2"),
    ));
}

#[test]
fn wrong_keys_in_code_are_found_at_the_load() {
    let title = || loader("[blog]\ntitle = 'x'", &[]);
    for (key, expected) in [
        (
            "server.prot",
            expect![[r#"
            error: code: `server.prot` is not a setting; did you mean `server.port`?
        "#]],
        ),
        (
            "server.port",
            expect![[r#"
            error: code: `server.port` must be a whole number from 0 to 65535, not the text "x"
        "#]],
        ),
        (
            "server",
            expect![[r#"
            error: code: `server` is a section, [server], and cannot hold a value itself
        "#]],
        ),
        (
            "",
            expect![[r#"
            error: code: "" is no key; one is written as `server.port`
        "#]],
        ),
        (
            "a..b",
            expect![[r#"
            error: code: "a..b" is no key; one is written as `server.port`
        "#]],
        ),
    ] {
        expected.assert_eq(&outcome(title().set(key, "x")));
    }
    expect![[r#"
        error: 2 settings are wrong:
          - code: `blog.mail.port` contradicts another key that the program sets
          - code: `blog.mail` must be a table
    "#]]
    .assert_eq(&outcome(title().set("blog.mail", 1).set("blog.mail.port", 1)));
}

#[test]
fn a_whole_section_is_set() {
    #[derive(Debug, PartialEq, carafe_macros::Settings)]
    #[settings(section = "shop")]
    struct Shop {
        currency: String,
    }
    let shop = Overrides::new().section(Shop { currency: "EUR".into() });
    let settings =
        SettingsLoader::new(Environment::TEST).section::<Shop>().overrides(shop).load().unwrap();
    assert_eq!(settings.section::<Shop>().unwrap().currency, "EUR");
    assert_eq!(settings.report().row("shop.currency").unwrap().from(), "code");
}

#[tokio::test]
async fn an_outer_apps_default_wins_over_a_mounted_ones() {
    let blog = App::new("blog")
        .default_setting("server.host", "::1")
        .default_setting("server.port", 1)
        .set("server.backlog", 7);
    let site = App::new("site")
        .default_setting("server.port", 2)
        .default_setting("server.backlog", 8)
        .mount("/", blog);
    let site = site.build_with(SettingsLoader::new(Environment::TEST)).unwrap();
    let settings = site.scope(async { Scope::current().unwrap().service::<Settings>() }).await;
    let server = settings.unwrap().section::<ServerSettings>().unwrap();
    assert_eq!((server.host.as_str(), server.port, server.backlog), ("::1", 2, 7));
}

#[test]
fn the_report_tells_everything_but_secrets() {
    let toml = "secret_key = 'hunter2'\nsecret_key_fallbacks = ['hunter2']\n[blog]\ntitle = 'x'\n[blog.authors]\na = { name = 'Ann', token = 'hunter2' }";
    let settings = loader(toml, &[("PORT", "80")]).load().unwrap();
    let report = settings.report();
    expect![[r#"
        environment: production
        secret_key                  ********        carafe.toml:1
        secret_key_fallbacks        ********        carafe.toml:2
        base_url                    -               default
        debug                       -               default
        server.host                 127.0.0.1       default
        server.port                 80              variable PORT
        server.unix_socket          -               default
        server.unix_socket_mode     -               default
        server.backlog              1024            default
        server.header_timeout       20s             default
        server.body_timeout         30s             default
        server.send_timeout         60s             default
        server.keep_alive           75s             default
        server.shutdown_timeout     30s             default
        server.max_connections      25000           default
        server.max_headers          100             default
        server.max_header_size      64 KiB          default
        server.max_uri_length       8 KiB           default
        server.max_streams          200             default
        server.tls.certificate      -               default
        server.tls.key              -               default
        server.tls.self_signed      false           default
        server.workers              -               default
        server.access_log           -               default
        log.filter                  info            default
        security.allowed_hosts      []              default
        security.trusted_proxies    []              default
        security.forwarded_headers  []              default
        limits.max_body             2 MiB           default
        limits.max_form_parts       1000            default
        limits.max_form_memory      500 kB          default
        limits.request_timeout      -               default
        dev.editor                  -               default
        blog.per_page               10              default
        blog.title                  x               carafe.toml:4
        blog.key                    -               default
        blog.timeout                30s             default
        blog.max_upload             2 MiB           default
        blog.hosts                  ["localhost"]   default
        blog.offset                 -0.5            default
        blog.open                   false           default
        blog.theme                  light           default
        blog.labels                 (default)       default
        blog.authors                ********        carafe.toml:5
        blog.ports                  []              default
        blog.folder                 -               default
        blog.bind                   ::1             default
        blog.level                  -               default
        blog.database               sqlite:blog.db  default
        blog.webhook                -               default
        blog.mail.host              localhost       default
        blog.mail.port              25              default
        blog.mail.password          -               default
        blog.backup                 -               default
        blog.type                   -               default
    "#]]
    .assert_eq(&report.to_string());
    let json = report.to_json();
    assert_eq!(json["environment"], "production");
    expect![[r#"{"about":"Signs and encrypts sessions and tokens; at least 32 bytes in production.","from":"carafe.toml:1","key":"secret_key","value":"********"}"#]].assert_eq(&json["settings"][0].to_string());
    assert!(!json.to_string().contains("hunter2"));
    assert!(!format!("{settings:?}").contains("hunter2"));
}

#[test]
fn defaults_are_typed() {
    let blog = loader("[blog]\ntitle = 'x'", &[]).load().unwrap().section::<Blog>().unwrap();
    assert_eq!((blog.per_page, blog.theme, blog.offset), (10, Theme::Light, -0.5));
    assert_eq!(blog.mail, Mail { host: "localhost".into(), port: 25, password: None });
    assert_eq!(
        (blog.backup.as_ref(), blog.hosts.as_slice()),
        (None, &["localhost".to_owned()][..])
    );
    assert!(blog.labels.is_empty() && blog.authors.is_empty());
}

#[test]
fn a_password_inside_a_url_is_masked() {
    for (url, shown) in [
        ("postgres://me:hunter2@db/blog", "postgres://me:********@db/blog"),
        ("redis://:hunter2@db", "redis://:********@db"),
        ("postgres://me:hun/ter@2@db", "postgres://me:********@db"),
        ("https://example.com/a:b@c", "https://example.com/a:b@c"),
        ("https://example.com:80/", "https://example.com:80/"),
        ("me:hunter@example", "me:hunter@example"),
    ] {
        let settings =
            loader("", &[]).set("blog.title", "x").set("blog.database", url).load().unwrap();
        assert_eq!(settings.report().row("blog.database").unwrap().value(), shown);
    }
}
