//! Signed values, and that Python's itsdangerous reads and writes the same ones.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use carafe_core::Kind;
use carafe_core::signing::{
    BadSignature, Scheme, SecretKeys, Serializer, Signer, TimedSerializer, TimestampSigner,
};
use serde_json::{Value, json};

const YEAR: Duration = Duration::from_hours(365 * 24);

fn frozen() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

fn dev() -> SecretKeys {
    SecretKeys::new("dev-key").unwrap()
}

#[test]
fn python_agrees_on_signed_text() {
    let signer = Signer::itsdangerous(&dev());
    assert_eq!(signer.sign("hello"), "hello.PsoJ6zRXZ46fFi6BnKNrzjnqXD4");
    let timed = TimestampSigner::itsdangerous(&dev());
    let signed = "hello.ZVPxAA.lTyAUfMMLvV3ogrtF2Bontd8TnY";
    assert_eq!(timed.sign_at("hello", frozen()), signed);
    assert_eq!(timed.unsign_at(signed, YEAR, frozen()), Ok("hello"));
    assert_eq!(timed.dated(signed), Ok(("hello", frozen())));
}

#[track_caller]
fn timed(salt: Option<&'static str>, value: Value, expected: &str) {
    let mut serializer = TimedSerializer::itsdangerous(&dev());
    if let Some(salt) = salt {
        serializer = serializer.salt(salt);
    }
    assert_eq!(serializer.dumps_at(&value, frozen()).unwrap(), expected);
    assert_eq!(serializer.loads_at(expected, YEAR, frozen()), Ok(value));
}

#[test]
fn python_agrees_on_signed_values() {
    timed(
        Some("activate"),
        json!("a@example.com"),
        "ImFAZXhhbXBsZS5jb20i.ZVPxAA.Di5ItPyYTslR1xFWl1X6V9Faa20",
    );
    timed(None, json!({ "id": 1 }), "eyJpZCI6MX0.ZVPxAA.tZl5OSRhZBgGvQv_Up6LmXY4f0o");
    // Flask-WTF's token.
    timed(
        Some("wtf-csrf-token"),
        json!("a".repeat(40)),
        ".eJxTSiQSKAEAS8sPbQ.ZVPxAA.mFCHMC8SCSlLeyBcry2jv-xePRE",
    );
    let plain = Serializer::itsdangerous(&dev()).salt("x");
    assert_eq!(plain.dumps(&[1, 2]).unwrap(), "WzEsMl0.tK5taZuVXkt3_3WJFfhSLp6nyC8");
    assert_eq!(plain.loads::<[i32; 2]>("WzEsMl0.tK5taZuVXkt3_3WJFfhSLp6nyC8"), Ok([1, 2]));
}

#[test]
fn other_letters_are_escaped_as_python_does() {
    let serializer = Serializer::itsdangerous(&dev()).plain_json();
    let signed = serializer.dumps(&"ü😀\u{7f}\n").unwrap();
    assert!(signed.starts_with("\"\\u00fc\\ud83d\\ude00\u{7f}\\n\"."), "{signed}");
    assert_eq!(serializer.loads::<String>(&signed).unwrap(), "ü😀\u{7f}\n");
}

#[test]
fn every_form_comes_back() {
    let keys = SecretKeys::rotation(["old", "new"]).unwrap();
    let large: BTreeMap<String, String> =
        (0..500).map(|i| (format!("key {i}"), "ü.~".repeat(i))).collect();
    for value in [json!(null), json!(""), json!("."), json!(1.5), json!([[], {}]), json!(large)] {
        for scheme in [Scheme::Sha256, Scheme::DjangoConcat, Scheme::HmacSha1] {
            for form in [Serializer::new(&keys), Serializer::new(&keys).plain_json()] {
                let form = form.scheme(scheme);
                assert_eq!(form.loads::<Value>(&form.dumps(&value).unwrap()), Ok(value.clone()));
            }
            for form in [TimedSerializer::new(&keys), TimedSerializer::new(&keys).plain_json()] {
                let form = form.scheme(scheme);
                assert_eq!(
                    form.loads::<Value>(&form.dumps(&value).unwrap(), YEAR),
                    Ok(value.clone())
                );
            }
        }
    }
}

#[test]
fn a_large_value_is_compressed() {
    let serializer = Serializer::new(&dev());
    assert!(serializer.dumps(&"x".repeat(10_000)).unwrap().len() < 200);
}

