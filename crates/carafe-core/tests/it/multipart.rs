//! Forms with files (FL-50, FL-51).

use std::io::{Read, Seek, SeekFrom};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use carafe_core::extract::{FormLimits, Multipart, MultipartForm, Upload};
use carafe_core::{Error, Kind};
use http_body::Frame;
use serde::Deserialize;

const SMALL: FormLimits =
    FormLimits { max_body: 10_000, max_field: 100, max_parts: 2, spool_over: 1000 };

fn request(content_type: &str, body: Body, limits: Option<FormLimits>) -> Request {
    let mut request = Request::post("/").header("content-type", content_type).body(body).unwrap();
    if let Some(limits) = limits {
        request.extensions_mut().insert(limits);
    }
    request
}

async fn send(body: impl Into<Body>, limits: Option<FormLimits>) -> Result<Multipart, Error> {
    let request = request("multipart/form-data; boundary=X", body.into(), limits);
    Multipart::from_request(request, &()).await
}

fn text(name: &str, value: &str) -> String {
    format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
}

fn file(name: &str, file_name: &str, value: &str) -> String {
    format!(
        "--X\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\
         Content-Type: text/plain\r\n\r\n{value}\r\n"
    )
}

fn form(parts: &[String]) -> String {
    format!("{}--X--\r\n", parts.concat())
}

/// A body that is given in pieces, and counts how many were taken.
struct Pieces {
    left: usize,
    piece: Bytes,
    taken: Arc<AtomicUsize>,
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.left -= 1;
        self.taken.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(Some(Ok(Frame::data(self.piece.clone()))))
    }
}

#[tokio::test]
async fn texts_and_files_come_by_name() {
    let body = form(&[
        text("title", "Grüße"),
        text("tag", "a"),
        text("tag", "b&c=d"),
        file("f", "../a.txt", "hello"),
        file("f", "b.txt", ""),
        file("none", "", ""),
    ]);
    let form = send(body, None).await.unwrap();
    assert_eq!(form.text("title"), Some("Grüße"));
    assert_eq!(form.texts("tag").collect::<Vec<_>>(), ["a", "b&c=d"]);
    assert_eq!(form.text("f"), None);
    let file = form.file("f").unwrap();
    assert_eq!(
        (file.file_name(), file.size(), file.content_type()),
        ("../a.txt", 5, Some("text/plain"))
    );
    assert_eq!(file.bytes().await.unwrap(), "hello");
    assert!(!file.is_on_disk());
    assert_eq!(
        form.files().all("f").map(Upload::file_name).collect::<Vec<_>>(),
        ["../a.txt", "b.txt"]
    );
    // Where nothing was chosen a browser sends an empty file without a name.
    assert!(form.file("none").is_none());
    let (texts, mut files) = form.into_parts();
    assert_eq!((texts.len(), files.len()), (3, 2));
    assert_eq!(files.take("f").unwrap().file_name(), "../a.txt");
    assert_eq!(files.take("f").unwrap().file_name(), "b.txt");
    assert!(files.take("f").is_none() && files.is_empty());
}

#[tokio::test]
async fn a_large_file_waits_on_disk() {
    let numbers: Vec<String> = (0..10_000).map(|n| format!("{n:04}")).collect();
    let content = numbers.concat().repeat(30);
    let form = send(form(&[file("f", "big.txt", &content)]), None).await.unwrap();
    let file = form.file("f").unwrap();
    assert!(file.is_on_disk());
    assert_eq!(file.size(), 1_200_000);
    assert!(file.bytes().await.unwrap() == content);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("saved.txt");
    std::fs::write(&path, "x".repeat(2_000_000)).unwrap();
    file.save(&path).await.unwrap();
    file.save(&path).await.unwrap();
    assert!(std::fs::read_to_string(&path).unwrap() == content);
    let error = file.save(folder.path().join("none/saved.txt")).await.unwrap_err();
    assert!(error.is_server_fault() && error.place().unwrap().ends_with("none/saved.txt"));

    // Two readers have two positions.
    let (mut one, mut two) = (file.reader(), file.reader());
    let (mut first, mut last) = ([0; 4], String::new());
    one.seek(SeekFrom::End(-4)).unwrap();
    two.read_exact(&mut first).unwrap();
    one.read_to_string(&mut last).unwrap();
    two.seek(SeekFrom::Current(4)).unwrap();
    assert_eq!((&first, last.as_str()), (b"0000", "9999"));
    two.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"0002");
    assert!(two.seek(SeekFrom::End(-2_000_000)).is_err());
    two.seek(SeekFrom::Start(u64::MAX / 4)).unwrap();
    assert_eq!(two.read(&mut first).unwrap(), 0);
}

