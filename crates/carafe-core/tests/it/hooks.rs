//! What runs around handlers, in the order that was recorded from Flask (FL-21 … FL-27).

use std::sync::{Arc, Mutex};

use axum::response::{IntoResponse, Response};
use carafe_core::events::{RequestFailed, RequestFinished, RequestStarted};
use carafe_core::extract::{Caught, Service};
use carafe_core::testing::{TestClient, Watched};
use carafe_core::{App, Error, Locals, Scope, routes};
use carafe_macros::{extractor, get};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn add(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

#[get("/view")]
async fn view(log: Service<Log>, scope: Scope) -> &'static str {
    log.add("view");
    let log = log.into_inner();
    scope.after_this_request(move |_| log.add("after_this_request"));
    "view"
}

#[get("/boom")]
async fn boom() -> carafe_core::Result<()> {
    Err(Error::internal("boom"))
}

#[get("/panic")]
async fn panics() {
    panic!("oh no");
}

#[get("/slow")]
async fn slow() {
    std::future::pending::<()>().await;
}

fn hooked(app: App, name: &'static str) -> App {
    app.before(move |log: Service<Log>| async move { log.add(format!("before {name}")) })
        .after(move |response: Response, log: Service<Log>| async move {
            log.add(format!("after {name}"));
            response
        })
        .teardown(move |log: Service<Log>, caught: Option<Caught>| async move {
            log.add(format!(
                "teardown {name}{}",
                caught.map(|error| format!(" ({})", error.message())).unwrap_or_default()
            ));
        })
}

fn site(log: &Log) -> App {
    let child = hooked(App::new("ch"), "ch").routes(routes![view, boom, panics, slow]);
    let blueprint = hooked(App::new("bp"), "bp").mount("/ch", child);
    hooked(hooked(App::new("site"), "app1"), "app2").service(log.clone()).mount("/bp", blueprint)
}

#[tokio::test]
async fn the_order_is_flasks() {
    let log = Log::default();
    let client = TestClient::new(site(&log)).await.unwrap();
    client.get("/bp/ch/view").await.assert_text("view");
    assert_eq!(
        log.take().join(", "),
        "before app1, before app2, before bp, before ch, view, after_this_request, after ch, after bp, after app2, after app1, \
         teardown ch, teardown bp, teardown app2, teardown app1"
    );
    // An unknown path under a prefix belongs to the outermost app.
    client.get("/bp/nope").await.assert_status(404);
    assert_eq!(
        log.take().join(", "),
        "before app1, before app2, after app2, after app1, teardown app2, teardown app1"
    );
}

#[tokio::test]
async fn a_before_hook_may_answer() {
    let log = Log::default();
    let app = site(&log).before(|| async { Some("stopped") });
    let client = TestClient::new(app).await.unwrap();
    client.get("/bp/ch/view").await.assert_text("stopped");
    assert_eq!(
        log.take().join(", "),
        "before app1, before app2, after ch, after bp, after app2, after app1, teardown ch, teardown bp, teardown app2, teardown app1"
    );
}

#[tokio::test]
async fn teardown_runs_whatever_happens() {
    let log = Log::default();
    let client = TestClient::new(site(&log)).await.unwrap();
    client.get("/bp/ch/boom").await.assert_status(500);
    assert_eq!(log.take().iter().filter(|line| line.ends_with("(boom)")).count(), 4);
    client.get("/bp/ch/panic").await.assert_status(500);
    assert_eq!(
        log.take().iter().filter(|line| line.ends_with("(the handler panicked: oh no)")).count(),
        4
    );
    // The client leaves before the answer.
    let gone = tokio::time::timeout(
        std::time::Duration::from_millis(20),
        client.get("/bp/ch/slow").into_future(),
    )
    .await;
    assert!(gone.is_err());
    for _ in 0..100 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        if log.0.lock().unwrap().len() == 8 {
            break;
        }
    }
    assert_eq!(log.take().iter().filter(|line| line.starts_with("teardown")).count(), 4);
}

#[tokio::test]
async fn all_teardown_hooks_run_even_if_one_panics() {
    let log = Log::default();
    let app = App::new("site")
        .service(log.clone())
        .routes(routes![view])
        .teardown(|log: Service<Log>| async move { log.add("last") })
        .teardown(|| async { panic!("in teardown") });
    let client = TestClient::new(app).await.unwrap();
    client.get("/view").await.assert_text("view");
    assert_eq!(log.take().last().unwrap(), "last");
}

#[tokio::test]
async fn values_of_one_request() {
    struct User(&'static str);
    #[get("/")]
    async fn who(g: Locals) -> &'static str {
        g.get::<User>().map_or("nobody", |user| user.0)
    }
    let app =
        App::new("site").routes(routes![who]).before(|g: Locals, uri: http::Uri| async move {
            if uri.query() == Some("ann") {
                g.set(User("ann"));
            }
        });
    let client = TestClient::new(app).await.unwrap();
    client.get("/?ann").await.assert_text("ann");
    client.get("/").await.assert_text("nobody");
}

