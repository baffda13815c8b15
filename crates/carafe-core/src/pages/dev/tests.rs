//! A panic's place is noted by a hook of the process, which tests of the public doors must not set.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::response::IntoResponse;
use http::StatusCode;
use http_body_util::BodyExt;

use crate::app::{App, Site};
use crate::error::Panic;
use crate::routing::Route;
use crate::settings::{Environment, SettingsLoader};

async fn text_of(site: &Arc<Site>, path: &str) -> (StatusCode, String) {
    let request = Request::get(path).header("host", "localhost").body(Body::empty()).unwrap();
    let response = site.handle(request).await;
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test]
async fn a_panic_shows_its_own_line() {
    Panic::watch();
    let here = Route::new("here", "/here", |_, _| async {
        assert!(std::hint::black_box(false), "a cup is missing");
        StatusCode::OK.into_response()
    });
    let there = Route::new("there", "/there", |_, _| async {
        let work = || assert!(std::hint::black_box(false), "a spoon is missing");
        crate::respond::blocking(work).await.into_response()
    });
    let site = App::new("site")
        .routes(here)
        .routes(there)
        .build_with(SettingsLoader::new(Environment::DEVELOPMENT))
        .unwrap();
    for (path, what) in [("/here", "a cup is missing"), ("/there", "a spoon is missing")] {
        let (status, text) = text_of(&site, path).await;
        assert_eq!(status, 500);
        assert!(text.contains(&format!("the handler panicked: {what}")), "{text}");
        assert!(text.contains("at   crates/carafe-core/src/pages/dev/tests.rs:"), "{text}");
    }
}

#[test]
fn a_panic_that_somebody_else_caught_is_not_taken_for_the_next() {
    Panic::watch();
    let payload = std::panic::catch_unwind(|| panic!("first")).unwrap_err();
    let other: Box<dyn std::any::Any + Send> = Box::new("second");
    assert_eq!(Panic::caught(&*other).spot(), None);
    assert_eq!(Panic::caught(&*payload).message(), "first");
}
