//! How templates join an app.

use carafe_core::app::{AssetBundle, Hook};
use carafe_core::assets::Assets;
use carafe_core::plugin::{Plugin, Setup};
use carafe_core::{App, Result};
use minijinja::functions::Function;
use minijinja::value::{FunctionArgs, FunctionResult};
use minijinja::{UndefinedBehavior, Value};

use crate::check::check;
use crate::context::IntoContext;
use crate::deposits::{Addition, ContextFunction};
use crate::engine::Options;
use crate::folder::TemplateFolder;

/// How templates are treated, where that is to be other than usual. Once a site. Where templates come
/// by `.assets(assets!())` alone, it also sees to it that they are checked at start.
///
/// ```
/// use carafe_core::App;
/// use carafe_templates::{AppTemplates, Templates, Undefined};
///
/// let app = App::new("site").plugin(Templates::new().undefined(Undefined::Strict));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Templates(Options);

impl Templates {
    /// In development and in tests strict about undefined names, and with reload; elsewhere
    /// lenient and without.
    pub fn new() -> Self {
        Self::default()
    }

    /// What becomes of a name that nobody gave. [`Lenient`](UndefinedBehavior::Lenient): nothing is
    /// written. [`SemiStrict`](UndefinedBehavior::SemiStrict), which development has: an error, but
    /// `{% if name %}` may ask. [`Strict`](UndefinedBehavior::Strict): an error there too.
    /// [`Chainable`](UndefinedBehavior::Chainable): attributes of it are undefined too.
    #[must_use]
    pub fn undefined(mut self, behavior: UndefinedBehavior) -> Self {
        self.0.undefined = Some(behavior);
        self
    }

    /// Looks at each request whether a file changed.
    #[must_use]
    pub fn reload(mut self) -> Self {
        self.0.reload = Some(true);
        self
    }

    /// Never looks whether a file changed.
    #[must_use]
    pub fn without_reload(mut self) -> Self {
        self.0.reload = Some(false);
        self
    }

    /// Leaves out the blanks before a `{% block %}` tag and the end of line behind it (Jinja's
    /// `trim_blocks` and `lstrip_blocks`).
    #[must_use]
    pub fn trim_blocks(mut self) -> Self {
        self.0.trims_blocks = true;
        self
    }
}

impl Plugin for Templates {
    const NAME: &'static str = "templates";

    fn setup(self, setup: &mut Setup<'_>) -> Result<()> {
        setup.site_service(self.0);
        setup.check(check);
        Ok(())
    }
}

/// Looks at the templates when the site starts. It is apart from [`Templates`], whose options are
/// one app's word, since every app that adds to templates brings it along.
#[derive(PartialEq)]
struct Checked;

impl Plugin for Checked {
    const NAME: &'static str = "templates' checks";

    fn setup(self, setup: &mut Setup<'_>) -> Result<()> {
        if !setup.deposits::<ContextFunction>().is_empty() {
            // The functions' extractors may read headers after the handler consumed the request.
            setup.keep_headers();
        }
        setup.check(check);
        Ok(())
    }
}

/// The folders of a crate, whose templates are looked at when the site starts.
#[derive(Clone, Copy, Debug)]
pub struct Bundle(Assets);

/// What `assets!()` hands over where there are templates.
#[doc(hidden)]
pub fn bundle(assets: Assets) -> Bundle {
    Bundle(assets)
}

impl AssetBundle for Bundle {
    fn add_to(self, app: App) -> App {
        app.assets(self.0).plugin(Checked)
    }
}

impl std::ops::Deref for Bundle {
    type Target = Assets;

    fn deref(&self) -> &Assets {
        &self.0
    }
}

impl From<Bundle> for TemplateFolder {
    fn from(bundle: Bundle) -> Self {
        bundle.0.into()
    }
}

