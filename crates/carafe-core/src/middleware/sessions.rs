//! The inner slots: the session is saved, and what another site sent is refused.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::Response;
use http_body_util::BodyExt;
use serde_json::Value;

use crate::csrf::{self, Csrf, FORM_PREFIX, Refusal, Token, Verdict};
use crate::error::{Error, Result};
use crate::scope::Scope;
use crate::session::{self, Session, SessionSettings, Sessions};
use crate::settings::KnownSection;
use crate::values::{Arguments, Given, PageValue, Streamed};

/// The sections that this slot reads.
pub(crate) fn known() -> Vec<KnownSection> {
    vec![KnownSection::of::<SessionSettings>()]
}

/// Makes sure at start that sessions can be kept, where handlers ask for them.
pub(crate) fn prepare(scope: &Scope, asked_for: impl Fn(std::any::TypeId) -> bool) -> Result<()> {
    if asked_for(std::any::TypeId::of::<Session>()) {
        Sessions::of(scope)?;
    }
    Ok(())
}

/// Whether a request of this method is looked at.
pub(crate) fn guards(scope: &Scope, exempt: bool, request: &Request) -> bool {
    !exempt && !request.method().is_safe() && !matches!(verdict(scope, request), Verdict::Passes)
}

fn verdict(scope: &Scope, request: &Request) -> Verdict {
    let own = scope.service::<Csrf>();
    let none = Csrf::new();
    let csrf = own.as_deref().unwrap_or(&none);
    let host = scope.host().unwrap_or_default();
    let site = csrf::Site { host, https: scope.is_secure() };
    csrf.check(request.method(), request.headers(), site)
}

/// Refuses what another site had the visitor's browser send. The request comes back as it was.
pub(crate) async fn guard(
    scope: &Scope,
    request: Request,
) -> Result<Request, Box<(Error, Request)>> {
    match verdict(scope, &request) {
        Verdict::Passes => Ok(request),
        Verdict::Refused(refusal) => Err(Box::new((refusal.into_error(), request))),
        Verdict::Needs(token) => with_token(scope, token, request).await,
    }
}

async fn with_token(
    scope: &Scope,
    token: Token,
    request: Request,
) -> Result<Request, Box<(Error, Request)>> {
    let session = match Session::of(scope).await {
        Ok(session) => session,
        Err(error) => return Err(Box::new((error, request))),
    };
    let (request, verified) = match token {
        Token::InHeader(token) => (request, csrf::verify(&session, &token)),
        Token::InForm => {
            let (request, start) = peek(request).await;
            let token = csrf::form_token(request.headers(), &start).ok_or(Refusal::NoToken);
            (request, token.and_then(|token| csrf::verify(&session, &token)))
        }
    };
    match verified {
        Ok(()) => Ok(request),
        Err(refusal) => Err(Box::new((refusal.into_error(), request))),
    }
}

/// Reads the beginning of a body, and puts it back before the rest.
async fn peek(request: Request) -> (Request, Vec<u8>) {
    let (parts, mut body) = request.into_parts();
    let mut start = Vec::new();
    while start.len() < FORM_PREFIX {
        match body.frame().await {
            Some(Ok(frame)) => match frame.into_data() {
                Ok(data) => start.extend_from_slice(&data),
                Err(_) => break,
            },
            Some(Err(_)) | None => break,
        }
    }
    let body = Body::new(super::rejoin::Rejoined::new(Bytes::from(start.clone()), body));
    (Request::from_parts(parts, body), start)
}

/// Whether anybody asked for the session.
pub(crate) fn is_asked_for(scope: &Scope) -> bool {
    session::is_asked_for(scope)
}

/// Saves the session, if anybody asked for it.
pub(crate) async fn save(scope: &Scope, response: &mut Response) -> Result<()> {
    session::save(scope, response).await
}

/// What pages may ask for by name.
pub(crate) fn page_values() -> Vec<PageValue> {
    vec![
        PageValue::new("session", async |scope: Scope| {
            let values = Session::of(&scope).await?.values();
            Ok(Given::Data(serde_json::to_value(values)?))
        }),
        PageValue::new("csrf_token", async |scope: Scope| {
            Ok(Given::Data(token(&scope).await?.into()))
        }),
        PageValue::new("csrf_field", async |scope: Scope| {
            let token = token(&scope).await?;
            // The token is Base64, so that nothing in it wants escaping.
            Ok(Given::Html(format!(
                "<input type=\"hidden\" name=\"csrf_token\" value=\"{token}\">"
            )))
        }),
        PageValue::new("get_flashed_messages", async |scope: Scope| {
            let session = Session::of(&scope).await?;
            // A streamed page calls the function after the session is saved.
            if scope.locals().get::<Streamed>().is_some() {
                session.flashes();
            }
            Ok(Given::function(move |arguments| Ok(Given::Data(messages(&session, &arguments)))))
        }),
    ]
}

async fn token(scope: &Scope) -> Result<String> {
    csrf::token(&Session::of(scope).await?)
}

/// As Flask's function of that name.
fn messages(session: &Session, arguments: &Arguments) -> Value {
    let with_categories =
        arguments.get(0, "with_categories").and_then(Value::as_bool).unwrap_or_default();
    let wanted: Vec<&str> = match arguments.get(1, "category_filter") {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let flashes = session.flashes();
    let shown = flashes
        .into_iter()
        .filter(|flash| wanted.is_empty() || wanted.contains(&flash.category.as_str()));
    let shown = shown.map(|flash| {
        if with_categories {
            serde_json::json!([flash.category, flash.message])
        } else {
            flash.message.into()
        }
    });
    Value::Array(shown.collect())
}
