//! A server that runs, on its own core and a port of its own.

use std::collections::HashMap;
use std::fs::File;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::client;
use crate::flask;
use crate::options::Options;
use crate::process::Tree;
use crate::programs;
use crate::servers::{Program, Server};
use crate::works::{How, Work};

/// A server that does not answer by then will not.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long and random enough for each of them; what it protects is a benchmark.
const SECRET_KEY: &str = "mF0gk1QdWc7sXzLr5bTn8vYh3pJ6eUa2iOq4wKxNyPfGtRlDjSmVuBhCzEoAgI9Hx";

#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    server: &'static Server,
    pub(crate) port: u16,
    /// From the start of the program to its first answer.
    pub(crate) start: Duration,
    /// What it has in memory before it has anything to do, in bytes.
    pub(crate) idle: u64,
}

impl Running {
    pub(crate) fn start(server: &'static Server, options: &Options) -> Result<Self, String> {
        let title = server.title;
        let port = free_port()?;
        let log = bench::target()?.join(format!("{}.log", server.id));
        let log = File::create(&log).map_err(|error| format!("{}: {error}", log.display()))?;
        let errors = log.try_clone().map_err(|error| format!("the log of {title}: {error}"))?;
        let begin = Instant::now();
        let child = command(server, port, options.server_core)?
            .env("PORT", port.to_string())
            .envs(server.variables.iter().copied())
            .env("SECRET_KEY", SECRET_KEY)
            .env("CARAFE_ENV", "production")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .spawn()
            .map_err(|error| format!("{title} could not be started: {error}"))?;
        let mut running = Self { child, server, port, start: Duration::ZERO, idle: 0 };
        while client::get(port, "/", "").is_err() {
            let ended = running.child.try_wait().is_ok_and(|status| status.is_some());
            if ended || begin.elapsed() > PATIENCE {
                return Err(format!(
                    "{title} does not answer; {}.log in the target folder may say why",
                    server.id
                ));
            }
            thread::sleep(Duration::from_micros(200));
        }
        running.start = begin.elapsed();
        running.idle = running.tree().share();
        Ok(running)
    }

    pub(crate) fn tree(&self) -> Tree {
        Tree::of(self.child.id())
    }

    pub(crate) fn path(&self, work: &Work) -> &'static str {
        match self.server.static_path {
            Some(path) if work.name == "static" => path,
            _ => work.path,
        }
    }

    /// Compares the answer with what it has to be; gives the cookies that the work needs.
    pub(crate) fn check(
        &self,
        work: &Work,
        answers: &HashMap<&str, Vec<u8>>,
    ) -> Result<String, String> {
        let cookies = match work.how {
            How::LoggedIn => client::get(self.port, "/login", "")?.cookies,
            How::Plain | How::Pipelined => String::new(),
        };
        // Twice: whatever is cached is there from then on.
        for _ in 0..2 {
            let answer = client::get(self.port, self.path(work), &cookies)?;
            let right = answers.get(work.name).map(|body| body.trim_ascii_end());
            if answer.status != 200 || right != Some(answer.body.trim_ascii_end()) {
                return Err(format!(
                    "the answer is not the right one: {} {}",
                    answer.status,
                    String::from_utf8_lossy(&answer.body)
                ));
            }
        }
        Ok(cookies)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.tree().kill();
        // It was killed; how it ended says nothing.
        _ = self.child.wait();
    }
}

fn command(server: &Server, port: u16, core: usize) -> Result<Command, String> {
    let mut command = Command::new("taskset");
    command.args(["-c", &core.to_string()]);
    match server.program {
        Program::Rust(name) => {
            command.arg(programs::path(name)?);
        }
        Program::Gunicorn(arguments) => {
            command.arg(flask::gunicorn()?).args(["--workers=1", "--log-level=error"]);
            command.arg(format!("--bind=127.0.0.1:{port}")).args(arguments);
            command.args(["--chdir", flask::FOLDER, "app:app"]);
        }
    }
    Ok(command)
}

fn free_port() -> Result<u16, String> {
    let taken = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    taken.map(|address| address.port()).map_err(|error| format!("no port is free: {error}"))
}
