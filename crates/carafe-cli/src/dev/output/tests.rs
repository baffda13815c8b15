use std::process::Command;

use super::*;

/// What a shell's script leaves in the output.
#[track_caller]
fn check(script: &str, expected: &str) {
    let output = Output::new();
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command.stdout(output.stdout().unwrap()).stderr(output.stderr().unwrap());
    assert!(command.status().unwrap().success());
    drop(command);
    assert_eq!(output.last_words(), expected);
}

#[test]
fn both_streams_are_kept() {
    check("printf hello", "hello");
    check("echo out; sleep 0.1; echo err >&2", "out\nerr\n");
    check("true", "");
    check("printf 'a\\377b'", "a\u{fffd}b");
}

#[test]
fn only_the_end_of_much_is_kept() {
    let output = Output::new();
    let mut command = Command::new("sh");
    command.args(["-c", "seq 1 100000 >&2"]);
    command.stderr(output.stderr().unwrap());
    assert!(command.status().unwrap().success());
    drop(command);
    let words = output.last_words();
    assert!(words.len() <= KEPT && words.ends_with("\n100000\n"), "{}", words.len());
}

#[test]
fn a_child_left_behind_is_not_waited_for() {
    let start = std::time::Instant::now();
    check("sleep 3 & echo started", "started\n");
    assert!(start.elapsed() < Duration::from_secs(2));
}

#[test]
fn progress_is_shown_as_it_ended() {
    assert_eq!(only_last_states("a\r\nb 1\rb 2\rb 3\nc"), "a\nb 3\nc");
}

#[test]
fn a_terminal_is_one_for_the_child_too() {
    let size = OpenOptions::new().read(true).open("/dev/null").unwrap();
    let (mut from, theirs) = terminal(&size).unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", "test -t 1 && echo yes"]).stdout(theirs);
    assert!(command.status().unwrap().success());
    drop(command);
    let mut said = Vec::new();
    let _ = from.read_to_end(&mut said);
    assert_eq!(said, b"yes\n");
}
