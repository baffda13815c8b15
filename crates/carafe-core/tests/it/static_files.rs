//! Folders of static files (FL-48, FL-49), on disk and inside the program.

use std::fs;
use std::path::Path;
use std::time::Duration;

use carafe_core::assets::Assets;
use carafe_core::respond::Offload;
use carafe_core::static_files::StaticFolder;
use http::Method;

use crate::files::{HOSTILE_PATHS, Seen, headers};

type Embedded = &'static [(&'static str, &'static [u8])];

const SITE: Embedded = &[
    ("css/style.css", b"@import 'base.css'; body { background: url(../img/logo.png?x#y) }"),
    ("css/base.css", b"p { color: red } q { background: url(/img/logo.png) }"),
    ("css/ring.css", b"@import url(ring2.css);"),
    ("css/ring2.css", b"@import url(ring.css); @import url(https://example.com/a.css);"),
    ("css/latin1.css", b"/* \xe9 */ url(base.css)"),
    ("img/logo.png", b"\x89PNG"),
    ("img/photo.deadbeef.jpg", b"a name that looks like a fingerprint"),
    (".well-known/security.txt", b"Contact: x"),
    ("LICENSE", b"MIT"),
];

async fn get(folder: &StaticFolder, path: &str, request: &str) -> Seen {
    match folder.respond(path, &headers(request), &Method::GET).await {
        Ok(response) => Seen::of(response).await,
        Err(error) => {
            Seen { status: error.status().as_u16(), headers: error.headers().clone(), body: vec![] }
        }
    }
}

/// The same files in a folder on disk.
fn on_disk(files: Embedded) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        write(&folder.path().join(name), bytes);
    }
    folder
}

fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Runs a check on both kinds of folder: what a visitor sees is the same.
async fn on_both(check: impl AsyncFn(StaticFolder)) {
    check(StaticFolder::embedded(SITE)).await;
    let folder = on_disk(SITE);
    check(StaticFolder::disk(folder.path())).await;
}

#[tokio::test]
async fn a_file_comes_with_type_and_version() {
    on_both(async |folder| {
        let seen = get(&folder, "css/base.css", "").await;
        assert_eq!(
            (seen.status, seen.text()),
            (200, "p { color: red } q { background: url(/img/logo.png) }")
        );
        assert_eq!(seen.header("content-type"), "text/css; charset=utf-8");
        assert_eq!(seen.header("cache-control"), "no-cache");
        assert_eq!(seen.header("content-disposition"), "inline; filename=base.css");
        assert!(!seen.header("last-modified").is_empty());
        let (tag, date) = (seen.header("etag"), seen.header("last-modified"));
        assert_eq!(
            get(&folder, "css/base.css", &format!("If-None-Match: {tag}")).await.status,
            304
        );
        assert_eq!(
            get(&folder, "css/base.css", &format!("If-Modified-Since: {date}")).await.status,
            304
        );
        let seen =
            get(&folder, "css/base.css", &format!("Range: bytes=0-0 | If-Range: {tag}")).await;
        assert_eq!((seen.status, seen.text()), (206, "p"));
        let head = folder.respond("css/base.css", &headers(""), &Method::HEAD).await.unwrap();
        let head = Seen::of(head).await;
        assert_eq!((head.header("content-length"), head.body.len()), ("53", 0));
    })
    .await;
}

#[tokio::test]
async fn nothing_else_is_ever_sent() {
    on_both(async |folder| {
        let missing = [
            "",
            "css",
            "css/",
            "css/base.css/",
            "none.css",
            "css//",
            "/css/base.css",
            "CSS/BASE.CSS/x",
            "%2e%2e/secret",
            "%252e%252e/secret",
            "..%2fsecret",
            "css/..%5c..%5csecret",
            "css/base.css\n",
            ".well-known/security.txt",
            ".git/config",
            ".",
            "css/.",
            "css/.hidden",
            "base.css",
        ];
        for path in missing.iter().chain(HOSTILE_PATHS) {
            assert_eq!(get(&folder, path, "").await.status, 404, "{path:?}");
        }
        let long = "a/".repeat(50_000);
        assert_eq!(get(&folder, &long, "").await.status, 404);
        assert_eq!(get(&folder, &"a".repeat(100_000), "").await.status, 404);
        let seen = get(&folder.clone().dot_files(), ".well-known/security.txt", "").await;
        assert_eq!(seen.text(), "Contact: x");
        let error = folder.respond("LICENSE", &headers(""), &Method::POST).await.err().unwrap();
        assert_eq!(
            (error.status().as_u16(), &error.headers()["allow"]),
            (405, &"GET, HEAD".parse().unwrap())
        );
    })
    .await;
}

