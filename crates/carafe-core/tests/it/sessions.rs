//! Sessions: in cookies and stores, with hostile visitors and busy ones.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use carafe_core::Result;
use carafe_core::cookies::{Cookies, SameSite};
use carafe_core::session::flask::{self, FlaskCodec};
use carafe_core::session::{
    Changes, FileStore, MemoryStore, Record, Session, SessionCodec, SessionConfig, SessionData,
    SessionKey, SessionStore, Sessions,
};
use carafe_core::signing::{Scheme, SecretKeys, TimedSerializer};
use http::{HeaderMap, HeaderValue, header::COOKIE};
use serde_json::{Value, json};

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
        Self {
            cookie: Some(cookie.into()),
            ..Self::default()
        }
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
        self.set = answer
            .get("set-cookie")
            .map(|value| value.to_str().unwrap().to_owned());
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
        (
            "memory",
            Sessions::in_store(config(), MemoryStore::new(100)),
        ),
        (
            "file",
            Sessions::in_store(config(), FileStore::open(folder.path().join("s")).unwrap()),
        ),
    ];
    (list, folder)
}

#[tokio::test]
async fn values_come_back_wherever_they_are_kept() {
    for (name, sessions) in all(&SessionConfig::default()).0 {
        let mut browser = Browser::default();
        browser
            .visit(&sessions, |session| {
                session.insert("n", 7).unwrap();
                session.insert("text", "ü😀\0\"").unwrap();
                session.insert("list", [Some(1.5), None]).unwrap();
                session
                    .insert("empty", BTreeMap::<String, ()>::new())
                    .unwrap();
            })
            .await;
        assert!(browser.set.is_some() && browser.vary, "{name}");
        browser
            .visit(&sessions, |session| {
                assert_eq!(session.get("n"), Some(7), "{name}");
                assert_eq!(session.get("text"), Some("ü😀\0\"".to_owned()), "{name}");
                assert_eq!(session.get("list"), Some([Some(1.5), None]), "{name}");
                assert_eq!(session.get("empty"), Some(json!({})), "{name}");
                assert_eq!(session.get::<String>("n"), None, "of another type: {name}");
                assert_eq!(session.get::<i64>("missing"), None, "{name}");
                assert_eq!(session.get_or("missing", 3), 3, "{name}");
                assert!(
                    session.contains("n") && !session.contains("missing"),
                    "{name}"
                );
                assert_eq!(session.values().len(), 4, "{name}");
            })
            .await;
        assert!(
            browser.set.is_none() && browser.vary,
            "reading saves nothing: {name}"
        );
        browser
            .visit(&sessions, |session| {
                assert_eq!(session.take::<i64>("n"), Some(7));
                assert!(session.remove("text") && !session.remove("text"));
            })
            .await;
        assert_eq!(
            browser
                .visit(&sessions, |session| session.values().len())
                .await,
            2,
            "{name}"
        );
    }
}

#[tokio::test]
async fn what_does_not_touch_the_session_pays_nothing() {
    for (name, sessions) in all(&SessionConfig::default()).0 {
        let mut browser = Browser::default();
        browser
            .visit(&sessions, |session| session.insert("n", 1).unwrap())
            .await;
        browser
            .visit(&sessions, |session| assert!(!session.is_accessed()))
            .await;
        assert!(browser.set.is_none() && !browser.vary, "{name}");
        browser
            .visit(&sessions, |session| {
                session.insert("n", 1).unwrap();
                assert!(session.is_accessed() && !session.is_modified());
            })
            .await;
        assert!(
            browser.set.is_none() && browser.vary,
            "the same value again: {name}"
        );
    }
}

#[tokio::test]
async fn an_emptied_session_is_deleted() {
    type End = fn(&Session);
    let ends: [(&str, End); 3] = [
        ("clear", Session::clear),
        ("flush", Session::flush),
        ("remove", |s| assert!(s.remove("n"))),
    ];
    for (name, sessions) in all(&SessionConfig::default()).0 {
        for (end, end_it) in ends {
            let mut browser = Browser::default();
            browser
                .visit(&sessions, |session| session.insert("n", 1).unwrap())
                .await;
            let before = browser.clone();
            browser.visit(&sessions, end_it).await;
            assert_eq!(
                browser.set.as_deref(),
                Some(
                    "session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; HttpOnly; Path=/; SameSite=Lax"
                ),
                "{name} {end}"
            );
            let on_server = name == "memory" || name == "file";
            let replayed = before
                .clone()
                .visit(&sessions, |session| session.is_empty())
                .await;
            assert_eq!(replayed, on_server, "only a store can forget: {name} {end}");
            browser.visit(&sessions, end_it_if_empty).await;
            assert_eq!(browser.set, None, "{name} {end}");
        }
    }
}

