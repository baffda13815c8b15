//! MariaDB: the server that `CARAFE_TEST_MYSQL` names by a URL (of MySQL, if it begins with `mysql:`),
//! else one that is started from Debian's package `mariadb-server`.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use carafe_db::Db;

use crate::process::{complete, program};
use crate::{Ability, BoxFuture, Dialect, Found, Place, Server, ServerProcess};

/// The words that both have, and how rows are made out of nothing.
macro_rules! words {
    ($($more:expr),+ $(,)?) => {
        &[
            ("id", "bigint auto_increment primary key"),
            ("integer", "bigint"),
            ("float", "double"),
            ("decimal", "decimal(30, 10)"),
            ("bool", "bool"),
            ("text", "longtext"),
            ("key", "varchar(200)"),
            ("bytes", "longblob"),
            ("date", "date"),
            ("time", "time(6)"),
            ("datetime", "datetime(6)"),
            ("timestamp", "datetime(6)"),
            ("duration", "bigint"),
            ("uuid", "char(32)"),
            ("ip", "char(39)"),
            ("json", "json"),
            ("as integer", "as signed"),
            ("as text", "as char"),
            ("slow", "select sleep(? / 1000)"),
            $($more),+
        ]
    };
}

const TABLES: (Ability, &str) =
    (Ability::TransactionalTables, "CREATE TABLE commits the transaction before it");
const DEFERRED: (Ability, &str) = (Ability::Deferred, "constraints are checked by each statement");
const STREAMS: (Ability, &str) =
    (Ability::Streams, "a recursive query is made whole before its first row");
const BESIDE: (Ability, &str) = (Ability::Beside, "a connection gives one answer at a time");
const PARTIAL: (Ability, &str) = (Ability::PartialIndexes, "an index is one of all rows");
const INFINITY: (Ability, &str) = (Ability::Infinity, "a float is finite");
const YEARS: (Ability, &str) = (Ability::NegativeYears, "years go from 1 to 9999");

const NULLS: (Ability, &str) = (Ability::NullsLast, "NULL stands before all");
const DISTINCT: (Ability, &str) = (Ability::DistinctOn, "there is no DISTINCT ON");
const FRAMES: (Ability, &str) = (Ability::Frames, "frames have neither GROUPS nor EXCLUDE");
const ARRAYS: (Ability, &str) = (Ability::Arrays, "there are no arrays");

static MARIADB: Dialect = Dialect {
    name: "MariaDB",
    words: words![
        // As many numbers as its parameter says, each made when it is read.
        ("numbers", "select seq from seq_1_to_2000000000 where seq <= ?"),
        // 5, 4, 3, 2, 1, and then an error.
        (
            "failing",
            "select case when seq <= 5 then 6 - seq else abs(-9223372036854775807 - seq + 5) end from seq_1_to_9",
        ),
    ],
    cannot: &[
        TABLES,
        DEFERRED,
        BESIDE,
        PARTIAL,
        NULLS,
        DISTINCT,
        FRAMES,
        ARRAYS,
        INFINITY,
        YEARS,
        (Ability::ExpressionIndexes, "MariaDB has no index over an expression"),
    ],
};

static MYSQL: Dialect = Dialect {
    name: "MySQL",
    words: words![
        (
            "numbers",
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < ?) select /*+ SET_VAR(cte_max_recursion_depth = 4294967295) */ i from n",
        ),
        (
            "failing",
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 9) select case when i <= 5 then 6 - i else abs(-9223372036854775807 - i + 5) end from n",
        ),
    ],
    cannot: &[
        TABLES,
        DEFERRED,
        BESIDE,
        PARTIAL,
        STREAMS,
        NULLS,
        DISTINCT,
        FRAMES,
        ARRAYS,
        INFINITY,
        YEARS,
        (Ability::Returning, "MySQL has no RETURNING"),
        (Ability::OldDigests, "MySQL has MD5 and SHA-1 in a component since 9.6"),
    ],
};

/// Where Debian has the programs of the server.
const PROGRAMS: &[&str] = &["/usr/sbin", "/usr/bin"];

/// The password of the user `carafe` of the server that the suite starts.
pub const PASSWORD: &str = "wine & water";

/// The server that can be had.
pub fn server() -> Found {
    if let Some(url) = crate::run::variable("CARAFE_TEST_MYSQL") {
        return Found::Server(Box::new(Mysql { process: None, url, number: AtomicU32::new(0) }));
    }
    match start() {
        Ok(process) => {
            let url = url(&process.place(), "mysql");
            Found::Server(Box::new(Mysql {
                process: Some(process),
                url,
                number: AtomicU32::new(0),
            }))
        }
        Err(why) => Found::Nothing(format!("MariaDB: {why}")),
    }
}

/// The URL of a database of a server that the suite has started, over TCP.
pub fn url(place: &Place, database: &str) -> String {
    let password = PASSWORD.replace(' ', "%20").replace('&', "%26");
    format!("mariadb://carafe:{password}@127.0.0.1:{}/{database}", place.port)
}

