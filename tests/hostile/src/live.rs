//! The site's server on a real socket, and how a row is held against it.

use std::io::{BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Request;
use carafe::App;
use carafe::serve::{Limits, Listen, Server, Stop};
use carafe::settings::{Environment, SettingsLoader};
use tokio::runtime::{Builder, Runtime};

use crate::answer::{Answer, Ending};
use crate::memory::{Peak, resident};
use crate::row::{End, Row, Step, get};
use crate::site::SECRET;

/// A server that runs beside the test until it is dropped.
pub struct Live {
    address: SocketAddr,
    name: &'static str,
    _runtime: Runtime,
}

impl Live {
    /// Serves an app in production, with these limits.
    pub fn start(app: App, limits: Limits) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let address = runtime.block_on(async {
            let settings = SettingsLoader::new(Environment::PRODUCTION)
                .set("secret_key", "TOP-SECRET-key-of-more-than-32-bytes");
            let site = app.build_with(settings).unwrap();
            let router = Router::new().fallback(move |request: Request| {
                let site = site.clone();
                async move { site.handle(request).await }
            });
            let port = Listen::Tcp(([127, 0, 0, 1], 0).into());
            let bound = Server::new(router).listen(port).limits(limits).bind().await.unwrap();
            let Listen::Tcp(address) = bound.places()[0] else { panic!("it has no port") };
            tokio::spawn(bound.serve(Stop::when(std::future::pending())));
            address
        });
        Self { address, name: "test", _runtime: runtime }
    }

    /// Says under which name a friendly client finds the site.
    pub fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Holds each row against the server, and says of all that fail how they do.
    #[track_caller]
    pub fn check(&self, rows: impl IntoIterator<Item = Row>) {
        // Rows look at the memory of the process, so that no other may run meanwhile.
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = rows.into_iter();
        let failures: Vec<String> = rows.flat_map(|row| self.failures(&row)).collect();
        assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
    }

    fn failures(&self, row: &Row) -> Vec<String> {
        let before = resident();
        let peak = Peak::default();
        let mut wrong = thread::scope(|scope| {
            peak.watch(scope);
            let wrong = self.compare(row);
            peak.end();
            wrong
        });
        let grown = peak.end().saturating_sub(before);
        if grown > MOST_MEMORY {
            wrong.push(format!("the memory grew by {} MiB", grown >> 20));
        }
        if let Err(why) = self.is_up() {
            wrong.push(format!("the server is down: {why}"));
        }
        wrong.iter().map(|wrong| format!("- {}: {wrong}", row.name)).collect()
    }

    fn compare(&self, row: &Row) -> Vec<String> {
        let (answers, ending) = self.talk(row);
        let mut wrong = Vec::new();
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        let mut expected = row.statuses.clone();
        if row.end == End::Serves {
            expected.push(200);
            if answers.last().is_none_or(|last| last.body != b"hello") {
                wrong.push("the next request of the connection got no answer of its own".into());
            }
        }
        let refused = row.end == End::Refused && matches!(statuses[..], [300..500]);
        if statuses != expected && !refused {
            wrong.push(format!(
                "expected {}, got {} {ending:?} {:.300}",
                short(&expected),
                short(&statuses),
                answers.last().map(Answer::text).unwrap_or_default()
            ));
        }
        if row.end == End::Closes && ending != Ending::Closed {
            wrong.push(format!("expected the connection to be closed, got {ending:?}"));
        }
        if ending == Ending::Garbled {
            wrong.push("what came is no HTTP".into());
        }
        let texts: Vec<String> = answers.iter().map(Answer::text).collect();
        for part in &row.has {
            if !texts.iter().any(|text| text.contains(part)) {
                wrong.push(format!("no answer holds {part:?}: {:.600}", texts.join("\n")));
            }
        }
        let never = row.lacks.iter().map(String::as_str).chain([SECRET, "\nevil:", "\nEvil:"]);
        for part in never {
            if texts.iter().any(|text| text.contains(part)) {
                wrong.push(format!("an answer holds {part:?}: {:.600}", texts.join("\n")));
            }
        }
        wrong
    }

    /// Sends in one thread and listens in another, as a client must whose answers come early.
    fn talk(&self, row: &Row) -> (Vec<Answer>, Ending) {
        let stream = self.connect(PATIENCE);
        let leaves = row.steps.iter().any(|step| matches!(step, Step::Leave));
        thread::scope(|scope| {
            let mut writing = stream.try_clone().unwrap();
            let steps = row.steps.clone();
            let wants_more = row.end == End::Serves;
            let writer = scope.spawn(move || {
                // An error is a server that has had enough; its answers tell whether it should.
                let said = steps.into_iter().try_for_each(|step| take(&mut writing, step));
                if said.is_ok() && wants_more {
                    _ = writing.write_all(&get("/", ""));
                }
            });
            if leaves {
                writer.join().unwrap();
                _ = stream.shutdown(Shutdown::Both);
                return (Vec::new(), Ending::Closed);
            }
            thread::sleep(row.listens_late);
            let mut from = BufReader::new(&stream);
            let count = row.statuses.len() + usize::from(row.end == End::Serves);
            let mut answers = Vec::new();
            let ending = loop {
                // One more than expected is looked for only where the end is said.
                if answers.len() == count && matches!(row.end, End::Any | End::Refused) {
                    break Ending::Silent;
                }
                if answers.len() >= count {
                    let wait = if row.end == End::Closes { PATIENCE } else { MOMENT };
                    stream.set_read_timeout(Some(wait)).unwrap();
                }
                match Answer::read(&mut from) {
                    Ok(answer) => answers.push(answer),
                    Err(ending) => break ending,
                }
                if answers.len() > count + 3 {
                    break Ending::Silent;
                }
            };
            _ = stream.shutdown(Shutdown::Both);
            (answers, ending)
        })
    }

    fn connect(&self, patience: Duration) -> TcpStream {
        let stream = TcpStream::connect_timeout(&self.address, patience).unwrap();
        stream.set_read_timeout(Some(patience)).unwrap();
        stream.set_write_timeout(Some(patience)).unwrap();
        stream.set_nodelay(true).unwrap();
        stream
    }

    /// A friendly client is served within a second.
    fn is_up(&self) -> Result<(), String> {
        let begin = Instant::now();
        let mut stream = self.connect(Duration::from_secs(1));
        let request = format!("GET / HTTP/1.1\r\nhost: {}\r\n\r\n", self.name);
        stream.write_all(request.as_bytes()).map_err(|error| error.to_string())?;
        match Answer::read(&mut BufReader::new(&stream)) {
            Ok(answer) if answer.body == b"hello" && begin.elapsed().as_secs() < 1 => Ok(()),
            other => Err(format!("{other:?} after {:?}", begin.elapsed())),
        }
    }
}

fn take(stream: &mut TcpStream, step: Step) -> std::io::Result<()> {
    match step {
        Step::Say(bytes) => stream.write_all(&bytes),
        Step::Repeat(bytes, times) => (0..times).try_for_each(|_| stream.write_all(&bytes)),
        Step::Drip(bytes, pause) => bytes.into_iter().try_for_each(|byte| {
            stream.write_all(&[byte])?;
            thread::sleep(pause);
            Ok(())
        }),
        Step::Pause(time) => {
            thread::sleep(time);
            Ok(())
        }
        Step::HalfClose => stream.shutdown(Shutdown::Write),
        Step::Leave => Ok(()),
    }
}

/// A long list of the same statuses in few words.
fn short(statuses: &[u16]) -> String {
    match statuses {
        [first, .., last] if statuses.len() > 10 => {
            format!("{} from {first} to {last}", statuses.len())
        }
        _ => format!("{statuses:?}"),
    }
}

/// How long a row waits for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long it waits for one that should not come.
const MOMENT: Duration = Duration::from_millis(100);

/// How much more memory the process may have while a row runs: its own bytes, the answers that
/// it keeps, and what the server may buffer of them.
const MOST_MEMORY: usize = 64 << 20;
