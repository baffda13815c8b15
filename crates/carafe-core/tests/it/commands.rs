//! Commands (FL-72, FL-74).

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::process::{Command, Output};
use std::sync::Arc;

use carafe_core::app::Site;
use carafe_core::command::Console;
use carafe_core::extract::Service;
use carafe_core::settings::{Environment, SettingsLoader};
use carafe_core::testing::TestClient;
use carafe_core::{App, Error, commands, routes};
use carafe_macros::{command, get};

#[get("/")]
async fn index() {}

/// Makes the tables.
#[command]
async fn init_db(console: Console) {
    console.line("Initialized the database.");
}

/// Greets people.
///
/// Several times, if asked.
#[command(name = "greet")]
async fn greeting(
    /// Whom.
    #[arg]
    name: String,
    #[arg(long, short = 'n', default_value = "1")] times: u32,
    #[arg] loud: bool,
    #[arg(long)] greeting: Option<String>,
    #[arg] others: Vec<String>,
    mark: Service<char>,
    console: Console,
) -> carafe_core::Result<()> {
    if name == "nobody" {
        return Err(Error::not_found("Nobody is here.").hint("try somebody"));
    }
    let word = greeting.unwrap_or_else(|| "Hello".to_owned());
    for _ in 0..times {
        let text = format!(
            "{word} {name}{}{}",
            others.iter().map(|o| format!(" and {o}")).collect::<String>(),
            *mark
        );
        console.line(if loud { text.to_uppercase() } else { text });
    }
    Ok(())
}

async fn client() -> TestClient {
    let app =
        App::new("site").routes(routes![index]).commands(commands![init_db, greeting]).service('!');
    TestClient::new(app).await.unwrap()
}

#[tokio::test]
async fn commands_run() {
    let client = client().await;
    let check = async |words: &str, code: u8, output: &str| {
        let ran = client.command(words.split(' ')).await;
        assert_eq!((ran.code, ran.output.trim_end()), (code, output), "{words}");
    };
    check("init-db", 0, "Initialized the database.").await;
    check("greet ann", 0, "Hello ann!").await;
    check("greet ann -n 2 --loud", 0, "HELLO ANN!\nHELLO ANN!").await;
    check("greet ann bob eve --greeting Hi", 0, "Hi ann and bob and eve!").await;
    check("check", 0, "Nothing is wrong (1 routes).").await;
    check("routes", 0, "Endpoint  Methods  Rule\n--------  -------  ----\nindex     GET      /")
        .await;
}

#[tokio::test]
async fn what_makes_no_sense_says_so() {
    let client = client().await;
    let check = async |words: &str, code: u8, part: &str| {
        let ran = client.command(words.split(' ')).await;
        assert_eq!(ran.code, code, "{words}: {}", ran.output);
        assert!(ran.output.contains(part), "{words}: {}", ran.output);
    };
    check("greet", 2, "<name>").await;
    check("greet ann -n many", 2, "invalid digit").await;
    check("gret ann", 2, "greet").await;
    check("greet nobody", 1, "error: Nobody is here.; try somebody").await;
    check("--help", 0, "Makes the tables").await;
    check("greet --help", 0, "Several times, if asked.").await;
    check("routes --sort colour", 2, "possible values: endpoint, methods, host, rule, match").await;
}

#[tokio::test]
async fn settings_are_shown() {
    let ran = client().await.command(["settings"]).await;
    assert_eq!(ran.code, 0);
    assert!(ran.output.contains("server.port"), "{}", ran.output);
    let json: serde_json::Value =
        serde_json::from_str(&client().await.command(["settings", "--json"]).await.output).unwrap();
    assert!(json.is_array() || json.is_object());
}

#[tokio::test]
async fn two_commands_of_one_name_are_refused() {
    #[command(name = "routes")]
    async fn mine() {}
    for list in [commands![init_db, init_db], commands![mine]] {
        let error = App::new("site").commands(list).build().unwrap_err().to_string();
        assert!(error.contains("two commands are called"), "{error}");
    }
}

/// A site that serves as the words on its command line say, until it is dropped.
struct Serving {
    /// Where it says that it serves.
    place: String,
    _runtime: tokio::runtime::Runtime,
}

impl Serving {
    fn start(site: Arc<Site>, words: &[&str]) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let console = Console::captured();
        let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
        let told = console.clone();
        let served = runtime.spawn(async move { site.command(words, &told).await });
        let place = runtime.block_on(async {
            loop {
                assert!(!served.is_finished(), "{}", console.text());
                if let Some((place, _)) = console.text().split_once(" (") {
                    return place.trim_start_matches("Serving `site` at ").to_owned();
                }
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        });
        Self { place, _runtime: runtime }
    }
}

fn site(settings: &[(&str, &str)]) -> Arc<Site> {
    let settings = SettingsLoader::new(Environment::TEST).variables(settings.iter().copied());
    App::new("site").routes(routes![hello]).build_with(settings).unwrap()
}

