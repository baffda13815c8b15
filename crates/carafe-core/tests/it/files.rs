//! Files as answers: types, names, conditions and ranges (FL-47, FL-48, FL-50).

use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use axum::response::{IntoResponse, Response};
use carafe_core::file_names::{safe_join, secure_filename};
use carafe_core::respond::{EntityTag, File, Offload, Validators, Verdict, conditional};
use http::{HeaderMap, HeaderName, Method, header};
use http_body_util::BodyExt;

/// An answer in one line each: status, headers that were asked for, body.
pub(crate) struct Seen {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Seen {
    pub(crate) async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Self { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// Headers as one would type them: `"Range: bytes=0-1 | If-Match: *"`.
pub(crate) fn headers(text: &str) -> HeaderMap {
    let lines = text.split(" | ").filter_map(|line| line.split_once(": "));
    lines
        .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap()))
        .collect()
}

const EDITED: &str = "Sun, 09 Sep 2001 01:46:40 GMT";
const LATER: &str = "Sun, 09 Sep 2001 01:46:41 GMT";
const BEFORE: &str = "Sun, 09 Sep 2001 01:46:39 GMT";

fn digits() -> File {
    File::bytes("d.txt", "0123456789")
        .etag("v1")
        .last_modified(UNIX_EPOCH + Duration::from_millis(1_000_000_000_750))
}

async fn ask(method: Method, request: &str) -> Seen {
    Seen::of(digits().respond(&headers(request), &method)).await
}

/// What ten digits with the tag `"v1"` answer to a GET: status, `Content-Range`, body.
#[track_caller]
fn check(request: &str, expected: &str) {
    let seen = block_on(ask(Method::GET, request));
    let range = seen.header("content-range");
    let body = if seen.status < 400 { seen.text() } else { "" };
    assert_eq!(format!("{} {range} {body}", seen.status), expected, "{request}");
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[test]
fn one_range_is_cut_out() {
    check("", "200  0123456789");
    check("Range: bytes=2-4", "206 bytes 2-4/10 234");
    check("Range: BYTES = 2 - 4", "206 bytes 2-4/10 234");
    check("Range: bytes=7-", "206 bytes 7-9/10 789");
    check("Range: bytes=-3", "206 bytes 7-9/10 789");
    check("Range: bytes=-99", "206 bytes 0-9/10 0123456789");
    check("Range: bytes=8-99", "206 bytes 8-9/10 89");
    check("Range: bytes=8-99999999999999999999999999", "206 bytes 8-9/10 89");
    check("Range: bytes=0-0", "206 bytes 0-0/10 0");
}

#[test]
fn a_range_outside_is_refused() {
    check("Range: bytes=50-", "416 bytes */10 ");
    check("Range: bytes=10-10", "416 bytes */10 ");
    check("Range: bytes=-0", "416 bytes */10 ");
    check("Range: bytes=99999999999999999999999999-", "416 bytes */10 ");
    check("Range: bytes=18446744073709551615-18446744073709551615", "416 bytes */10 ");
}

#[test]
fn a_range_without_sense_is_refused_and_a_strange_unit_ignored() {
    for text in ["4-2", "abc", "-", "", "+1-2", "1-+2", "1--2", "0x1-2", "1-2-3", ",,,", "٣-٤"] {
        let mut request = HeaderMap::new();
        request.insert(
            "range",
            http::HeaderValue::from_bytes(format!("bytes={text}").as_bytes()).unwrap(),
        );
        let status = digits().respond(&request, &Method::GET).status().as_u16();
        // A value that is not even ASCII is no range header at all.
        assert_eq!(status, if text.is_ascii() { 416 } else { 200 }, "{text}");
    }
    check("Range: lines=1-2", "200  0123456789");
    check("Range: 1-2", "200  0123456789");
}

#[test]
fn several_ranges_come_in_parts() {
    let seen = block_on(ask(Method::GET, "Range: bytes=0-1,8-"));
    assert_eq!(seen.status, 206);
    assert_eq!(seen.header("content-range"), "");
    assert_eq!(seen.header("content-length"), seen.body.len().to_string());
    let boundary = seen.header("content-type").strip_prefix("multipart/byteranges; boundary=");
    let boundary = boundary.unwrap();
    let part = |range: &str, body: &str| {
        format!(
            "\r\n--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n\
             Content-Range: bytes {range}/10\r\n\r\n{body}"
        )
    };
    let expected = format!("{}{}\r\n--{boundary}--\r\n", part("0-1", "01"), part("8-9", "89"));
    assert_eq!(seen.text(), expected);
}

#[test]
fn ranges_that_overlap_become_one_and_those_outside_fall_away() {
    check("Range: bytes=0-5,3-7", "206 bytes 0-7/10 01234567");
    check("Range: bytes=3-7,0-5,1-1", "206 bytes 0-7/10 01234567");
    check("Range: bytes=0-,0-,0-,0-,0-,0-", "206 bytes 0-9/10 0123456789");
    check("Range: bytes=1-2,50-60", "206 bytes 1-2/10 12");
    check("Range: bytes=50-60,70-", "416 bytes */10 ");
}

#[test]
fn a_flood_of_ranges_gets_the_whole_file_once() {
    let flood = |count: usize| format!("Range: bytes={}", vec!["0-0"; count].join(","));
    check(&flood(16), "206 bytes 0-0/10 0");
    check(&flood(17), "200  0123456789");
    check(&flood(10_000), "200  0123456789");
    check(&format!("Range: bytes={}", ",".repeat(10_000)), "200  0123456789");
}

#[test]
fn conditions_are_taken_in_the_order_of_the_rfc() {
    let date = |name: &str, date: &str| format!("{name}: {date}");
    check("If-None-Match: \"v1\"", "304  ");
    check("If-None-Match: W/\"v1\"", "304  ");
    check("If-None-Match: \"a,b\", \"v1\"", "304  ");
    check("If-None-Match: v1, , \"v1\"", "304  ");
    check("If-None-Match: *", "304  ");
    check("If-None-Match: \"v2\"", "200  0123456789");
    check("If-None-Match: v1", "200  0123456789");
    check("If-None-Match: \"v1", "200  0123456789");
    check(&date("If-Modified-Since", EDITED), "304  ");
    check(&date("If-Modified-Since", LATER), "304  ");
    check(&date("If-Modified-Since", BEFORE), "200  0123456789");
    check(&date("If-Modified-Since", "yesterday"), "200  0123456789");
    check(&date("If-Unmodified-Since", EDITED), "200  0123456789");
    check(&date("If-Unmodified-Since", BEFORE), "412  ");
    check("If-Match: \"v1\"", "200  0123456789");
    check("If-Match: *", "200  0123456789");
    check("If-Match: W/\"v1\"", "412  ");
    check("If-Match: \"v2\"", "412  ");
    // A tag goes before a date.
    check(&format!("If-None-Match: \"v2\" | If-Modified-Since: {EDITED}"), "200  0123456789");
    check(&format!("If-Match: \"v1\" | If-Unmodified-Since: {BEFORE}"), "200  0123456789");
    check("If-Match: \"v1\" | If-None-Match: \"v1\"", "304  ");
    // A condition goes before a range.
    check("If-None-Match: \"v1\" | Range: bytes=0-1", "304  ");
}

#[test]
fn if_range_wants_the_very_same_version() {
    let check =
        |value: &str, expected| check(&format!("Range: bytes=0-1 | If-Range: {value}"), expected);
    check("\"v1\"", "206 bytes 0-1/10 01");
    check(EDITED, "206 bytes 0-1/10 01");
    for other in ["W/\"v1\"", "\"v2\"", LATER, BEFORE, "nonsense", "*"] {
        check(other, "200  0123456789");
    }
}

#[test]
fn a_304_keeps_the_version_and_drops_the_body() {
    let seen = block_on(ask(Method::GET, "If-None-Match: \"v1\""));
    assert_eq!(seen.header("etag"), "\"v1\"");
    assert_eq!(seen.header("last-modified"), EDITED);
    assert_eq!(seen.header("cache-control"), "no-cache");
    assert_eq!(seen.header("content-type"), "");
    assert_eq!(seen.header("content-length"), "");
    assert!(seen.body.is_empty());
}

#[test]
fn head_has_the_headers_and_no_body() {
    let seen = block_on(ask(Method::HEAD, "Range: bytes=0-1"));
    assert_eq!((seen.status, seen.body.len()), (200, 0));
    assert_eq!(seen.header("content-length"), "10");
    assert_eq!(seen.header("accept-ranges"), "bytes");
    assert_eq!(block_on(ask(Method::HEAD, "If-None-Match: \"v1\"")).status, 304);
}

#[test]
fn other_methods_get_the_whole_file() {
    let seen = block_on(ask(Method::POST, "Range: bytes=0-1 | If-None-Match: \"v1\""));
    assert_eq!((seen.status, seen.text()), (200, "0123456789"));
}

#[test]
fn an_empty_file_has_no_ranges() {
    let ask = |request| File::bytes("e", "").respond(&headers(request), &Method::GET).status();
    assert_eq!(ask(""), 200);
    assert_eq!(ask("Range: bytes=0-"), 416);
    assert_eq!(ask("Range: bytes=-5"), 416);
}

#[test]
fn names_are_written_as_werkzeug_writes_them() {
    let check = |name: &str, expected: &str| {
        let response = File::bytes("x", "").attachment(name).into_response();
        let header = response.headers()["content-disposition"].to_str().unwrap();
        assert_eq!(header, format!("attachment{expected}"), "{name}");
    };
    check("ü.txt", "; filename=u.txt; filename*=UTF-8''%C3%BC.txt");
    check("a.txt", "; filename=a.txt");
    check("a b.txt", "; filename=\"a b.txt\"");
    check("quo\"te\\.txt", "; filename=\"quo\\\"te\\\\.txt\"");
    check("日本.txt", "; filename=.txt; filename*=UTF-8''%E6%97%A5%E6%9C%AC.txt");
    check("日本", "; filename=\"\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC");
    check("№ 'n.txt", "; filename=\"No 'n.txt\"; filename*=UTF-8''%E2%84%96%20%27n.txt");
    check("a\r\nSet-Cookie: x=1", "; filename=\"aSet-Cookie: x=1\"");
    check("ü\r\n\0", "; filename=u; filename*=UTF-8''%C3%BC%0D%0A%00");
    check("", "");
}

#[test]
fn types_follow_the_name() {
    let check = |name: &str, expected: &str| {
        let response = File::bytes(name, "").into_response();
        assert_eq!(response.headers()["content-type"], expected, "{name}");
    };
    check("a.html", "text/html; charset=utf-8");
    check("a.CSS", "text/css; charset=utf-8");
    check("a.js", "text/javascript; charset=utf-8");
    check("a.json", "application/json");
    check("a.svg", "image/svg+xml");
    check("a.woff2", "font/woff2");
    check("a.wasm", "application/wasm");
    check("a", "application/octet-stream");
    check("", "application/octet-stream");
    let odd = File::bytes("a.txt", "").content_type("x\r\ny").into_response();
    assert_eq!(odd.headers()["content-type"], "application/octet-stream");
}

#[test]
fn how_long_it_may_be_kept() {
    let check = |file: File, expected: &str| {
        assert_eq!(file.into_response().headers()["cache-control"], expected);
    };
    check(digits(), "no-cache");
    check(digits().max_age(Duration::from_mins(1)), "public, max-age=60");
    check(digits().max_age(Duration::ZERO), "no-cache, max-age=0");
    check(digits().immutable(), "public, max-age=31536000, immutable");
}

#[test]
fn a_tag_cannot_split_the_header() {
    let response = File::bytes("a", "").etag("a\"\r\nx: y ü").into_response();
    assert_eq!(response.headers()["etag"], "\"ax:y\"");
    for none in ["", "v1", "\"v1", "v1\"", "w/\"v1\"", "\"a\"b\"", "\""] {
        assert_eq!(EntityTag::parse(none), None, "{none}");
    }
}

#[test]
fn dates_that_http_cannot_write_are_left_out() {
    let early = UNIX_EPOCH - Duration::from_secs(1);
    let late = UNIX_EPOCH + Duration::from_secs(999_999_999_999);
    for time in [early, late] {
        let response = File::bytes("a", "").last_modified(time).into_response();
        assert!(!response.headers().contains_key(header::LAST_MODIFIED));
    }
}

#[test]
fn a_writer_asks_before_it_acts() {
    let current = Validators { etag: Some("v2".into()), last_modified: None };
    let check = |method: Method, request: &str, expected| {
        assert_eq!(current.check(&method, &headers(request)), expected, "{method} {request}");
    };
    check(Method::PUT, "If-Match: \"v1\"", Verdict::Failed);
    check(Method::PUT, "If-Match: \"v2\"", Verdict::Go);
    check(Method::PUT, "If-None-Match: *", Verdict::Failed);
    check(Method::PUT, &format!("If-Modified-Since: {LATER}"), Verdict::Go);
    check(Method::GET, "If-None-Match: *", Verdict::NotModified);
}

#[test]
fn any_response_can_be_conditional() {
    let ask = |request: &str| {
        let response = ([("etag", "\"v1\""), ("set-cookie", "a=1")], "body").into_response();
        block_on(Seen::of(conditional(response, &headers(request), &Method::GET)))
    };
    assert_eq!(ask("").text(), "body");
    let seen = ask("If-None-Match: \"v1\"");
    assert_eq!((seen.status, seen.text(), seen.header("set-cookie")), (304, "", "a=1"));
    let seen = ask("If-Match: \"v2\"");
    assert_eq!((seen.status, seen.header("etag"), seen.header("set-cookie")), (412, "", "a=1"));
    // A response of its own status is nobody's version.
    let created = (http::StatusCode::CREATED, [("etag", "\"v1\"")]).into_response();
    let request = headers("If-None-Match: \"v1\"");
    assert_eq!(conditional(created, &request, &Method::GET).status(), 201);
}

#[tokio::test]
async fn a_file_on_disk_is_sent_in_pieces() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("große datei.bin");
    let content: Vec<u8> = (0..1_000_000_u32).map(|n| (n % 251) as u8).collect();
    std::fs::write(&path, &content).unwrap();

    let ask = async |request: &str| {
        let file = File::open(&path).await.unwrap();
        file.respond(&headers(request), &Method::GET)
    };
    let mut body = ask("").await.into_body();
    let mut sizes = Vec::new();
    while let Some(frame) = body.frame().await {
        sizes.push(frame.unwrap().into_data().unwrap().len());
    }
    assert_eq!(sizes.iter().sum::<usize>(), content.len());
    assert!(sizes.iter().all(|size| *size <= 128 * 1024), "{sizes:?}");

    let seen = Seen::of(ask("").await).await;
    assert!(seen.body == content);
    assert_eq!(seen.header("content-length"), "1000000");
    assert_eq!(
        seen.header("content-disposition"),
        "inline; filename=\"groe datei.bin\"; filename*=UTF-8''gro%C3%9Fe%20datei.bin"
    );
    let tag = format!("If-None-Match: {}", seen.header("etag"));
    assert_eq!(ask(&tag).await.status(), 304);
    let seen = Seen::of(ask("Range: bytes=300000-700000").await).await;
    assert!(seen.body == content[300_000..=700_000]);
    let seen = Seen::of(ask("Range: bytes=0-0,500000-500001,-1").await).await;
    assert_eq!(seen.header("content-length"), seen.body.len().to_string());

    // Many readers of one open file do not disturb each other.
    let file = File::open(&path).await.unwrap();
    let parts: Vec<_> =
        (0..16).map(|n| format!("{}-{}", n * 60_000, n * 60_000 + 50_000)).collect();
    let seen = Seen::of(
        file.respond(&headers(&format!("Range: bytes={}", parts.join(","))), &Method::GET),
    )
    .await;
    assert_eq!(seen.header("content-length"), seen.body.len().to_string());

    std::fs::write(&path, "new").unwrap();
    assert_eq!(ask(&tag).await.status(), 200);
}

#[tokio::test]
async fn a_file_that_shrinks_while_it_is_sent_breaks_the_connection() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.bin");
    std::fs::write(&path, vec![1; 500_000]).unwrap();
    let response = File::open(&path).await.unwrap().into_response();
    std::fs::write(&path, "short").unwrap();
    assert!(response.into_body().collect().await.is_err());
}

