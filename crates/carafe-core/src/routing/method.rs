//! The methods that a route answers.

use std::fmt;

use http::Method;

/// The methods that a route answers; none named means any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Methods(Vec<Method>);

impl Methods {
    /// Any method.
    pub fn any() -> Self {
        Self(Vec::new())
    }

    /// Just these.
    pub fn of(methods: impl IntoIterator<Item = Method>) -> Self {
        let mut list = Vec::new();
        for method in methods {
            if !list.contains(&method) {
                list.push(method);
            }
        }
        Self(list)
    }

    /// True where any method is answered.
    pub fn is_any(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the method is one of them.
    pub fn contains(&self, method: &Method) -> bool {
        self.0.is_empty() || self.0.contains(method)
    }

    /// The methods that were named.
    pub fn iter(&self) -> impl Iterator<Item = &Method> {
        self.0.iter()
    }

    /// Adds those of another route, with what each brings by itself (`HEAD` comes with `GET`).
    pub(crate) fn allow(&mut self, other: &Self) {
        for method in &other.0 {
            if !self.0.contains(method) {
                self.0.push(method.clone());
            }
            if method == Method::GET && !self.0.contains(&Method::HEAD) {
                self.0.push(Method::HEAD);
            }
        }
    }

    /// Whether two routes could answer one request.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.is_any() || other.is_any() || self.0.iter().any(|method| other.0.contains(method))
    }
}

/// As in an `Allow` header: `GET, HEAD, OPTIONS`; `ANY` for any.
impl fmt::Display for Methods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("ANY");
        }
        for (i, method) in self.0.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}{method}")?;
        }
        Ok(())
    }
}
