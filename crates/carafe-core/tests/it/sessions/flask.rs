//! The session cookie of a Flask app.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use carafe_core::session::flask::{self, FlaskCodec};
use carafe_core::session::{SessionCodec, SessionData};
use carafe_core::signing::{Scheme, TimedSerializer};
use serde_json::{Value, json};

use super::keys;

fn frozen() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

#[track_caller]
fn flask(data: Value, cookie: &str) {
    let data: SessionData = serde_json::from_value(data).unwrap();
    let codec = FlaskCodec::new(&keys());
    assert_eq!(codec.decode(cookie, Duration::ZERO, frozen()).as_ref(), Some(&data));
    let written = codec.encode(&data, frozen()).unwrap();
    // Compressed bytes may differ between zlibs; what they say may not.
    if !cookie.starts_with('.') {
        assert_eq!(written, cookie);
    }
    assert_eq!(codec.decode(&written, Duration::ZERO, frozen()), Some(data));
    assert_eq!(
        codec.decode(cookie, Duration::from_secs(10), frozen() + Duration::from_secs(11)),
        None
    );
}

#[test]
fn flask_agrees() {
    flask(json!({ "user_id": 1 }), "eyJ1c2VyX2lkIjoxfQ.ZVPxAA.LAn7peaqsbqQuJjEPcmHbqFpANk");
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
    assert_eq!(plain, json!({ "_flashes": [{ " t": ["error", "two"] }], "name": "ü" }));
}

#[test]
fn the_values_of_flask_are_typed() {
    let read = |value: Value| serde_json::from_value::<flask::Bytes>(value).unwrap().to_vec();
    assert_eq!(read(json!({ " b": "AP8=" })), Some(vec![0, 255]));
    assert_eq!(read(json!({ " b": "!" })), None);
    let at = UNIX_EPOCH + Duration::from_secs(1_704_164_645);
    let time: flask::DateTime =
        serde_json::from_value(json!({ " d": "Tue, 02 Jan 2024 03:04:05 GMT" })).unwrap();
    assert_eq!((time.to_time(), flask::DateTime::new(at)), (Some(at), time));
    assert_eq!(
        serde_json::from_value::<flask::DateTime>(json!({ " d": "soon" })).unwrap().to_time(),
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