#[tokio::test]
async fn a_hook_that_refuses_answers() {
    let app = App::new("site")
        .routes(routes![boom])
        .before(|| async { Err::<(), _>(Error::forbidden("no")) });
    TestClient::new(app).await.unwrap().get("/boom").await.assert_status(403);
    let app = App::new("site").routes(routes![boom]).catch(500, |error: Caught| async move {
        format!("caught {}", error.message()).into_response()
    });
    TestClient::new(app).await.unwrap().get("/boom").await.assert_text("caught boom");
}

#[tokio::test]
async fn events_are_told() {
    let (started, finished, failed) = (
        Watched::<RequestStarted>::default(),
        Watched::<RequestFinished>::default(),
        Watched::<RequestFailed>::default(),
    );
    let app = App::new("site")
        .routes(routes![boom])
        .on(started.listener())
        .on(finished.listener())
        .on(failed.listener());
    let client = TestClient::new(app).await.unwrap();
    client.get("/boom").await;
    client.get("/nope").await;
    assert_eq!(started.events().len(), 2);
    let ends: Vec<_> = finished
        .events()
        .into_iter()
        .map(|event| (event.endpoint, event.status.as_u16()))
        .collect();
    assert_eq!(ends, [(Some("boom".to_owned()), 500), (None, 404)]);
    assert_eq!(failed.events()[0].error.message(), "boom");
}

#[tokio::test]
async fn steps_at_the_start_and_the_end() {
    let log = Log::default();
    let app = || {
        App::new("site")
            .service(log.clone())
            .routes(routes![view])
            .on_start(|log: Service<Log>| async move { log.add("start") })
            .on_stop(|log: Service<Log>| async move { log.add("stop") })
    };
    TestClient::new(app()).await.unwrap();
    assert_eq!(log.take(), ["start"]);
    let refused = app().on_start(|| async { Err::<(), _>(Error::internal("no disk")) });
    assert_eq!(TestClient::new(refused).await.unwrap_err().message(), "no disk");
    let router = app().into_router().await.unwrap();
    drop(router);
    assert_eq!(log.take(), ["start", "start"]);
}

#[tokio::test]
async fn a_live_server_answers() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let server = carafe_core::testing::LiveServer::start(
        App::new("site").service(Log::default()).routes(routes![view]),
    )
    .await
    .unwrap();
    let mut socket = tokio::net::TcpStream::connect(server.address()).await.unwrap();
    socket.write_all(b"GET /view HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("view"), "{answer}");
    let address = server.address().to_owned();
    server.stop().await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn those_who_watch_cannot_break_a_request() {
    #[get("/careless")]
    async fn careless(scope: Scope) -> &'static str {
        scope.after_this_request(|_| panic!("afterwards"));
        "answered"
    }
    let app = App::new("site")
        .routes(routes![careless])
        .on(|_: &RequestStarted| panic!("started"))
        .on(|_: &RequestFinished| panic!("finished"));
    TestClient::new(app)
        .await
        .unwrap()
        .get("/careless")
        .await
        .assert_status(200)
        .assert_text("answered");
}

#[tokio::test]
async fn a_client_that_leaves_in_a_before_hook_is_torn_down() {
    let log = Log::default();
    let app = App::new("site")
        .service(log.clone())
        .routes(routes![view])
        .before(|| async { std::future::pending::<()>().await })
        .teardown(|log: Service<Log>| async move { log.add("teardown") });
    let client = TestClient::new(app).await.unwrap();
    let gone = tokio::time::timeout(
        std::time::Duration::from_millis(20),
        client.get("/view").into_future(),
    )
    .await;
    assert!(gone.is_err());
    for _ in 0..100 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        if !log.0.lock().unwrap().is_empty() {
            break;
        }
    }
    assert_eq!(log.take(), ["teardown"]);
}

#[tokio::test]
async fn a_hook_reads_the_prefix() {
    use carafe_core::extract::Captured;
    let inner = App::new("inner")
        .service(Log::default())
        .routes(routes![view])
        .before(|lang: Captured<String>| async move { Some(lang.0) });
    let client = TestClient::new(App::new("site").mount("/{lang}", inner)).await.unwrap();
    client.get("/fr/view").await.assert_text("fr");
}

#[tokio::test]
async fn a_status_that_is_none_is_refused() {
    let error = App::new("site").catch(0, || async { "x" }).build().unwrap_err().to_string();
    assert!(error.contains("`.catch(0, …)`: 0 is no status"), "{error}");
}

struct Clock;

async fn ticks(_: Service<Clock>) {}

async fn ticks_after(response: Response, _: Service<Clock>) -> Response {
    response
}

