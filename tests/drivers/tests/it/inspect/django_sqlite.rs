// Models of tables of a SQLite database, written by `inspectdb`.

use carafe::db::Models;
use carafe::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;

#[derive(Model)]
pub struct AuthGroup {
    pub id: i32,
    #[model(max_length = 150, unique)]
    pub name: String,
}

#[derive(Model)]
#[model(unique(group, permission))]
pub struct AuthGroupPermissions {
    pub id: i64,
    #[model(on_delete = do_nothing)]
    pub group: ForeignKey<AuthGroup>,
    #[model(on_delete = do_nothing)]
    pub permission: ForeignKey<AuthPermission>,
}

#[derive(Model)]
#[model(unique(content_type, codename))]
pub struct AuthPermission {
    pub id: i32,
    #[model(on_delete = do_nothing)]
    pub content_type: ForeignKey<DjangoContentType>,
    #[model(max_length = 100)]
    pub codename: String,
    #[model(max_length = 255)]
    pub name: String,
}

#[derive(Model)]
pub struct AuthUser {
    pub id: i32,
    #[model(max_length = 128)]
    pub password: String,
    pub last_login: Option<Timestamp>,
    pub is_superuser: bool,
    #[model(max_length = 150, unique)]
    pub username: String,
    #[model(max_length = 150)]
    pub last_name: String,
    #[model(max_length = 254)]
    pub email: String,
    pub is_staff: bool,
    pub is_active: bool,
    pub date_joined: Timestamp,
    #[model(max_length = 150)]
    pub first_name: String,
}

#[derive(Model)]
#[model(unique(user, group))]
pub struct AuthUserGroups {
    pub id: i64,
    #[model(on_delete = do_nothing)]
    pub user: ForeignKey<AuthUser>,
    #[model(on_delete = do_nothing)]
    pub group: ForeignKey<AuthGroup>,
}

#[derive(Model)]
#[model(unique(user, permission))]
pub struct AuthUserUserPermissions {
    pub id: i64,
    #[model(on_delete = do_nothing)]
    pub user: ForeignKey<AuthUser>,
    #[model(on_delete = do_nothing)]
    pub permission: ForeignKey<AuthPermission>,
}

#[derive(Model)]
pub struct DjangoAdminLog {
    pub id: i64,
    pub object_id: Option<String>,
    #[model(max_length = 200)]
    pub object_repr: String,
    pub action_flag: u16,
    pub change_message: String,
    #[model(on_delete = do_nothing)]
    pub content_type: Option<ForeignKey<DjangoContentType>>,
    #[model(on_delete = do_nothing)]
    pub user: ForeignKey<AuthUser>,
    pub action_time: Timestamp,
}

#[derive(Model)]
#[model(unique(app_label, model))]
pub struct DjangoContentType {
    pub id: i32,
    #[model(max_length = 100)]
    pub app_label: String,
    #[model(max_length = 100)]
    pub model: String,
}

#[derive(Model)]
pub struct DjangoFlatpage {
    pub id: i32,
    #[model(max_length = 100, index)]
    pub url: String,
    #[model(max_length = 200)]
    pub title: String,
    pub content: String,
    pub enable_comments: bool,
    #[model(max_length = 70)]
    pub template_name: String,
    pub registration_required: bool,
}

#[derive(Model)]
#[model(unique(flatpage, site))]
pub struct DjangoFlatpageSites {
    pub id: i64,
    #[model(on_delete = do_nothing)]
    pub flatpage: ForeignKey<DjangoFlatpage>,
    #[model(on_delete = do_nothing)]
    pub site: ForeignKey<DjangoSite>,
}

#[derive(Model)]
pub struct DjangoMigrations {
    pub id: i64,
    #[model(max_length = 255)]
    pub app: String,
    #[model(max_length = 255)]
    pub name: String,
    pub applied: Timestamp,
}

