//! The models of a program.

use carafe::prelude::*;
use carafe::testing::TestClient;
use carafe_db::{Join, Models, Reference};

#[derive(Model)]
struct User {
    id: i64,
    name: String,
    friends: ManyToMany<User>,
}

#[derive(Model)]
struct Post {
    id: i64,
    author: ForeignKey<User>,
    #[model(on_delete = set_null)]
    editor: Option<ForeignKey<User>>,
    tags: ManyToMany<Tag>,
    #[model(through = Vote)]
    voters: ManyToMany<User>,
}

#[derive(Model)]
struct Vote {
    id: i64,
    post: ForeignKey<Post>,
    user: ForeignKey<User>,
}

#[derive(Model)]
struct Tag {
    #[model(primary_key, max_length = 50)]
    slug: String,
}

#[derive(Model)]
#[model(proxy = Post)]
struct Draft {
    id: i64,
    author: ForeignKey<User>,
}

#[derive(Model)]
#[model(table = "tag")]
struct Label {
    id: i64,
}

/// `post.author_id cascade` and so on.
fn referring(models: &Models, table: &str) -> Vec<String> {
    let line = |reference: &Reference| {
        let columns = reference.columns().join(",");
        format!("{}.{columns} {:?}", reference.table(), reference.on_delete())
    };
    models.referring(table).iter().map(line).collect()
}

#[test]
fn what_refers_to_a_table_is_known() {
    let all = models![User, Post, Vote, Tag, Draft];
    assert_eq!(
        referring(&all, "user"),
        [
            "user_friends.from_user_id Cascade",
            "user_friends.to_user_id Cascade",
            "post.author_id Cascade",
            "post.editor_id SetNull",
            "vote.user_id Cascade"
        ]
    );
    assert_eq!(referring(&all, "post"), ["post_tags.post_id Cascade", "vote.post_id Cascade"]);
    assert_eq!(referring(&all, "tag"), ["post_tags.tag_id Cascade"]);
    assert!(referring(&models![Tag], "tag").is_empty());
}

#[test]
fn a_model_is_found_by_table_and_by_name() {
    let all = models![Draft, Post, Tag];
    assert_eq!(all.table("post").unwrap().schema().name, "Post");
    assert_eq!(all.named("Draft").unwrap().schema().table, "post");
    assert!(all.table("user").is_none() && all.named("User").is_none());
    let post = all.named("Post").unwrap();
    assert_eq!(post.blank().model().table, "post");
    assert_eq!(post.owner().name, "carafe-db");
    assert!(post.migrations().ends_with("carafe-db/migrations"));
}

#[test]
fn a_model_in_two_lists_is_one_and_two_of_a_table_are_an_error() {
    let joined = Models::join([models![Tag, User], models![Tag], models![Post, User]]).unwrap();
    let names: Vec<_> = joined.iter().map(|listed| listed.schema().name).collect();
    assert_eq!(names, ["Tag", "User", "Post"]);
    let error = Models::join([models![Tag], models![Label]]).unwrap_err();
    assert_eq!(
        error.message(),
        "Tag (crate carafe-db) and Label (crate carafe-db) are both the table `tag`"
    );
    assert!(error.advice().unwrap().contains("proxy = Tag"));
    let error = Models::join([models![Draft]]).unwrap_err();
    assert_eq!(error.message(), "Draft shows the table of Post, which is not listed");
}

#[test]
fn two_relations_of_one_table_between_are_an_error() {
    #[derive(Model)]
    #[model(table = "user_friends")]
    struct Friendship {
        id: i64,
    }
    let error = Models::join([models![User, Friendship]]).unwrap_err();
    assert!(error.message().contains("`user_friends`"), "{error}");
    assert!(error.message().contains("Friendship"), "{error}");
}

#[derive(Model)]
struct Fan {
    id: i64,
    #[model(through = Tag)]
    tags: ManyToMany<User>,
}

#[test]
fn the_table_between_may_be_a_model() {
    let join = |field| Join::of(Post::schema(), Post::schema().field(field).unwrap());
    let voters = join("voters").unwrap();
    assert_eq!((voters.table(), voters.model().unwrap().name), ("vote", "Vote"));
    assert_eq!(
        (voters.from(), voters.to()),
        (&["post_id".to_owned()][..], &["user_id".to_owned()][..])
    );
    assert!(join("author").unwrap_err().message().contains("is no many-to-many"));
    let error = Join::of(Fan::schema(), &Fan::schema().fields[1]).unwrap_err();
    assert!(error.message().contains("goes through Tag"), "{error}");
}

#[tokio::test]
async fn every_handle_of_a_site_s_database_knows_its_models() {
    #[get("/")]
    async fn names(db: Db) -> Result<String> {
        let known = |executor: &dyn Executor| -> Vec<_> {
            executor.models().iter().map(|listed| listed.schema().name).collect()
        };
        let outside = known(&db);
        let (inside, nested) = db
            .atomic(async |tx| {
                let inside = known(tx);
                Ok((inside, tx.atomic(async |tx| Ok(known(tx))).await?))
            })
            .await?;
        let open = db.begin().await?;
        let bound = open.db().atomic(async |tx| Ok(known(tx))).await?;
        assert!([&inside, &nested, &bound].iter().all(|known| **known == outside));
        Ok(outside.join(" "))
    }
    let tags = App::new("tags").models(models![Tag]);
    let site = App::new("site").plugin(Database::at("sqlite::memory:")).models(models![User]);
    let client = TestClient::new(site.mount("/tags", tags).routes(routes![names])).await.unwrap();
    client.get("/").await.assert_text("User Tag");
    let unlike = App::new("site").plugin(Database::at("sqlite::memory:"));
    let error = TestClient::new(unlike.models(models![Tag]).models(models![Label])).await;
    let error = error.err().unwrap().to_string();
    assert!(error.starts_with("db.E001: Tag") && error.contains("`tag`"), "{error}");
    let nobody_told = Db::open("sqlite::memory:").await.unwrap();
    assert!(nobody_told.models().is_empty());
}
