//! Components: set up once, in the order of what they need (FL-86).

use std::sync::{Arc, Mutex};

use carafe_core::checks::Check;
use carafe_core::command::{Console, extracted, flag};
use carafe_core::extract::Service;
use carafe_core::plugin::{Advising, Plugin, Setup};
use carafe_core::settings::{Environment, Section, SettingsLoader};
use carafe_core::testing::TestClient;
use carafe_core::{App, Error, Kind, Result, commands, routes};
use carafe_macros::{Settings, command, get};

/// In which order the components of a site were set up; each has the same one.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<&'static str>>>);

impl PartialEq for Log {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// The service of each: what it is called.
struct Newest(&'static str);

macro_rules! components {
    ($($kind:ident $name:literal needs $needs:expr;)*) => {$(
        #[derive(Clone, PartialEq)]
        struct $kind(Log);

        impl Plugin for $kind {
            const NAME: &'static str = $name;
            const NEEDS: &'static [&'static str] = &$needs;

            fn setup(self, setup: &mut Setup<'_>) -> Result<()> {
                self.0.0.lock().unwrap().push($name);
                setup.service(Newest($name));
                setup.deposit($name.len());
                Ok(())
            }
        }
    )*};
}

components! {
    Users "users" needs ["database"];
    Tables "database" needs [];
    Admin "admin" needs ["users", "pages"];
    Pages "pages" needs [];
    Chicken "chicken" needs ["egg"];
    Egg "egg" needs ["chicken"];
    Narcissus "narcissus" needs ["narcissus"];
}

/// The order, or what is wrong.
async fn order(app: App, log: &Log) -> String {
    match TestClient::new(app).await {
        Ok(_) => log.0.lock().unwrap().join(" "),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn what_is_needed_comes_first() {
    let log = Log::default();
    let site = App::new("site").plugin(Admin(log.clone())).plugin(Users(log.clone()));
    let site = site.plugin(Tables(log.clone())).plugin(Pages(log.clone()));
    assert_eq!(order(site, &log).await, "database users pages admin");
    // The outermost app's come first where nothing else is said, wherever they are needed.
    let log = Log::default();
    let inner = App::new("inner").plugin(Tables(log.clone())).plugin(Users(log.clone()));
    let site = App::new("site").mount("/in", inner).plugin(Pages(log.clone()));
    assert_eq!(order(site, &log).await, "pages database users");
}

#[tokio::test]
async fn what_is_added_twice_is_set_up_once() {
    let log = Log::default();
    let inner = || App::new("inner").plugin(Tables(log.clone()));
    let site = App::new("site").plugin(Tables(log.clone())).plugin(Tables(log.clone()));
    assert_eq!(order(site.mount("/in", inner()), &log).await, "database");
    let unlike = App::new("site").plugin(Tables(Log::default())).mount("/in", inner());
    assert_eq!(
        order(unlike, &log).await,
        "`database` is added twice with unlike settings; add it once, to the outermost app; it was added to `site` and `inner`"
    );
}

#[tokio::test]
async fn a_need_that_nobody_meets() {
    let log = Log::default();
    let log = || log.clone();
    let check = async |app: App, told: &str| assert_eq!(order(app, &log()).await, told);
    let site = || App::new("site");
    let lacking =
        "`users` needs `database`, which is not there; add the plugin `database` to your app";
    check(site().plugin(Users(log())), lacking).await;
    check(site().mount("/", App::new("in").plugin(Users(log())).plugin(Pages(log()))), lacking)
        .await;
    let ring =
        "components need each other in a ring; their `NEEDS` must not lead back to themselves";
    check(site().plugin(Chicken(log())).plugin(Egg(log())), ring).await;
    check(site().plugin(Narcissus(log())), ring).await;
    // Of a need that is not there and a ring, the first can be mended at once.
    let both = site().plugin(Chicken(log())).plugin(Egg(log())).plugin(Users(log()));
    check(both, lacking).await;
}

#[derive(PartialEq)]
struct Refuses;

impl Plugin for Refuses {
    const NAME: &'static str = "refuses";

    fn setup(self, _: &mut Setup<'_>) -> Result<()> {
        Err(Error::setup("not today"))
    }
}

#[get("/")]
async fn index(newest: Service<Newest>) -> &'static str {
    newest.0
}

#[tokio::test]
async fn what_a_component_adds_is_there_and_what_it_refuses_too() {
    let log = Log::default();
    let app = App::new("site").plugin(Tables(log.clone())).routes(routes![index]);
    TestClient::new(app).await.unwrap().get("/").await.assert_text("database");
    assert_eq!(order(App::new("site").plugin(Refuses), &log).await, "not today");
}

/// A component that reads a section of its own.
macro_rules! readers {
    ($($kind:ident $name:literal needs $needs:expr, reads $section:ident;)*) => {$(
        #[derive(Settings)]
        #[settings(section = $name)]
        struct $section {
            #[setting(default = 1)]
            size: u8,
        }

        #[derive(PartialEq)]
        struct $kind;

        impl Plugin for $kind {
            const NAME: &'static str = $name;
            const NEEDS: &'static [&'static str] = &$needs;

            fn setup(self, setup: &mut Setup<'_>) -> Result<()> {
                let size = setup.settings::<$section>()?.size;
                assert_ne!(size, 0, "{}", $section::SCHEMA.type_name);
                Ok(())
            }
        }
    )*};
}
readers! {
    Mails "mails" needs [], reads MailSettings;
    Queue "queue" needs ["mails"], reads QueueSettings;
}

#[derive(Settings)]
#[settings(section = "blog")]
struct BlogSettings {
    #[setting(default = "x")]
    title: String,
}

#[get("/title")]
async fn title(blog: Service<BlogSettings>) -> String {
    blog.title.clone()
}

#[track_caller]
fn check_settings(toml: &str, told: &[&str]) {
    let blog = App::new("blog").settings::<BlogSettings>().routes(routes![title]);
    let site = App::new("site").plugin(Queue).plugin(Mails).mount("/blog", blog);
    let error = site.build_with(SettingsLoader::new(Environment::TEST).toml(toml)).unwrap_err();
    assert_eq!(error.kind(), Kind::Settings, "{error}");
    let text = error.to_string();
    let mut lines = text.lines().filter_map(|line| line.strip_prefix("  - "));
    for expected in told {
        let line = lines.next().unwrap_or(&text);
        assert!(line.starts_with(expected), "expected {expected}\nfound {text}");
    }
    assert_eq!(lines.next(), None, "{text}");
}

#[tokio::test]
async fn what_is_wrong_in_several_sections_is_told_at_once() {
    check_settings(
        "debugg = true\n[server]\nport = 'x'\nprot = 1\n[mails]\nsize = 'x'\nsiez = 1\n[queue]\nsize = 'x'\n[blog]\ntitle = 1",
        &[
            "carafe.toml:1: `debugg` is not a setting; did you mean `debug`?",
            "carafe.toml:3: `server.port` must be",
            "carafe.toml:4: `server.prot` is not a setting",
            "carafe.toml:6: `mails.size` must be",
            "carafe.toml:7: `mails.siez` is not a setting",
            "carafe.toml:9: `queue.size` must be",
            "carafe.toml:11: `blog.title` must be",
        ],
    );
    // What nobody owns comes with what the apps and the program itself own.
    check_settings(
        "[blog]\ntitle = 1\n[quee]\nsize = 2",
        &[
            "carafe.toml:2: `blog.title` must be",
            "carafe.toml:3: nothing here owns a section [quee]; did you mean `queue`?",
        ],
    );
    // The form of a value is looked at too.
    check_settings(
        "base_url = 'x'\n[security]\ntrusted_proxies = ['y']",
        &["`security.trusted_proxies` has `y`", "`base_url` is `x`, which is no address"],
    );
}

#[tokio::test]
async fn a_section_of_who_could_not_say_so_is_no_mistake() {
    // `Queue` might own a second section, and gets no further than its first.
    check_settings(
        "[queue]\nsize = 'x'\n[env.production]\nsize = 1\n[letters]\nsize = 1",
        &[
            "carafe.toml:2: `queue.size` must be",
            "carafe.toml:4: `env.production.size` is not a setting",
        ],
    );
}

/// Says things at moments that are not the start.
#[derive(PartialEq)]
struct Talker;

impl Plugin for Talker {
    const NAME: &'static str = "talker";