#[derive(Model)]
#[model(unique(site, old_path))]
pub struct DjangoRedirect {
    pub id: i64,
    #[model(on_delete = do_nothing)]
    pub site: ForeignKey<DjangoSite>,
    #[model(max_length = 200, index)]
    pub old_path: String,
    #[model(max_length = 200)]
    pub new_path: String,
}

#[derive(Model)]
pub struct DjangoSession {
    #[model(primary_key, max_length = 40)]
    pub session_key: String,
    pub session_data: String,
    #[model(index)]
    pub expire_date: Timestamp,
}

#[derive(Model)]
pub struct DjangoSite {
    pub id: i32,
    #[model(max_length = 50)]
    pub name: String,
    #[model(max_length = 100, unique)]
    pub domain: String,
}

#[derive(Model)]
pub struct ShopAuthor {
    pub id: i64,
    #[model(max_length = 100)]
    pub name: String,
    pub age: Option<i32>,
}

#[derive(Model)]
#[model(unique(from_author, to_author))]
pub struct ShopAuthorFriends {
    pub id: i64,
    #[model(on_delete = do_nothing)]
    pub from_author: ForeignKey<ShopAuthor>,
    #[model(on_delete = do_nothing)]
    pub to_author: ForeignKey<ShopAuthor>,
}

#[derive(Model)]
#[model(unique(lower(title), name = "uniq_lower_title"))]
#[model(check(pages_gt_0, pages > 0))]
pub struct ShopBook {
    pub id: i64,
    #[model(max_length = 100)]
    pub title: String,
    pub pages: i32,
    pub price: Decimal,
    pub published: Date,
    #[model(on_delete = do_nothing)]
    pub publisher: Option<ForeignKey<ShopPublisher>>,
    pub meta: serde_json::Value,
}

#[derive(Model)]
#[model(unique(book, author))]
pub struct ShopBookAuthors {
    pub id: i64,
    #[model(on_delete = do_nothing)]
    pub book: ForeignKey<ShopBook>,
    #[model(on_delete = do_nothing)]
    pub author: ForeignKey<ShopAuthor>,
}

#[derive(Model)]
pub struct ShopCafe {
    #[model(primary_key, on_delete = do_nothing)]
    pub place_ptr: OneToOne<ShopPlace>,
    pub seats: i32,
}

#[derive(Model)]
pub struct ShopEmployee {
    pub id: i64,
    #[model(max_length = 50)]
    pub name: String,
    #[model(max_length = 20)]
    pub dept: String,
    pub salary: i32,
    #[model(on_delete = do_nothing)]
    pub manager: Option<ForeignKey<ShopEmployee>>,
}

#[derive(Model)]
pub struct ShopPlace {
    pub id: i64,
    #[model(max_length = 50)]
    pub name: String,
}

#[derive(Model)]
pub struct ShopPublisher {
    pub id: i64,
    #[model(max_length = 100)]
    pub name: String,
    #[model(max_length = 2)]
    pub country: Option<String>,
}

#[derive(Model)]
pub struct ShopReview {
    pub id: i64,
    #[model(on_delete = do_nothing)]
    pub book: ForeignKey<ShopBook>,
    #[model(max_length = 50)]
    pub reviewer: String,
    pub stars: i32,
    pub created: Timestamp,
}

/// All of them, for `App::models`.
pub fn all() -> Models {
    models![
        AuthGroup,
        AuthGroupPermissions,
        AuthPermission,
        AuthUser,
        AuthUserGroups,
        AuthUserUserPermissions,
        DjangoAdminLog,
        DjangoContentType,
        DjangoFlatpage,
        DjangoFlatpageSites,
        DjangoMigrations,
        DjangoRedirect,
        DjangoSession,
        DjangoSite,
        ShopAuthor,
        ShopAuthorFriends,
        ShopBook,
        ShopBookAuthors,
        ShopCafe,
        ShopEmployee,
        ShopPlace,
        ShopPublisher,
        ShopReview
    ]
}
