//! Values arrive as the types that the struct declares.

use std::time::Duration;

use carafe::settings::{ByteSize, Secret, Section};

use super::{Author, Blog, Level, Mail, Theme, loader};

#[test]
fn every_kind_of_field_is_read() {
    let toml = r#"
        [blog]
        per_page = 0x10
        title = "x"
        key = "k"
        timeout = "1m 5s"
        max_upload = 7
        hosts = []
        offset = 2
        open = true
        theme = "very-dark"
        labels = { a = 1 }
        authors.ann = { name = "Ann", token = "t" }
        ports = [80]
        folder = "/srv"
        bind = "127.0.0.1"
        level = "high"
        webhook = "w"
        type = "a"
        [blog.mail]
        host = "mx"
        [blog.backup]
    "#;
    let blog = loader(toml, &[]).load().unwrap().section::<Blog>().unwrap();
    assert_eq!((blog.per_page, blog.title.as_str(), blog.offset, blog.open), (16, "x", 2.0, true));
    assert_eq!(blog.key, Some(Secret::new("k")));
    assert_eq!((blog.timeout, blog.max_upload), (Duration::from_secs(65), ByteSize::new(7)));
    assert!(blog.hosts.is_empty());
    assert_eq!(
        (blog.theme, blog.labels["a"], blog.ports.as_slice()),
        (Theme::VeryDark, 1, &[80][..])
    );
    assert_eq!(blog.authors["ann"], Author { name: "Ann".into(), token: Some(Secret::new("t")) });
    assert_eq!(
        (blog.folder.as_deref(), blog.level.as_ref()),
        (Some("/srv".as_ref()), Some(&Level(9)))
    );
    assert_eq!(
        (blog.bind.is_loopback(), blog.webhook.as_deref(), blog.r#type),
        (true, Some("w"), Some('a'))
    );
    assert_eq!(blog.mail, Mail { host: "mx".into(), port: 25, password: None });
    assert_eq!(blog.backup, Some(Mail { host: "localhost".into(), port: 25, password: None }));
    assert_eq!(blog.database, "sqlite:blog.db");
}

#[test]
fn doc_comments_become_descriptions() {
    let fields = Blog::SCHEMA.fields;
    assert_eq!(Blog::SCHEMA.docs, "A section with one field of each kind.");
    assert_eq!(fields[0].docs, "Posts on a page.\n\nThe feed has as many.");
    assert_eq!(fields[2].type_name, "Option<Secret>");
}
