//! What every store promises.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use carafe_core::session::{
    Changes, FileStore, MemoryStore, Record, SessionConfig, SessionData, SessionKey, SessionStore,
    Sessions,
};
use serde_json::json;

use super::Browser;

fn record(n: i64, seconds: u64) -> Record {
    Record {
        data: SessionData::from([("n".into(), json!(n))]),
        expires: SystemTime::now() + Duration::from_secs(seconds),
    }
}

fn expired() -> Record {
    Record { expires: UNIX_EPOCH + Duration::from_secs(1), ..record(0, 0) }
}

#[tokio::test]
async fn every_store_keeps_its_promises() {
    let folder = tempfile::tempdir().unwrap();
    let stores: [Box<dyn SessionStore>; 2] =
        [Box::new(MemoryStore::new(10)), Box::new(FileStore::open(folder.path()).unwrap())];
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
        assert!(store.update(&one, Changes { cleared: false, entries }, later).await.unwrap());
        assert_eq!(
            store.load(&one).await.unwrap().unwrap().data,
            SessionData::from([("m".into(), json!("x"))])
        );
        assert!(
            store
                .update(&one, Changes { cleared: true, ..Default::default() }, later)
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
                store.load(&SessionKey::of(&i.to_string())).await.unwrap().is_some(),
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
    store.create(&SessionKey::of("new"), record(1, 100)).await.unwrap();
    assert_eq!(store.len(), 2, "the expired go first");
}

#[tokio::test]
async fn the_file_store_survives_what_it_finds() {
    let folder = tempfile::tempdir().unwrap();
    let store = FileStore::open(folder.path()).unwrap();
    let keys: Vec<SessionKey> = (0..6).map(|i: i32| SessionKey::of(&i.to_string())).collect();
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
    assert!(folder.path().join("notes.txt").exists(), "what is not ours stays");
}

#[tokio::test]
async fn the_folder_lets_nobody_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/sessions");
    let sessions = Sessions::in_store(SessionConfig::default(), FileStore::open(&path).unwrap());
    let mut browser = Browser::default();
    browser.visit(&sessions, |session| session.insert("n", 1).unwrap()).await;
    let id = browser.cookie.unwrap();
    let files: Vec<_> =
        std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "nothing is left beside it: {files:?}");
    assert!(!files[0].to_str().unwrap().contains(&id));
    assert!(!std::fs::read_to_string(&files[0]).unwrap().contains(&id));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(std::fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().join("sessions");
    let error = FileStore::open(&path).err().unwrap();
    assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
}