#[cfg(unix)]
#[tokio::test]
async fn links_may_not_lead_outside() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret"), "secret").unwrap();
    let inside = on_disk(SITE);
    let at = |name: &str| inside.path().join(name);
    symlink(outside.path().join("secret"), at("link")).unwrap();
    symlink(outside.path(), at("folder")).unwrap();
    symlink("../..", at("css/up")).unwrap();
    symlink(at("LICENSE"), at("own")).unwrap();
    symlink("loop", at("loop")).unwrap();
    symlink(outside.path().join("secret"), at("LICENSE.gz")).unwrap();
    // A brother whose name begins like the folder's.
    let brother = format!("{}-brother", inside.path().display());
    write(&Path::new(&brother).join("secret"), b"secret");
    symlink(Path::new(&brother).join("secret"), at("brother")).unwrap();

    let folder = StaticFolder::disk(inside.path());
    for path in [
        "link",
        "folder/secret",
        "folder",
        "css/up",
        "loop",
        "brother",
        "link.00000000",
        "LICENSE.gz",
    ] {
        assert_eq!(get(&folder, path, "").await.status, 404, "{path}");
        assert_eq!(folder.url_name(path), None, "{path}");
    }
    assert_eq!(get(&folder, "own", "").await.text(), "MIT");
    let seen = get(&folder, "LICENSE", "Accept-Encoding: gzip").await;
    assert_eq!((seen.text(), seen.header("content-encoding")), ("MIT", ""));
    // What is not served is not listed either.
    let outside_of_it = ["link", "folder/secret", "brother", "LICENSE.gz"];
    let names = folder.names().unwrap();
    assert!(!names.iter().any(|name| outside_of_it.contains(&name.as_str())), "{names:?}");
    fs::remove_dir_all(brother).unwrap();

    // A folder that holds itself is listed once.
    symlink(inside.path(), at("css/again")).unwrap();
    symlink(inside.path(), at("css/and_again")).unwrap();
    let names = folder.names().unwrap();
    assert_eq!(
        names.iter().filter(|name| name.ends_with("base.css")).collect::<Vec<_>>(),
        ["css/base.css"]
    );

    // The folder itself may be a link, and be turned to another one while the server runs.
    let current = outside.path().join("current");
    symlink(inside.path(), &current).unwrap();
    let folder = StaticFolder::disk(&current);
    assert_eq!(get(&folder, "LICENSE", "").await.text(), "MIT");
    let next = on_disk(&[("LICENSE", b"Apache")]);
    fs::remove_file(&current).unwrap();
    symlink(next.path(), &current).unwrap();
    assert_eq!(get(&folder, "LICENSE", "").await.text(), "Apache");
}

#[cfg(unix)]
#[tokio::test]
async fn a_pipe_does_not_make_the_server_wait() {
    let folder = on_disk(SITE);
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("pipe")).status();
    assert!(made.unwrap().success());
    assert_eq!(get(&StaticFolder::disk(folder.path()), "pipe", "").await.status, 404);
}

