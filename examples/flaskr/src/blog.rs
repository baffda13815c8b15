//! The posts: everybody reads them, their author changes them.

use carafe::prelude::*;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::user::{LoggedIn, User};

pub(crate) fn app() -> App {
    App::new("blog").models(models![Post]).routes(routes![
        index,
        create_form,
        create,
        update_form,
        update,
        delete
    ])
}

/// What somebody wrote; the newest comes first.
#[derive(Model, Serialize)]
#[model(ordering(-created, -id))]
pub struct Post {
    /// Its number.
    pub id: i64,
    /// Who wrote it.
    pub author: ForeignKey<User>,
    /// When.
    #[model(default_with = Timestamp::now)]
    pub created: Timestamp,
    /// What stands above it.
    pub title: String,
    /// The text, which may be empty.
    #[model(blank)]
    pub body: String,
}

/// What is typed into the form of a post.
#[derive(Default, Deserialize, Serialize)]
struct Draft {
    title: String,
    body: String,
}

#[get("/")]
pub(crate) async fn index(db: Db) -> Result<Page> {
    let posts = Post::all().select_related(Post::AUTHOR).fetch(&db).await?;
    Ok(page("blog/index.html", context! { posts }))
}

#[get("/create")]
async fn create_form(_: LoggedIn) -> Page {
    page("blog/create.html", context! { draft => Draft::default() })
}

#[post("/create")]
async fn create(
    LoggedIn(user): LoggedIn,
    db: Db,
    session: Session,
    Form(draft): Form<Draft>,
) -> Result<Response> {
    if draft.title.is_empty() {
        session.flash("error", "Title is required.")?;
        return Ok(page("blog/create.html", context! { draft }).into_response());
    }
    let Draft { title, body } = draft;
    Post { author: user.key(), title, body, ..Post::blank() }.create(&db).await?;
    Ok(redirect(index::url()).into_response())
}

#[get("/{id}/update")]
async fn update_form(id: i64, LoggedIn(user): LoggedIn, db: Db) -> Result<Page> {
    let post = own_post(&db, &user, id).await?;
    Ok(page("blog/update.html", context! { draft => &post, post }))
}

#[post("/{id}/update")]
async fn update(
    id: i64,
    LoggedIn(user): LoggedIn,
    db: Db,
    session: Session,
    Form(draft): Form<Draft>,
) -> Result<Response> {
    let mut post = own_post(&db, &user, id).await?;
    if draft.title.is_empty() {
        session.flash("error", "Title is required.")?;
        return Ok(page("blog/update.html", context! { draft, post }).into_response());
    }
    Draft { title: post.title, body: post.body } = draft;
    post.save(&db).await?;
    Ok(redirect(index::url()).into_response())
}

#[post("/{id}/delete")]
async fn delete(id: i64, LoggedIn(user): LoggedIn, db: Db) -> Result<Redirect> {
    own_post(&db, &user, id).await?.delete(&db).await?;
    Ok(redirect(index::url()))
}

/// The post, if it is there (else 404) and the user's own (else 403).
async fn own_post(db: &Db, user: &User, id: i64) -> Result<Post> {
    let post = Post::all().filter(Post::ID.eq(id)).get_or_none(db).await?;
    let post = post.ok_or_else(|| Error::not_found(format!("Post id {id} doesn't exist.")))?;
    if post.author == user.key() {
        Ok(post)
    } else {
        Err(Error::forbidden("Only its author may change a post."))
    }
}
