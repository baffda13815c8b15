use axum::response::{Html, IntoResponse};
use http_body_util::{BodyExt, Full};

use super::*;

const RELOAD: Reload = Reload(Some(Place { port: 4000, version: 7 }));

fn text(response: Response) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let body = runtime.block_on(response.into_body().collect()).unwrap();
    String::from_utf8(body.to_bytes().to_vec()).unwrap()
}

#[track_caller]
fn check_wanted(method: Method, headers: &[(&str, &str)], expected: bool) {
    let mut request = Request::builder().method(method);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).unwrap();
    assert_eq!(RELOAD.is_wanted(&request), expected, "{headers:?}");
    assert!(!Reload(None).is_wanted(&request));
}

#[test]
fn pages_are_for_people() {
    let browser = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    check_wanted(Method::GET, &[browser], true);
    check_wanted(Method::POST, &[browser, ("sec-fetch-dest", "document")], true);
    check_wanted(Method::GET, &[("sec-fetch-dest", "iframe")], true);
    check_wanted(Method::GET, &[browser, ("sec-fetch-dest", "empty")], false);
    check_wanted(Method::GET, &[browser, ("hx-request", "true")], false);
    check_wanted(Method::HEAD, &[browser], false);
    check_wanted(Method::GET, &[("accept", "*/*")], false);
    check_wanted(Method::GET, &[], false);
}

