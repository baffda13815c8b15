//! `carafe dev`, from the first build to Ctrl-C.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::browser::{Events, get, reload_of, try_get};
use crate::toy::{Toy, carafe, until};

const BROWSER: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

#[test]
fn a_change_is_served_and_no_request_fails() {
    let toy = Toy::new("toy-hammered");
    let dev = toy.dev();
    // It waits for the first build.
    let first = get(dev.port, "*/*");
    assert!(first.contains("one pid="), "{first}");
    let stop = Arc::new(AtomicBool::new(false));
    let count = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..4)
        .map(|_| {
            let (stop, count, port) = (stop.clone(), count.clone(), dev.port);
            thread::spawn(move || {
                let mut answers = Vec::new();
                while !stop.load(Ordering::SeqCst) {
                    answers.push(try_get(port, "*/*").expect("a request failed"));
                    count.fetch_add(1, Ordering::SeqCst);
                }
                answers
            })
        })
        .collect();
    let hammer = || {
        let before = count.load(Ordering::SeqCst);
        let enough = || (count.load(Ordering::SeqCst) > before + 40).then_some(());
        until("requests", enough, || dev.said());
    };
    hammer();
    for answer in ["two", "three"] {
        toy.answer(answer);
        dev.answers(&format!("{answer} pid="));
        hammer();
    }
    stop.store(true, Ordering::SeqCst);
    for client in clients {
        let answers = client.join().unwrap();
        let numbers: Vec<_> = answers.iter().map(|answer| number(answer)).collect();
        // Once the new program answered, the old one never does.
        assert!(numbers.is_sorted(), "{numbers:?}");
    }
    dev.says("built in ");
    dev.says(", serving after ");
}

/// Which answer it is; anything but an answer of the program is a failed request.
fn number(answer: &str) -> usize {
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    let place = ["one pid", "two pid", "three pid"].iter().position(|word| answer.contains(word));
    place.unwrap_or_else(|| panic!("{answer}"))
}

#[test]
fn a_build_error_is_shown_and_mended() {
    let toy = Toy::new("toy-broken");
    toy.begin("let x: u8 = \"<script>alert(1)</script>\";");
    let dev = toy.dev();
    let text = dev.answers("The build failed");
    assert!(text.starts_with("HTTP/1.1 503 "), "{text}");
    assert!(text.contains("Content-Type: text/plain"), "{text}");
    assert!(text.contains("error") && text.contains("src/main.rs:"), "{text}");
    assert!(!text.contains('\x1b'), "{text}");
    dev.says("src/main.rs:");
    let page = get(dev.port, BROWSER);
    assert!(page.contains("text/html") && page.contains("<span class=\"b c9\">error"), "{page}");
    assert!(page.contains("&lt;script&gt;alert") && !page.contains("<script>alert"), "{page}");
    let mut events = Events::open(reload_of(&page));
    toy.begin("this too is wrong");
    events.next();
    assert!(get(dev.port, "*/*").contains("this too is wrong"));
    let mut events = Events::open(reload_of(&get(dev.port, BROWSER)));
    toy.answer("mended");
    events.next();
    assert!(get(dev.port, BROWSER).contains("mended pid="));
}

#[test]
fn a_broken_manifest_is_shown_and_mended() {
    let toy = Toy::new("toy-manifest");
    let dev = toy.dev();
    dev.answers("one pid=");
    let good = fs::read_to_string(toy.path().join("Cargo.toml")).unwrap();
    toy.write("Cargo.toml", "[package\n");
    assert!(dev.answers("The build failed").contains("Cargo.toml"));
    toy.write(
        "Cargo.toml",
        &good.replace("listenfd = \"1\"", "listenfd = \"1\"\nno-such = { path = \"gone\" }"),
    );
    dev.answers("gone");
    toy.write("Cargo.toml", &good);
    dev.answers("one pid=");
}

