//! Answers that are written while they are sent.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use carafe_core::extract::{LastEventId, RequestInfo};
use carafe_core::respond::{Event, Sse, Streamed, events, stream};
use carafe_core::testing::TestClient;
use carafe_core::{App, Error, Locals, Scope, Site, routes};
use carafe_macros::get;
use futures_core::Stream;
use http::Request;
use http_body_util::BodyExt;

#[get("/posts/{id}")]
async fn show(id: u32) -> String {
    id.to_string()
}

#[get("/links")]
async fn links(locals: Locals, request: RequestInfo) -> Streamed {
    locals.set("from the handler".to_owned());
    stream(async move |out| {
        out.send(format!("{} ", show::url(7))).await?;
        tokio::task::yield_now().await;
        let scope = Scope::current()?;
        out.send(format!("{} {} ", scope.endpoint().unwrap_or("-"), request.path())).await?;
        let kept = scope.locals().get::<String>();
        out.send(kept.as_deref().cloned().unwrap_or_default()).await?;
        out.send(&b" bytes"[..]).await
    })
}

#[get("/broken")]
async fn broken() -> Streamed {
    stream(async |out| {
        out.send("begun").await?;
        Err(Error::internal("the file ended early"))
    })
}

#[get("/panics")]
async fn panics() -> Streamed {
    stream(async |out| {
        out.send("begun").await?;
        panic!("at {}", 7)
    })
}

#[get("/empty")]
async fn empty() -> Streamed {
    stream(async |_| Ok(())).content_type("text/csv")
}

#[get("/badly-typed")]
async fn badly_typed() -> Streamed {
    stream(async |_| Ok(())).content_type("text/csv\nx: y")
}

#[get("/from-task")]
async fn from_task() -> Streamed {
    stream(async |out| {
        let writer = carafe_core::spawn(async move {
            for n in 0..100 {
                out.send(format!("{n},")).await?;
            }
            out.send(show::url(1).to_text()?).await
        });
        writer.await?
    })
}

#[get("/big")]
async fn big() -> Streamed {
    stream(async |out| {
        for _ in 0..200 {
            out.send(vec![b'x'; 10_000]).await?;
        }
        Ok(())
    })
}

/// Counts down, and asks for its link at each step.
struct Countdown(u32);

impl Stream for Countdown {
    type Item = Result<String, Error>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0 -= 1;
        Poll::Ready(match self.0 {
            0 => None,
            n => Some(show::url(n).to_text()),
        })
    }
}

#[get("/countdown")]
async fn countdown() -> Streamed {
    Streamed::of(Countdown(3)).content_type("text/x-links")
}

fn app() -> App {
    App::new("site").routes(routes![
        show,
        links,
        broken,
        panics,
        empty,
        badly_typed,
        from_task,
        big,
        slow,
        countdown,
        endless,
        news,
        ticks,
        silent,
        hostile
    ])
}

async fn client() -> TestClient {
    TestClient::new(App::new("outer").mount("/app", app())).await.unwrap()
}

#[tokio::test]
async fn pieces_are_written_in_the_scope_of_the_request() {
    let client = client().await;
    let response = client.get("/app/links").await;
    response
        .assert_status(200)
        .assert_no_header("content-length")
        .assert_header("content-type", "text/plain; charset=utf-8")
        .assert_text("/app/posts/7 site.links /app/links from the handler bytes");
    client.get("/app/countdown").await.assert_text("/app/posts/2/app/posts/1");
    client.get("/app/empty").await.assert_text("").assert_header("content-type", "text/csv");
    client.get("/app/badly-typed").await.assert_status(500).assert_no_header("x");
    let numbers: String = (0..100).map(|n| format!("{n},")).collect();
    client.get("/app/from-task").await.assert_text(&format!("{numbers}/app/posts/1"));
    assert_eq!(client.get("/app/big").await.bytes().len(), 2_000_000);
}

#[tokio::test]
async fn failures_break_the_answer_off() {
    let client = client().await;
    for (path, message) in
        [("/app/broken", "the file ended early"), ("/app/panics", "panicked: at 7")]
    {
        let response = client.get(path).await;
        let broken = response.assert_status(200).broken().unwrap_or_default();
        assert!(broken.contains(message), "{broken}");
    }
}

/// How many endless answers began, and how many were dropped.
static BEGUN: AtomicUsize = AtomicUsize::new(0);
static DROPPED: AtomicUsize = AtomicUsize::new(0);

/// Counts its drop, if it can make a link then.
struct CountsItsDrop;

impl Drop for CountsItsDrop {
    fn drop(&mut self) {
        if show::url(1).to_text().is_ok() {
            DROPPED.fetch_add(1, SeqCst);
        }
    }
}

#[get("/endless")]
async fn endless() -> Streamed {
    stream(async |out| {
        let _guard = CountsItsDrop;
        BEGUN.fetch_add(1, SeqCst);
        loop {
            out.send("more").await?;
        }
    })
}

