//! Links of a site, outside of its requests.

use crate::app::Site;
use crate::error::Result;
use crate::origin::Origin;
use crate::scope::{Head, Scope};
use crate::url::Url;
use http::{Method, Uri};

impl Head {
    /// The head of a request that stands for any on this site.
    fn at(origin: Origin, root_path: String) -> Self {
        Self {
            method: Method::GET,
            uri: Uri::from_static("/"),
            host: None,
            accept: None,
            origin: Some(origin),
            root_path,
            peer: None,
            headers: None,
            cookies: None,
        }
    }
}

impl Site {
    /// A link as a page of this site would write it: its path, or its whole address where it is
    /// on a host of its own.
    pub(crate) fn url_path(&self, url: &Url) -> Result<String> {
        let origin = self.frame.base.as_ref().map(|base| base.origin.clone());
        let head = Head::at(
            origin.unwrap_or_else(|| Origin::new("http", "localhost")),
            self.frame.root_path().to_owned(),
        );
        url.write(&Scope::of_request(self.frame.clone(), head))
    }
}
