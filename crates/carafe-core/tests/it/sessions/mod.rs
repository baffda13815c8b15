//! Sessions: in cookies and stores, with hostile visitors and busy ones.

mod flask;
mod identities;
mod kept;
mod messages;
mod stores;

use carafe_core::Result;
use carafe_core::cookies::Cookies;
use carafe_core::session::{FileStore, MemoryStore, Session, SessionConfig, Sessions};
use carafe_core::signing::SecretKeys;
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};

fn keys() -> SecretKeys {
    SecretKeys::new("dev-key").unwrap()
}

/// What a browser does with cookies, of one name.
#[derive(Clone, Default)]
struct Browser {
    cookie: Option<String>,
    /// The last `Set-Cookie`, if the last answer had one.
    set: Option<String>,
    vary: bool,
}

impl Browser {
    fn with(cookie: impl Into<String>) -> Self {
        Self { cookie: Some(cookie.into()), ..Self::default() }
    }

    async fn start(&self, sessions: &Sessions) -> Session {
        let mut headers = HeaderMap::new();
        if let Some(cookie) = &self.cookie {
            headers.insert(
                COOKIE,
                HeaderValue::from_bytes(format!("other=1; session={cookie}").as_bytes()).unwrap(),
            );
        }
        sessions.begin(&headers).await.unwrap()
    }

    async fn end(&mut self, sessions: &Sessions, session: &Session) -> Result<()> {
        let mut answer = HeaderMap::new();
        sessions.finish(session, &mut answer, false).await?;
        self.vary = answer.contains_key("vary");
        self.set = answer.get("set-cookie").map(|value| value.to_str().unwrap().to_owned());
        if let Some(set) = &self.set {
            let pair = set.split(';').next().unwrap();
            let value = Cookies::parse(pair).get("session").unwrap().into_owned();
            self.cookie = (!set.contains("Max-Age=0")).then_some(value);
        }
        Ok(())
    }

    async fn visit<T>(&mut self, sessions: &Sessions, handler: impl FnOnce(&Session) -> T) -> T {
        let session = self.start(sessions).await;
        let result = handler(&session);
        self.end(sessions, &session).await.unwrap();
        result
    }
}

/// Every place that sessions can be kept in.
fn all(config: &SessionConfig) -> (Vec<(&'static str, Sessions)>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let config = || config.clone();
    let list = vec![
        ("signed", Sessions::signed(config(), &keys())),
        ("encrypted", Sessions::encrypted(config(), &keys())),
        ("flask", Sessions::flask(config(), &keys())),
        ("memory", Sessions::in_store(config(), MemoryStore::new(100))),
        ("file", Sessions::in_store(config(), FileStore::open(folder.path().join("s")).unwrap())),
    ];
    (list, folder)
}
