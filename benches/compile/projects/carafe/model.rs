use carafe::prelude::*;
use jiff::Timestamp;

use crate::Work;
use crate::m001::M001;
use crate::m007::M007;

#[derive(Clone, Debug, Model)]
pub(crate) struct M000 {
    pub(crate) id: i64,
    #[model(max_length = 50, unique)]
    pub(crate) slug: String,
    #[model(max_length = 200)]
    pub(crate) title: String,
    #[model(blank)]
    pub(crate) body: String,
    #[model(default = 0)]
    pub(crate) views: i32,
    #[model(default = 0.0)]
    pub(crate) score: f64,
    pub(crate) public: bool,
    pub(crate) note: Option<String>,
    pub(crate) rank: Option<i32>,
    #[model(default_with = Timestamp::now)]
    pub(crate) created: Timestamp,
    pub(crate) parent: Option<ForeignKey<M001>>,
    pub(crate) other: Option<ForeignKey<M007>>,
}

impl M000 {
    async fn add(slug: &str, title: &str, db: &Db) -> Result<Self> {
        let (slug, title) = (slug.to_owned(), title.to_owned());
        Self { slug, title, public: true, ..Self::blank() }.create(db).await
    }

    async fn view(id: i64, db: &Db) -> Result<()> {
        let one = Self::all().filter(Self::ID.eq(id));
        one.update(Self::VIEWS.set(Self::VIEWS + 1)).run(db).await?;
        Ok(())
    }

    async fn find(id: i64, db: &Db) -> Result<Self> {
        Self::all().filter(Self::ID.eq(id)).get(db).await
    }

    async fn newest(db: &Db) -> Result<Vec<Self>> {
        Self::all()
            .filter(Self::PUBLIC.eq(true) & Self::TITLE.contains("a"))
            .select_related(Self::PARENT)
            .order_by(Self::CREATED.desc())
            .limit(20)
            .fetch(db)
            .await
    }

    async fn remove(id: i64, db: &Db) -> Result<()> {
        Self::all().filter(Self::ID.eq(id)).delete(db).await?;
        Ok(())
    }
}

pub(crate) fn work(db: &Db) -> Work<'_> {
    Box::pin(async move {
        let id = M000::add("a", "a", db).await?.id;
        M000::view(id, db).await?;
        let views = M000::find(id, db).await?.views;
        let newest = M000::newest(db).await?.len() as i64;
        M000::remove(id, db).await?;
        Ok(i64::from(views) + newest)
    })
}