#[test]
fn the_place_is_two_numbers() {
    assert_eq!(Place::parse("4000/7"), Some(Place { port: 4000, version: 7 }));
    for wrong in ["", "/", "4000", "4000/", "/7", "70000/1", "1/<script>", "1/2/3", "-1/2", "1/ 2"]
    {
        assert_eq!(Place::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn pages_get_the_script_at_their_end() {
    let page = RELOAD.inject(Html("<h1>Hi</h1>").into_response());
    let length = http_body::Body::size_hint(page.body()).exact();
    let page = text(page);
    assert!(page.starts_with("<h1>Hi</h1>\n<script>new EventSource("), "{page}");
    assert!(page.contains(":4000/7`") && page.ends_with("</script>\n"), "{page}");
    assert_eq!(length, Some(page.len() as u64));
    assert!(text(RELOAD.inject(Html("").into_response())).contains("EventSource"));
}

#[test]
fn a_text_is_shown_as_browsers_show_it() {
    let page = RELOAD.inject("a < b &amp; \u{e9}".into_response());
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    let page = text(page);
    assert!(page.starts_with("<!doctype html>") && page.contains("<script>"), "{page}");
    assert!(page.contains(">\na &lt; b &amp;amp; \u{e9}\n<script>"), "{page}");
    let bare = RELOAD.inject(([("content-type", "text/plain")], "</pre><b>").into_response());
    assert_eq!(bare.headers()["content-type"], "text/html");
    assert!(text(bare).contains("\n&lt;/pre>&lt;b>\n<script>"));
}

#[test]
fn headers_that_speak_of_the_body_follow() {
    let headers = [("etag", "\"a\""), ("last-modified", "x"), ("content-length", "2")];
    let page = RELOAD.inject((headers, Html("Hi")).into_response());
    assert!(!page.headers().contains_key("etag") && !page.headers().contains_key("last-modified"));
    assert!(!page.headers().contains_key("content-length"));
}

#[test]
fn streams_stay_streams_and_keep_their_trailers() {
    let trailers = HeaderMap::from_iter([(header::ETAG, http::HeaderValue::from_static("x"))]);
    let with = Full::new(Bytes::from("one")).with_trailers(std::future::ready(Some(Ok(trailers))));
    let page = RELOAD.inject(Html(Body::new(with)).into_response());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let body = runtime.block_on(page.into_body().collect()).unwrap();
    assert_eq!(body.trailers().unwrap()["etag"], "x");
    assert!(String::from_utf8(body.to_bytes().to_vec()).unwrap().starts_with("one\n<script>"));
}

#[test]
fn a_stream_that_fails_fails() {
    let page = RELOAD.inject(Html(Body::new(Cut(Some(Bytes::from("one"))))).into_response());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert!(runtime.block_on(page.into_body().collect()).is_err());
}

/// A body that breaks after its first piece.
struct Cut(Option<Bytes>);

impl http_body::Body for Cut {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let piece = self.0.take().map(Frame::data);
        Poll::Ready(Some(piece.ok_or_else(|| std::io::Error::other("cut"))))
    }
}

#[track_caller]
fn check_untouched(response: Response) {
    let (before, headers) = (response.status(), response.headers().clone());
    let after = RELOAD.inject(response);
    assert_eq!((after.status(), after.headers()), (before, &headers));
    assert!(!text(after).contains("EventSource"), "{headers:?}");
}

#[test]
fn what_is_no_page_stays_as_it_is() {
    check_untouched(([("content-type", "application/json")], "{}").into_response());
    check_untouched(([("content-encoding", "gzip")], Html("x")).into_response());
    check_untouched(
        ([("content-disposition", "Attachment; filename=a")], Html("x")).into_response(),
    );
    check_untouched((StatusCode::NOT_MODIFIED, Html("")).into_response());
    check_untouched((StatusCode::PARTIAL_CONTENT, Html("x")).into_response());
    check_untouched(StatusCode::NO_CONTENT.into_response());
    assert!(!text(Reload(None).inject(Html("x").into_response())).contains("EventSource"));
}

/// The policies as they were and as they are, and the nonce of the script.
#[track_caller]
fn check_policy(before: &[&str], after: &[&str], nonce: Option<&str>) {
    let mut response = Html("").into_response();
    for policy in before {
        response.headers_mut().append("content-security-policy", policy.parse().unwrap());
    }
    let response = RELOAD.inject(response);
    let got: Vec<String> = response
        .headers()
        .get_all("content-security-policy")
        .iter()
        .map(|value| value.to_str().unwrap().to_owned())
        .collect();
    assert_eq!(got, after);
    let page = text(response);
    match nonce {
        Some(nonce) => assert!(page.contains(&format!("<script nonce=\"{nonce}\">")), "{page}"),
        None => assert!(page.contains("<script>"), "{page}"),
    }
}

#[test]
fn policies_are_opened_for_the_script() {
    let own = Some("carafe-reload");
    check_policy(&[], &[], None);
    check_policy(&["img-src 'self'"], &["img-src 'self'"], own);
    check_policy(
        &["default-src 'self'"],
        &[
            "default-src 'self'; script-src 'self' 'nonce-carafe-reload'; connect-src 'self' http://*:4000",
        ],
        own,
    );
    check_policy(
        &["Script-Src 'none'; connect-src 'none'"],
        &["Script-Src 'nonce-carafe-reload'; connect-src http://*:4000"],
        own,
    );
    check_policy(
        &["script-src 'nonce-abc+/=' 'strict-dynamic'; connect-src https:"],
        &["script-src 'nonce-abc+/=' 'strict-dynamic'; connect-src https: http://*:4000"],
        Some("abc+/="),
    );
    check_policy(
        &["script-src 'self' 'unsafe-inline'"],
        &["script-src 'self' 'unsafe-inline'"],
        own,
    );
    check_policy(
        &["script-src-elem 'self'; script-src 'none'"],
        &["script-src-elem 'self' 'nonce-carafe-reload'; script-src 'none'"],
        own,
    );
    // Several hold together, whether in one header or in two.
    check_policy(
        &["script-src 'self', script-src 'nonce-x'", "script-src 'none'"],
        &["script-src 'self' 'nonce-x'", "script-src 'nonce-x'", "script-src 'nonce-x'"],
        Some("x"),
    );
    // What would break out of the attribute is no nonce.
    check_policy(
        &["script-src 'nonce-\"><b>'"],
        &["script-src 'nonce-\"><b>' 'nonce-carafe-reload'"],
        own,
    );
    check_policy(&[";; ,"], &["", ""], own);
}