fn end_it_if_empty(session: &Session) {
    session.clear();
    session.flush();
}

#[tokio::test]
async fn no_cookie_of_anybody_else_is_believed() {
    let huge = "A".repeat(60_000);
    let config = SessionConfig::default();
    for (name, sessions) in all(&config).0 {
        let mut browser = Browser::default();
        browser
            .visit(&sessions, |session| session.insert("user", 1).unwrap())
            .await;
        let right = browser.cookie.clone().unwrap();
        let mut wrong: Vec<String> = [
            "",
            ".",
            "..",
            "...",
            "null",
            "{}",
            "\u{ff}\u{fe}",
            "\"\\000\"",
            "../../etc/passwd",
            &huge,
        ]
        .map(str::to_owned)
        .into();
        wrong.extend((0..right.len()).map(|cut| right[..cut].to_owned()));
        for place in 0..right.len() {
            let mut bytes = right.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            wrong.push(String::from_utf8(bytes).unwrap());
        }
        wrong.push(format!("{right}A"));
        for cookie in wrong {
            let mut browser = Browser::with(cookie.clone());
            let user = browser
                .visit(&sessions, |session| session.get::<i64>("user"))
                .await;
            assert_eq!(user, None, "{name}: {cookie:.80}");
            assert!(browser.set.is_none(), "{name}: {cookie:.80}");
            // And the visitor can go on with a new one.
            browser
                .visit(&sessions, |session| session.insert("user", 2).unwrap())
                .await;
            assert_eq!(
                browser
                    .visit(&sessions, |session| session.get::<i64>("user"))
                    .await,
                Some(2),
                "{name}"
            );
        }
    }
}

#[tokio::test]
async fn binary_cookies_are_empty_sessions() {
    for (name, sessions) in all(&SessionConfig::default()).0 {
        for bytes in [
            &b"session=\xff\xfe\x80"[..],
            b"\xff=\xff; session=\"\\377\\000\"",
            b"session",
            b"session=a; session=b; session=c",
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, HeaderValue::from_bytes(bytes).unwrap());
            let session = sessions.begin(&headers).await.unwrap();
            assert!(session.is_empty(), "{name}");
        }
    }
}

#[tokio::test]
async fn a_planted_cookie_does_not_hide_the_right_one() {
    for (name, sessions) in all(&SessionConfig::default()).0 {
        let mut browser = Browser::default();
        browser
            .visit(&sessions, |session| session.insert("n", 1).unwrap())
            .await;
        browser.cookie = browser
            .cookie
            .map(|right| format!("planted; session={right}"));
        assert_eq!(
            browser.visit(&sessions, |session| session.get("n")).await,
            Some(1),
            "{name}"
        );
    }
}

#[tokio::test]
async fn cookies_of_one_app_do_not_stand_in_for_anothers() {
    let named = |name: &str| SessionConfig {
        cookie_name: name.into(),
        ..SessionConfig::default()
    };
    let mut browser = Browser::default();
    for make in [Sessions::signed, Sessions::encrypted] {
        browser
            .visit(&make(named("session"), &keys()), |session| {
                session.insert("n", 1).unwrap()
            })
            .await;
        let mut headers = HeaderMap::new();
        let cookie = format!("admin={}", browser.cookie.clone().unwrap());
        headers.insert(COOKIE, HeaderValue::from_str(&cookie).unwrap());
        assert!(
            make(named("admin"), &keys())
                .begin(&headers)
                .await
                .unwrap()
                .is_empty()
        );
    }
    // Nor does a signed one where an encrypted one is expected, or the other way round.
    let config = SessionConfig::default;
    for (one, other) in [(
        Sessions::signed(config(), &keys()),
        Sessions::encrypted(config(), &keys()),
    )] {
        browser
            .visit(&one, |session| session.insert("n", 1).unwrap())
            .await;
        assert!(
            browser
                .clone()
                .visit(&other, |session| session.is_empty())
                .await
        );
        browser
            .visit(&other, |session| session.insert("n", 1).unwrap())
            .await;
        assert!(browser.visit(&one, |session| session.is_empty()).await);
    }
}

