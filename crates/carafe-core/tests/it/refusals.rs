//! What a request is told whose query, form or JSON does not fit (FL-30).

use carafe_core::extract::{Form, Query};
use carafe_core::testing::{TestClient, TestRequest};
use carafe_core::{App, Json, routes};
use carafe_macros::{get, post};
use serde::Deserialize;

#[derive(Deserialize)]
#[expect(dead_code, reason = "what counts is whether it can be read")]
struct Search {
    q: String,
    page: Option<u32>,
    #[serde(default)]
    tag: Vec<u8>,
    #[serde(default)]
    sort: Sort,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Sort {
    #[default]
    Newest,
    Oldest,
}

#[derive(Deserialize)]
#[serde(transparent)]
#[expect(dead_code, reason = "what counts is whether it can be read")]
struct Wrapped(Search);

#[derive(Deserialize)]
#[expect(dead_code, reason = "what counts is whether it can be read")]
struct Flat {
    #[serde(flatten)]
    search: std::collections::HashMap<String, u8>,
}

#[get("/query")]
async fn query(_: Query<Search>) {}

#[get("/wrapped")]
async fn wrapped(_: Query<Wrapped>) {}

#[get("/flat")]
async fn flat(_: Query<Flat>) {}

#[get("/search")]
async fn search(_: Form<Search>) {}

#[post("/form")]
async fn form(_: Form<Search>) {}

#[post("/json")]
async fn json(_: Json<Search>) {}

#[post("/number")]
async fn number(_: Json<u8>) {}

async fn client() -> TestClient {
    let routes = routes![query, wrapped, flat, search, form, json, number];
    TestClient::new(App::new("site").routes(routes)).await.unwrap()
}

async fn check(request: TestRequest, status: u16, sentence: &str) {
    let answer = request.header("accept", "text/plain").await;
    let told = answer.text().split_once("\n\n").unwrap_or_default().1.trim_end().to_owned();
    assert_eq!((answer.status().as_u16(), told.as_str()), (status, sentence));
}

#[tokio::test]
async fn a_query_that_does_not_fit() {
    let client = client().await;
    let check = async |query: &str, sentence: &str| {
        check(client.get(query), 400, &format!("The query makes no sense: {sentence}.")).await;
    };
    check("/query", "missing field `q`").await;
    check("/query?q=a&page=b", "`page`: invalid digit found in string").await;
    check("/query?q=a&page=-1", "`page`: invalid digit found in string").await;
    check("/query?page=4294967296&q=", "`page`: number too large to fit in target type").await;
    check("/query?q=a&tag=1&tag=x", "`tag`: invalid digit found in string").await;
    check("/query?q=a&q=b", "`q`: unsupported value").await;
    let sorts = "`sort`: unknown variant `<b>`, expected `newest` or `oldest`";
    check("/query?q=a&sort=%3Cb%3E", sorts).await;
    check("/wrapped?q=a&page=b", "`page`: invalid digit found in string").await;
}

#[tokio::test]
async fn a_form_that_does_not_fit() {
    let client = client().await;
    let post = |body: &str| {
        let kind = "application/x-www-form-urlencoded; charset=utf-8";
        client.post("/form").body(kind, body)
    };
    check(post(""), 400, "The form makes no sense: missing field `q`.").await;
    let digits = "The form makes no sense: `page`: invalid digit found in string.";
    check(post("q=a&page=b"), 400, digits).await;
    check(client.get("/search?q=a&page=b"), 400, digits).await;
    check(client.post("/form").body("text/plain", "q=a"), 415, "Did not attempt to load form data because the request Content-Type was not 'application/x-www-form-urlencoded'.").await;
    post("q=a&page=1&tag=1&tag=2&more=x").await.assert_status(200);
}

#[tokio::test]
async fn json_that_does_not_fit() {
    let client = client().await;
    let check = async |path: &str, body: &str, status: u16, sentence: &str| {
        let request = client.post(path).body("application/json", body);
        let sentence = format!("The JSON of the request makes no sense: {sentence}.");
        check(request, status, &sentence).await;
    };
    check("/json", "{}", 422, "missing field `q` at line 1 column 2").await;
    let page = "`page`: invalid type: string \"b\", expected u32 at line 2 column 11";
    check("/json", "{\"q\": \"a\",\n\"page\": \"b\"}", 422, page).await;
    check("/json", "", 400, "EOF while parsing a value at line 1 column 0").await;
    check("/json", "{\"q\": nope}", 400, "expected ident at line 1 column 8").await;
    check("/json", "{\"q\": \"a\"} x", 400, "trailing characters at line 1 column 12").await;
    let list = "invalid type: integer `7`, expected struct Search at line 1 column 1";
    check("/json", "7", 422, list).await;
    check("/number", "\"x\"", 422, "invalid type: string \"x\", expected u8 at line 1 column 3")
        .await;
}

#[tokio::test]
async fn json_of_another_type_is_not_read() {
    let sentence = "Did not attempt to load JSON data because the request Content-Type was not 'application/json'.";
    let client = client().await;
    let body = "{\"q\": \"a\"}";
    for kind in ["text/plain", "application/jsonp", "json", "text/json", ""] {
        check(client.post("/json").body(kind, body), 415, sentence).await;
    }
    client.post("/json").body("application/vnd.api+json", body).await.assert_status(200);
}