#[tokio::test]
async fn what_is_no_file_is_not_found() {
    let folder = tempfile::tempdir().unwrap();
    let inside = |name: &str| folder.path().join(name);
    std::fs::write(inside("file"), "x").unwrap();
    let long = "x".repeat(5000);
    for name in ["none", "", "file/below", "a\0b", long.as_str()] {
        let error = File::open(inside(name)).await.err().unwrap();
        assert_eq!(error.status(), 404, "{name}");
        assert!(!error.to_string().contains("tmp"), "{error}");
    }
}

#[tokio::test]
async fn the_server_in_front_sends_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("50% ü.txt");
    std::fs::write(&path, "x").unwrap();
    let root = folder.path().to_path_buf();
    let ask = async |offload: Offload| {
        Seen::of(File::open(&path).await.unwrap().offload(offload).into_response()).await
    };
    let seen = ask(Offload::XSendfile).await;
    assert_eq!(seen.header("x-sendfile"), format!("{}/50%25 %C3%BC.txt", root.display()));
    assert_eq!((seen.body.len(), seen.header("content-length")), (0, ""));
    let nginx = |folder: &Path| Offload::XAccelRedirect {
        folder: folder.into(),
        location: "/protected/".into(),
    };
    let seen = ask(nginx(&root)).await;
    assert_eq!(seen.header("x-accel-redirect"), "/protected/50%25%20%C3%BC.txt");
    // One that nginx cannot reach is sent by ourselves.
    assert_eq!(ask(nginx(Path::new("/elsewhere"))).await.text(), "x");
}

