//! Fixation, and requests of one session that run at once.

use carafe_core::session::{MemoryStore, Session, SessionConfig, SessionData, Sessions};
use serde_json::json;

use super::{Browser, all};

#[tokio::test]
async fn a_login_changes_the_identity() {
    let (list, _folder) = all(&SessionConfig::default());
    for (name, sessions) in
        list.into_iter().filter(|(name, _)| *name == "memory" || *name == "file")
    {
        let mut attacker = Browser::default();
        attacker.visit(&sessions, |session| session.insert("cart", 1).unwrap()).await;
        // The attacker has the victim's browser use the attacker's session.
        let mut victim = attacker.clone();
        victim
            .visit(&sessions, |session| {
                session.cycle();
                session.insert("user", 7).unwrap();
            })
            .await;
        assert_ne!(victim.cookie, attacker.cookie, "{name}");
        assert!(attacker.visit(&sessions, Session::is_empty).await, "{name}");
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
    for (name, sessions) in
        list.into_iter().filter(|(name, _)| *name == "memory" || *name == "file")
    {
        let chosen = "A".repeat(43);
        let mut browser = Browser::with(chosen.clone());
        browser.visit(&sessions, |session| session.insert("n", 1).unwrap()).await;
        assert_ne!(browser.cookie.as_ref(), Some(&chosen), "{name}");
        assert!(Browser::with(chosen).visit(&sessions, Session::is_empty).await, "{name}");
        assert_eq!(browser.cookie.unwrap().len(), 43, "{name}");
    }
}

#[tokio::test]
async fn requests_of_one_session_do_not_undo_each_other() {
    let (list, _folder) = all(&SessionConfig::default());
    for (name, sessions) in
        list.into_iter().filter(|(name, _)| *name == "memory" || *name == "file")
    {
        let mut browser = Browser::default();
        browser.visit(&sessions, |session| session.insert("start", 1).unwrap()).await;
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
        let values = browser.visit(&sessions, Session::values).await;
        assert_eq!(values.len(), 22, "{name}: {values:?}");
    }
}

#[tokio::test]
async fn a_slow_request_does_not_bring_back_who_logged_out() {
    let (list, _folder) = all(&SessionConfig::default());
    for (name, sessions) in
        list.into_iter().filter(|(name, _)| *name == "memory" || *name == "file")
    {
        let mut browser = Browser::default();
        browser.visit(&sessions, |session| session.insert("user", 1).unwrap()).await;
        let mut slow = browser.clone();
        let session = slow.start(&sessions).await;
        session.insert("seen", 1).unwrap();
        browser.visit(&sessions, Session::flush).await;
        slow.end(&sessions, &session).await.unwrap();
        assert_eq!(slow.set, None, "{name}");
        assert!(slow.visit(&sessions, Session::is_empty).await, "{name}");
    }
}

#[tokio::test]
async fn removing_the_last_value_keeps_what_another_request_wrote() {
    let sessions = Sessions::in_store(SessionConfig::default(), MemoryStore::new(10));
    let mut browser = Browser::default();
    browser.visit(&sessions, |session| session.insert("a", 1).unwrap()).await;
    let mut slow = browser.clone();
    let session = slow.start(&sessions).await;
    assert!(session.remove("a"));
    browser.visit(&sessions, |session| session.insert("b", 2).unwrap()).await;
    slow.end(&sessions, &session).await.unwrap();
    assert_eq!(
        slow.visit(&sessions, Session::values).await,
        SessionData::from([("b".into(), json!(2))])
    );
}