/// The same by its socket.
pub fn socket_url(place: &Place, database: &str) -> String {
    let password = PASSWORD.replace(' ', "%20").replace('&', "%26");
    let socket = socket(place).display().to_string().replace('/', "%2F");
    format!("mariadb://carafe:{password}@/{database}?socket={socket}")
}

struct Mysql {
    process: Option<ServerProcess>,
    /// Of a database that is there already.
    url: String,
    number: AtomicU32,
}

impl Server for Mysql {
    fn dialect(&self) -> &'static Dialect {
        if self.url.starts_with("mysql:") { &MYSQL } else { &MARIADB }
    }

    fn fresh(&self) -> BoxFuture<'_, String> {
        Box::pin(async move {
            let number = self.number.fetch_add(1, Ordering::Relaxed);
            let name = format!("carafe_{}_{number}", std::process::id());
            let db = match Db::open(&self.url).await {
                Ok(db) => db,
                Err(error) => panic!("{error:?}"),
            };
            let make = format!("create database {name} character set utf8mb4 collate utf8mb4_bin");
            let made = db.execute(make, ()).await;
            assert!(made.is_ok(), "{made:?}");
            renamed(&self.url, &name)
        })
    }

    fn another(&self) -> Option<ServerProcess> {
        self.process.as_ref()?;
        start().ok()
    }
}

/// The URL with another database.
fn renamed(url: &str, database: &str) -> String {
    let (address, options) = url.split_once('?').unwrap_or((url, ""));
    let start = address.rsplit_once('/').map_or(address, |(start, _)| start);
    match options {
        "" => format!("{start}/{database}"),
        options => format!("{start}/{database}?{options}"),
    }
}

fn start() -> Result<ServerProcess, String> {
    tool("mariadbd")?;
    let (install, _) = (tool("mariadb-install-db")?, tool("mariadb-admin")?);
    let set_up = move |place: &Place| {
        let sql = place.folder.join("init.sql");
        // One statement a line. By the socket, a user of any name would come before one from anywhere.
        let user = |host: &str| {
            format!(
                "create user if not exists carafe@'{host}' identified by '{PASSWORD}';\ngrant all on *.* to carafe@'{host}' with grant option;\n"
            )
        };
        let make = user("%") + &user("localhost");
        std::fs::write(&sql, make).map_err(|error| error.to_string())?;
        let mut command = Command::new(&install);
        command.arg("--no-defaults").arg(option("datadir", &place.folder.join("data")));
        command.args([
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--skip-name-resolve",
        ]);
        complete(&command, place.folder)
    };
    // It does not listen to an interrupt.
    let server = ServerProcess::new(set_up, command, answers, "TERM")?;
    zones(&server.place())?;
    Ok(server)
}

/// Teaches the server the zones of the system.
fn zones(place: &Place) -> Result<(), String> {
    let (zones, client) = (tool("mariadb-tzinfo-to-sql")?, tool("mariadb")?);
    let mut command = Command::new("sh");
    command.args(["-c", "\"$1\" --skip-write-binlog /usr/share/zoneinfo 2>zones.log | \"$2\" --no-defaults \"$3\" --user=carafe \"$4\" mysql", "sh"]);
    command.arg(zones).arg(client).arg(option("socket", &socket(place)));
    command.arg(format!("--password={PASSWORD}"));
    complete(&command, place.folder)
}

fn command(place: &Place) -> Command {
    let mut command = Command::new(tool("mariadbd").unwrap_or_default());
    command.arg("--no-defaults").arg(option("datadir", &place.folder.join("data")));
    command.arg(option("socket", &socket(place))).arg(option("tmpdir", place.folder));
    command.arg(option("init-file", &place.folder.join("init.sql")));
    command.arg(format!("--port={}", place.port)).arg("--bind-address=127.0.0.1");
    command.args(["--skip-name-resolve", "--skip-log-bin", "--max-connections=300"]);
    command.args(["--max-allowed-packet=256M", "--innodb-flush-log-at-trx-commit=2"]);
    command.args(["--innodb-log-file-size=256M", "--pid-file=server.pid"]);
    // The suite adds up 900 numbers, each a call inside of the one before, and counts to 3000.
    command.args(["--thread-stack=1M", "--max-recursive-iterations=10000"]);
    command
}

fn answers(place: &Place) -> bool {
    let Ok(admin) = tool("mariadb-admin") else { return false };
    let mut command = Command::new(admin);
    command.arg("--no-defaults").arg(option("socket", &socket(place)));
    command.args(["--user=carafe", &format!("--password={PASSWORD}"), "ping"]);
    complete(&command, place.folder).is_ok()
}

fn socket(place: &Place) -> PathBuf {
    place.folder.join("socket")
}

fn option(name: &str, path: &std::path::Path) -> String {
    format!("--{name}={}", path.display())
}

fn tool(name: &str) -> Result<PathBuf, String> {
    program(name, PROGRAMS).ok_or_else(|| {
        format!(
            "there is no `{name}`: install `mariadb-server`, or name a server by CARAFE_TEST_MYSQL"
        )
    })
}
