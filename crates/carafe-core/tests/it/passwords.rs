//! Passwords: made, verified, read from Werkzeug.

use carafe_core::password::{self, LONGEST};

const SCRYPT: &str = "scrypt:32768:8:1$saltsaltsaltsalt$87fed921912bbef25dbc6b59a6201919cc232fc4a92925d34a75673beac90fde668156541f91e6445945d083f225d4749571563c101ada0faa4fc2e9bcadafc3";
const PBKDF2: &str = "pbkdf2:sha256:1000$saltsaltsaltsalt$041b3ed7e3dab252ed04f50b52bf3f95089cbd5b878843cccf48bc3232c26f33";
const ARGON2: &str = "$argon2id$v=19$m=102400,t=2,p=8$YWJjZGVmZ2hpamtsbW5vcHFyc3R1dg$cbYV8dbAeaxTGgeSUds3eWl/1GYuxCEvQmo1aJcgrhc";

#[tokio::test]
async fn a_hash_verifies_its_password_only() {
    let stored = password::hash("correct horse").await.unwrap();
    assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
    assert!(password::verify("correct horse", &stored).await.unwrap());
    for other in ["", "correct hors", "Correct horse", "correct horse ", "correct horse\0"] {
        assert!(!password::verify(other, &stored).await.unwrap(), "{other:?}");
    }
    assert_ne!(stored, password::hash("correct horse").await.unwrap());
    assert!(!password::needs_rehash(&stored));
}

#[tokio::test]
async fn hashes_of_others_are_read() {
    for stored in [SCRYPT, PBKDF2, ARGON2] {
        assert!(password::verify("correct horse", stored).await.unwrap(), "{stored}");
        assert!(!password::verify("correct hors", stored).await.unwrap(), "{stored}");
        assert!(password::needs_rehash(stored), "{stored}");
    }
}

#[tokio::test]
async fn what_is_no_hash_matches_nothing() {
    let (method, rest) = PBKDF2.split_once('$').unwrap();
    let odd = [
        String::new(),
        "correct horse".into(),
        "$".repeat(100),
        "$argon2id$".into(),
        "$argon2id$v=19$m=4294967295,t=1,p=1$YWJjZGVmZ2hpamtsbW5vcHFyc3R1dg$cbYV8dbAeaxTGgeSUds3eWl/1GYuxCEvQmo1aJcgrhc".into(),
        ARGON2.replace("t=2", "t=4294967295"),
        PBKDF2[..PBKDF2.len() - 1].into(),
        PBKDF2[..PBKDF2.len() - 2].into(),
        format!("{method}$$"),
        format!("pbkdf2:sha256:0${rest}"),
        format!("pbkdf2:sha256:4294967295${rest}"),
        format!("pbkdf2:sha256:-1${rest}"),
        format!("pbkdf2:md5:1000${rest}"),
        SCRYPT.replace("32768", "32767"),
        SCRYPT.replace("32768", "2147483648"),
        SCRYPT.replace(":8:1", ":0:0"),
        SCRYPT.replace(":8:1", ":8:4294967295"),
        SCRYPT.replace("32768:8:1", "2147483648:4294967295:4294967295"),
        SCRYPT.replace("32768:8:1", "2:4194304:64"),
        format!("{SCRYPT}zz"),
        "ü$ü$ü".into(),
    ];
    for stored in odd {
        assert!(!password::verify("correct horse", &stored).await.unwrap(), "{stored:?}");
        assert!(password::needs_rehash(&stored), "{stored:?}");
    }
}

#[tokio::test]
async fn overlong_passwords_are_refused() {
    let long = "x".repeat(LONGEST + 1);
    assert_eq!(password::hash(&long).await.unwrap_err().status(), 400);
    assert!(!password::verify(&long, PBKDF2).await.unwrap());
    assert!(!password::verify_nobody(&long).await.unwrap());
    let longest = "x".repeat(LONGEST);
    assert!(password::verify(&longest, &password::hash(&longest).await.unwrap()).await.unwrap());
}

#[tokio::test]
async fn nobody_takes_as_long_as_somebody() {
    let stored = password::hash("correct horse").await.unwrap();
    let start = std::time::Instant::now();
    assert!(!password::verify("battery staple", &stored).await.unwrap());
    let somebody = start.elapsed();
    assert!(!password::verify_nobody("battery staple").await.unwrap());
    let nobody = start.elapsed().checked_sub(somebody).unwrap();
    assert!(nobody > somebody / 4 && nobody < somebody * 4, "{nobody:?} and {somebody:?}");
}

#[tokio::test]
async fn a_flood_of_logins_is_answered() {
    let logins: Vec<_> =
        (0..20).map(|_| tokio::spawn(password::verify("correct horse", PBKDF2))).collect();
    for login in logins {
        assert!(login.await.unwrap().unwrap());
    }
}
