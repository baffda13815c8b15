//! What is kept, where, and what is not believed.

use std::collections::BTreeMap;
use std::time::Duration;

use carafe_core::cookies::SameSite;
use carafe_core::session::{Session, SessionConfig, Sessions};
use carafe_core::signing::SecretKeys;
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use serde_json::json;

use super::{Browser, all, keys};

#[tokio::test]
async fn values_come_back_wherever_they_are_kept() {
    for (name, sessions) in all(&SessionConfig::default()).0 {
        let mut browser = Browser::default();
        browser
            .visit(&sessions, |session| {
                session.insert("n", 7).unwrap();
                session.insert("text", "ü😀\0\"").unwrap();
                session.insert("list", [Some(1.5), None]).unwrap();
                session.insert("empty", BTreeMap::<String, i64>::new()).unwrap();
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
                assert!(session.contains("n") && !session.contains("missing"), "{name}");
                assert_eq!(session.values().len(), 4, "{name}");
            })
            .await;
        assert!(browser.set.is_none() && browser.vary, "reading saves nothing: {name}");
        browser
            .visit(&sessions, |session| {
                assert_eq!(session.take::<i64>("n"), Some(7));
                assert!(session.remove("text") && !session.remove("text"));
            })
            .await;
        assert_eq!(browser.visit(&sessions, |session| session.values().len()).await, 2, "{name}");
    }
}

