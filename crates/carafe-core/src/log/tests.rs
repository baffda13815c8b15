use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use tracing::Level;
use tracing::metadata::LevelFilter;

use super::filter::Filter;
use super::line::Line;
use super::subscriber::Lines;

/// What is written while a function runs, without its times.
fn written(filter: &str, colors: bool, run: impl FnOnce()) -> String {
    let kept = Arc::new(Mutex::new(String::new()));
    let target = Arc::clone(&kept);
    let lines = Lines::new(filter.parse().unwrap(), colors, move |line: &str| {
        target.lock().unwrap().push_str(line);
    });
    tracing::subscriber::with_default(lines, run);
    let text = kept.lock().unwrap().clone();
    text.lines().map(|line| line.split_once(' ').unwrap().1.to_owned() + "\n").collect()
}

#[track_caller]
fn check(run: impl FnOnce(), expected: &str) {
    assert_eq!(written("trace", false, run), expected);
}

#[test]
fn fields_stand_behind_the_message() {
    check(|| tracing::info!("read {}", 7), " INFO read 7\n");
    check(|| tracing::warn!(path = "/a b", n = 3, "slow"), " WARN slow path=\"/a b\" n=3\n");
    check(|| tracing::error!(why = %"gone", r#type = true), "ERROR why=gone type=true\n");
}

#[test]
fn errors_tell_their_causes() {
    let outer = crate::Error::internal("no page").because(std::io::Error::other("no disk"));
    let error = outer.into_std();
    let error: &(dyn std::error::Error + 'static) = &error;
    let text = written("info", false, || tracing::error!(error, "failed"));
    assert!(text.starts_with("ERROR failed error=") && text.contains("no disk"), "{text}");
}

#[test]
fn spans_stand_before_the_message() {
    check(
        || {
            let outer = tracing::info_span!("import", file = "a.csv", rows = tracing::field::Empty);
            let entered = outer.enter();
            tracing::info!("begun");
            outer.record("rows", 3);
            let inner = tracing::info_span!("row");
            inner.in_scope(|| tracing::info!("read"));
            tracing::info!(parent: None, "apart");
            drop(entered);
            tracing::info!(parent: &inner, "named");
            tracing::info!("done");
        },
        " INFO import{file=\"a.csv\"}: begun\n \
          INFO import{file=\"a.csv\" rows=3}:row: read\n \
          INFO apart\n \
          INFO import{file=\"a.csv\" rows=3}:row: named\n \
          INFO done\n",
    );
}

#[test]
fn a_span_lives_as_long_as_those_inside() {
    check(
        || {
            let outer = tracing::info_span!("outer");
            let inner = outer.in_scope(|| tracing::info_span!("inner"));
            let again = inner.clone();
            drop((outer, inner));
            again.in_scope(|| tracing::info!("kept"));
            drop(again);
            let next = tracing::info_span!("next");
            next.in_scope(|| tracing::info!("free"));
        },
        " INFO outer:inner: kept\n INFO next: free\n",
    );
}

#[test]
fn a_terminal_gets_colors_and_nobody_elses() {
    let text = written("info", true, || tracing::info!(name = %"\x1b[2J", "\x07bell"));
    assert_eq!(
        text,
        "\x1b[32m INFO\x1b[0m \\u{7}bell \x1b[3mname\x1b[0m\x1b[2m=\x1b[0m\\u{1b}[2J\n"
    );
}

#[test]
fn the_longest_target_decides() {
    let check = |filter: &str, expected: &str| {
        let text = written(filter, false, || {
            tracing::debug!(target: "app", "a");
            tracing::info!(target: "app::db", "b");
            tracing::warn!(target: "other", "c");
        });
        let said: String = text.lines().filter_map(|line| line.chars().last()).collect();
        assert_eq!(said, expected, "{filter}");
    };
    check("trace", "abc");
    check("info", "bc");
    check("WARN", "c");
    check("off", "");
    check("", "");
    check("app", "ab");
    check("app=debug", "ab");
    check("warn,app=debug", "abc");
    check("app::db=error, app=debug, info", "ac");
    check("info,warn", "c");
}

#[test]
fn filters_that_make_no_sense_are_refused() {
    for filter in ["app=loud", "app=info=debug", "app[{field}]=info", "a b"] {
        assert!(filter.parse::<Filter>().is_err(), "{filter}");
    }
    assert_eq!("warn,app=debug".parse::<Filter>().unwrap().most(), LevelFilter::DEBUG);
}

#[test]
fn the_time_is_told_in_utc() {
    let kept = Arc::new(Mutex::new(String::new()));
    let target = Arc::clone(&kept);
    let lines = Lines::new("info".parse().unwrap(), false, move |line: &str| {
        line.clone_into(&mut target.lock().unwrap());
    });
    tracing::subscriber::with_default(lines, || tracing::info!("now"));
    let line = kept.lock().unwrap().clone();
    let shape: String = line.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    assert_eq!(shape, "0000-00-00T00:00:00.000000Z  INFO now\n");
}

#[test]
fn days_are_counted_with_their_leaps() {
    let check = |second: u64, expected: &str| {
        let mut line = Line::new(false);
        line.begin(
            SystemTime::UNIX_EPOCH + Duration::from_micros(second * 1_000_000 + 7),
            Level::INFO,
        );
        assert_eq!(line.into_text(), format!("{expected}.000007Z  INFO "));
    };
    check(0, "1970-01-01T00:00:00");
    check(951_782_399, "2000-02-28T23:59:59");
    check(951_782_400, "2000-02-29T00:00:00");
    check(951_868_800, "2000-03-01T00:00:00");
    check(1_735_689_599, "2024-12-31T23:59:59");
    check(4_107_542_400, "2100-03-01T00:00:00");
}
