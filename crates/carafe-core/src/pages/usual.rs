//! What a client gets that takes anything, as curl and most clients of APIs do.

use http::Uri;

use crate::scope::Scope;

/// What an address usually answers, and so the form of its errors where the client has no wish.
pub(super) enum Usual {
    Page,
    Json,
}

impl Usual {
    /// As the route of the request answers; where there is none, or it does not say, as the routes
    /// nearest to the path do.
    pub(super) fn of(scope: &Scope) -> Self {
        let own = scope.rule().and_then(|rule| rule.route().speaks_json());
        let speaks_json = own.unwrap_or_else(|| {
            let path = scope.uri().map_or("/", Uri::path);
            scope.table().speaks_json_around(scope.host_name().unwrap_or_default(), path)
        });
        if speaks_json { Self::Json } else { Self::Page }
    }
}
