//! Any body as a form with files, whole and in two pieces: no panic, no fault of the server's, and
//! the same answer whichever way it comes.
#![no_main]

use std::convert::Infallible;
use std::sync::{Arc, LazyLock};

use axum::body::{Body, to_bytes};
use axum::http::Request;
use carafe::Site;
use carafe::extract::Multipart;
use carafe::prelude::*;
use carafe::settings::{Environment, SettingsLoader};
use futures_util::stream;
use libfuzzer_sys::fuzz_target;
use tokio::runtime::{Builder, Runtime};

#[post("/")]
async fn upload(form: Multipart) -> String {
    let (texts, files) = form.into_parts();
    let names: Vec<_> = files.iter().map(|file| (file.name().to_owned(), file.size())).collect();
    format!("{texts:?} {names:?}")
}

static SITE: LazyLock<(Runtime, Arc<Site>)> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let app = App::new("site").routes(routes![upload]);
    let site = app.build_with(SettingsLoader::new(Environment::PRODUCTION));
    (runtime, site.expect("a site"))
});

fuzz_target!(|data: &[u8]| {
    let (runtime, site) = &*SITE;
    let ask = |pieces: Vec<Vec<u8>>| {
        let body = Body::from_stream(stream::iter(pieces.into_iter().map(Ok::<_, Infallible>)));
        let kind = "multipart/form-data; boundary=B";
        let request = Request::post("/").header("content-type", kind).body(body).expect("a request");
        runtime.block_on(async {
            let answer = site.handle(request).await;
            let status = answer.status();
            assert!(!status.is_server_error(), "{status}");
            let body = to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
            status.is_success().then_some(body)
        })
    };
    let whole = ask(vec![data.to_vec()]);
    let (start, end) = data.split_at(data.len() / 2);
    assert_eq!(whole, ask(vec![start.to_vec(), end.to_vec()]));
    assert_eq!(whole, ask(data.iter().map(|byte| vec![*byte]).collect()));
});