#[tokio::test]
async fn what_does_not_touch_the_session_pays_nothing() {
    for (name, sessions) in all(&SessionConfig::default()).0 {
        let mut browser = Browser::default();
        browser.visit(&sessions, |session| session.insert("n", 1).unwrap()).await;
        browser.visit(&sessions, |session| assert!(!session.is_accessed())).await;
        assert!(browser.set.is_none() && !browser.vary, "{name}");
        browser
            .visit(&sessions, |session| {
                session.insert("n", 1).unwrap();
                assert!(session.is_accessed() && !session.is_modified());
            })
            .await;
        assert!(browser.set.is_none() && browser.vary, "the same value again: {name}");
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
            browser.visit(&sessions, |session| session.insert("n", 1).unwrap()).await;
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
            let replayed = before.clone().visit(&sessions, Session::is_empty).await;
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
        browser.visit(&sessions, |session| session.insert("user", 1).unwrap()).await;
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
            let user = browser.visit(&sessions, |session| session.get::<i64>("user")).await;
            assert_eq!(user, None, "{name}: {cookie:.80}");
            assert!(browser.set.is_none(), "{name}: {cookie:.80}");
            // And the visitor can go on with a new one.
            browser.visit(&sessions, |session| session.insert("user", 2).unwrap()).await;
            assert_eq!(
                browser.visit(&sessions, |session| session.get::<i64>("user")).await,
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
        browser.visit(&sessions, |session| session.insert("n", 1).unwrap()).await;
        browser.cookie = browser.cookie.map(|right| format!("planted; session={right}"));
        assert_eq!(browser.visit(&sessions, |session| session.get("n")).await, Some(1), "{name}");
    }
}

#[tokio::test]
async fn cookies_of_one_app_do_not_stand_in_for_anothers() {
    let named = |name: &str| SessionConfig { cookie_name: name.into(), ..SessionConfig::default() };
    let mut browser = Browser::default();
    for make in [Sessions::signed, Sessions::encrypted] {
        browser
            .visit(&make(named("session"), &keys()), |session| {
                session.insert("n", 1).unwrap();
            })
            .await;
        let mut headers = HeaderMap::new();
        let cookie = format!("admin={}", browser.cookie.clone().unwrap());
        headers.insert(COOKIE, HeaderValue::from_str(&cookie).unwrap());
        assert!(make(named("admin"), &keys()).begin(&headers).await.unwrap().is_empty());
    }
    // Nor does a signed one where an encrypted one is expected, or the other way round.
    let config = SessionConfig::default;
    for (one, other) in
        [(Sessions::signed(config(), &keys()), Sessions::encrypted(config(), &keys()))]
    {
        browser.visit(&one, |session| session.insert("n", 1).unwrap()).await;
        assert!(browser.clone().visit(&other, Session::is_empty).await);
        browser.visit(&other, |session| session.insert("n", 1).unwrap()).await;
        assert!(browser.visit(&one, Session::is_empty).await);
    }
}

#[tokio::test]
async fn an_encrypted_session_cannot_be_read() {
    let sessions = Sessions::encrypted(SessionConfig::default(), &keys());
    let mut browsers = [Browser::default(), Browser::default()];
    for browser in &mut browsers {
        browser
            .visit(&sessions, |session| {
                session.insert("secret", "hidden").unwrap();
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
        browser.visit(&old, |session| session.insert("n", 1).unwrap()).await;
        assert_eq!(browser.visit(&both, |session| session.get("n")).await, Some(1));
        assert!(browser.clone().visit(&new, Session::is_empty).await, "not signed anew by reading");
        browser.visit(&both, |session| session.insert("n", 2).unwrap()).await;
        assert_eq!(
            browser.visit(&new, |session| session.get("n")).await,
            Some(2),
            "signed anew by writing"
        );
        assert!(browser.visit(&old, Session::is_empty).await);
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
        browser.visit(&sessions, |session| session.insert("n", 1).unwrap()).await;
        assert!(!browser.set.unwrap().contains("Expires="), "{name}");
        browser.set = None;
        browser.visit(&sessions, |session| session.permanent().unwrap()).await;
        let set = browser.set.clone().unwrap();
        assert!(set.contains("; Expires=") && set.contains("; Max-Age=2678400"), "{name}: {set}");
        browser.visit(&sessions, |session| assert!(session.is_permanent())).await;
        assert!(browser.set.clone().unwrap().contains("; Expires="), "{name}");
        browser.visit(&sessions, Session::transient).await;
        assert!(!browser.set.clone().unwrap().contains("; Expires="), "{name}");
        browser.visit(&sessions, |session| assert!(!session.is_permanent())).await;
        assert!(browser.set.is_none(), "{name}");
    }
    for (name, sessions) in
        all(&SessionConfig { refresh_each_request: false, ..Default::default() }).0
    {
        let mut browser = Browser::default();
        browser.visit(&sessions, |session| session.permanent().unwrap()).await;
        browser.visit(&sessions, |session| assert!(session.is_permanent())).await;
        assert!(browser.set.is_none(), "{name}");
    }
}

#[tokio::test]
async fn an_old_session_is_none() {
    let (list, _folder) = all(&SessionConfig { lifetime: Duration::ZERO, ..Default::default() });
    let mut visited = Vec::new();
    for (name, sessions) in list {
        let mut browser = Browser::default();
        browser.visit(&sessions, |session| session.insert("n", 1).unwrap()).await;
        visited.push((name, sessions, browser));
    }
    // A second is the smallest age that a signature tells.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    for (name, sessions, mut browser) in visited {
        assert!(browser.visit(&sessions, Session::is_empty).await, "{name}");
    }
}

#[tokio::test]
async fn the_settings_dress_the_cookie() {
    let cases = [
        (SessionConfig::default(), false, "HttpOnly; Path=/; SameSite=Lax"),
        (SessionConfig::default(), true, "Secure; HttpOnly; Path=/; SameSite=Lax"),
        (
            SessionConfig { secure: Some(false), ..Default::default() },
            true,
            "HttpOnly; Path=/; SameSite=Lax",
        ),
        (
            SessionConfig { secure: Some(true), ..Default::default() },
            false,
            "Secure; HttpOnly; Path=/; SameSite=Lax",
        ),
        (
            SessionConfig { partitioned: true, ..Default::default() },
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
        .map(|i| (i.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ i).wrapping_mul(0xBF58_476D_1CE4_E5B9))
        .map(|mixed| char::from(b'#' + (mixed >> 57) as u8 % 57))
        .collect();
    for make in [Sessions::signed, Sessions::encrypted, Sessions::flask] {
        let sessions = make(SessionConfig::default(), &keys());
        let mut browser = Browser::default();
        let session = browser.start(&sessions).await;
        session.insert("noise", &noise).unwrap();
        let error = browser.end(&sessions, &session).await.unwrap_err();
        assert!(error.message().starts_with("the cookie `session` is too large"), "{error}");
        assert!(error.advice().unwrap().contains("server-side session"), "{error}");
    }
}

#[tokio::test]
async fn after_the_headers_nothing_can_be_kept() {
    let sessions = Sessions::signed(SessionConfig::default(), &keys());
    let mut browser = Browser::default();
    let session = browser.start(&sessions).await;
    session.insert("n", 1).unwrap();
    browser.end(&sessions, &session).await.unwrap();
    assert!(session.insert("n", 2).unwrap_err().message().contains("headers are gone"));
    let mut answer = HeaderMap::new();
    sessions.finish(&session, &mut answer, false).await.unwrap();
    assert!(answer.is_empty(), "the second time does nothing");
}

#[tokio::test]
async fn a_value_without_json_is_refused_by_name() {
    let sessions = Sessions::signed(SessionConfig::default(), &keys());
    let session = sessions.begin(&HeaderMap::new()).await.unwrap();
    let error = session.insert("odd", BTreeMap::from([((1, 2), 3)])).unwrap_err();
    assert!(error.message().contains("`odd`"), "{error}");
}

#[tokio::test]
async fn a_dump_hides_values() {
    let sessions = Sessions::signed(SessionConfig::default(), &keys());
    let mut browser = Browser::default();
    browser.visit(&sessions, |session| session.insert("card", "4111").unwrap()).await;
    let session = browser.start(&sessions).await;
    assert_eq!(format!("{session:?}"), "Session(unread)");
    assert!(session.contains("card"));
    assert_eq!(format!("{session:?}"), "Session([\"card\"])");
}
