//! Messages that are shown once.

use carafe_core::session::{Session, SessionConfig, Sessions};
use http::HeaderMap;
use serde_json::json;

use super::{Browser, all, keys};

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
                let all: Vec<String> =
                    session.flashes().into_iter().map(|flash| flash.message).collect();
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
        assert!(browser.visit(&sessions, Session::flashes).await.is_empty(), "{name}");
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