#[tokio::test]
async fn exactly_500_kb_stay_in_memory() {
    for (size, on_disk) in [(500_000, false), (500_001, true)] {
        let form = send(form(&[file("f", "a", &"x".repeat(size))]), None).await.unwrap();
        let file = form.file("f").unwrap();
        assert_eq!((file.is_on_disk(), file.size()), (on_disk, size as u64));
        assert_eq!(file.bytes().await.unwrap().len(), size);
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn temporary_files_have_no_name_and_end_with_their_upload() {
    // Other tests run beside this one: its file is known by a size that no other has.
    const SIZE: u64 = 612_345;
    let open = || {
        let files = std::fs::read_dir("/proc/self/fd").unwrap();
        let ours = |path: &std::path::Path| {
            let nameless = std::fs::read_link(path)
                .is_ok_and(|name| name.to_string_lossy().ends_with("(deleted)"));
            nameless && std::fs::metadata(path).is_ok_and(|data| data.len() == SIZE)
        };
        files.filter(|fd| ours(&fd.as_ref().unwrap().path())).count()
    };
    let before = open();
    let body = form(&[file("f", "a", &"x".repeat(usize::try_from(SIZE).unwrap()))]);
    let task = tokio::spawn(async move {
        let form = send(body, None).await.unwrap();
        assert!(form.file("f").unwrap().is_on_disk());
        assert_eq!(open(), before + 1);
        panic!("on purpose");
    });
    let panic = task.await.unwrap_err().into_panic();
    assert_eq!(panic.downcast_ref(), Some(&"on purpose"));
    assert_eq!(open(), before);
}

#[tokio::test]
async fn each_limit_is_a_413() {
    let check = async |parts: &[String], expected: Option<&str>| {
        let error = send(form(parts), Some(SMALL)).await.err();
        let seen = error.as_ref().map(|error| (error.kind(), error.message()));
        assert_eq!(seen, expected.map(|message| (Kind::TooLarge, message)));
    };
    let one = text("a", "1");
    check(&[one.clone(), one.clone()], None).await;
    check(&[one.clone(), one.clone(), one], Some("The form has more than 2 parts.")).await;
    check(&[text("a", &"x".repeat(100))], None).await;
    check(&[text("a", &"x".repeat(101))], Some("A field is larger than 100 bytes.")).await;
    check(&[file("a", "a", &"x".repeat(9_000))], None).await;
    check(&[file("a", "a", &"x".repeat(10_000))], Some("The form is larger than 10000 bytes."))
        .await;
}

#[tokio::test]
async fn what_says_that_it_is_too_large_is_not_even_read() {
    let taken = Arc::new(AtomicUsize::new(0));
    let body = Body::new(Pieces { left: 1, piece: Bytes::from("x"), taken: taken.clone() });
    let mut request = request("multipart/form-data; boundary=X", body, Some(SMALL));
    request.headers_mut().insert("content-length", "10001".parse().unwrap());
    let error = Multipart::from_request(request, &()).await.unwrap_err();
    assert_eq!((error.status().as_u16(), taken.load(Ordering::Relaxed)), (413, 0));
}

#[tokio::test]
async fn an_endless_body_is_stopped_at_the_limit() {
    for (start, message) in [
        (String::new(), "The head of a part is longer than 65536 bytes."),
        (
            "--X\r\nContent-Disposition: form-data; name=\"a".to_owned(),
            "The head of a part is longer than 65536 bytes.",
        ),
        (
            file("f", "a", "").trim_end().to_owned() + "\r\n\r\n",
            "The form is larger than 33554432 bytes.",
        ),
    ] {
        let taken = Arc::new(AtomicUsize::new(0));
        let endless =
            Pieces { left: usize::MAX, piece: Bytes::from(vec![b'x'; 8192]), taken: taken.clone() };
        let first = http_body_util::Full::new(Bytes::from(start));
        let error =
            send(Body::new(Chain { first: Some(first), rest: endless }), None).await.unwrap_err();
        assert_eq!((error.status().as_u16(), error.message()), (413, message));
        assert!(taken.load(Ordering::Relaxed) <= 4098);
    }
}

#[tokio::test]
async fn no_more_is_read_than_is_needed() {
    let taken = Arc::new(AtomicUsize::new(0));
    let piece = Bytes::from(vec![b'x'; 8192]);
    let endless = Pieces { left: usize::MAX, piece, taken: taken.clone() };
    let start = text("a", "").trim_end().to_owned() + "\r\n\r\n";
    let first = Some(http_body_util::Full::new(Bytes::from(start)));
    let error = send(Body::new(Chain { first, rest: endless }), None).await.unwrap_err();
    assert_eq!(error.message(), "A field is larger than 500000 bytes.");
    // 500,000 bytes are 61 pieces and a part of one.
    assert!(taken.load(Ordering::Relaxed) <= 63, "{taken:?}");
}

/// One body after another.
struct Chain {
    first: Option<http_body_util::Full<Bytes>>,
    rest: Pieces,
}

impl http_body::Body for Chain {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Some(first) = &mut self.first {
            if let Poll::Ready(Some(frame)) = Pin::new(first).poll_frame(cx) {
                return Poll::Ready(Some(frame));
            }
            self.first = None;
        }
        Pin::new(&mut self.rest).poll_frame(cx)
    }
}

#[tokio::test]
async fn a_limit_further_out_is_a_413_too() {
    let body = Body::from(form(&[file("f", "a", &"x".repeat(5000))]));
    let limited = Body::new(http_body_util::Limited::new(body, 1000));
    assert_eq!(send(limited, None).await.unwrap_err().status(), 413);
}

#[tokio::test]
async fn a_broken_form_is_a_400() {
    let whole = form(&[text("a", "1"), file("f", "a.txt", "content")]);
    assert!(send(whole.clone(), None).await.is_ok());
    // Cut anywhere before the last boundary is complete.
    for end in 0..whole.len() - 2 {
        let error = send(whole[..end].to_owned(), None).await.unwrap_err();
        assert_eq!(error.status(), 400, "cut at {end}: {error}");
    }
    for body in [
        "",
        "--Y\r\n\r\n--Y--",
        "--X\r\nContent-Disposition: form-data\r\n\r\nx\r\n--X--\r\n",
        "--X\r\n\r\nx\r\n--X--\r\n",
        "--X\r\nno header\r\n\r\nx\r\n--X--\r\n",
        "--X\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--X--\r\n",
        "--X\nContent-Disposition: form-data; name=\"a\"\n\nx\n--X--\n",
        "--Xjunk\r\n\r\n",
    ] {
        let error = send(body, None).await.unwrap_err();
        assert_eq!(error.status(), 400, "{body:?}: {error}");
    }
}

#[tokio::test]
async fn the_type_must_be_that_of_a_form() {
    let check = async |content_type: &str, expected: u16| {
        let whole = Body::from(form(&[text("a", "1")]));
        let result = Multipart::from_request(request(content_type, whole, None), &()).await;
        let status = result.map_or_else(|error| error.status().as_u16(), |_| 200);
        assert_eq!(status, expected, "{content_type}");
    };
    check("multipart/form-data; boundary=X", 200).await;
    check("Multipart/Form-Data; Boundary=\"X\"", 200).await;
    check("multipart/form-data", 400).await;
    check("multipart/form-data; boundary=\"\"", 400).await;
    check("multipart/mixed; boundary=X", 415).await;
    check("application/x-www-form-urlencoded", 415).await;
    check("nonsense", 415).await;
    check("", 415).await;
}

#[tokio::test]
async fn content_may_look_like_the_boundary() {
    let content = "\r\n--\r\n--Y\r\n-X\r\r\n\r\n--\r\n\r\n";
    let whole = form(&[file("f", "a", content)]);
    // However the body is cut into pieces.
    for size in 1..whole.len() {
        let pieces: Vec<Bytes> =
            whole.as_bytes().chunks(size).map(Bytes::copy_from_slice).collect();
        let body = Body::new(List(pieces.into_iter()));
        let form = send(body, None).await.unwrap();
        assert_eq!(form.file("f").unwrap().bytes().await.unwrap(), content, "pieces of {size}");
    }
}

/// A body in given pieces.
struct List(std::vec::IntoIter<Bytes>);

impl http_body::Body for List {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(self.0.next().map(|bytes| Ok(Frame::data(bytes))))
    }
}