#[get("/")]
async fn hello() -> &'static str {
    "hello"
}

/// What the site at the other end answers.
fn ask(mut stream: impl Read + Write) -> String {
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[tokio::test]
async fn a_port_that_is_taken_is_told_with_the_way_to_another() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let next = address.port().checked_add(1).unwrap_or(8000);
    let console = Console::captured();
    let code = site(&[("PORT", &address.port().to_string())]).command(["serve"], &console).await;
    assert_eq!(code, 1);
    let told = console.text();
    for part in [
        format!("at {address}; another program listens there"),
        format!("`cargo run -- --port {next}`"),
        format!("`port = {next}` under [server] in carafe.toml"),
    ] {
        assert!(told.contains(&part), "{told}");
    }
    assert_eq!(told.matches("in use").count(), 1, "{told}");
}

#[test]
fn the_command_line_says_where_to_serve() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    // The port of the settings is taken, so that only the command line's can be had.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let settings = [("PORT", port.as_str())];
    for words in [&["serve", "-p", "0"][..], &["serve", "--port", "0", "--host", "127.0.0.1"]] {
        let serving = Serving::start(site(&settings), words);
        let address = serving.place.strip_prefix("http://").unwrap();
        assert!(address.starts_with("127.0.0.1:"), "{address}");
        assert!(ask(TcpStream::connect(address).unwrap()).ends_with("hello"));
    }
    let serving = Serving::start(site(&settings), &["serve", "--unix", &file("a")]);
    assert!(serving.place.ends_with(&file("a")), "{}", serving.place);
    assert!(ask(UnixStream::connect(file("a")).unwrap()).ends_with("hello"));
    // Asked for nothing it serves, as the settings say; a port on the line wins over their file.
    let settings = [("CARAFE_SERVER__UNIX_SOCKET", &*file("b"))];
    let serving = Serving::start(site(&settings), &[]);
    assert!(ask(UnixStream::connect(file("b")).unwrap()).ends_with("hello"));
    drop(serving);
    let serving = Serving::start(site(&settings), &["serve", "-p", "0"]);
    assert!(serving.place.starts_with("http://127.0.0.1:"), "{}", serving.place);
}

#[tokio::test]
async fn a_place_that_makes_no_sense_is_refused() {
    let client = client().await;
    let check = async |words: &str, code: u8, part: &str| {
        let ran = client.command(words.split(' ')).await;
        assert_eq!(ran.code, code, "{words}: {}", ran.output);
        assert!(ran.output.contains(part), "{words}: {}", ran.output);
    };
    check("serve -p 65536", 2, "65536 is not in 0..=65535").await;
    check("serve --unix /tmp/s --port 0", 2, "cannot be used with").await;
    check("serve --unix /no/such/folder/s", 1, "make the folder").await;
    check("serve --host no.such.host.invalid", 1, "there is no host `no.such.host.invalid`").await;
}

/// Says in which way the script ends, in a process of its own.
const SCRIPT: &str = "SCRIPT_TEST_CHILD";

#[expect(clippy::disallowed_methods, reason = "so a test talks to its child; it is no setting")]
fn way_of_the_script() -> Option<String> {
    std::env::var(SCRIPT).ok()
}

async fn count_marks(mark: Service<char>, console: Console) -> carafe_core::Result<()> {
    console.line(format!("1 mark: {}", *mark));
    match way_of_the_script().as_deref() {
        Some("fails") => Err(Error::internal("no marks left").hint("buy some")),
        _ => Ok(()),
    }
}

/// Also what the child runs, which is this program with this test alone.
#[test]
fn a_script_runs_with_the_app_set_up() {
    let started = |console: Console| async move { console.line("started") };
    match way_of_the_script().as_deref() {
        None => {}
        Some("inside") => {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            let _inside = runtime.enter();
            return App::new("site").service('!').script(count_marks);
        }
        Some("lacks") => return App::new("site").script(count_marks),
        Some(_) => return App::new("site").service('!').on_start(started).script(count_marks),
    }
    let check = |kind: &str, code: i32, written: &[&str], told: &str| {
        let Output { status, stdout, stderr } = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "commands::a_script_runs_with_the_app_set_up", "--nocapture"])
            .env(SCRIPT, kind)
            .output()
            .unwrap();
        let (stdout, stderr) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        assert_eq!(status.code(), Some(code), "{kind}: {stdout}{stderr}");
        for line in written {
            assert!(stdout.contains(line), "{kind}: {stdout}");
        }
        assert!(stderr.contains(told), "{kind}: {stderr}");
    };
    check("works", 0, &["started\n", "1 mark: !\n"], "");
    check("fails", 1, &["1 mark: !\n"], "error: no marks left");
    check("lacks", 1, &[], "`char` is asked for, which nothing provides");
    check("inside", 1, &[], "was called inside of one");
}
