//! The sections of the framework's own core.

use std::path::PathBuf;
use std::time::Duration;

use super::byte_size::ByteSize;
use super::declare::section;
use super::secret::Secret;
use super::section::KnownSection;

section! {
    /// What stands above the first section of `carafe.toml`.
    #[settings(TopLevel)]
    pub struct CoreSettings {
        /// Signs and encrypts sessions and tokens; at least 32 bytes in production.
        #[setting(env = "SECRET_KEY")]
        pub secret_key: Option<Secret>,
        /// Older keys, which are still accepted but sign nothing.
        #[setting(default = List(&[]))]
        pub secret_key_fallbacks: Vec<Secret>,
        /// The site's own address (`https://example.com`), for links outside of requests.
        pub base_url: Option<String>,
        /// Error pages show how the program works inside; by default in development only.
        pub debug: Option<bool>,
    }
}

section! {
    /// `[server]`: where and how the program listens.
    #[settings(Section("server"))]
    pub struct ServerSettings {
        /// The address to listen on; `0.0.0.0` or `::` is every one of the machine.
        #[setting(default = Text("127.0.0.1"))]
        pub host: String,
        /// The port; 0 takes a free one.
        #[setting(default = Int(8000), env = "PORT")]
        pub port: u16,
        /// Listen on this Unix socket in place of a port.
        pub unix_socket: Option<PathBuf>,
        /// Who may connect to the Unix socket, as `chmod` writes it: `660`.
        pub unix_socket_mode: Option<String>,
        /// How many connections may wait to be accepted.
        #[setting(default = Int(1024))]
        pub backlog: u32,
        /// How long a client may take to send the head of a request.
        #[setting(default = Text("20s"))]
        pub header_timeout: Duration,
        /// How long a client may pause while it sends a body.
        #[setting(default = Text("30s"))]
        pub body_timeout: Duration,
        /// How long a client may pause while it takes an answer.
        #[setting(default = Text("60s"))]
        pub send_timeout: Duration,
        /// How long an idle connection stays open.
        #[setting(default = Text("75s"))]
        pub keep_alive: Duration,
        /// How long running requests may take to finish at shutdown.
        #[setting(default = Text("30s"))]
        pub shutdown_timeout: Duration,
        /// How many connections may be open at once; more wait.
        #[setting(default = Int(25_000))]
        pub max_connections: usize,
        /// How many headers a request may have.
        #[setting(default = Int(100))]
        pub max_headers: usize,
        /// How long the head of a request may be.
        #[setting(default = Text("64 KiB"))]
        pub max_header_size: ByteSize,
        /// How long a path with its query may be.
        #[setting(default = Text("8 KiB"))]
        pub max_uri_length: ByteSize,
        /// How many requests at a time one HTTP/2 connection may make.
        #[setting(default = Int(200))]
        pub max_streams: u32,
        /// `[server.tls]`: HTTPS.
        #[setting(nested)]
        pub tls: TlsSettings,
        /// How many threads run handlers; one for each core without it.
        pub workers: Option<usize>,
        /// Log a line for every request; by default in development only.
        pub access_log: Option<bool>,
    }
}

section! {
    /// `[server.tls]`: HTTPS.
    #[derive(Default)]
    #[settings(Nested)]
    pub struct TlsSettings {
        /// The certificate chain (PEM).
        pub certificate: Option<PathBuf>,
        /// The certificate's private key (PEM).
        pub key: Option<PathBuf>,
        /// Use a certificate made at start; for development.
        #[setting(default = Bool(false))]
        pub self_signed: bool,
    }
}

section! {
    /// `[log]`: what is written about what happens.
    #[settings(Section("log"))]
    pub struct LogSettings {
        /// Which events are written: `info`, or by module `info,carafe_core=debug`.
        #[setting(default = Text("info"), env = "RUST_LOG")]
        pub filter: String,
    }
}

section! {
    /// `[security]`: whom the program believes.
    #[settings(Section("security"))]
    pub struct SecuritySettings {
        /// The host names that requests may ask for; `.example.com` is the domain with all below it.
        #[setting(default = List(&[]))]
        pub allowed_hosts: Vec<String>,
        /// Addresses or networks (`10.0.0.0/8`) of proxies whose forwarding headers are believed; `unix` is who comes by a Unix socket.
        #[setting(default = List(&[]))]
        pub trusted_proxies: Vec<String>,
        /// What these proxies tell beside `X-Forwarded-For` and `X-Forwarded-Proto`: `host`, `port`, `prefix`; or `forwarded` (RFC 7239) in the place of both.
        #[setting(default = List(&[]))]
        pub forwarded_headers: Vec<String>,
    }
}

section! {
    /// `[limits]`: how much a request may ask of the program.
    #[settings(Section("limits"))]
    pub struct LimitSettings {
        /// The largest body of a request (Flask's `MAX_CONTENT_LENGTH`).
        #[setting(default = Text("2 MiB"))]
        pub max_body: ByteSize,
        /// The most fields and files of one form (Flask's `MAX_FORM_PARTS`).
        #[setting(default = Int(1000))]
        pub max_form_parts: usize,
        /// The most memory of a form's fields, files aside (Flask's `MAX_FORM_MEMORY_SIZE`).
        #[setting(default = Text("500 kB"))]
        pub max_form_memory: ByteSize,
        /// How long a request may take as a whole; no limit without it.
        pub request_timeout: Option<Duration>,
    }
}

section! {
    /// `[dev]`: what helps while a program is written.
    #[settings(Section("dev"))]
    pub struct DevSettings {
        /// The editor that error pages open files in: `vscode`, `vscodium`, `cursor`, `windsurf`, `zed`, `idea`, `rustrover`, `sublime`, `emacs`, or an address with `{file}` and `{line}`.
        pub editor: Option<String>,
    }
}

/// All of them, known to every program.
pub(super) fn sections() -> [KnownSection; 6] {
    [
        KnownSection::of::<CoreSettings>(),
        KnownSection::of::<ServerSettings>(),
        KnownSection::of::<LogSettings>(),
        KnownSection::of::<SecuritySettings>(),
        KnownSection::of::<LimitSettings>(),
        KnownSection::of::<DevSettings>(),
    ]
}
