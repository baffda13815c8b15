use sea_orm::entity::prelude::*;
use sea_orm::sea_query::TableCreateStatement;
use sea_orm::{ActiveValue, QueryOrder, QuerySelect, Schema};

use crate::Work;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "m000")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(50))")]
    pub slug: String,
    #[sea_orm(column_type = "String(StringLen::N(200))")]
    pub title: String,
    #[sea_orm(column_type = "Text", default_value = "")]
    pub body: String,
    #[sea_orm(default_value = 0)]
    pub views: i32,
    #[sea_orm(default_value = 0)]
    pub score: f64,
    pub public: bool,
    pub note: Option<String>,
    pub rank: Option<i32>,
    #[sea_orm(default_value = "")]
    pub created: String,
    pub parent_id: Option<i64>,
    pub other_id: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "crate::m001::Entity",
        from = "Column::ParentId",
        to = "crate::m001::Column::Id"
    )]
    Parent,
    #[sea_orm(
        belongs_to = "crate::m007::Entity",
        from = "Column::OtherId",
        to = "crate::m007::Column::Id"
    )]
    Other,
}

impl Related<crate::m001::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Parent.def()
    }
}

impl Related<crate::m007::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Other.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

async fn add(slug: &str, title: &str, db: &DatabaseConnection) -> Result<Model, DbErr> {
    let row = ActiveModel {
        slug: ActiveValue::Set(slug.to_owned()),
        title: ActiveValue::Set(title.to_owned()),
        public: ActiveValue::Set(true),
        ..Default::default()
    };
    row.insert(db).await
}

async fn view(id: i64, db: &DatabaseConnection) -> Result<(), DbErr> {
    let one = Entity::update_many().filter(Column::Id.eq(id));
    let more = sea_orm::ExprTrait::add(Expr::col(Column::Views), 1);
    one.col_expr(Column::Views, more).exec(db).await?;
    Ok(())
}

async fn find(id: i64, db: &DatabaseConnection) -> Result<Model, DbErr> {
    let row = Entity::find_by_id(id).one(db).await?;
    row.ok_or_else(|| DbErr::RecordNotFound("m000".to_owned()))
}

async fn newest(
    db: &DatabaseConnection,
) -> Result<Vec<(Model, Option<crate::m001::Model>)>, DbErr> {
    Entity::find()
        .filter(Column::Public.eq(true))
        .filter(Column::Title.contains("a"))
        .find_also_related(crate::m001::Entity)
        .order_by_desc(Column::Created)
        .limit(20)
        .all(db)
        .await
}

async fn remove(id: i64, db: &DatabaseConnection) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::Id.eq(id)).exec(db).await?;
    Ok(())
}

pub(crate) fn table(schema: &Schema) -> TableCreateStatement {
    schema.create_table_from_entity(Entity)
}

pub(crate) fn work(db: &DatabaseConnection) -> Work<'_> {
    Box::pin(async move {
        let id = add("a", "a", db).await?.id;
        view(id, db).await?;
        let views = find(id, db).await?.views;
        let newest = newest(db).await?.len() as i64;
        remove(id, db).await?;
        Ok(i64::from(views) + newest)
    })
}
