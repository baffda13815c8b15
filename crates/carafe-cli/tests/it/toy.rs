//! A program that is built in a second, and `carafe dev` that runs it.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

const TIME: Duration = Duration::from_mins(1);

/// Answers `ANSWER`, its process's number, its words, and what stands in templates/page.txt.
const MAIN: &str = r#"
use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

static STOP: AtomicBool = AtomicBool::new(false);

fn main() {
    // START
    let socket = listenfd::ListenFd::from_env().take_tcp_listener(0).unwrap().unwrap();
    socket.set_nonblocking(true).unwrap();
    ctrlc::set_handler(|| STOP.store(true, Ordering::SeqCst)).unwrap();
    println!("toy started");
    while !STOP.load(Ordering::SeqCst) {
        let Ok((mut stream, _)) = socket.accept() else {
            std::thread::sleep(Duration::from_millis(1));
            continue;
        };
        stream.set_nonblocking(false).unwrap();
        let mut head = Vec::new();
        let mut piece = [0; 1024];
        while !head.ends_with(b"\r\n\r\n") {
            match stream.read(&mut piece) {
                Ok(length @ 1..) => head.extend_from_slice(&piece[..length]),
                _ => break,
            }
        }
        if head.is_empty() {
            continue;
        }
        let page = std::fs::read_to_string("templates/page.txt").unwrap_or_default();
        let words: Vec<String> = std::env::args().skip(1).collect();
        let body = format!(
            "ANSWER pid={} words={words:?} page={page} reload={}",
            std::process::id(),
            std::env::var("CARAFE__RELOAD").unwrap_or_default(),
        );
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        let _ = stream.write_all((head + &body).as_bytes());
    }
}
"#;

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Where the projects of these tests are built, so that only the first run builds what they need.
pub(crate) fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("projects")
}

/// The command, with nothing in its environment that would change it.
pub(crate) fn carafe() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_carafe"));
    command.stdin(Stdio::null()).env("CARGO_TARGET_DIR", target());
    for name in ["PORT", "CARAFE_ENV", "CARAFE_SERVER__PORT", "CARAFE_SERVER__HOST"] {
        command.env_remove(name);
    }
    command
}

pub(crate) struct Toy {
    folder: tempfile::TempDir,
    name: &'static str,
}

impl Toy {
    /// The name has to be its own: all are built into one folder.
    pub(crate) fn new(name: &'static str) -> Self {
        let toy = Self { folder: tempfile::tempdir().unwrap(), name };
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nctrlc = {{ version = \"3\", features = [\"termination\"] }}\n\
             listenfd = \"1\"\n"
        );
        toy.write("Cargo.toml", &manifest);
        // The versions of the repository, which were downloaded for it.
        let _ = fs::copy(repository().join("Cargo.lock"), toy.path().join("Cargo.lock"));
        toy.write("templates/page.txt", "first");
        toy.answer("one");
        toy
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes the program, to give this answer.
    pub(crate) fn answer(&self, answer: &str) {
        self.write("src/main.rs", &MAIN.replace("ANSWER", answer));
    }

    /// Writes the program, with this as its first line.
    pub(crate) fn begin(&self, line: &str) {
        self.write("src/main.rs", &MAIN.replace("// START", line));
    }

    pub(crate) fn dev(&self) -> Running {
        self.dev_with(&[])
    }

    pub(crate) fn dev_with(&self, words: &[&str]) -> Running {
        let mut process = carafe()
            .args(["dev", "--port", "0"])
            .args(words)
            .current_dir(self.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let said = Arc::new(Mutex::new(String::new()));
        collect(process.stdout.take().unwrap(), &said);
        collect(process.stderr.take().unwrap(), &said);
        let mut running = Running { process, said, port: 0 };
        running.says(&format!("`{}` at http://127.0.0.1:", self.name));
        let said = running.said();
        let port = said.split("http://127.0.0.1:").nth(1).unwrap().split(',').next().unwrap();
        running.port = port.parse().unwrap();
        running
    }
}

fn collect(from: impl Read + Send + 'static, said: &Arc<Mutex<String>>) {
    let said = said.clone();
    thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            let mut said = said.lock().unwrap();
            said.push_str(&line);
            said.push('\n');
        }
    });
}

/// `carafe dev`, running.
pub(crate) struct Running {
    process: Child,
    said: Arc<Mutex<String>>,
    pub(crate) port: u16,
}

impl Running {
    pub(crate) fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// Waits until it has said this.
    #[track_caller]
    pub(crate) fn says(&self, part: &str) {
        until(part, || self.said().contains(part).then_some(()), || self.said());
    }

    /// Waits until the answer has this in it.
    #[track_caller]
    pub(crate) fn answers(&self, part: &str) -> String {
        let mut last = String::new();
        let ask = || {
            last = crate::browser::get(self.port, "*/*");
            last.contains(part).then(|| last.clone())
        };
        until(part, ask, || self.said())
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    #[track_caller]
    pub(crate) fn ends(&mut self) -> ExitStatus {
        until("its end", || self.process.try_wait().unwrap(), || self.said.lock().unwrap().clone())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Ok(None) = self.process.try_wait() {
            self.signal("TERM");
            let _ = self.process.wait();
        }
    }
}

/// Tries until there is something.
#[track_caller]
pub(crate) fn until<T>(
    what: &str,
    mut attempt: impl FnMut() -> Option<T>,
    said: impl Fn() -> String,
) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = attempt() {
            return found;
        }
        assert!(start.elapsed() < TIME, "waited in vain for {what:?}; it said:\n{}", said());
        thread::sleep(Duration::from_millis(10));
    }
}
