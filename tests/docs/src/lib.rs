//! Every block of Rust in README.md and in the book is a doc test of this crate, so that what a
//! reader copies has been compiled. `cargo xtask tidy` sees to it that no page is missing here.
//!
//! A failure is named by its page and line: `docs/introduction.md - introduction (line 9)`.

macro_rules! pages {
    ($($name:ident = $path:literal;)*) => {
        $(
            // Outside doc tests the page is not read: a packaged crate stands alone.
            #[cfg_attr(doctest, doc = include_str!(concat!("../../../", $path)))]
            #[cfg_attr(not(doctest), doc = $path)]
            pub mod $name {}
        )*
    };
}

pages! {
    readme = "README.md";
    introduction = "docs/introduction.md";
    coming_from_django = "docs/coming-from-django.md";
    coming_from_flask = "docs/coming-from-flask.md";
    topics_apps = "docs/topics/apps.md";
    topics_commands = "docs/topics/commands.md";
    decisions_build_time = "docs/decisions/build-time.md";
    internals_hostile = "docs/internals/hostile.md";
    topics_database = "docs/topics/database.md";
    topics_databases = "docs/topics/databases.md";
    topics_development = "docs/topics/development.md";
    topics_errors = "docs/topics/errors.md";
    topics_events = "docs/topics/events.md";
    topics_features = "docs/topics/features.md";
    topics_files = "docs/topics/files.md";
    topics_functions = "docs/topics/functions.md";
    topics_hooks = "docs/topics/hooks.md";
    topics_json_apis = "docs/topics/json-apis.md";
    topics_loading = "docs/topics/loading.md";
    topics_middleware = "docs/topics/middleware.md";
    topics_migrations = "docs/topics/migrations.md";
    topics_zero_downtime = "docs/topics/zero-downtime.md";
    topics_models = "docs/topics/models.md";
    topics_queries = "docs/topics/queries.md";
    topics_raw_sql = "docs/topics/raw-sql.md";
    topics_relations = "docs/topics/relations.md";
    topics_requests = "docs/topics/requests.md";
    topics_responses = "docs/topics/responses.md";
    topics_routing = "docs/topics/routing.md";
    topics_serving = "docs/topics/serving.md";
    topics_sessions = "docs/topics/sessions.md";
    topics_settings = "docs/topics/settings.md";
    topics_static = "docs/topics/static.md";
    topics_templates = "docs/topics/templates.md";
    topics_testing = "docs/topics/testing.md";
    topics_transactions = "docs/topics/transactions.md";
    topics_uploads = "docs/topics/uploads.md";
    topics_urls = "docs/topics/urls.md";
    tutorial = "docs/tutorial.md";
    tutorial_polls = "docs/tutorial/polls.md";
}
