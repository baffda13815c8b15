//! From an app to a running program: its command line, its runtime, its server.

use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;

use super::answering::Answering;
use super::{App, Hook, Site, assemble, hooks};
use crate::command::{CommandOutcome, Console, ServeFlags, with_console};
use crate::error::{Error, Kind, Result};
use crate::log;
use crate::serve::{Answers, Connection, Limits, Listen, Server, Stop, Stopped};
use crate::settings::{Environment, LogSettings, ServerSettings, Settings, SettingsLoader};

impl App {
    /// Runs the program: reads the words on its command line, and serves if there are none.
    ///
    /// `cargo run` serves at <http://127.0.0.1:8000>; `cargo run -- routes`, `-- settings`,
    /// `-- --help` and the app's own commands do something else. It owns the process: it makes
    /// the runtime, writes logs to the standard error and ends with the right exit code. Inside
    /// somebody's runtime call [`serve`](Self::serve).
    pub fn run(self) {
        let words = std::env::args_os().skip(1).collect();
        let code = run(self, words, &Console::default());
        if code != 0 {
            #[expect(
                clippy::disallowed_methods,
                reason = "`run` owns the process; everything it held is dropped by now"
            )]
            std::process::exit(i32::from(code));
        }
    }

    /// Runs one function with the app set up, and ends: what a shell is for in Flask and Django.
    ///
    /// A script is a small program of the project, as `src/bin/fix_titles.rs`, run by
    /// `cargo run --bin fix_titles`: its `main` is `site().script(fix_titles)`, where
    /// `async fn fix_titles(db: Db) -> Result<()>` takes extractors that need no request.
    pub fn script<A, H>(self, script: H)
    where
        H: Hook<(), A, Output: CommandOutcome>,
    {
        let step = hooks::start_step(script);
        let console = Console::default();
        let done = prepare(self).and_then(|(site, runtime)| {
            runtime.block_on(async {
                let done = async {
                    site.start().await?;
                    site.scope(step()).await
                };
                site.advised(done.await).await
            })
        });
        if let Err(error) = done {
            console.complain(format_args!("error: {}", error.to_person()));
            #[expect(
                clippy::disallowed_methods,
                reason = "a script owns the process, as `run` does"
            )]
            std::process::exit(1);
        }
    }

    /// Serves the app until the process is told to stop (SIGTERM, Ctrl-C), inside a runtime that
    /// is there already. What is on the command line is not read.
    pub async fn serve(self) -> Result<()> {
        let site = self.build()?;
        let flags = site.line.without_words(site.name());
        site.listen(&flags, &Console::default()).await
    }
}

fn run(app: App, words: Vec<OsString>, console: &Console) -> u8 {
    match prepare(app) {
        Ok((site, runtime)) => runtime.block_on(site.command(words, console)),
        Err(error) => {
            console.complain(format_args!("error: {}", error.to_person()));
            1
        }
    }
}

/// The site, and the runtime that its settings ask for.
fn prepare(app: App) -> Result<(Arc<Site>, tokio::runtime::Runtime)> {
    if tokio::runtime::Handle::try_current().is_ok() {
        return Err(Error::setup(
            "`App::run` makes a runtime of its own, and was called inside of one",
        )
        .hint("call it from a plain `fn main()`, or call `App::serve().await`"));
    }
    let environment = Environment::detect(".")?;
    let site = assemble::build(app, SettingsLoader::new(environment).dir(".").process_variables())?;
    let settings = site.settings()?;
    log::install(&settings.section::<LogSettings>()?.filter)?;
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    if let Some(workers) = settings.section::<ServerSettings>()?.workers {
        builder.worker_threads(workers.max(1));
    }
    let runtime = builder
        .enable_all()
        .build()
        .map_err(|error| Error::setup("the runtime cannot be started").because(error))?;
    Ok((site, runtime))
}

impl Site {
    pub(crate) fn settings(&self) -> Result<Arc<Settings>> {
        self.frame.service::<Settings>(0).ok_or_else(|| Error::missing_service("Settings"))
    }