#[test]
fn whatever_is_changed_is_refused() {
    let signer = Signer::new(&dev());
    let signed = signer.sign("hello");
    for cut in 0..signed.len() {
        assert_eq!(signer.unsign(&signed[..cut]), Err(BadSignature::Forged), "cut at {cut}");
    }
    for place in 0..signed.len() {
        let mut bytes = signed.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(bytes).unwrap();
        // The last letter of base64 has bits that mean nothing; they too must be zero.
        assert_eq!(signer.unsign(&forged), Err(BadSignature::Forged), "changed at {place}");
    }
    let huge = "x".repeat(1_000_000);
    for text in ["", ".", "..", "hello", "hello.", ".AAAA", "hello.=", "hello.\u{0}", "ü.ü", &huge]
    {
        assert_eq!(signer.unsign(text), Err(BadSignature::Forged), "{text:.20}");
    }
}

#[test]
fn salts_keys_and_schemes_keep_apart() {
    let signed = Signer::new(&dev()).sign("a");
    for other in [
        Signer::new(&dev()).salt("other"),
        Signer::new(&dev()).scheme(Scheme::HmacSha1),
        Signer::itsdangerous(&dev()),
        Signer::new(&SecretKeys::new("dev-kez").unwrap()),
    ] {
        assert_eq!(other.unsign(&signed), Err(BadSignature::Forged), "{other:?}");
    }
    let timed = TimestampSigner::new(&dev()).sign("a");
    assert_eq!(Signer::new(&dev()).unsign(&timed), Err(BadSignature::Forged));
}

#[test]
fn old_keys_verify_and_the_last_signs() {
    let all = SecretKeys::rotation(["older", "old", "current"]).unwrap();
    let (signer, current) = (Signer::new(&all), Signer::new(&SecretKeys::new("current").unwrap()));
    for key in ["older", "old", "current"] {
        let signed = Signer::new(&SecretKeys::new(key).unwrap()).sign("a");
        assert_eq!(signer.unsign(&signed), Ok("a"), "{key}");
    }
    assert_eq!(signer.sign("a"), current.sign("a"));
    assert_eq!(format!("{all:?}"), "SecretKeys(3)");
}

#[test]
fn an_empty_key_is_refused() {
    assert_eq!(SecretKeys::new("").unwrap_err().kind(), Kind::Settings);
    assert_eq!(SecretKeys::rotation(["a", ""]).unwrap_err().kind(), Kind::Settings);
    assert_eq!(SecretKeys::rotation([""; 0]).unwrap_err().kind(), Kind::Settings);
}

#[track_caller]
fn aged(signed_at: u64, max_age: u64, valid: bool) {
    let signer = TimestampSigner::new(&dev());
    let signed = signer.sign_at("a", UNIX_EPOCH + Duration::from_secs(signed_at));
    let read = signer.unsign_at(&signed, Duration::from_secs(max_age), frozen());
    if valid {
        assert_eq!(read, Ok("a"));
    } else {
        assert!(matches!(read, Err(BadSignature::Expired { .. })), "{read:?}");
    }
}

#[test]
fn age_is_counted() {
    let now = 1_700_000_000;
    aged(now, 0, true);
    aged(now - 10, 10, true);
    aged(now - 11, 10, false);
    aged(now + 60, 0, true);
    aged(now + 61, 3600, false);
    aged(0, u64::MAX, true);
    aged(u64::from(u32::MAX) * 4, 10, false);
}

#[test]
fn a_bad_value_is_the_visitors_fault() {
    let serializer = TimedSerializer::new(&dev());
    let token = serializer.dumps(&"text").unwrap();
    assert_eq!(serializer.loads::<i64>(&token, YEAR), Err(BadSignature::Malformed));
    let fail = || -> carafe_core::Result<i64> { Ok(serializer.loads("x", YEAR)?) };
    assert_eq!(fail().unwrap_err().status(), 400);
}

#[test]
fn a_signed_bomb_is_not_unpacked() {
    use std::io::Write;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&vec![b' '; 64 << 20]).unwrap();
    let packed = base64::Engine::encode(
        &base64::engine::general_purpose::URL_SAFE_NO_PAD,
        encoder.finish().unwrap(),
    );
    let signer = Signer::new(&dev()).salt("s");
    let serializer = Serializer::new(&dev()).salt("s");
    assert_eq!(
        serializer.loads::<Value>(&signer.sign(&format!(".{packed}"))),
        Err(BadSignature::Malformed)
    );
}
