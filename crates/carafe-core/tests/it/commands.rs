//! Commands (FL-72, FL-74).

use carafe_core::command::Console;
use carafe_core::extract::Service;
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
