use rusqlite::{Connection, Result, Row};

use crate::m001::M001;

#[derive(Clone, Debug)]
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
    /// Reads the twelve columns that begin there.
    pub(crate) fn read(row: &Row<'_>, at: usize) -> Result<Self> {
        Ok(Self {
            id: row.get(at)?,
            slug: row.get(at + 1)?,
            title: row.get(at + 2)?,
            body: row.get(at + 3)?,
            views: row.get(at + 4)?,
            score: row.get(at + 5)?,
            public: row.get(at + 6)?,
            note: row.get(at + 7)?,
            rank: row.get(at + 8)?,
            created: row.get(at + 9)?,
            parent_id: row.get(at + 10)?,
            other_id: row.get(at + 11)?,
        })
    }

    fn add(slug: &str, title: &str, db: &Connection) -> Result<Self> {
        let sql = "INSERT INTO m000 (slug, title, public) VALUES (?, ?, ?) RETURNING *";
        db.prepare_cached(sql)?.query_row((slug, title, true), |row| Self::read(row, 0))
    }

    fn view(id: i64, db: &Connection) -> Result<()> {
        db.prepare_cached("UPDATE m000 SET views = views + 1 WHERE id = ?")?.execute((id,))?;
        Ok(())
    }

    fn find(id: i64, db: &Connection) -> Result<Self> {
        let sql = "SELECT * FROM m000 WHERE id = ?";
        db.prepare_cached(sql)?.query_row((id,), |row| Self::read(row, 0))
    }

    fn newest(db: &Connection) -> Result<Vec<(Self, Option<M001>)>> {
        let sql = "SELECT * FROM m000 LEFT JOIN m001 ON m001.id = m000.parent_id
                   WHERE m000.public AND m000.title LIKE ? ORDER BY m000.created DESC LIMIT ?";
        let mut query = db.prepare_cached(sql)?;
        let rows = query.query_map(("%a%", 20), |row| {
            let parent: Option<i64> = row.get(12)?;
            let parent = parent.map(|_| M001::read(row, 12)).transpose()?;
            Ok((Self::read(row, 0)?, parent))
        })?;
        rows.collect()
    }

    fn remove(id: i64, db: &Connection) -> Result<()> {
        db.prepare_cached("DELETE FROM m000 WHERE id = ?")?.execute((id,))?;
        Ok(())
    }
}

pub(crate) fn work(db: &Connection) -> Result<i64> {
    let id = M000::add("a", "a", db)?.id;
    M000::view(id, db)?;
    let views = M000::find(id, db)?.views;
    let newest = M000::newest(db)?.len() as i64;
    M000::remove(id, db)?;
    Ok(i64::from(views) + newest)
}