#[tokio::test]
async fn a_handler_just_returns_it() {
    let handler = async || ([("x-own", "1")], digits());
    let created = async || (http::StatusCode::CREATED, digits());
    let router = axum::Router::new()
        .route("/file", axum::routing::get(handler))
        .route("/created", axum::routing::get(created));
    let site = carafe_core::App::new("site").axum(router).build().unwrap();
    let ask = async |method: Method, path: &str, request: &str| {
        let mut asked = axum::extract::Request::new(axum::body::Body::empty());
        *asked.method_mut() = method;
        *asked.uri_mut() = path.parse().unwrap();
        *asked.headers_mut() = headers(request);
        Seen::of(site.handle(asked).await).await
    };
    let seen = ask(Method::GET, "/file", "Range: bytes=2-4").await;
    assert_eq!((seen.status, seen.text(), seen.header("x-own")), (206, "234", "1"));
    let seen = ask(Method::GET, "/file", "Range: bytes=50-").await;
    assert_eq!((seen.status, seen.header("content-range")), (416, "bytes */10"));
    let seen = ask(Method::GET, "/file", "If-None-Match: \"v1\"").await;
    assert_eq!((seen.status, seen.text()), (304, ""));
    let seen = ask(Method::HEAD, "/file", "").await;
    assert_eq!((seen.status, seen.text(), seen.header("content-length")), (200, "", "10"));
    assert_eq!(ask(Method::GET, "/file", "").await.text(), "0123456789");
    // A status of the handler's own means the whole file.
    let seen = ask(Method::GET, "/created", "Range: bytes=2-4 | If-None-Match: *").await;
    assert_eq!((seen.status, seen.text()), (201, "0123456789"));
}

