use diesel::prelude::*;

use crate::m001::{M001, m001};

diesel::table! {
    m000 (id) {
        id -> BigInt,
        slug -> Text,
        title -> Text,
        body -> Text,
        views -> Integer,
        score -> Double,
        public -> Bool,
        note -> Nullable<Text>,
        rank -> Nullable<Integer>,
        created -> Text,
        parent_id -> Nullable<BigInt>,
        other_id -> Nullable<BigInt>,
    }
}

diesel::joinable!(m000 -> m001 (parent_id));
diesel::allow_tables_to_appear_in_same_query!(m000, m001);

#[derive(Clone, Debug, Identifiable, Queryable, Selectable)]
#[diesel(table_name = m000)]
pub(crate) struct M000 {
    pub(crate) id: i64,
    pub(crate) slug: String,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) views: i32,
    pub(crate) score: f64,
    pub(crate) public: bool,
    pub(crate) note: Option<String>,
    pub(crate) rank: Option<i32>,
    pub(crate) created: String,
    pub(crate) parent_id: Option<i64>,
    pub(crate) other_id: Option<i64>,
}

#[derive(Insertable)]
#[diesel(table_name = m000)]
struct New<'a> {
    slug: &'a str,
    title: &'a str,
    public: bool,
}

pub(crate) const TABLE: &str = "CREATE TABLE m000 (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    slug VARCHAR(50) NOT NULL UNIQUE,
    title VARCHAR(200) NOT NULL,
    body TEXT NOT NULL DEFAULT '',
    views INTEGER NOT NULL DEFAULT 0,
    score REAL NOT NULL DEFAULT 0,
    public BOOL NOT NULL,
    note TEXT,
    rank INTEGER,
    created TEXT NOT NULL DEFAULT (datetime()),
    parent_id BIGINT REFERENCES m001 (id) DEFERRABLE INITIALLY DEFERRED,
    other_id BIGINT REFERENCES m007 (id) DEFERRABLE INITIALLY DEFERRED
)";

impl M000 {
    fn add(slug: &str, title: &str, db: &mut SqliteConnection) -> QueryResult<Self> {
        let row = New { slug, title, public: true };
        diesel::insert_into(m000::table).values(row).returning(Self::as_returning()).get_result(db)
    }

    fn view(id: i64, db: &mut SqliteConnection) -> QueryResult<()> {
        diesel::update(m000::table.find(id)).set(m000::views.eq(m000::views + 1)).execute(db)?;
        Ok(())
    }

    fn find(id: i64, db: &mut SqliteConnection) -> QueryResult<Self> {
        m000::table.find(id).select(Self::as_select()).first(db)
    }

    fn newest(db: &mut SqliteConnection) -> QueryResult<Vec<(Self, Option<M001>)>> {
        m000::table
            .left_join(m001::table)
            .filter(m000::public.eq(true))
            .filter(m000::title.like("%a%"))
            .order(m000::created.desc())
            .limit(20)
            .select((Self::as_select(), Option::<M001>::as_select()))
            .load(db)
    }

    fn remove(id: i64, db: &mut SqliteConnection) -> QueryResult<()> {
        diesel::delete(m000::table.find(id)).execute(db)?;
        Ok(())
    }
}

pub(crate) fn work(db: &mut SqliteConnection) -> QueryResult<i64> {
    let id = M000::add("a", "a", db)?.id;
    M000::view(id, db)?;
    let views = M000::find(id, db)?.views;
    let newest = M000::newest(db)?.len() as i64;
    M000::remove(id, db)?;
    Ok(i64::from(views) + newest)
}