#[derive(Debug, Deserialize, PartialEq)]
struct Album {
    title: String,
    year: u16,
    #[serde(default)]
    tags: Vec<String>,
}

#[tokio::test]
async fn texts_fill_a_type() {
    let send = async |parts: &[String]| {
        let request = request("multipart/form-data; boundary=X", form(parts).into(), None);
        MultipartForm::<Album>::from_request(request, &()).await
    };
    let parts = [
        text("title", "A & B"),
        text("year", "1999"),
        text("tags", "x"),
        text("tags", "y"),
        file("f", "a", "1"),
    ];
    let form = send(&parts).await.unwrap();
    assert_eq!(
        form.data,
        Album { title: "A & B".into(), year: 1999, tags: vec!["x".into(), "y".into()] }
    );
    assert_eq!(form.files.get("f").unwrap().size(), 1);
    let error = send(&[text("title", "A"), text("year", "soon")]).await.unwrap_err();
    assert_eq!(error.status(), 400);
    assert!(error.message().contains("invalid digit"), "{error}");
    let error = send(&[text("title", "A")]).await.unwrap_err();
    assert!(error.message().contains("year"), "{error}");
}

#[tokio::test]
async fn many_at_once() {
    let body = form(&[file("f", "a", &"x".repeat(600_000)), text("a", "b")]);
    let tasks: Vec<_> = (0..32)
        .map(|_| {
            let body = body.clone();
            tokio::spawn(async move { send(body, None).await.unwrap().file("f").unwrap().size() })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), 600_000);
    }
}
