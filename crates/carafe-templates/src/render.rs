//! Rendering: for pages, and by hand for mails and the like.

use std::borrow::Cow;
use std::sync::Arc;

use carafe_core::{Error, Result, Scope};
use minijinja::Value;

use crate::context::Context;
use crate::engine::{Engine, Source};
use crate::root::TEXT;

/// Which template.
#[derive(Clone, Debug)]
pub(crate) enum Wanted {
    Name(Cow<'static, str>),
    /// The first that exists.
    Names(Arc<[Cow<'static, str>]>),
    /// The template itself.
    Text(Arc<str>),
}

/// A template that is rendered.
pub(crate) struct Done {
    pub(crate) template: Cow<'static, str>,
    pub(crate) text: String,
}

impl Wanted {
    /// The name of the template, and what it is rendered with.
    pub(crate) fn name<'w>(&'w self, engine: &Engine) -> Result<&'w Cow<'static, str>> {
        const IS_TEXT: &Cow<'static, str> = &Cow::Borrowed(TEXT);
        match self {
            Self::Name(name) => Ok(name),
            Self::Names(names) => engine.choose(names),
            Self::Text(_) => Ok(IS_TEXT),
        }
    }
}

/// Renders in a scope; what takes waiting is awaited first.
pub(crate) async fn render_in(scope: &Scope, wanted: &Wanted, context: &Context) -> Result<Done> {
    let engine = Engine::of(scope)?;
    let name = wanted.name(&engine)?;
    let root = prepare(&engine, scope, wanted, name, context).await?;
    let text = match wanted {
        Wanted::Text(text) => engine.environment().render_named_str(TEXT, text, root),
        _ => engine.environment().get_template(name).and_then(|template| template.render(root)),
    };
    let text = text.map_err(|error| engine.explain(error, context))?;
    Ok(Done { template: name.clone(), text })
}

/// What a template is rendered with.
pub(crate) async fn prepare(
    engine: &Engine,
    scope: &Scope,
    wanted: &Wanted,
    name: &str,
    context: &Context,
) -> Result<Value> {
    match wanted {
        Wanted::Text(text) => {
            let template = engine
                .environment()
                .template_from_named_str(TEXT, text)
                .map_err(|error| engine.explain(error, context))?;
            engine.root(scope, Source::Text(&template), context).await
        }
        _ => engine.root(scope, Source::Name(name), context).await,
    }
}

/// The text that a template makes, for mails, fragments and commands; it needs a running request,
/// command, task or test, where links come from.
///
/// ```
/// # use carafe_templates::{AppTemplates, TemplateFolder, context, render};
/// # use carafe_core::App;
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let mails = TemplateFolder::texts([("welcome.txt", "Welcome, {{ name }}!")]);
/// let site = App::new("site").templates(mails).build()?;
/// let text = site.scope(render("welcome.txt", context! { name => "Ann" })).await?;
/// assert_eq!(text, "Welcome, Ann!");
/// # Ok::<(), carafe_core::Error>(())
/// # })?;
/// # Ok::<(), carafe_core::Error>(())
/// ```
pub async fn render(template: impl Into<Cow<'static, str>>, context: Context) -> Result<String> {
    let wanted = Wanted::Name(template.into());
    Ok(render_in(&Scope::current()?, &wanted, &context).await?.text)
}

/// The text that a template makes which is itself a text; it is escaped as HTML.
pub async fn render_string(source: impl Into<String>, context: Context) -> Result<String> {
    let wanted = Wanted::Text(source.into().into());
    Ok(render_in(&Scope::current()?, &wanted, &context).await?.text)
}

/// Calls a macro of a template (Flask's `get_template_attribute`):
/// `call_macro("forms.html", "field", &["name".into()])`.
pub async fn call_macro(
    template: impl Into<Cow<'static, str>>,
    name: &str,
    arguments: &[Value],
) -> Result<String> {
    let scope = Scope::current()?;
    let engine = Engine::of(&scope)?;
    let file = template.into();
    let context = Context::default();
    let root = engine.root(&scope, Source::Name(&file), &context).await?;
    let explain = |error| engine.explain(error, &context);
    let mut module = engine.template(&file)?.render_captured(root).map_err(explain)?;
    if !module.state().exports().contains(&name) {
        return Err(Error::internal(format!("there is no macro `{name}` in `{file}`")));
    }
    module.with_state_mut(|state| state.call_macro(name, arguments)).map_err(explain)
}
