//! Secrets and sizes.

use carafe::settings::{ByteSize, Secret};

#[test]
fn a_secret_never_shows() {
    #[derive(Debug, serde::Serialize)]
    struct Holder {
        key: Secret,
    }
    let holder = Holder { key: "hunter2".into() };
    assert_eq!(
        format!("{holder:?} {:>3} {}", holder.key, holder.key),
        "Holder { key: ******** } ******** ********"
    );
    assert_eq!(serde_json::to_string(&holder).unwrap(), r#"{"key":"********"}"#);
    assert_eq!(serde_json::from_str::<Secret>("\"hunter2\"").unwrap(), holder.key);
    let error = serde_json::from_str::<Secret>("77712345").unwrap_err().to_string();
    assert!(!error.contains("77712345"), "{error}");
}

#[test]
fn sizes_are_read_and_written() {
    for (text, bytes, written) in [
        ("0", 0, "0 B"),
        ("1000", 1000, "1 kB"),
        ("2 MiB", 2 << 20, "2 MiB"),
        ("500kb", 500_000, "500 kB"),
        ("0.5 GiB", 1 << 29, "512 MiB"),
        ("1_000 B", 1000, "1 kB"),
        ("18446744073709551615", u64::MAX, "18446744073709551615 B"),
    ] {
        let size: ByteSize = text.parse().unwrap();
        assert_eq!((size.bytes(), size.to_string().as_str()), (bytes, written), "{text}");
        assert_eq!(size.to_string().parse(), Ok(size), "{text}");
    }
    for text in [
        "",
        "MiB",
        "1.",
        ".5 B",
        "1.2.3 B",
        "-1",
        "1 M",
        "1 MiBs",
        "١ B",
        "1e3",
        "18446744073709551616",
        "1.0000001 kB",
    ] {
        assert!(text.parse::<ByteSize>().is_err(), "{text}");
    }
}
