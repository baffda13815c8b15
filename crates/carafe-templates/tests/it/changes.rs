//! Templates that change while the program runs.

use std::fs;
use std::time::{Duration, SystemTime};

use carafe_core::testing::TestClient;
use carafe_core::{App, routes};
use carafe_macros::get;
use carafe_templates::{AppTemplates, Page, Templates, context, page};

#[get("/")]
async fn index() -> Page {
    page("a.html", context! {})
}

/// Writes a file as an editor would a moment later, whatever the clock of the disk can tell apart.
fn write(folder: &std::path::Path, name: &str, text: &str, moment: u64) {
    let file = folder.join(name);
    fs::write(&file, text).unwrap();
    let file = fs::File::options().write(true).open(file).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + moment)).unwrap();
}

#[tokio::test]
async fn a_changed_file_is_seen() {
    let (outer, inner) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(inner.path(), "a.html", "one {% include 'b.html' %}", 0);
    write(inner.path(), "b.html", "b1", 0);
    let site = App::new("site")
        .plugin(Templates::new().reload())
        .routes(routes![index])
        .templates(outer.path())
        .mount("/inner", App::new("inner").templates(inner.path()));
    let client = TestClient::new(site).await.unwrap();
    client.get("/").await.assert_text("one b1");
    write(inner.path(), "b.html", "b2", 1);
    client.get("/").await.assert_text("one b2");
    write(inner.path(), "a.html", "two {% include 'b.html' %}", 1);
    client.get("/").await.assert_text("two b2");
    write(outer.path(), "b.html", "outer", 0);
    client.get("/").await.assert_text("two outer");
    fs::remove_file(outer.path().join("b.html")).unwrap();
    client.get("/").await.assert_text("two b2");
    write(inner.path(), "a.html", "{{ broken", 2);
    client.get("/").await.assert_status(500);
    write(inner.path(), "a.html", "mended", 3);
    client.get("/").await.assert_text("mended");
    fs::remove_file(inner.path().join("a.html")).unwrap();
    client.get("/").await.assert_status(500);
}

#[tokio::test]
async fn without_reload_it_stays() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.html", "one", 0);
    let site = App::new("site")
        .plugin(Templates::new().without_reload())
        .routes(routes![index])
        .templates(folder.path());
    let client = TestClient::new(site).await.unwrap();
    client.get("/").await.assert_text("one");
    write(folder.path(), "a.html", "two", 1);
    client.get("/").await.assert_text("one");
}