    fn setup(self, setup: &mut Setup<'_>) -> Result<()> {
        let greet = clap::Arg::new("greet").long("greet").action(clap::ArgAction::SetTrue);
        setup.before_serving([greet], |matches| async move {
            let console: Console = extracted("console").await?;
            console.line(if flag(&matches, "greet")? { "Hello!" } else { "…" });
            Err(Error::setup("this is as far as the test goes"))
        });
        setup.inspect(async || {
            vec![
                Check::warning("talker.W001", "it is late").hint("go home"),
                Check::new("talker.E001", "no voice"),
            ]
        });
        setup.inspect(async || vec![Check::warning("talker.W002", "it rains")]);
        setup.advise(|error| {
            let is_thirst = error.message() == "thirst";
            is_thirst.then(|| Box::pin(async { Some("drink".to_owned()) }) as Advising)
        });
        Ok(())
    }
}

#[get("/thirst")]
async fn thirst() -> Result<()> {
    Err(Error::internal("thirst"))
}

#[get("/told")]
async fn told() -> Result<()> {
    Err(Error::internal("thirst").hint("you know it"))
}

#[command]
async fn run_dry() -> Result<()> {
    Err(Error::not_found("thirst"))
}

async fn talker() -> TestClient {
    let app = App::new("site").plugin(Talker).routes(routes![thirst, told]);
    let app = app.commands(commands![run_dry]);
    let settings = SettingsLoader::new(Environment::DEVELOPMENT).dir("nowhere");
    TestClient::of(app.build_with(settings).unwrap())
}

#[tokio::test]
async fn they_add_words_to_serve() {
    let client = talker().await;
    let ran = client.command(["serve"]).await;
    assert_eq!(ran.output, "…\nerror: this is as far as the test goes\n");
    let ran = client.command(["--greet", "--port", "0"]).await;
    assert_eq!(ran.output, "Hello!\nerror: this is as far as the test goes\n");
    assert!(client.command(["serve", "--help"]).await.output.contains("--greet"));
}

#[tokio::test]
async fn they_look_deeper_when_a_check_is_asked_for() {
    let ran = talker().await.command(["check"]).await;
    assert_eq!(
        ran.output,
        "warning: talker.W001: it is late; go home\nwarning: talker.W002: it rains\nerror: talker.E001: no voice\n"
    );
    assert_eq!(ran.code, 1);
}

#[tokio::test]
async fn they_give_advice_on_errors() {
    let client = talker().await;
    let page = client.get("/thirst").await;
    assert!(page.text().contains("thirst") && page.text().contains("drink"), "{}", page.text());
    let page = client.get("/told").await;
    assert!(
        page.text().contains("you know it") && !page.text().contains("drink"),
        "{}",
        page.text()
    );
    let ran = client.command(["run-dry"]).await;
    assert_eq!(ran.output, "error: thirst; drink\n");
}
