//! The answer that is a template with its values.

use std::borrow::Cow;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use carafe_core::respond::{Late, Later};
use carafe_core::{Error, Result, Scope};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use crate::context::Context;
use crate::engine::Engine;
use crate::formatter::content_type;
use crate::render::{Done, Wanted, render_in};
use crate::stream;

/// A template with the values that it shows; see [`page`].
///
/// It is rendered right after the handler, inside the layers, with the request at hand.
#[derive(Clone, Debug)]
#[must_use = "a page is an answer: return it"]
pub struct Page {
    wanted: Wanted,
    context: Context,
    status: StatusCode,
    headers: HeaderMap,
    streamed: bool,
    /// The line that asked for it.
    caller: &'static Location<'static>,
}

/// A page of a template and its values (Flask's `render_template`).
///
/// ```
/// # extern crate carafe_core as carafe;
/// use carafe_macros::get;
/// use carafe_templates::{Page, context, page};
///
/// #[get("/posts")]
/// async fn list() -> Page {
///     let posts = vec!["one", "two"];
///     page("posts/list.html", context! { posts, title => "Posts" })
/// }
/// ```
#[track_caller]
pub fn page(template: impl Into<Cow<'static, str>>, context: Context) -> Page {
    Page::new(Wanted::Name(template.into()), context)
}

/// A page of the first of several templates that exists.
#[track_caller]
pub fn page_of<N: Into<Cow<'static, str>>>(
    templates: impl IntoIterator<Item = N>,
    context: Context,
) -> Page {
    Page::new(Wanted::Names(templates.into_iter().map(Into::into).collect()), context)
}

/// A page of a template that is a text (Flask's `render_template_string`); it is escaped as HTML.
///
/// The text is the program's own, never a visitor's: a template may call whatever the app offers
/// to templates.
#[track_caller]
pub fn page_from_string(source: impl Into<String>, context: Context) -> Page {
    Page::new(Wanted::Text(source.into().into()), context)
}

impl Page {
    #[track_caller]
    fn new(wanted: Wanted, context: Context) -> Self {
        Self {
            wanted,
            context,
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            streamed: false,
            caller: Location::caller(),
        }
    }

    /// Answers with another status than 200.
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Sends a header with it; a `Content-Type` takes the place of the template's own.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Sends the page while it is rendered (Flask's `stream_template`): for long ones.
    ///
    /// It is rendered on a thread for work that may block. What takes waiting (session, messages,
    /// token) is loaded before the first byte. An error after it breaks the answer off.
    pub fn stream(mut self) -> Self {
        self.streamed = true;
        self
    }

    /// The values that it shows.
    pub fn context(&self) -> &Context {
        &self.context
    }
}

impl IntoResponse for Page {
    fn into_response(mut self) -> Response {
        let mut response = self.status.into_response();
        *response.headers_mut() = std::mem::take(&mut self.headers);
        Later::attach(self, response)
    }
}

impl Late for Page {
    fn finish<'s>(
        self: Arc<Self>,
        scope: &'s Scope,
        response: Response,
    ) -> Pin<Box<dyn Future<Output = Result<Response>> + Send + 's>> {
        Box::pin(
            async move { self.rendered(scope, response).await.map_err(|error| self.blame(error)) },
        )
    }
}

impl Page {
    async fn rendered(&self, scope: &Scope, mut response: Response) -> Result<Response> {
        let template = self.wanted.name(&*Engine::of(scope)?)?.clone();
        scope.emit(BeforeRenderTemplate { template, context: self.context.clone() });
        let (template, body) = if self.streamed {
            stream::start(scope, &self.wanted, &self.context).await?
        } else {
            let Done { template, text } = render_in(scope, &self.wanted, &self.context).await?;
            (template, Body::from(text))
        };
        let kind = HeaderValue::from_static(content_type(&template));
        response.headers_mut().entry(header::CONTENT_TYPE).or_insert(kind);
        *response.body_mut() = body;
        let context = self.context.clone();
        scope.emit_with(|| TemplateRendered {
            template: template.clone(),
            context: context.clone(),
        });
        response.extensions_mut().insert(Rendered { template, context });
        Ok(response)
    }

    /// Where no line of a template is at fault, the one that asked for it is.
    fn blame(&self, error: Error) -> Error {
        match error.place() {
            Some(_) => error,
            None => error.at(format!("{}:{}", self.caller.file(), self.caller.line())),
        }
    }
}

/// What stays of a page in its response, for tests and `after` hooks.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// The name of the template; `<string>` for a text.
    pub template: Cow<'static, str>,
    /// The values that the handler gave.
    pub context: Context,
}

/// A page is about to be rendered (Flask's `before_render_template`).
///
/// ```
/// # use carafe_core::App;
/// use carafe_templates::BeforeRenderTemplate;
///
/// let app = App::new("site").on(|event: &BeforeRenderTemplate| println!("{}", event.template));
/// ```
#[derive(Clone, Debug)]
pub struct BeforeRenderTemplate {
    /// The name of the template; `<string>` for a text.
    pub template: Cow<'static, str>,
    /// The values that the handler gave.
    pub context: Context,
}

/// A page was rendered (Flask's `template_rendered`); a streamed one has begun.
///
/// ```
/// # use carafe_core::App;
/// use carafe_templates::TemplateRendered;
///
/// let app = App::new("site").on(|event: &TemplateRendered| println!("{}", event.template));
/// ```
#[derive(Clone, Debug)]
pub struct TemplateRendered {
    /// The name of the template; `<string>` for a text.
    pub template: Cow<'static, str>,
    /// The values that the handler gave.
    pub context: Context,
}