#[tokio::test]
async fn an_encrypted_session_cannot_be_read() {
    let sessions = Sessions::encrypted(SessionConfig::default(), &keys());
    let mut browsers = [Browser::default(), Browser::default()];
    for browser in &mut browsers {
        browser
            .visit(&sessions, |session| {
                session.insert("secret", "hidden").unwrap()
            })
            .await;
    }
    let [one, two] = browsers.map(|browser| browser.cookie.unwrap());
    assert_ne!(one, two, "a nonce is used once");
    let bytes =
        base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, one).unwrap();
    assert!(!String::from_utf8_lossy(&bytes).contains("hidden"));
}

#[tokio::test]
async fn keys_rotate() {
    let rotated = SecretKeys::rotation(["older", "dev-key", "current"]).unwrap();
    let current = SecretKeys::new("current").unwrap();
    for make in [Sessions::signed, Sessions::encrypted, Sessions::flask] {
        let (old, both, new) = (
            make(SessionConfig::default(), &keys()),
            make(SessionConfig::default(), &rotated),
            make(SessionConfig::default(), &current),
        );
        let mut browser = Browser::default();
        browser
            .visit(&old, |session| session.insert("n", 1).unwrap())
            .await;
        assert_eq!(
            browser.visit(&both, |session| session.get("n")).await,
            Some(1)
        );
        assert!(
            browser
                .clone()
                .visit(&new, |session| session.is_empty())
                .await,
            "not signed anew by reading"
        );
        browser
            .visit(&both, |session| session.insert("n", 2).unwrap())
            .await;
        assert_eq!(
            browser.visit(&new, |session| session.get("n")).await,
            Some(2),
            "signed anew by writing"
        );
        assert!(browser.visit(&old, |session| session.is_empty()).await);
    }
}

#[tokio::test]
async fn without_a_key_reading_works_and_writing_says_why() {
    let sessions = Sessions::unavailable(SessionConfig::default());
    let mut browser = Browser::with("eyJ1c2VyX2lkIjoxfQ.ZVPxAA.LAn7peaqsbqQuJjEPcmHbqFpANk");
    browser
        .visit(&sessions, |session| {
            assert_eq!(session.get::<i64>("user_id"), None);
            session.clear();
            let error = session.insert("n", 1).unwrap_err();
            assert!(error.message().contains("no secret key was set"), "{error}");
            assert!(session.permanent().is_err() && session.flash("error", "x").is_err());
        })
        .await;
    assert!(browser.set.is_none());
}

#[tokio::test]
async fn a_permanent_session_is_sent_again_and_again() {
    for (name, sessions) in all(&SessionConfig::default()).0 {
        let mut browser = Browser::default();
        browser
            .visit(&sessions, |session| session.insert("n", 1).unwrap())
            .await;
        assert!(!browser.set.unwrap().contains("Expires="), "{name}");
        browser.set = None;
        browser
            .visit(&sessions, |session| session.permanent().unwrap())
            .await;
        let set = browser.set.clone().unwrap();
        assert!(
            set.contains("; Expires=") && set.contains("; Max-Age=2678400"),
            "{name}: {set}"
        );
        browser
            .visit(&sessions, |session| assert!(session.is_permanent()))
            .await;
        assert!(
            browser.set.clone().unwrap().contains("; Expires="),
            "{name}"
        );
        browser
            .visit(&sessions, |session| session.transient())
            .await;
        assert!(
            !browser.set.clone().unwrap().contains("; Expires="),
            "{name}"
        );
        browser
            .visit(&sessions, |session| assert!(!session.is_permanent()))
            .await;
        assert!(browser.set.is_none(), "{name}");
    }
    for (name, sessions) in all(&SessionConfig {
        refresh_each_request: false,
        ..Default::default()
    })
    .0
    {
        let mut browser = Browser::default();
        browser
            .visit(&sessions, |session| session.permanent().unwrap())
            .await;
        browser
            .visit(&sessions, |session| assert!(session.is_permanent()))
            .await;
        assert!(browser.set.is_none(), "{name}");
    }
}