#[tokio::test]
async fn a_name_with_a_version_may_be_kept_for_ever() {
    on_both(async |folder| {
        let name = folder.url_name("css/base.css").unwrap();
        assert!(
            name.starts_with("css/base.") && name.len() == "css/base.12345678.css".len(),
            "{name}"
        );
        let seen = get(&folder, &name, "").await;
        assert_eq!(seen.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(seen.header("content-disposition"), "inline; filename=base.css");
        assert_eq!(seen.header("content-type"), "text/css; charset=utf-8");
        let old = get(&folder, "css/base.00000000.css", "").await;
        assert_eq!((old.status, old.header("cache-control")), (200, "no-cache"));
        // One that only looks so is itself, and not for ever.
        let photo = get(&folder, "img/photo.deadbeef.jpg", "").await;
        assert_eq!((photo.status, photo.header("cache-control")), (200, "no-cache"));
        assert_eq!(get(&folder, "img/photo.jpg", "").await.status, 404);
        assert!(folder.url_name("LICENSE").unwrap().starts_with("LICENSE."));
        for none in ["none", "", "css", "../css/base.css", "/css/base.css"] {
            assert_eq!(folder.url_name(none), None, "{none}");
        }
        let kept = folder.max_age(Duration::from_mins(1));
        assert_eq!(get(&kept, "LICENSE", "").await.header("cache-control"), "public, max-age=60");
        assert_eq!(
            get(&kept, &name, "").await.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
    })
    .await;
}

#[tokio::test]
async fn both_kinds_of_folder_give_the_same_names() {
    let disk = on_disk(SITE);
    let (disk, embedded) = (StaticFolder::disk(disk.path()), StaticFolder::embedded(SITE));
    assert_eq!(disk.url_name("img/logo.png"), embedded.url_name("img/logo.png"));
    assert_eq!(disk.url_name("css/latin1.css"), embedded.url_name("css/latin1.css"));
}

#[tokio::test]
async fn a_change_on_disk_is_seen_at_once() {
    let disk = on_disk(&[("a.css", b"one")]);
    let folder = StaticFolder::disk(disk.path());
    let (old, seen) = (folder.url_name("a.css").unwrap(), get(&folder, "a.css", "").await);
    fs::write(disk.path().join("a.css"), "second").unwrap();
    let new = folder.url_name("a.css").unwrap();
    assert_ne!(old, new);
    let tag = format!("If-None-Match: {}", seen.header("etag"));
    assert_eq!(get(&folder, "a.css", &tag).await.text(), "second");
    assert_eq!(get(&folder, &old, "").await.header("cache-control"), "no-cache");
    assert!(get(&folder, &new, "").await.header("cache-control").ends_with("immutable"));
    write(&disk.path().join("new/b.css"), b"x");
    assert_eq!(folder.names().unwrap(), ["a.css", "new/b.css"]);
    fs::remove_dir_all(disk.path()).unwrap();
    assert_eq!((get(&folder, "a.css", "").await.status, folder.names().unwrap().len()), (404, 0));
}

#[tokio::test]
async fn embedded_style_sheets_name_versions() {
    let folder = StaticFolder::embedded(SITE);
    let base = |name: &str| folder.url_name(name).unwrap().rsplit('/').next().unwrap().to_owned();
    let seen = get(&folder, "css/style.css", "").await;
    let expected = format!(
        "@import '{}'; body {{ background: url(\"../img/{}?x#y\") }}",
        base("css/base.css"),
        base("img/logo.png")
    );
    assert_eq!(seen.text(), expected);
    // Sheets that import each other: one of the two names the plain file.
    let first = get(&folder, "css/ring.css", "").await;
    assert_eq!(first.text(), format!("@import url(\"{}\");", base("css/ring2.css")));
    let second = get(&folder, "css/ring2.css", "").await;
    assert_eq!(second.text(), "@import url(ring.css); @import url(https://example.com/a.css);");
    let latin1 = get(&folder, "css/latin1.css", "").await;
    assert_eq!(latin1.body, b"/* \xe9 */ url(base.css)");
}

#[tokio::test]
async fn coded_files_beside_a_file_are_used() {
    const FILES: Embedded =
        &[("a.js", b"plain"), ("a.js.br", b"brotli"), ("a.js.gz", b"gzip"), ("b.js", b"plain")];
    let check = async |folder: StaticFolder| {
        let ask =
            async |accept: &str| get(&folder, "a.js", &format!("Accept-Encoding: {accept}")).await;
        for (accept, coding, body) in [
            ("gzip, deflate, br, zstd", "br", "brotli"),
            ("gzip", "gzip", "gzip"),
            ("br;q=0.1, gzip", "gzip", "gzip"),
            ("br;q=0, *", "gzip", "gzip"),
            ("identity", "", "plain"),
            ("", "", "plain"),
        ] {
            let seen = ask(accept).await;
            assert_eq!((seen.header("content-encoding"), seen.text()), (coding, body), "{accept}");
            assert_eq!(seen.header("vary"), "Accept-Encoding", "{accept}");
            assert_eq!(seen.header("content-type"), "text/javascript; charset=utf-8");
            assert_eq!(seen.header("content-disposition"), "inline; filename=a.js");
        }
        assert_ne!(ask("br").await.header("etag"), ask("gzip").await.header("etag"));
        let name = folder.url_name("a.js").unwrap();
        let seen = get(&folder, &name, "Accept-Encoding: br | Range: bytes=0-1").await;
        assert_eq!(
            (seen.status, seen.text(), seen.header("content-range")),
            (206, "br", "bytes 0-1/6")
        );
        assert!(seen.header("cache-control").ends_with("immutable"));
        let alone = get(&folder, "b.js", "Accept-Encoding: br").await;
        assert_eq!((alone.text(), alone.header("vary")), ("plain", ""));
    };
    check(StaticFolder::embedded(FILES)).await;
    let disk = on_disk(FILES);
    check(StaticFolder::disk(disk.path())).await;
}

#[cfg(feature = "compression")]
#[tokio::test]
async fn embedded_files_are_compressed_once() {
    fn all_of(mut coded: impl std::io::Read) -> Vec<u8> {
        let mut plain = Vec::new();
        coded.read_to_end(&mut plain).unwrap();
        plain
    }
    static SCRIPT: &[u8] = &[b'x'; 5000];
    static NOISE: &[u8] = b"short";
    let folder = StaticFolder::embedded(&[("a.js", SCRIPT), ("a.png", SCRIPT), ("b.js", NOISE)]);
    let mut sizes = Vec::new();
    for coding in ["br", "zstd", "gzip"] {
        let seen = get(&folder, "a.js", &format!("Accept-Encoding: {coding}")).await;
        assert_eq!(seen.header("content-encoding"), coding);
        assert_eq!(seen.header("content-length"), seen.body.len().to_string());
        let plain = match coding {
            "br" => all_of(brotli::Decompressor::new(&seen.body[..], 4096)),
            "zstd" => zstd::bulk::decompress(&seen.body, 10_000).unwrap(),
            _ => all_of(flate2::read::GzDecoder::new(&seen.body[..])),
        };
        assert!(plain == SCRIPT, "{coding}");
        let tag = format!("Accept-Encoding: {coding} | If-None-Match: {}", seen.header("etag"));
        assert_eq!(get(&folder, "a.js", &tag).await.status, 304);
        sizes.push(seen.body.len());
    }
    assert!(sizes.iter().all(|size| *size < 500), "{sizes:?}");
    for name in ["a.png", "b.js"] {
        let seen = get(&folder, name, "Accept-Encoding: br").await;
        assert_eq!((seen.header("content-encoding"), seen.header("vary")), ("", ""), "{name}");
    }
}

/// Each path as it stands in a request line.
#[tokio::test]
async fn a_folder_is_a_service_that_decodes_once() {
    let disk = tempfile::tempdir().unwrap();
    fs::write(disk.path().join("carafe-secret"), "secret").unwrap();
    let inside = disk.path().join("www");
    write(&inside.join("50% ü.txt"), b"odd");
    write(&inside.join("LICENSE"), b"MIT");
    write(&inside.join("css/base.css"), b"p {}");
    let folder = StaticFolder::disk(&inside);
    let router = axum::Router::new().nest_service("/static", folder);
    let site = carafe_core::App::new("site").axum(router).build().unwrap();
    for (path, expected) in [
        ("/static/LICENSE", 200),
        ("/static/css/base.css?v=1", 200),
        ("/static/%4CICENSE", 200),
        ("/static/50%25%20%C3%BC.txt", 200),
        ("/static/", 404),
        ("/static/css", 404),
        ("/static/../carafe-secret", 404),
        ("/static/%2e%2e/carafe-secret", 404),
        ("/static/%2E%2E%2Fcarafe-secret", 404),
        ("/static/css/..%2f..%2fcarafe-secret", 404),
        ("/static/%252e%252e/carafe-secret", 404),
        ("/static/..%5ccarafe-secret", 404),
        ("/static/%c0%ae%c0%ae/carafe-secret", 404),
        ("/static/%ff", 404),
        ("/static/LICENSE%00", 404),
        ("/static/%2fetc/passwd", 404),
        ("/static//etc/passwd", 404),
        ("/static/%", 404),
        ("/static/%zz", 404),
    ] {
        let mut request = axum::extract::Request::new(axum::body::Body::empty());
        *request.uri_mut() = path.parse().unwrap();
        assert_eq!(site.handle(request).await.status(), expected, "{path}");
    }
}

#[tokio::test]
async fn the_server_in_front_sends_files_from_disk() {
    let disk = on_disk(SITE);
    let folder = StaticFolder::disk(disk.path()).offload(Offload::XSendfile);
    let seen = get(&folder, "LICENSE", "").await;
    let path = disk.path().canonicalize().unwrap().join("LICENSE");
    assert_eq!((seen.header("x-sendfile"), seen.text()), (path.to_str().unwrap(), ""));
    let embedded = StaticFolder::embedded(SITE).offload(Offload::XSendfile);
    assert_eq!(get(&embedded, "LICENSE", "").await.text(), "MIT");
}

#[tokio::test]
async fn assets_are_the_same_from_both_places() {
    let files: Embedded =
        &[("static/a.css", b"a"), ("static/sub/b.css", b"b"), ("templates/t.html", b"t")];
    let disk = on_disk(files);
    let root: &'static str = Box::leak(disk.path().to_str().unwrap().to_owned().into_boxed_str());
    let from_disk = Assets::new("site", root, None);
    let embedded = Assets::new("site", root, Some(files));
    for assets in [from_disk, embedded] {
        assert_eq!(assets.list("static").unwrap(), ["static/a.css", "static/sub/b.css"]);
        assert_eq!(assets.list("migrations").unwrap(), Vec::<String>::new());
        assert_eq!(assets.list("stat").unwrap(), Vec::<String>::new());
        assert_eq!(assets.read("templates/t.html").unwrap().as_deref(), Some(&b"t"[..]));
        for none in ["none", "static", "../a", "/etc/passwd", "static/../../a", "static/a.css\0"] {
            assert_eq!(assets.read(none).unwrap(), None, "{none:?}");
        }
        let folder = StaticFolder::of(&assets, "static");
        assert_eq!(get(&folder, "sub/b.css", "").await.text(), "b");
        assert_eq!(get(&folder, "templates/t.html", "").await.status, 404);
        assert_eq!(folder.names().unwrap(), ["a.css", "sub/b.css"]);
    }
    write(&disk.path().join("static/new.css"), b"n");
    write(&disk.path().join("static/.DS_Store"), b"n");
    assert_eq!(embedded.added_since_build("static"), ["static/new.css"]);
    assert!(from_disk.added_since_build("static").is_empty());
    assert!(Assets::new("site", "/nowhere", Some(files)).added_since_build("static").is_empty());
}

#[tokio::test]
async fn many_at_once() {
    let disk = on_disk(SITE);
    for folder in [StaticFolder::disk(disk.path()), StaticFolder::embedded(SITE)] {
        let tasks: Vec<_> = (0..64)
            .map(|_| {
                let folder = folder.clone();
                tokio::spawn(async move {
                    get(&folder, "css/base.css", "Accept-Encoding: br").await.status
                })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.unwrap(), 200);
        }
    }
}

/// An app with a folder, one mounted in it with its own, and one without.
#[tokio::test]
async fn apps_have_static_files() {
    use carafe_core::extract::Service;
    use carafe_core::static_files::StaticUrls;
    use carafe_core::testing::TestClient;
    use carafe_core::{App, Scope, routes};

    #[carafe_macros::get("/link")]
    async fn link(scope: Scope, urls: Service<StaticUrls>) -> carafe_core::Result<String> {
        urls.url(&scope, "style.css")
    }
    let folder =
        |text: &'static [u8]| StaticFolder::embedded(Box::leak(Box::new([("style.css", text)])));
    let blog = App::new("blog").routes(routes![link]).static_files("/static", folder(b"a{}"));
    let plain = App::new("plain").routes(routes![link]);
    let site = App::new("site")
        .routes(routes![link])
        .static_files("/static", folder(b"b{}"))
        .mount("/blog", blog)
        .mount("/plain", plain);
    let client = TestClient::new(site).await.unwrap();
    for (path, prefix, text) in [
        ("/link", "/static/style.", "b{}"),
        ("/blog/link", "/blog/static/style.", "a{}"),
        ("/plain/link", "/static/style.", "b{}"),
    ] {
        let address = client.get(path).await.text().to_owned();
        assert!(address.starts_with(prefix) && address.ends_with(".css"), "{path}: {address}");
        client
            .get(address.as_str())
            .await
            .assert_text(text)
            .assert_header("cache-control", "public, max-age=31536000, immutable");
    }
    client
        .get("/static/style.css")
        .await
        .assert_text("b{}")
        .assert_header("cache-control", "no-cache");
    client.get("/static/../Cargo.toml").await.assert_status(404);
    client.get("/static/%2e%2e/Cargo.toml").await.assert_status(404);
    client.post("/static/style.css").await.assert_status(405);
    let listed = client.command(["static", "list"]).await;
    assert_eq!(
        (listed.code, listed.output.as_str()),
        (0, "/static/style.css\n/blog/static/style.css\n")
    );
    client.head("/static/style.css").await.assert_header("content-length", "3");
}
