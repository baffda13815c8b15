//! Ports, socket files and sockets that somebody else opened.

use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{Command, Stdio};

use super::*;

#[track_caller]
fn check_refused(place: Listen, expected: &[&str]) {
    let server = Server::new(app()).listen(place);
    let Err(error) = runtime().block_on(server.bind()) else { panic!("it listens") };
    let text = error.to_string();
    for part in expected {
        assert!(text.contains(part), "{text:?} lacks {part:?}");
    }
}

#[test]
fn a_place_that_can_not_be_had_is_an_error_that_helps() {
    let live = Live::start();
    let address = live.address();
    check_refused(Listen::Tcp(address), &[&address.to_string(), "another program listens"]);
    check_refused(Listen::Tcp(([192, 0, 2, 1], 0).into()), &["192.0.2.1", "0.0.0.0"]);
    check_refused(Listen::unix("/no/such/folder/s"), &["/no/such/folder/s", "make the folder"]);
    check_refused(Listen::Inherited, &["no socket was handed"]);
    let nowhere = runtime().block_on(Server::new(app()).bind());
    assert!(nowhere.is_err_and(|error| error.to_string().contains("listens nowhere")));
}

#[test]
fn several_places_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    let server = Server::new(app()).listen(port()).listen(Listen::unix(&path));
    let live = Live::of(server);
    assert_eq!(live.connect().get("/").body, "hello");
    assert!(over(&path).ends_with("hello"));
}

#[test]
fn a_socket_file_comes_with_its_mode_and_goes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    let mut live = Live::of(Server::new(app()).listen(Listen::unix(&path).mode(0o620)));
    assert_eq!(live.place, Listen::unix(&path));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o620);
    assert!(over(&path).ends_with("hello"));
    live.stop();
    assert_eq!(live.ended(), Stopped::Drained);
    assert!(!path.exists());
}

#[test]
fn a_left_over_socket_file_is_replaced_and_a_live_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    drop(UnixListener::bind(&path).unwrap());
    assert!(path.exists());
    let live = Live::of(Server::new(app()).listen(Listen::unix(&path)));
    assert!(over(&path).ends_with("hello"));
    check_refused(Listen::unix(&path), &["another program listens"]);
    assert!(over(&path).ends_with("hello"));
    drop(live);
    let file = folder.path().join("notes.txt");
    fs::write(&file, "mine").unwrap();
    check_refused(Listen::unix(&file), &["notes.txt"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn an_inherited_socket_is_served_and_stays_open() {
    if std::env::var_os(CHILD).is_some() {
        return;
    }
    let mut child = Child::start("inherited");
    let mut client = child.client();
    assert_eq!(client.get("/").body, "hello");
    child.signal("TERM");
    assert_eq!(child.ended(), "Drained");
    // It is still ours: who connects now waits for the next server.
    let mut waiting = child.client();
    waiting.say("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    child.again("inherited");
    assert_eq!(waiting.answer().body, "hello");
    child.signal("TERM");
    assert_eq!(child.ended(), "Drained");
}

#[test]
fn a_socket_for_another_process_is_left_alone() {
    if std::env::var_os(CHILD).is_some() {
        return;
    }
    let mut child = Child::start("foreign");
    assert!(child.ended().contains("no socket was handed to this process"));
}

#[test]
fn a_server_out_of_files_recovers() {
    if std::env::var_os(CHILD).is_some() {
        return;
    }
    let mut child = Child::start("poor");
    let mut crowd: Vec<Client> = (0..60).map(|_| child.client()).collect();
    assert_eq!(crowd[0].get("/").body, "hello");
    let last = crowd.last_mut().unwrap();
    last.0.set_read_timeout(Some(secs(0.3))).unwrap();
    last.say("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    assert!(last.0.read(&mut [0]).is_err(), "there were files enough for all");
    last.0.set_read_timeout(Some(secs(5.0))).unwrap();
    let mut last = crowd.pop().unwrap();
    drop(crowd);
    assert_eq!(last.answer().body, "hello");
    child.signal("TERM");
    assert_eq!(child.ended(), "Drained");
}

/// What `Child` runs: this test binary, with this one test, which does nothing otherwise.
#[test]
fn as_a_child() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let outcome: carafe_core::Result<_> = runtime().block_on(async {
        let bound = Server::new(app()).listen(Listen::Inherited).bind().await?;
        Ok(bound.serve(Stop::on_signals()?).await)
    });
    let said = match outcome {
        Ok(stopped) => format!("{stopped:?}"),
        Err(error) => error.to_string(),
    };
    fs::write(std::env::var_os(CHILD).unwrap(), said).unwrap();
}

pub(super) const CHILD: &str = "SERVE_TEST_CHILD";

/// A server in a process of its own, to which our socket is handed as systemd does it.
pub(super) struct Child {
    socket: std::net::TcpListener,
    process: std::process::Child,
    folder: tempfile::TempDir,
}

impl Child {
    pub(super) fn start(kind: &str) -> Self {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let process = spawn(kind, &socket, &folder);
        Self { socket, process, folder }
    }

    /// The next server on the same socket.
    pub(super) fn again(&mut self, kind: &str) {
        self.process = spawn(kind, &self.socket, &self.folder);
    }

    pub(super) fn client(&self) -> Client {
        let stream = TcpStream::connect(self.socket.local_addr().unwrap()).unwrap();
        stream.set_read_timeout(Some(secs(10.0))).unwrap();
        Client(stream)
    }

    pub(super) fn signal(&self, name: &str) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    pub(super) fn is_running(&mut self) -> bool {
        self.process.try_wait().unwrap().is_none()
    }

    pub(super) fn ended(&mut self) -> String {
        assert!(self.process.wait().unwrap().success());
        fs::read_to_string(self.folder.path().join("said")).unwrap()
    }
}

/// The socket goes to the child as its standard input, the only descriptor that Rust hands over
/// without `unsafe`; the shell moves it to number 3.
fn spawn(
    kind: &str,
    socket: &std::net::TcpListener,
    folder: &tempfile::TempDir,
) -> std::process::Child {
    let pid = if kind == "foreign" { "1" } else { "$$" };
    let files = if kind == "poor" { "ulimit -n 40; " } else { "" };
    let script = format!(
        "{files}exec 3<&0 </dev/null; export LISTEN_FDS=1 LISTEN_PID={pid}; \
         exec \"$0\" --exact serve::places::as_a_child --test-threads=1"
    );
    Command::new("sh")
        .arg("-c")
        .arg(script)
        .arg(std::env::current_exe().unwrap())
        .env(CHILD, folder.path().join("said"))
        .stdin(Stdio::from(OwnedFd::from(socket.try_clone().unwrap())))
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// The answer to one request over a socket file.
fn over(path: &std::path::Path) -> String {
    let mut stream = UnixStream::connect(path).unwrap();
    stream.set_read_timeout(Some(secs(5.0))).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