#[tokio::test]
async fn an_old_session_is_none() {
    let (list, _folder) = all(&SessionConfig {
        lifetime: Duration::ZERO,
        ..Default::default()
    });
    for (name, sessions) in list {
        let mut browser = Browser::default();
        browser
            .visit(&sessions, |session| session.insert("n", 1).unwrap())
            .await;
        // A second is the smallest age that a signature tells.
        tokio::time::sleep(Duration::from_millis(1100)).await;
        assert!(
            browser.visit(&sessions, |session| session.is_empty()).await,
            "{name}"
        );
    }
}

#[tokio::test]
async fn the_settings_dress_the_cookie() {
    let cases = [
        (
            SessionConfig::default(),
            false,
            "HttpOnly; Path=/; SameSite=Lax",
        ),
        (
            SessionConfig::default(),
            true,
            "Secure; HttpOnly; Path=/; SameSite=Lax",
        ),
        (
            SessionConfig {
                secure: Some(false),
                ..Default::default()
            },
            true,
            "HttpOnly; Path=/; SameSite=Lax",
        ),
        (
            SessionConfig {
                secure: Some(true),
                ..Default::default()
            },
            false,
            "Secure; HttpOnly; Path=/; SameSite=Lax",
        ),
        (
            SessionConfig {
                partitioned: true,
                ..Default::default()
            },
            false,
            "Secure; HttpOnly; Path=/; SameSite=Lax; Partitioned",
        ),
        (
            SessionConfig {
                http_only: false,
                same_site: SameSite::Strict,
                path: "/app".into(),
                domain: Some("example.com".into()),
                ..Default::default()
            },
            false,
            "Domain=example.com; Path=/app; SameSite=Strict",
        ),
    ];
    for (config, https, expected) in cases {
        let sessions = Sessions::signed(config, &keys());
        let session = sessions.begin(&HeaderMap::new()).await.unwrap();
        session.insert("n", 1).unwrap();
        let mut answer = HeaderMap::new();
        sessions.finish(&session, &mut answer, https).await.unwrap();
        let set = answer["set-cookie"].to_str().unwrap();
        assert_eq!(set.split_once("; ").unwrap().1, expected);
    }
}

#[tokio::test]
async fn vary_is_said_once() {
    let sessions = Sessions::signed(SessionConfig::default(), &keys());
    for (before, after) in [
        (None, vec!["Cookie"]),
        (Some("accept"), vec!["accept", "Cookie"]),
        (Some("Accept, cookie"), vec!["Accept, cookie"]),
        (Some("*"), vec!["*"]),
        (Some("Cookies"), vec!["Cookies", "Cookie"]),
    ] {
        let mut answer = HeaderMap::new();
        if let Some(before) = before {
            answer.insert("vary", HeaderValue::from_static(before));
        }
        let session = sessions.begin(&HeaderMap::new()).await.unwrap();
        assert!(session.is_empty());
        sessions.finish(&session, &mut answer, false).await.unwrap();
        assert_eq!(answer.get_all("vary").iter().collect::<Vec<_>>(), after);
    }
}

