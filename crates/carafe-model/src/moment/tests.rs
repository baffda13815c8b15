use super::*;

#[track_caller]
fn round_trip(micros: i64, text: &str) {
    assert_eq!(date_time_text(micros), text);
    assert_eq!(parse_date_time(text), Some(micros));
}

#[test]
fn moments_are_written_as_django_writes_them() {
    round_trip(0, "1970-01-01 00:00:00");
    round_trip(1_795_361_619_910_967, "2026-11-22 15:33:39.910967");
    round_trip(1, "1970-01-01 00:00:00.000001");
    round_trip(-62_135_596_800_000_000, "0001-01-01 00:00:00");
    round_trip(253_402_300_799_999_999, "9999-12-31 23:59:59.999999");
    round_trip(951_782_400_000_000, "2000-02-29 00:00:00");
}

#[test]
fn every_day_of_eight_centuries_comes_back() {
    let first = parse_date("1600-01-01").unwrap();
    let mut before = String::new();
    for days in first..first + 292_194 {
        let text = date_text(days);
        assert_eq!(parse_date(&text), Some(days));
        assert!(text > before, "{text} after {before}");
        before = text;
    }
}

#[test]
fn what_is_no_moment_is_refused() {
    for text in [
        "",
        "x",
        "2026-13-01",
        "2026-00-01",
        "2026-02-30",
        "2026-2-3",
        "26-01-01",
        "2026-01-01x",
        "２０２６-01-01",
        "2026-01-0\0",
    ] {
        assert_eq!(parse_date(text), None, "{text:?}");
    }
    for text in [
        "",
        "24:00:00",
        "12:60",
        "12:00:60",
        "1:2:3",
        "12:00:00.",
        "12:00:00.1234567890",
        "-1:00",
        "12:00:00.é",
    ] {
        assert_eq!(parse_time(text), None, "{text:?}");
    }
    for text in ["", " ", "T", "2026-11-22", "2026-11-22 ", "2026-11-22 15", "2026-11-22é15:00:00"]
    {
        assert_eq!(parse_date_time(text), None, "{text:?}");
        assert_eq!(parse_timestamp(text), None, "{text:?}");
    }
}

#[test]
fn short_and_zoned_forms_are_read() {
    assert_eq!(parse_time("15:33"), Some(((15 * 60) + 33) * 60 * SECOND));
    assert_eq!(parse_time("00:00:00.1234567"), Some(123_456));
    assert_eq!(parse_timestamp("1970-01-01 00:00:00-01:30"), Some(5400 * SECOND));
    assert_eq!(parse_timestamp("1970-01-01 00:00"), Some(0));
}

#[test]
fn uuids_are_read_with_and_without_hyphens() {
    let bytes = [
        0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
    ];
    assert_eq!(uuid_text(bytes), "00112233445566778899aabbccddeeff");
    assert_eq!(parse_uuid("00112233445566778899aabbccddeeff"), Some(bytes));
    assert_eq!(parse_uuid("00112233-4455-6677-8899-AABBCCDDEEFF"), Some(bytes));
    for text in [
        "",
        "0011",
        "00112233-44556677-8899-aabb-ccddeeff",
        "+0112233445566778899aabbccddeeff",
        "é0112233445566778899aabbccddeef",
    ] {
        assert_eq!(parse_uuid(text), None, "{text:?}");
    }
}
