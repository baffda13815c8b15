//! The posts: everybody reads them, their author changes them.

use carafe::prelude::*;
use serde::{Deserialize, Serialize};

use crate::auth::{LoggedIn, User};

pub(crate) fn app() -> App {
    App::new("blog").routes(routes![index, create_form, create, update_form, update, delete])
}

#[derive(Row, Serialize)]
struct Post {
    id: i64,
    author_id: i64,
    author: String,
    created: String,
    title: String,
    body: String,
}

const POSTS: &str = "
    select post.id, author_id, username as author, date(created) as created, title, body
    from post join user on user.id = author_id";

/// What is typed into the form of a post.
#[derive(Default, Deserialize, Serialize)]
struct Draft {
    title: String,
    body: String,
}

#[get("/")]
pub(crate) async fn index(db: Db) -> Result<Page> {
    let newest_first = format!("{POSTS} order by post.created desc, post.id desc");
    let posts: Vec<Post> = db.query_as(newest_first, ()).all().await?;
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
    let sql = "insert into post (author_id, title, body) values (?, ?, ?)";
    db.execute(sql, (user.id, draft.title, draft.body)).await?;
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
    let post = own_post(&db, &user, id).await?;
    if draft.title.is_empty() {
        session.flash("error", "Title is required.")?;
        return Ok(page("blog/update.html", context! { draft, post }).into_response());
    }
    let sql = "update post set title = ?, body = ? where id = ?";
    db.execute(sql, (draft.title, draft.body, id)).await?;
    Ok(redirect(index::url()).into_response())
}

#[post("/{id}/delete")]
async fn delete(id: i64, LoggedIn(user): LoggedIn, db: Db) -> Result<Redirect> {
    own_post(&db, &user, id).await?;
    db.execute("delete from post where id = ?", (id,)).await?;
    Ok(redirect(index::url()))
}

/// The post, if it is there (else 404) and the user's own (else 403).
async fn own_post(db: &Db, user: &User, id: i64) -> Result<Post> {
    let post = db.query_as::<Post>(format!("{POSTS} where post.id = ?"), (id,)).optional().await?;
    let post = post.ok_or_else(|| Error::not_found(format!("Post id {id} doesn't exist.")))?;
    if post.author_id == user.id {
        Ok(post)
    } else {
        Err(Error::forbidden("Only its author may change a post."))
    }
}