#[test]
fn a_crash_is_shown_and_mended() {
    let toy = Toy::new("toy-crash");
    toy.begin("eprintln!(\"reading <settings>\"); panic!(\"no database\");");
    let dev = toy.dev();
    let text = dev.answers("The program ended (exit status: 101)");
    assert!(text.starts_with("HTTP/1.1 503 "), "{text}");
    assert!(text.contains("reading <settings>") && text.contains("no database"), "{text}");
    dev.says("no database");
    let page = get(dev.port, BROWSER);
    assert!(page.contains("reading &lt;settings&gt;"), "{page}");
    let mut events = Events::open(reload_of(&page));
    toy.answer("mended");
    events.next();
    assert!(get(dev.port, "*/*").contains("mended pid="));
}

#[test]
fn a_program_that_a_template_ended_starts_when_the_template_is_mended() {
    let toy = Toy::new("toy-template");
    toy.begin(
        "if std::fs::read_to_string(\"templates/page.txt\").unwrap().contains(\"wrong\") { panic!(\"E003\") }",
    );
    toy.write("templates/page.txt", "wrong");
    let dev = toy.dev();
    dev.answers("E003");
    toy.write("templates/page.txt", "mended");
    dev.answers("page=mended");
    assert_eq!(dev.said().matches("built in").count(), 0, "{}", dev.said());
}

#[test]
fn what_needs_no_build_gets_none() {
    let toy = Toy::new("toy-reload");
    let dev = toy.dev();
    let first = dev.answers("page=first");
    dev.says("serving after");
    let mut events = Events::open(reload_of(&first));
    toy.write("templates/page.txt", "second");
    let message = events.next();
    let second = get(dev.port, "*/*");
    assert!(second.contains("page=second"), "{second}");
    assert_eq!(pid(&first), pid(&second), "it was started again");
    // In a folder that is new, too.
    toy.write("static/deep/style.css", "");
    assert_ne!(events.next(), message);
    // The program's own files mean nothing.
    for path in ["app.sqlite3", "log.txt", "uploads/cat.png", "templates/page.txt~", ".carafe/key"]
    {
        toy.write(path, "x");
    }
    assert!(events.is_quiet());
    // Settings are read at the start.
    toy.write("carafe.toml", "");
    let third = until(
        "a new program",
        || {
            let answer = get(dev.port, "*/*");
            (pid(&answer) != pid(&first)).then_some(answer)
        },
        || dev.said(),
    );
    // A page of the old program is told at once.
    Events::open(reload_of(&second)).next();
    assert!(Events::open(reload_of(&third)).is_quiet());
    assert_eq!(dev.said().matches("built in").count(), 1, "{}", dev.said());
}

fn pid(answer: &str) -> &str {
    answer.split("pid=").nth(1).unwrap().split(' ').next().unwrap()
}

#[test]
fn new_modules_and_packages_are_watched() {
    let toy = Toy::new("toy-parts");
    let dev = toy.dev();
    dev.answers("one pid=");
    toy.begin("part::say();");
    let main = fs::read_to_string(toy.path().join("src/main.rs")).unwrap();
    toy.write("src/main.rs", &format!("mod part;\n{main}"));
    dev.answers("The build failed");
    toy.write(
        "src/part/mod.rs",
        "pub fn say() { println!(\"part said {}\", include_str!(\"../../note.md\")) }",
    );
    dev.answers("note.md");
    toy.write("note.md", "A");
    toy.write(
        "src/part/mod.rs",
        "pub fn say() { print!(\"part said {}\", include_str!(\"../../note.md\")) }",
    );
    dev.says("part said A");
    // It is no source by its name; the compiler read it.
    toy.write("note.md", "B\n");
    dev.says("part said B");
    toy.write("lib/Cargo.toml", "[package]\nname = \"toy-parts-lib\"\nedition = \"2024\"\n");
    toy.write("lib/src/lib.rs", "pub fn say() { println!(\"library one\") }");
    let manifest = fs::read_to_string(toy.path().join("Cargo.toml")).unwrap();
    toy.write("src/part/mod.rs", "pub use toy_parts_lib::say;");
    toy.write("Cargo.toml", &format!("{manifest}toy-parts-lib = {{ path = \"lib\" }}\n"));
    dev.says("library one");
    toy.write("lib/src/lib.rs", "pub fn say() { println!(\"library two\") }");
    dev.says("library two");
}

