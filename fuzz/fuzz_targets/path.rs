//! Any address: no panic, no answer that is the server's fault, no redirect to another host.
#![no_main]

use std::sync::{Arc, LazyLock};

use axum::body::Body;
use axum::http::{Request, Uri};
use carafe::Site;
use carafe::prelude::*;
use carafe::settings::{Environment, SettingsLoader};
use libfuzzer_sys::fuzz_target;
use tokio::runtime::{Builder, Runtime};

#[get("/{name}/")]
async fn page(name: String) -> String {
    name
}

#[get("/number/{n}/{name}.json")]
async fn number(n: i64, name: String) -> String {
    format!("{n} {name}")
}

#[get("/rest/{*path}")]
async fn rest(path: String) -> String {
    path
}

#[get("/search")]
async fn search(Query(pairs): Query<Vec<(String, String)>>) -> String {
    pairs.len().to_string()
}

static SITE: LazyLock<(Runtime, Arc<Site>)> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let app = App::new("site").routes(routes![page, number, rest, search]);
    let site = app.build_with(SettingsLoader::new(Environment::PRODUCTION));
    (runtime, site.expect("a site"))
});

fuzz_target!(|data: &[u8]| {
    let Ok(uri) = Uri::try_from(data) else { return };
    let Ok(request) = Request::get(uri).body(Body::empty()) else { return };
    let (runtime, site) = &*SITE;
    let answer = runtime.block_on(site.handle(request));
    assert!(!answer.status().is_server_error(), "{}", answer.status());
    if let Some(location) = answer.headers().get("location") {
        let location = location.to_str().expect("text");
        let elsewhere = location.starts_with("//") || location.starts_with("/\\");
        assert!(location.starts_with('/') && !elsewhere, "{location}");
    }
});