#[tokio::test]
async fn too_large_is_an_error_that_says_so() {
    // Too irregular to be compressed below the limit.
    let noise: String = (0..10_000_u64)
        .map(|i| char::from(b'!' + (i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as u8 % 90))
        .collect();
    for make in [Sessions::signed, Sessions::encrypted, Sessions::flask] {
        let sessions = make(SessionConfig::default(), &keys());
        let mut browser = Browser::default();
        let session = browser.start(&sessions).await;
        session.insert("noise", &noise).unwrap();
        let error = browser.end(&sessions, &session).await.unwrap_err();
        assert!(
            error
                .message()
                .starts_with("the cookie `session` is too large"),
            "{error}"
        );
        assert!(
            error.advice().unwrap().contains("server-side session"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn after_the_headers_nothing_can_be_kept() {
    let sessions = Sessions::signed(SessionConfig::default(), &keys());
    let mut browser = Browser::default();
    let session = browser.start(&sessions).await;
    session.insert("n", 1).unwrap();
    browser.end(&sessions, &session).await.unwrap();
    assert!(
        session
            .insert("n", 2)
            .unwrap_err()
            .message()
            .contains("headers are gone")
    );
    let mut answer = HeaderMap::new();
    sessions.finish(&session, &mut answer, false).await.unwrap();
    assert!(answer.is_empty(), "the second time does nothing");
}

#[tokio::test]
async fn a_value_without_json_is_refused_by_name() {
    let sessions = Sessions::signed(SessionConfig::default(), &keys());
    let session = sessions.begin(&HeaderMap::new()).await.unwrap();
    let error = session
        .insert("odd", BTreeMap::from([((1, 2), 3)]))
        .unwrap_err();
    assert!(error.message().contains("`odd`"), "{error}");
}

#[tokio::test]
async fn a_dump_hides_values() {
    let sessions = Sessions::signed(SessionConfig::default(), &keys());
    let mut browser = Browser::default();
    browser
        .visit(&sessions, |session| session.insert("card", "4111").unwrap())
        .await;
    let session = browser.start(&sessions).await;
    assert_eq!(format!("{session:?}"), "Session(unread)");
    assert!(session.contains("card"));
    assert_eq!(format!("{session:?}"), "Session([\"card\"])");
}

// ---- identities -------------------------------------------------------------------------------

#[tokio::test]
async fn a_login_changes_the_identity() {
    let (list, _folder) = all(&SessionConfig::default());
    for (name, sessions) in list
        .into_iter()
        .filter(|(name, _)| *name == "memory" || *name == "file")
    {
        let mut attacker = Browser::default();
        attacker
            .visit(&sessions, |session| session.insert("cart", 1).unwrap())
            .await;
        // The attacker has the victim's browser use the attacker's session.
        let mut victim = attacker.clone();
        victim
            .visit(&sessions, |session| {
                session.cycle();
                session.insert("user", 7).unwrap();
            })
            .await;
        assert_ne!(victim.cookie, attacker.cookie, "{name}");
        assert!(
            attacker
                .visit(&sessions, |session| session.is_empty())
                .await,
            "{name}"
        );
        victim
            .visit(&sessions, |session| {
                assert_eq!(
                    (session.get("cart"), session.get("user")),
                    (Some(1), Some(7)),
                    "{name}"
                );
            })
            .await;
    }
}

#[tokio::test]
async fn an_id_is_never_chosen_from_outside() {
    let (list, _folder) = all(&SessionConfig::default());
    for (name, sessions) in list
        .into_iter()
        .filter(|(name, _)| *name == "memory" || *name == "file")
    {
        let chosen = "A".repeat(43);
        let mut browser = Browser::with(chosen.clone());
        browser
            .visit(&sessions, |session| session.insert("n", 1).unwrap())
            .await;
        assert_ne!(browser.cookie.as_ref(), Some(&chosen), "{name}");
        assert!(
            Browser::with(chosen)
                .visit(&sessions, |session| session.is_empty())
                .await,
            "{name}"
        );
        assert_eq!(browser.cookie.unwrap().len(), 43, "{name}");
    }
}

#[tokio::test]
async fn requests_of_one_session_do_not_undo_each_other() {
    let (list, _folder) = all(&SessionConfig::default());
    for (name, sessions) in list
        .into_iter()
        .filter(|(name, _)| *name == "memory" || *name == "file")
    {
        let mut browser = Browser::default();
        browser
            .visit(&sessions, |session| session.insert("start", 1).unwrap())
            .await;
        let mut running = Vec::new();
        for i in 0..20 {
            let (browser, sessions) = (browser.clone(), sessions.clone());
            running.push(tokio::spawn(async move {
                let mut browser = browser;
                let session = browser.start(&sessions).await;
                tokio::task::yield_now().await;
                session.insert(&format!("k{i}"), i).unwrap();
                session.insert("last", i).unwrap();
                browser.end(&sessions, &session).await.unwrap();
            }));
        }
        for one in running {
            one.await.unwrap();
        }
        let values = browser.visit(&sessions, |session| session.values()).await;
        assert_eq!(values.len(), 22, "{name}: {values:?}");
    }
}

#[tokio::test]
async fn a_slow_request_does_not_bring_back_who_logged_out() {
    let (list, _folder) = all(&SessionConfig::default());
    for (name, sessions) in list
        .into_iter()
        .filter(|(name, _)| *name == "memory" || *name == "file")
    {
        let mut browser = Browser::default();
        browser
            .visit(&sessions, |session| session.insert("user", 1).unwrap())
            .await;
        let mut slow = browser.clone();
        let session = slow.start(&sessions).await;
        session.insert("seen", 1).unwrap();
        browser.visit(&sessions, Session::flush).await;
        slow.end(&sessions, &session).await.unwrap();
        assert_eq!(slow.set, None, "{name}");
        assert!(
            slow.visit(&sessions, |session| session.is_empty()).await,
            "{name}"
        );
    }
}

#[tokio::test]
async fn removing_the_last_value_keeps_what_another_request_wrote() {
    let sessions = Sessions::in_store(SessionConfig::default(), MemoryStore::new(10));
    let mut browser = Browser::default();
    browser
        .visit(&sessions, |session| session.insert("a", 1).unwrap())
        .await;
    let mut slow = browser.clone();
    let session = slow.start(&sessions).await;
    assert!(session.remove("a"));
    browser
        .visit(&sessions, |session| session.insert("b", 2).unwrap())
        .await;
    slow.end(&sessions, &session).await.unwrap();
    assert_eq!(
        slow.visit(&sessions, |session| session.values()).await,
        SessionData::from([("b".into(), json!(2))])
    );
}

// ---- stores -----------------------------------------------------------------------------------

fn record(n: i64, seconds: u64) -> Record {
    Record {
        data: SessionData::from([("n".into(), json!(n))]),
        expires: SystemTime::now() + Duration::from_secs(seconds),
    }
}

fn expired() -> Record {
    Record {
        expires: UNIX_EPOCH + Duration::from_secs(1),
        ..record(0, 0)
    }
}

#[tokio::test]
async fn every_store_keeps_its_promises() {
    let folder = tempfile::tempdir().unwrap();
    let stores: [Box<dyn SessionStore>; 2] = [
        Box::new(MemoryStore::new(10)),
        Box::new(FileStore::open(folder.path()).unwrap()),
    ];
    for store in stores {
        let [one, two, three] = ["1", "2", "3"].map(SessionKey::of);
        let later = SystemTime::now() + Duration::from_secs(100);
        assert_eq!(store.load(&one).await.unwrap(), None);
        assert!(
            !store.update(&one, Changes::default(), later).await.unwrap(),
            "nothing is brought back"
        );
        assert_eq!(store.load(&one).await.unwrap(), None);
        store.delete(&one).await.unwrap();
        store.create(&one, record(1, 100)).await.unwrap();
        assert_eq!(store.load(&one).await.unwrap().unwrap().data["n"], 1);

        let entries = BTreeMap::from([("n".to_owned(), None), ("m".to_owned(), Some(json!("x")))]);
        assert!(
            store
                .update(
                    &one,
                    Changes {
                        cleared: false,
                        entries
                    },
                    later
                )
                .await
                .unwrap()
        );
        assert_eq!(
            store.load(&one).await.unwrap().unwrap().data,
            SessionData::from([("m".into(), json!("x"))])
        );
        assert!(
            store
                .update(
                    &one,
                    Changes {
                        cleared: true,
                        ..Default::default()
                    },
                    later
                )
                .await
                .unwrap()
        );
        assert!(store.load(&one).await.unwrap().unwrap().data.is_empty());

        store.create(&two, expired()).await.unwrap();
        assert_eq!(store.load(&two).await.unwrap(), None);
        assert!(!store.update(&two, Changes::default(), later).await.unwrap());
        store.create(&three, expired()).await.unwrap();
        assert_eq!(store.remove_expired().await.unwrap(), 2);
        assert_eq!(store.remove_expired().await.unwrap(), 0);
        store.delete(&one).await.unwrap();
        assert_eq!(store.load(&one).await.unwrap(), None);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn the_memory_store_is_bounded() {
    for largest in [1, 2, 16, 100] {
        let store = MemoryStore::new(largest);
        for i in 0..largest * 3 {
            store
                .create(&SessionKey::of(&i.to_string()), record(1, 1000 + i as u64))
                .await
                .unwrap();
            assert!(store.len() <= largest);
            assert!(
                store
                    .load(&SessionKey::of(&i.to_string()))
                    .await
                    .unwrap()
                    .is_some(),
                "the newest stays"
            );
        }
        assert!(store.len() >= largest - largest / 16 - 1);
    }
    let store = MemoryStore::new(20);
    for i in 0..20 {
        store
            .create(
                &SessionKey::of(&i.to_string()),
                if i < 19 { expired() } else { record(1, 100) },
            )
            .await
            .unwrap();
    }
    store
        .create(&SessionKey::of("new"), record(1, 100))
        .await
        .unwrap();
    assert_eq!(store.len(), 2, "the expired go first");
}

#[tokio::test]
async fn the_file_store_survives_what_it_finds() {
    let folder = tempfile::tempdir().unwrap();
    let store = FileStore::open(folder.path()).unwrap();
    let keys: Vec<SessionKey> = (0..6)
        .map(|i: i32| SessionKey::of(&i.to_string()))
        .collect();
    let broken: [&[u8]; 6] = [
        b"",
        b"{",
        b"\xff\xfe",
        br#"{"expires":"x"}"#,
        br#"{"expires":18446744073709551615,"data":{}}"#,
        b"null",
    ];
    for (key, bytes) in keys.iter().zip(broken) {
        std::fs::write(folder.path().join(format!("{}.json", key.as_str())), bytes).unwrap();
        assert_eq!(store.load(key).await.unwrap(), None);
    }
    std::fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    assert_eq!(store.remove_expired().await.unwrap(), 6);
    assert!(
        folder.path().join("notes.txt").exists(),
        "what is not ours stays"
    );
}

#[tokio::test]
async fn the_folder_lets_nobody_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/sessions");
    let sessions = Sessions::in_store(SessionConfig::default(), FileStore::open(&path).unwrap());
    let mut browser = Browser::default();
    browser
        .visit(&sessions, |session| session.insert("n", 1).unwrap())
        .await;
    let id = browser.cookie.unwrap();
    let files: Vec<_> = std::fs::read_dir(&path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(files.len(), 1, "nothing is left beside it: {files:?}");
    assert!(!files[0].to_str().unwrap().contains(&id));
    assert!(!std::fs::read_to_string(&files[0]).unwrap().contains(&id));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o700
        );
        assert_eq!(
            std::fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().join("sessions");
    let error = FileStore::open(&path).err().unwrap();
    assert!(
        error.to_string().contains(path.to_str().unwrap()),
        "{error}"
    );
}

// ---- messages ---------------------------------------------------------------------------------

#[tokio::test]
async fn messages_are_shown_once() {
    for (name, sessions) in all(&SessionConfig::default()).0 {
        let mut browser = Browser::default();
        browser
            .visit(&sessions, |session| {
                session.flash("message", "one").unwrap();
                session.flash("error", "two <b>").unwrap();
            })
            .await;
        browser
            .visit(&sessions, |session| {
                let errors = session.flashes_of(&["error", "warning"]);
                assert_eq!(errors.len(), 1, "{name}");
                assert_eq!(
                    (&*errors[0].category, &*errors[0].message),
                    ("error", "two <b>"),
                    "{name}"
                );
                let all: Vec<String> = session
                    .flashes()
                    .into_iter()
                    .map(|flash| flash.message)
                    .collect();
                assert_eq!(all, ["one", "two <b>"], "{name}");
                session.flash("message", "for the next page").unwrap();
                assert_eq!(session.flashes().len(), 2, "{name}");
            })
            .await;
        let next = browser.visit(&sessions, Session::flashes).await;
        assert_eq!(next[0].message, "for the next page", "{name}");
        assert!(
            browser.set.clone().unwrap().contains("Max-Age=0"),
            "the cookie goes with the last message: {name}"
        );
        assert!(
            browser
                .visit(&sessions, |session| session.flashes())
                .await
                .is_empty(),
            "{name}"
        );
        assert!(browser.set.is_none(), "{name}");
    }
}

#[tokio::test]
async fn odd_messages_are_passed_over() {
    let sessions = Sessions::signed(SessionConfig::default(), &keys());
    for odd in [
        json!("text"),
        json!(null),
        json!([1]),
        json!([["a"]]),
        json!([["a", 1]]),
        json!([{}]),
        json!([["a", "b", "c"]]),
    ] {
        let session = sessions.begin(&HeaderMap::new()).await.unwrap();
        session.insert("_flashes", &odd).unwrap();
        session.flash("ok", "text").unwrap();
        assert_eq!(session.flashes().len(), 1, "{odd}");
    }
}

// ---- Flask ------------------------------------------------------------------------------------

fn frozen() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

#[track_caller]
fn flask(data: Value, cookie: &str) {
    let data: SessionData = serde_json::from_value(data).unwrap();
    let codec = FlaskCodec::new(&keys());
    assert_eq!(
        codec.decode(cookie, Duration::ZERO, frozen()).as_ref(),
        Some(&data)
    );
    let written = codec.encode(&data, frozen()).unwrap();
    // Compressed bytes may differ between zlibs; what they say may not.
    if !cookie.starts_with('.') {
        assert_eq!(written, cookie);
    }
    assert_eq!(codec.decode(&written, Duration::ZERO, frozen()), Some(data));
    assert_eq!(
        codec.decode(
            cookie,
            Duration::from_secs(10),
            frozen() + Duration::from_secs(11)
        ),
        None
    );
}

#[test]
fn flask_agrees() {
    flask(
        json!({ "user_id": 1 }),
        "eyJ1c2VyX2lkIjoxfQ.ZVPxAA.LAn7peaqsbqQuJjEPcmHbqFpANk",
    );
    flask(
        json!({ "_flashes": [["message", "one"], ["error", "two"]] }),
        ".eJyrVopPy0kszkgtVrKKrlZSKAFSSrmpxcWJ6alKOkr5ealKsbU6MInUoqL8IqBwSXk-UDi2FgB8lRQ3.ZVPxAA.PNH1wbNnfR2lbEmT13yaG2Q_0EU",
    );
    flask(
        json!({ "k": "x".repeat(60) }),
        ".eJyrVspWslKqoAAo1QIA9-oeRg.ZVPxAA.tGwok3KoT5-rZFaOQzHvZhtNF5k",
    );
    flask(
        json!({
            "b": flask::Bytes::new(&[0, 255]),
            "d": flask::DateTime::new(UNIX_EPOCH + Duration::from_secs(1_704_164_645)),
            "m": flask::Markup::new("<b>"),
            "t": flask::Tuple::new((1, 2)),
            "u": flask::Uuid::new(1),
        }),
        ".eJyrVkpSsqpWUgCSSo4BFrZKtTpKKWARIKkUUpqqo2BgpOCVmKdgZGBkomBgbGVgYmVgquDuGwJSmgtWCiSVbJLsQAIlYAEgGW2oYxQLFCgFCwBJJQP8wFCpthYAipkhRA.ZVPxAA.Jca6VMKzjcXwYE09U9BVDyrQO0Q",
    );
}

#[test]
fn the_tags_of_flask_are_written_as_flask_does() {
    let data = SessionData::from([
        ("_flashes".into(), json!([["error", "two"]])),
        ("name".into(), json!("ü")),
    ]);
    let cookie = FlaskCodec::new(&keys()).encode(&data, frozen()).unwrap();
    let plain: Value = TimedSerializer::itsdangerous(&keys())
        .scheme(Scheme::HmacSha1)
        .salt("cookie-session")
        .loads_at(&cookie, Duration::ZERO, frozen())
        .unwrap();
    assert_eq!(
        plain,
        json!({ "_flashes": [{ " t": ["error", "two"] }], "name": "ü" })
    );
}

#[test]
fn the_values_of_flask_are_typed() {
    let read = |value: Value| {
        serde_json::from_value::<flask::Bytes>(value)
            .unwrap()
            .to_vec()
    };
    assert_eq!(read(json!({ " b": "AP8=" })), Some(vec![0, 255]));
    assert_eq!(read(json!({ " b": "!" })), None);
    let at = UNIX_EPOCH + Duration::from_secs(1_704_164_645);
    let time: flask::DateTime =
        serde_json::from_value(json!({ " d": "Tue, 02 Jan 2024 03:04:05 GMT" })).unwrap();
    assert_eq!((time.to_time(), flask::DateTime::new(at)), (Some(at), time));
    assert_eq!(
        serde_json::from_value::<flask::DateTime>(json!({ " d": "soon" }))
            .unwrap()
            .to_time(),
        None
    );
    let uuid: flask::Uuid =
        serde_json::from_value(json!({ " u": "00000000000000000000000000000001" })).unwrap();
    assert_eq!(uuid.to_u128(), Some(1));
    let pair: flask::Tuple<(i64, String)> =
        serde_json::from_value(json!({ " t": [1, "a"] })).unwrap();
    assert_eq!(pair.into_inner(), (1, "a".into()));
    assert_eq!(flask::Markup::new("<b>").as_str(), "<b>");
}