#[tokio::test]
async fn many_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.bin");
    std::fs::write(&path, vec![7; 300_000]).unwrap();
    let tasks: Vec<_> = (0..64)
        .map(|n| {
            let path = path.clone();
            tokio::spawn(async move {
                let file = File::open(path).await.unwrap();
                let range = headers(&format!("Range: bytes={n}-"));
                Seen::of(file.respond(&range, &Method::GET)).await.body.len()
            })
        })
        .collect();
    for (n, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.await.unwrap(), 300_000 - n);
    }
}

#[test]
fn a_path_from_outside_stays_inside() {
    let joined = |path: &str| safe_join("/srv/www", path);
    for (path, expected) in [
        ("a.txt", "/srv/www/a.txt"),
        ("a/b.txt", "/srv/www/a/b.txt"),
        ("", "/srv/www"),
        ("./a//b/.", "/srv/www/a/b"),
        ("...", "/srv/www/..."),
        ("a..b", "/srv/www/a..b"),
        (".hidden", "/srv/www/.hidden"),
        ("%2e%2e/a", "/srv/www/%2e%2e/a"),
        ("~root", "/srv/www/~root"),
        ("日本", "/srv/www/日本"),
    ] {
        assert_eq!(joined(path).as_deref(), Some(Path::new(expected)), "{path}");
    }
    for path in HOSTILE_PATHS {
        assert_eq!(joined(path), None, "{path:?}");
    }
}

