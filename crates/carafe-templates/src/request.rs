//! `request` in a template.

use std::fmt;
use std::sync::Arc;

use carafe_core::Scope;
use minijinja::value::{Enumerator, Object, ObjectRepr, from_args};
use minijinja::{Error, ErrorKind, State, Value};

const NAMES: [&str; 12] = [
    "path",
    "full_path",
    "url",
    "root_path",
    "method",
    "args",
    "view_args",
    "endpoint",
    "host",
    "scheme",
    "is_secure",
    "headers",
];

/// The request of the running scope; undefined attributes where there is none.
///
/// It holds nothing: each attribute is read where it is named, so that it costs nothing else.
pub(crate) struct Request;

impl Object for Request {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        let scope = Scope::current().ok().filter(Scope::is_request)?;
        let uri = scope.uri()?;
        let origin = || scope.origin().ok();
        let path = || format!("{}{}", scope.root_path(), uri.path());
        let full_path = || match uri.query() {
            None => path(),
            Some(query) => format!("{}?{query}", path()),
        };
        Some(match key {
            "path" => path().into(),
            "full_path" => full_path().into(),
            "url" => format!("{}{}", origin()?, full_path()).into(),
            "root_path" => scope.root_path().into(),
            "method" => scope.method()?.as_str().into(),
            "args" => Value::from_object(Pairs::of_query(uri.query().unwrap_or_default())),
            "view_args" => Value::from_object(Pairs(scope.captures().to_vec())),
            "endpoint" => scope.endpoint().map_or(Value::from(()), Value::from),
            "host" => origin()?.host().into(),
            "scheme" => origin()?.scheme().into(),
            "is_secure" => (origin()?.scheme() == "https").into(),
            "headers" => Value::from_object(Headers(scope.headers()?.clone())),
            _ => return None,
        })
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(&NAMES)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("request")
    }
}

/// Names and texts, of which a name may come several times.
#[derive(Debug)]
struct Pairs(Vec<(String, String)>);

impl Pairs {
    fn of_query(query: &str) -> Self {
        Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }
}

impl Object for Pairs {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let key = key.as_str()?;
        self.0.iter().find(|(name, _)| name == key).map(|(_, text)| Value::from(text))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let mut names: Vec<&str> = Vec::new();
        for (name, _) in &self.0 {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        Enumerator::Values(names.into_iter().map(Value::from).collect())
    }

    /// `getlist`, as in Flask; what a map can do in Python comes from elsewhere.
    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        if method != "getlist" {
            return Err(Error::from(ErrorKind::UnknownMethod));
        }
        let (key,): (&str,) = from_args(args)?;
        Ok(self
            .0
            .iter()
            .filter(|(name, _)| name == key)
            .map(|(_, text)| Value::from(text))
            .collect())
    }
}

/// Headers by their name in whatever case.
#[derive(Debug)]
struct Headers(http::HeaderMap);

impl Object for Headers {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let value = self.0.get(key.as_str()?)?;
        Some(Value::from(value.to_str().ok()?))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.keys().map(|name| Value::from(name.as_str())).collect())
    }
}