#[get("/slow")]
async fn slow() -> Streamed {
    stream(async |out| {
        out.send("the first piece comes at once, ".repeat(10)).await?;
        std::future::pending().await
    })
}

/// An encoder must not keep what there is until there is more.
#[cfg(feature = "compression")]
#[tokio::test]
async fn pieces_are_not_held_back_by_compression() {
    use std::io::Write;
    let site = app().build().unwrap();
    let request = Request::get("/slow").header("accept-encoding", "gzip");
    let response = site.handle(request.body(Body::empty()).unwrap()).await;
    assert_eq!(response.headers()["content-encoding"], "gzip");
    let mut body = response.into_body();
    let mut plain = flate2::write::GzDecoder::new(Vec::new());
    while plain.get_ref().len() < 310 {
        let next = tokio::time::timeout(Duration::from_secs(5), frame(&mut body)).await;
        plain.write_all(&next.unwrap()).unwrap();
        plain.flush().unwrap();
    }
    assert!(plain.get_ref().starts_with(b"the first piece"));
}

async fn ask(site: &Arc<Site>, method: &str, path: &str) -> Body {
    let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
    site.handle(request).await.into_body()
}

async fn frame(body: &mut Body) -> Bytes {
    body.frame().await.unwrap().unwrap().into_data().unwrap()
}

#[tokio::test]
async fn who_leaves_ends_the_writer() {
    let site = app().build().unwrap();
    assert!(ask(&site, "HEAD", "/endless").await.frame().await.is_none());
    let mut body = ask(&site, "GET", "/endless").await;
    assert_eq!(BEGUN.load(SeqCst), 0, "nothing is written before somebody reads");
    for _ in 0..3 {
        assert_eq!(frame(&mut body).await, "more");
    }
    drop(body);
    assert_eq!((BEGUN.load(SeqCst), DROPPED.load(SeqCst)), (1, 1));
}

#[get("/news")]
async fn news(LastEventId(last): LastEventId) -> Sse {
    events(async move |out| {
        let from = last.unwrap_or_default();
        out.send(Event::comment("hello")).await?;
        out.send(Event::data(format!("{}\nsecond line", show::url(1))).id("7").named("post"))
            .await?;
        out.send(Event::json(&[from])?.retry(Duration::from_millis(1500))).await
    })
}

#[get("/hostile")]
async fn hostile() -> Sse {
    events(async |out| {
        out.send(
            Event::data("a\rid: 1\r\n\r\nevent: x\n").named("b\nid: 2").id("c\0\r\n\r\ndata: d"),
        )
        .await?;
        out.send(Event::comment("e\n\ndata: f")).await
    })
}

#[get("/ticks")]
async fn ticks() -> Sse {
    Sse::of(Ticks(tokio::time::interval(Duration::from_secs(40))))
}

#[get("/silent")]
async fn silent() -> Sse {
    Sse::of(Ticks(tokio::time::interval(Duration::from_secs(40)))).no_keep_alive()
}

struct Ticks(tokio::time::Interval);

impl Stream for Ticks {
    type Item = Result<Event, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_tick(cx).map(|_| Some(Ok(Event::data("tick"))))
    }
}

#[tokio::test]
async fn server_sent_events() {
    let client = client().await;
    client
        .get("/app/news")
        .header("last-event-id", "6")
        .await
        .assert_header("content-type", "text/event-stream")
        .assert_header("cache-control", "no-cache")
        .assert_no_header("content-length")
        .assert_text(concat!(
            ": hello\n\n",
            "data: /app/posts/1\ndata: second line\nid: 7\nevent: post\n\n",
            "data: [\"6\"]\nretry: 1500\n\n",
        ));
    client.get("/app/hostile").await.assert_text(concat!(
        "data: a\ndata: id: 1\ndata: \ndata: event: x\ndata: \nevent: bid: 2\nid: cdata: d\n\n",
        ": e\n: \n: data: f\n\n",
    ));
}

#[tokio::test(start_paused = true)]
async fn silence_is_broken_by_comments() {
    let site = app().build().unwrap();
    let begin = tokio::time::Instant::now();
    for (path, expected) in [
        (
            "/ticks",
            &[
                (0, "data: tick\n\n"),
                (15, ":\n\n"),
                (30, ":\n\n"),
                (40, "data: tick\n\n"),
                (55, ":\n\n"),
            ][..],
        ),
        ("/silent", &[(0, "data: tick\n\n"), (40, "data: tick\n\n"), (80, "data: tick\n\n")]),
    ] {
        let mut body = ask(&site, "GET", path).await;
        let start = begin.elapsed();
        for (second, text) in expected {
            assert_eq!(frame(&mut body).await, *text, "{path} at {second}");
            assert_eq!((begin.elapsed() - start).as_secs(), *second, "{path} {text}");
        }
    }
}