/// What an app adds to templates.
///
/// Filters, tests and globals are the whole site's; of two of one name the outer app's counts.
/// Folders are asked from the outside in.
pub trait AppTemplates: Sized {
    /// Adds a folder of templates: `assets!()`, a path, or [`TemplateFolder`].
    #[must_use]
    fn templates(self, folder: impl Into<TemplateFolder>) -> Self;

    /// Adds a filter: `{{ name | shout }}`.
    ///
    /// ```
    /// use carafe_core::App;
    /// use carafe_templates::AppTemplates;
    ///
    /// let app = App::new("site").filter("shout", |text: &str| text.to_uppercase() + "!");
    /// ```
    #[must_use]
    fn filter<F, Output, Args>(self, name: &'static str, filter: F) -> Self
    where
        F: Function<Output, Args>,
        Output: FunctionResult,
        Args: for<'a> FunctionArgs<'a>;

    /// Adds a test: `{% if n is prime %}`.
    #[must_use]
    fn test<F, Output, Args>(self, name: &'static str, test: F) -> Self
    where
        F: Function<Output, Args>,
        Output: FunctionResult,
        Args: for<'a> FunctionArgs<'a>;

    /// Adds a function that templates call: `{{ now() }}`.
    #[must_use]
    fn function<F, Output, Args>(self, name: &'static str, function: F) -> Self
    where
        F: Function<Output, Args>,
        Output: FunctionResult,
        Args: for<'a> FunctionArgs<'a>;

    /// Adds a value that every template sees.
    #[must_use]
    fn global(self, name: &'static str, value: impl Into<Value>) -> Self;

    /// Adds values to each page of this app and of those mounted in it (Flask's
    /// `context_processor`), by an `async fn` of extractors.
    ///
    /// ```
    /// use carafe_core::{App, Locals};
    /// use carafe_templates::{AppTemplates, Context, context};
    ///
    /// struct Theme(&'static str);
    ///
    /// async fn theme(g: Locals) -> Context {
    ///     let theme = g.get::<Theme>();
    ///     context! { theme => theme.map_or("light", |theme| theme.0) }
    /// }
    ///
    /// let app = App::new("site").template_context(theme);
    /// ```
    #[must_use]
    fn template_context<A, H>(self, function: H) -> Self
    where
        H: Hook<(), A, Output: IntoContext>;
}

impl AppTemplates for App {
    fn templates(self, folder: impl Into<TemplateFolder>) -> Self {
        self.deposit::<TemplateFolder>(folder.into()).plugin(Checked)
    }

    fn filter<F, Output, Args>(self, name: &'static str, filter: F) -> Self
    where
        F: Function<Output, Args>,
        Output: FunctionResult,
        Args: for<'a> FunctionArgs<'a>,
    {
        self.deposit(Addition::new(move |environment| environment.add_filter(name, filter)))
            .plugin(Checked)
    }

    fn test<F, Output, Args>(self, name: &'static str, test: F) -> Self
    where
        F: Function<Output, Args>,
        Output: FunctionResult,
        Args: for<'a> FunctionArgs<'a>,
    {
        self.deposit(Addition::new(move |environment| environment.add_test(name, test)))
            .plugin(Checked)
    }

    fn function<F, Output, Args>(self, name: &'static str, function: F) -> Self
    where
        F: Function<Output, Args>,
        Output: FunctionResult,
        Args: for<'a> FunctionArgs<'a>,
    {
        self.deposit(Addition::new(move |environment| environment.add_function(name, function)))
            .plugin(Checked)
    }

    fn global(self, name: &'static str, value: impl Into<Value>) -> Self {
        let value = value.into();
        self.deposit(Addition::new(move |environment| environment.add_global(name, value)))
            .plugin(Checked)
    }

    fn template_context<A, H>(self, function: H) -> Self
    where
        H: Hook<(), A, Output: IntoContext>,
    {
        self.deposit(ContextFunction::new(function)).plugin(Checked)
    }
}