/// Paths that would leave their folder somewhere.
pub(crate) const HOSTILE_PATHS: &[&str] = &[
    "..",
    "../",
    "../a.txt",
    "a/../../b",
    "a/..",
    "./../a",
    "a/b/../../../c",
    "/",
    "/etc/passwd",
    "//etc/passwd",
    "\\",
    "..\\a.txt",
    "a\\..\\..\\b",
    "\\\\server\\share",
    "C:",
    "C:/Windows",
    "c:\\Windows",
    "a/C:/Windows",
    "a\0",
    "\0",
    "a.txt\0.png",
];

#[test]
fn names_become_harmless() {
    for (name, expected) in [
        ("My cool movie.mov", "My_cool_movie.mov"),
        ("../../../etc/passwd", "etc_passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        (".htaccess", "htaccess"),
        ("i contain cool ümläuts.txt", "i_contain_cool_umlauts.txt"),
        ("__filename__", "filename"),
        ("foo$&^*)bar", "foobar"),
        ("a\0b\r\nc", "ab_c"),
        ("ﬁle №1.txt", "file_No1.txt"),
        ("日本", ""),
        ("", ""),
        ("..", ""),
        ("/", ""),
        ("CON", "_CON"),
        ("com1.txt", "_com1.txt"),
        ("COM10.txt", "COM10.txt"),
        ("console.log", "console.log"),
    ] {
        assert_eq!(secure_filename(name), expected, "{name:?}");
    }
    assert_eq!(secure_filename(&"../".repeat(100_000)), "");
}