async fn answers(_: Service<Clock>) -> &'static str {
    "caught"
}

/// What keeps an app from starting, with the lines of this file left out.
async fn refused(app: App) -> String {
    let error = TestClient::new(app).await.err().map(|error| error.to_string());
    let told = error.unwrap_or_default();
    let mut parts = told.split("hooks.rs:");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |told, rest| {
        told + "hooks.rs:_" + rest.trim_start_matches(|c: char| c.is_ascii_digit())
    })
}

#[tokio::test]
async fn a_service_that_a_hook_lacks_is_found_at_start() {
    let check = async |app: App, hook: &str| {
        let told = refused(app).await;
        assert!(told.contains("Clock` is asked for, which nothing provides"), "{told}");
        assert!(told.contains(&format!("at {hook} (")) && told.contains("hooks.rs:_)"), "{told}");
        assert!(told.ends_with("add `.service(…)` with such a value to your App"), "{told}");
    };
    let site = || App::new("site");
    check(site().before(ticks), "a `before` hook").await;
    check(site().before(|log: Service<Clock>| async move { drop(log) }), "a `before` hook").await;
    check(site().after(ticks_after), "an `after` hook").await;
    check(site().teardown(ticks), "a `teardown` hook").await;
    check(site().catch(404, answers), "a handler of errors").await;
    check(site().catch_error::<std::fmt::Error, _, _>(answers), "a handler of errors").await;
    // What only an app beside it, or one within it, provides is not there for the site's 404.
    let inner = || App::new("inner").service(Clock).routes(routes![boom]);
    check(site().before(ticks).mount("/in", inner()), "a `before` hook").await;
    let two = App::new("two").before(ticks).routes(routes![panics]);
    check(site().mount("/in", inner()).mount("/two", two), "a `before` hook").await;
    let both = refused(site().before(ticks).after(ticks_after)).await;
    assert!(both.starts_with("2 errors:"), "{both}");
}

#[tokio::test]
async fn a_hook_finds_its_service_where_it_runs() {
    let inner = || App::new("inner").service(Clock).routes(routes![boom]);
    let site = || App::new("site");
    assert_eq!(refused(site().service(Clock).mount("/in", inner().before(ticks))).await, "");
    assert_eq!(refused(site().mount("/in", inner().before(ticks).after(ticks_after))).await, "");
    // An app without routes answers nothing itself.
    let between = App::new("between").before(ticks).mount("/in", inner());
    assert_eq!(refused(site().mount("/between", between)).await, "");
    // What may be there or not is no demand, and what looks at a request is left for requests.
    async fn free(_: Option<Caught>, _: Locals, _: Scope, _: carafe_core::extract::Headers) {}
    assert_eq!(refused(site().before(free)).await, "");
}

struct Visitor(String);

/// Who asks, which a header tells.
#[extractor]
async fn visitor(
    headers: carafe_core::extract::Headers,
    g: Locals,
) -> carafe_core::Result<Visitor> {
    let name = headers.get("x-name").and_then(|name| name.to_str().ok());
    let name = name.ok_or_else(|| Error::forbidden("Who are you?"))?.to_owned();
    g.set(7_u32);
    Ok(Visitor(name))
}

struct Length(usize);

#[extractor]
async fn length(visitor: Visitor) -> Length {
    Length(visitor.0.len())
}

#[get("/visitor")]
async fn greet(visitor: Visitor, g: Locals) -> carafe_core::Result<String> {
    Ok(format!("{} {}", visitor.0, g.require::<u32>()?))
}

#[get("/length")]
async fn measure(length: Length) -> String {
    length.0.to_string()
}

#[get("/required")]
async fn requires(g: Locals) -> carafe_core::Result<String> {
    Ok(g.require::<u32>()?.to_string())
}

#[tokio::test]
async fn an_extractor_is_a_function_of_others() {
    let site = App::new("site").routes(routes![greet, measure, requires]);
    let client = TestClient::new(site).await.unwrap();
    client.get("/visitor").header("x-name", "Ann").await.assert_text("Ann 7");
    client.get("/length").header("x-name", "Ann").await.assert_text("3");
    for path in ["/visitor", "/length"] {
        client.get(path).await.assert_status(403).assert_contains("Who are you?");
    }
    let lacking = client.get("/required").await;
    lacking.assert_status(500).assert_lacks("u32");
    let error = lacking.error().unwrap();
    assert_eq!(error.message(), "nobody put a `u32` into this request's values");
    assert!(error.location().file().ends_with("hooks.rs"), "{}", error.location());
    // It is a function still, and an argument of hooks too.
    let hooked = App::new("site").routes(routes![requires]).before(|_: Visitor| async {});
    let client = TestClient::new(hooked).await.unwrap();
    client.get("/required").header("x-name", "Ann").await.assert_text("7");
    client.get("/required").await.assert_status(403);
}