#[test]
fn words_go_to_the_program() {
    let toy = Toy::new("toy-words");
    let dev = toy.dev_with(&["--release", "--", "serve", "--flag", "a b"]);
    dev.answers(r#"words=["serve", "--flag", "a b"]"#);
    dev.says("toy started");
}

#[test]
fn ctrl_c_ends_the_program() {
    for signal in ["INT", "TERM", "HUP"] {
        let toy = Toy::new("toy-ctrl-c");
        let mut dev = toy.dev();
        let answer = dev.answers("one pid=");
        dev.signal(signal);
        assert!(dev.ends().success(), "{}", dev.said());
        check_gone(pid(&answer));
        assert!(try_get(dev.port, "*/*").is_err());
    }
}

#[test]
fn ctrl_c_ends_a_build() {
    let toy = Toy::new("toy-long-build");
    toy.write(
        "build.rs",
        "fn main() {
        std::fs::write(\"build.pid\", std::process::id().to_string()).unwrap();
        std::thread::sleep(std::time::Duration::from_secs(120));
    }",
    );
    let mut dev = toy.dev();
    let file = toy.path().join("build.pid");
    let read = || fs::read_to_string(&file).ok().filter(|pid| !pid.is_empty());
    let pid = until("the build", read, || dev.said());
    let start = Instant::now();
    dev.signal("INT");
    assert!(dev.ends().success());
    assert!(start.elapsed() < Duration::from_secs(10));
    check_gone(&pid);
}

#[test]
fn a_save_cancels_the_build_under_way() {
    let toy = Toy::new("toy-overtaken");
    toy.write("build.rs", "fn main() { std::thread::sleep(std::time::Duration::from_secs(120)) }");
    let dev = toy.dev();
    thread::sleep(Duration::from_secs(2));
    let start = Instant::now();
    toy.write("build.rs", "fn main() {}");
    toy.answer("two");
    dev.answers("two pid=");
    assert!(start.elapsed() < Duration::from_secs(50));
}

/// The system forgets an orphan a moment after its end.
#[track_caller]
fn check_gone(pid: &str) {
    let gone = || {
        let status = std::process::Command::new("kill").args(["-0", pid]).output().unwrap().status;
        let zombie =
            fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|s| s.contains(") Z "));
        (!status.success() || zombie).then_some(())
    };
    until("the end of a process", gone, String::new);
}

#[track_caller]
fn check_refused(folder: &Path, words: &[&str], expected: &[&str]) {
    let output = carafe().arg("dev").args(words).current_dir(folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for part in expected {
        assert!(said.contains(part), "{said:?} lacks {part:?}");
    }
}

#[test]
fn what_can_not_be_run_is_said() {
    let empty = tempfile::tempdir().unwrap();
    check_refused(empty.path(), &[], &["no project here", "carafe new"]);
    let toy = Toy::new("toy-refused");
    check_refused(toy.path(), &["-p", "other"], &["no package", "`other`"]);
    check_refused(toy.path(), &["--bin", "other"], &["no bin is named `other`"]);
    check_refused(toy.path(), &["--host", "no host"], &["no host `no host`"]);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let sentence = format!("another program listens at 127.0.0.1:{port}");
    check_refused(toy.path(), &["--port", &port.to_string()], &[&sentence, "--port"]);
    toy.write("carafe.toml", &format!("[env.development.server]\nport = {port}\n"));
    check_refused(toy.path(), &[], &[&sentence]);
    toy.write("carafe.toml", "[server]\nport = \"many\"\n");
    check_refused(toy.path(), &[], &["`many`", "65535"]);
    toy.write("src/bin/second.rs", "fn main() {}");
    check_refused(toy.path(), &[], &["several programs", "--bin second", "--bin toy-refused"]);
    let library = tempfile::tempdir().unwrap();
    fs::create_dir(library.path().join("src")).unwrap();
    fs::write(library.path().join("src/lib.rs"), "").unwrap();
    fs::write(library.path().join("Cargo.toml"), "[package]\nname = \"only-lib\"\n").unwrap();
    check_refused(library.path(), &[], &["no program here"]);
}