    /// Opens the sockets and serves until the process is told to stop.
    pub(crate) async fn listen(
        self: &Arc<Self>,
        flags: &ServeFlags,
        console: &Console,
    ) -> Result<()> {
        let settings = self.settings()?;
        let server = settings.section::<ServerSettings>()?;
        let places = flags.places(&server).await?;
        let mut builder =
            Server::new(Serving(self.clone())).backlog(server.backlog).limits(limits(&server));
        for place in places {
            builder = builder.listen(place);
        }
        let (builder, encrypted) = builder.encrypted(&server.tls)?;
        let scheme = if encrypted { "https" } else { "http" };
        for step in &self.before_serving {
            let step = with_console(console.clone(), step(flags.matches.clone()));
            self.scope(step).await?;
        }
        self.start().await?;
        let bound = builder.bind().await.map_err(elsewhere)?;
        let stop = Stop::on_signals()?;
        for place in bound.places() {
            let place = match place {
                Listen::Tcp(address) => format!("{scheme}://{address}"),
                other => other.to_string(),
            };
            console.line(format_args!(
                "Serving `{}` at {place} ({}; Ctrl-C stops it)",
                self.name(),
                settings.environment()
            ));
        }
        let stopped = bound.serve(stop).await;
        self.stop().await;
        match stopped {
            Stopped::Drained => Ok(()),
            Stopped::Cut(count) => Err(Error::new(
                Kind::Timeout,
                format!("stopped with {count} connections that had not finished"),
            )),
        }
    }

    /// Runs what [`App::on_start`] listed; each step may refuse the start.
    pub(crate) async fn start(&self) -> Result<()> {
        for step in &self.on_start {
            self.scope(step()).await?;
        }
        Ok(())
    }

    /// Runs what [`App::on_stop`] listed.
    async fn stop(&self) {
        for step in &self.on_stop {
            if let Err(error) = self.scope(step()).await {
                tracing::error!(?error, "a step at the end failed");
            }
        }
    }
}

impl ServeFlags {
    /// Where to listen: at the sockets that somebody handed over, else where the line says, else
    /// where the settings say.
    async fn places(&self, settings: &ServerSettings) -> Result<Vec<Listen>> {
        if Listen::is_inherited() {
            return Ok(vec![Listen::Inherited]);
        }
        let unix = self.unix.clone().or_else(|| {
            settings.unix_socket.clone().filter(|_| self.host.is_none() && self.port.is_none())
        });
        if let Some(path) = unix {
            let listen = Listen::unix(path);
            return Ok(vec![match &settings.unix_socket_mode {
                None => listen,
                Some(text) => {
                    listen.mode(u32::from_str_radix(text, 8).map_err(|_| wrong_mode(text))?)
                }
            }]);
        }
        let host = self.host.as_deref().unwrap_or(&settings.host);
        let port = self.port.unwrap_or(settings.port);
        let found: Vec<SocketAddr> = tokio::net::lookup_host((host, port))
            .await
            .map_err(|error| {
                Error::new(Kind::Settings, format!("there is no host `{host}` to listen on"))
                    .because(error)
            })?
            .collect();
        // `localhost` is two addresses on most machines; one of them is enough, the older first.
        let address = found.iter().find(|address| address.is_ipv4()).or(found.first());
        address
            .map(|address| vec![Listen::Tcp(*address)])
            .ok_or_else(|| Error::new(Kind::Settings, format!("the host `{host}` has no address")))
    }
}

/// What a site can do about a port that is taken; a server alone knows neither words nor settings.
fn elsewhere(error: Error) -> Error {
    let is_taken =
        error.cause::<io::Error>().is_some_and(|cause| cause.kind() == io::ErrorKind::AddrInUse);
    let address: Option<SocketAddr> = error.place().and_then(|place| place.parse().ok());
    let Some(address) = address.filter(|_| is_taken) else { return error };
    let free = address.port().checked_add(1).unwrap_or(8000);
    error.hint(format!(
        "another program listens there: stop it, or take another port: `cargo run -- --port {free}`, or `port = {free}` under [server] in carafe.toml"
    ))
}

fn wrong_mode(text: &str) -> Error {
    Error::new(Kind::Settings, format!("`server.unix_socket_mode` is `{text}`, which is no mode"))
        .hint("write it as `chmod` does: `660`")
}

/// The server's limits as the settings have them; a time of zero is none.
fn limits(settings: &ServerSettings) -> Limits {
    let time = |time: Duration| (!time.is_zero()).then_some(time);
    let size =
        |size: crate::settings::ByteSize| usize::try_from(size.bytes()).unwrap_or(usize::MAX);
    Limits {
        header_timeout: time(settings.header_timeout),
        body_timeout: time(settings.body_timeout),
        send_timeout: time(settings.send_timeout),
        keep_alive: time(settings.keep_alive),
        shutdown_timeout: settings.shutdown_timeout,
        max_connections: settings.max_connections,
        max_headers: settings.max_headers,
        max_header_size: size(settings.max_header_size),
        max_uri_length: size(settings.max_uri_length),
        max_streams: settings.max_streams,
    }
}

/// The site as a server asks it.
#[derive(Clone)]
pub(crate) struct Serving(pub(crate) Arc<Site>);

impl Answers for Serving {
    type Answer = Answering;

    fn answer(&self, request: Request, connection: Connection) -> Answering {
        Answering::begin(&self.0, request, Some(connection))
    }
}
