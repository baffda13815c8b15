//! The static files of an app: a route, and the addresses that pages ask for.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::IntoResponse;

use super::App;
use crate::assets::Assets;
use crate::error::Error;
use crate::frame::endpoint;
use crate::routing::Route;
use crate::scope::Scope;
use crate::static_files::{StaticFolder, StaticUrls};
use crate::url::Url;

/// The name of the route; `url_for("static", path="style.css")` as in Flask.
const ENDPOINT: &str = "static";

impl App {
    /// Takes the folders `templates/`, `static/` and `migrations/` beside this crate's
    /// `Cargo.toml`: `.assets(assets!())`. What is in `static/` is served below `/static/` of this
    /// app; templates and migrations are for the components that know them.
    #[must_use]
    pub fn assets(self, assets: impl AssetBundle) -> Self {
        assets.add_to(self)
    }

    /// Serves a folder of files below a path of this app, and lets its pages find their addresses
    /// by `static("style.css")`.
    #[must_use]
    pub fn static_files(self, path: &str, folder: StaticFolder) -> Self {
        let folder = Arc::new(folder);
        let known = folder.clone();
        let served = folder.clone();
        let route = Route::new(
            ENDPOINT,
            format!("{}/{{*path}}", path.trim_end_matches('/')),
            move |request: Request, captured| {
                let path = captured.text("path").map(std::borrow::Cow::into_owned);
                let folder = folder.clone();
                async move {
                    let Some(path) = path else { return Error::not_found("").into_response() };
                    let answer = folder.respond(&path, request.headers(), request.method()).await;
                    answer.unwrap_or_else(IntoResponse::into_response)
                }
            },
        )
        .without_facts();
        self.routes(route).deposit(served).service(StaticUrls::new(move |scope, name| {
            let path = known.url_name(name).ok_or_else(|| {
                Error::internal(format!("there is no static file `{name}`"))
                    .hint("put it into `static/`")
            })?;
            Url::to_endpoint(nearest(scope)).with("path", path).to_text()
        }))
    }
}

/// What `assets!()` makes: the folders of a crate, with what components have to say about them.
pub trait AssetBundle {
    /// Adds them to an app.
    fn add_to(self, app: App) -> App;
}

impl AssetBundle for Assets {
    fn add_to(self, app: App) -> App {
        let app = match self.list("static") {
            Ok(names) if names.is_empty() && self.embedded().is_some() => app,
            _ => app.static_files("/static", StaticFolder::of(&self, "static")),
        };
        app.deposit(self)
    }
}

/// The endpoint of the static files of the app that answers, or of the nearest one around it
/// that has some: the one whose `StaticUrls` was found.
fn nearest(scope: &Scope) -> String {
    let paths = std::iter::successors(Some(scope.app_path()), |path| {
        (!path.is_empty()).then(|| path.rsplit_once('.').map_or("", |(outer, _)| outer))
    });
    let mut endpoints = paths.map(|path| endpoint(path, ENDPOINT));
    endpoints
        .find(|name| scope.table().of_endpoint(name).next().is_some())
        .unwrap_or_else(|| ENDPOINT.to_owned())
}
