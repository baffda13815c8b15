//! The statements, database by database. They are run in the suite of drivers.
#![allow(
    clippy::duplicated_attributes,
    clippy::items_after_statements,
    clippy::struct_field_names,
    reason = "models stand where they are used, with the names that are tried"
)]

mod constraints;

use std::net::IpAddr;

use carafe_macros::{Choices, Model};
use carafe_model::schema::{CustomKind, Kind};
use carafe_model::{
    Array, Blank, ColumnType, FieldType, ForeignKey, HStore, ManyToMany, OneToOne, PgRange, Reader,
    SearchVector, Value, Vector,
};
use expect_test::{Expect, expect};
use jiff::SignedDuration;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};

use super::mysql::{MARIADB, MYSQL};
use super::state::{ReferenceState, snapshot};
use super::{Ddl, POSTGRES, SQLITE, create, drop, lacks, tables};
use crate::{Models, models};

#[track_caller]
fn check(models: Models, ddl: &dyn Ddl, expected: Expect) {
    let tables = snapshot(&models).and_then(|state| tables(&state));
    match tables.and_then(|tables| create(&tables, ddl)) {
        Ok(statements) => {
            expected.assert_eq(&statements.iter().map(|own| broken(own)).collect::<String>());
        }
        Err(error) => panic!("{error}"),
    }
}

/// The statement with a column a line, so that a change is seen.
fn broken(statement: &str) -> String {
    if !statement.starts_with("CREATE TABLE") {
        return format!("{statement};\n");
    }
    let mut lines = String::new();
    let mut depth = 0;
    for c in statement.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ' ' if depth == 1 && lines.ends_with(',') => {
                lines.push_str("\n    ");
                continue;
            }
            _ => {}
        }
        lines.push(c);
        if c == '(' && depth == 1 {
            lines.push_str("\n    ");
        }
    }
    lines + ";\n"
}

#[track_caller]
fn refused(models: Models, ddl: &dyn Ddl, expected: Expect) {
    let tables = snapshot(&models).and_then(|state| tables(&state));
    let error = tables.and_then(|tables| create(&tables, ddl)).unwrap_err();
    expected.assert_eq(&error.to_string());
}

/// What the tables are made without.
#[track_caller]
fn lacking(models: Models, ddl: &dyn Ddl, expected: Expect) {
    let tables = snapshot(&models).and_then(|state| tables(&state)).unwrap();
    let lacks = lacks(&tables, ddl).into_iter().map(|lack| format!("{lack}\n"));
    expected.assert_eq(&lacks.collect::<String>());
}

#[derive(Choices, Clone, Copy, Debug, PartialEq)]
enum Status {
    #[choice(default)]
    Draft,
    Public,
}

#[derive(Clone, Debug, PartialEq)]
struct Point(String);

impl FieldType for Point {
    fn from_reader(reader: &mut dyn Reader, column: usize) -> carafe_model::Result<Self> {
        reader.string(column).map(Self)
    }

    fn into_value(self) -> Value {
        Value::Text(self.0)
    }
}

impl ColumnType for Point {
    const KIND: Kind = Kind::Custom(&CustomKind {
        name: "point",
        base: Kind::Text,
        types: &[("postgres", "geometry(Point)")],
    });
}

impl Blank for Point {
    fn blank() -> Self {
        Self(String::new())
    }
}

#[derive(Model)]
#[model(comment = "It's all here")]
struct Kinds {
    id: i32,
    yes: bool,
    tiny: i8,
    small: i16,
    big: Option<i64>,
    tiny_positive: u8,
    small_positive: u16,
    positive: u32,
    real: f32,
    float: f64,
    #[model(max_length = 9, unique, comment = "What \\ people say")]
    text: String,
    #[model(index)]
    long: String,
    #[model(slug)]
    slug: String,
    bytes: Vec<u8>,
    ip: IpAddr,
    date: Date,
    time: Time,
    date_time: DateTime,
    timestamp: Option<Timestamp>,
    lasts: SignedDuration,
    mark: uuid::Uuid,
    doc: serde_json::Value,
    status: Status,
    place: Point,
}

#[test]
fn kinds() {
    check(
        models![Kinds],
        &SQLITE,
        expect![[r#"
            CREATE TABLE "kinds" (
                "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
                "yes" bool NOT NULL,
                "tiny" tinyint NOT NULL,
                "small" smallint NOT NULL,
                "big" bigint NULL,
                "tiny_positive" tinyint unsigned NOT NULL CHECK ("tiny_positive" >= 0),
                "small_positive" smallint unsigned NOT NULL CHECK ("small_positive" >= 0),
                "positive" integer unsigned NOT NULL CHECK ("positive" >= 0),
                "real" real NOT NULL,
                "float" real NOT NULL,
                "text" varchar(9) NOT NULL UNIQUE,
                "long" text NOT NULL,
                "slug" varchar(50) NOT NULL,
                "bytes" BLOB NOT NULL,
                "ip" char(39) NOT NULL,
                "date" date NOT NULL,
                "time" time NOT NULL,
                "date_time" datetime NOT NULL,
                "timestamp" datetime NULL,
                "lasts" bigint NOT NULL,
                "mark" char(32) NOT NULL,
                "doc" text NOT NULL CHECK ((JSON_VALID("doc") OR "doc" IS NULL)),
                "status" text NOT NULL,
                "place" text NOT NULL);
            CREATE INDEX "kinds_long_7a6e4463" ON "kinds" ("long");
        "#]],
    );
    check(
        models![Kinds],
        &POSTGRES,
        expect![[r#"
            CREATE TABLE "kinds" (
                "id" integer NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
                "yes" boolean NOT NULL,
                "tiny" smallint NOT NULL,
                "small" smallint NOT NULL,
                "big" bigint NULL,
                "tiny_positive" smallint NOT NULL CHECK ("tiny_positive" >= 0),
                "small_positive" integer NOT NULL CHECK ("small_positive" >= 0),
                "positive" bigint NOT NULL CHECK ("positive" >= 0),
                "real" real NOT NULL,
                "float" double precision NOT NULL,
                "text" varchar(9) NOT NULL UNIQUE,
                "long" text NOT NULL,
                "slug" varchar(50) NOT NULL,
                "bytes" bytea NOT NULL,
                "ip" inet NOT NULL,
                "date" date NOT NULL,
                "time" time NOT NULL,
                "date_time" timestamp NOT NULL,
                "timestamp" timestamp with time zone NULL,
                "lasts" bigint NOT NULL,
                "mark" uuid NOT NULL,
                "doc" jsonb NOT NULL,
                "status" text NOT NULL,
                "place" geometry(Point) NOT NULL);
            COMMENT ON TABLE "kinds" IS 'It''s all here';
            COMMENT ON COLUMN "kinds"."text" IS E'What \\ people say';
            CREATE INDEX "kinds_text_d80073f5_like" ON "kinds" ("text" varchar_pattern_ops);
            CREATE INDEX "kinds_long_7a6e4463" ON "kinds" ("long");
            CREATE INDEX "kinds_long_7a6e4463_like" ON "kinds" ("long" text_pattern_ops);
        "#]],
    );
    check(
        models![Kinds],
        &MYSQL,
        expect![[r"
            CREATE TABLE `kinds` (
                `id` integer NOT NULL PRIMARY KEY AUTO_INCREMENT,
                `yes` bool NOT NULL,
                `tiny` tinyint NOT NULL,
                `small` smallint NOT NULL,
                `big` bigint NULL,
                `tiny_positive` tinyint UNSIGNED NOT NULL CHECK (`tiny_positive` >= 0),
                `small_positive` smallint UNSIGNED NOT NULL CHECK (`small_positive` >= 0),
                `positive` integer UNSIGNED NOT NULL CHECK (`positive` >= 0),
                `real` float NOT NULL,
                `float` double precision NOT NULL,
                `text` varchar(9) COMMENT 'What \\ people say' NOT NULL UNIQUE,
                `long` longtext NOT NULL,
                `slug` varchar(50) NOT NULL,
                `bytes` longblob NOT NULL,
                `ip` char(39) NOT NULL,
                `date` date NOT NULL,
                `time` time(6) NOT NULL,
                `date_time` datetime(6) NOT NULL,
                `timestamp` datetime(6) NULL,
                `lasts` bigint NOT NULL,
                `mark` char(32) NOT NULL,
                `doc` json NOT NULL,
                `status` longtext NOT NULL,
                `place` longtext NOT NULL) COMMENT = 'It''s all here';
            CREATE INDEX `kinds_long_7a6e4463` ON `kinds` (`long`(255));
        "]],
    );
}

#[derive(Model)]
struct Words {
    id: i64,
    tags: Array<String>,
    grid: Option<Array<Array<i32>>>,
    nights: PgRange<Date>,
    more: HStore,
    #[model(citext, unique)]
    name: String,
    body: String,
    #[model(generated = setweight(to_tsvector("english", name), "A") + to_tsvector("english", body), stored)]
    words: SearchVector,
    place: Vector<3>,
}

#[test]
fn kinds_of_one_database() {
    check(
        models![Words],
        &POSTGRES,
        expect![[r#"
            CREATE EXTENSION IF NOT EXISTS "hstore";
            CREATE EXTENSION IF NOT EXISTS "citext";
            CREATE EXTENSION IF NOT EXISTS "vector";
            CREATE TABLE "words" (
                "id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
                "tags" text[] NOT NULL,
                "grid" integer[][] NULL,
                "nights" daterange NOT NULL,
                "more" hstore NOT NULL,
                "name" citext NOT NULL UNIQUE,
                "body" text NOT NULL,
                "words" tsvector GENERATED ALWAYS AS (SETWEIGHT(TO_TSVECTOR('english', "name"), 'A') || TO_TSVECTOR('english', "body")) STORED,
                "place" vector(3) NOT NULL);
        "#]],
    );
    refused(
        models![Words],
        &SQLITE,
        expect![[r"
        7 errors:
          - SQLite has no arrays, at words.tags; make it a model of its own, or JSON: `JsonField<Vec<T>>`
          - SQLite has no arrays, at words.grid; make it a model of its own, or JSON: `JsonField<Vec<T>>`
          - SQLite has no ranges, at words.nights; make it two fields
          - SQLite has no type for a column of the kind HStore, at words.more
          - SQLite has no type for a column of the kind CiText, at words.name
          - SQLite has no type for a column of the kind SearchVector, at words.words
          - SQLite has no type for a column of the kind Vector(3), at words.place"]],
    );
    refused(
        models![Words],
        &MYSQL,
        expect![[r"
        7 errors:
          - MySQL has no arrays, at words.tags; make it a model of its own, or JSON: `JsonField<Vec<T>>`
          - MySQL has no arrays, at words.grid; make it a model of its own, or JSON: `JsonField<Vec<T>>`
          - MySQL has no ranges, at words.nights; make it two fields
          - MySQL has no type for a column of the kind HStore, at words.more
          - MySQL has no type for a column of the kind CiText, at words.name
          - MySQL has no type for a column of the kind SearchVector, at words.words
          - MySQL has no type for a column of the kind Vector(3), at words.place"]],
    );
}

#[derive(Model)]
struct Account {
    #[model(primary_key, max_length = 20)]
    name: String,
    #[model(on_delete = db_set_null)]
    best: Option<ForeignKey<Post>>,
    friends: ManyToMany<Account>,
}

#[derive(Model)]
struct Customer {
    #[model(parent, primary_key)]
    account: OneToOne<Account>,
    city: String,
}

#[derive(Model)]
struct Post {
    id: i64,
    #[model(on_delete = db_cascade)]
    author: ForeignKey<Account>,
    #[model(constraint = false)]
    editor: Option<ForeignKey<Account>>,
    entry: OneToOne<Entry>,
    backup: Option<ForeignKey<Entry>>,
    tags: ManyToMany<Entry>,
}

#[derive(Model)]
struct Entry {
    #[model(primary_key)]
    tenant: i64,
    #[model(primary_key)]
    number: i32,
}

#[test]
fn relations() {
    let models = || models![Account, Customer, Post, Entry];
    check(
        models(),
        &SQLITE,
        expect![[r#"
            CREATE TABLE "entry" (
                "tenant" bigint NOT NULL,
                "number" integer NOT NULL,
                PRIMARY KEY ("tenant", "number"));
            CREATE TABLE "account" (
                "name" varchar(20) NOT NULL PRIMARY KEY,
                "best_id" bigint NULL REFERENCES "post" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED);
            CREATE TABLE "account_friends" (
                "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
                "from_account_id" varchar(20) NOT NULL REFERENCES "account" ("name") DEFERRABLE INITIALLY DEFERRED,
                "to_account_id" varchar(20) NOT NULL REFERENCES "account" ("name") DEFERRABLE INITIALLY DEFERRED);
            CREATE TABLE "customer" (
                "account_id" varchar(20) NOT NULL PRIMARY KEY REFERENCES "account" ("name") DEFERRABLE INITIALLY DEFERRED,
                "city" text NOT NULL);
            CREATE TABLE "post" (
                "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
                "author_id" varchar(20) NOT NULL REFERENCES "account" ("name") ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
                "editor_id" varchar(20) NULL,
                "entry_tenant" bigint NOT NULL,
                "entry_number" integer NOT NULL,
                "backup_tenant" bigint NULL,
                "backup_number" integer NULL,
                CONSTRAINT "post_entry_tenant_entry_number_679fffbf_fk_entry_tenant_number" FOREIGN KEY ("entry_tenant", "entry_number") REFERENCES "entry" ("tenant", "number") DEFERRABLE INITIALLY DEFERRED,
                CONSTRAINT "post_backup_tenant_backup_08fcd94f_fk_entry_ten" FOREIGN KEY ("backup_tenant", "backup_number") REFERENCES "entry" ("tenant", "number") DEFERRABLE INITIALLY DEFERRED);
            CREATE TABLE "post_tags" (
                "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
                "post_id" bigint NOT NULL REFERENCES "post" ("id") DEFERRABLE INITIALLY DEFERRED,
                "entry_tenant" bigint NOT NULL,
                "entry_number" integer NOT NULL,
                CONSTRAINT "post_tags_entry_tenant_entry_n_f177b813_fk_entry_ten" FOREIGN KEY ("entry_tenant", "entry_number") REFERENCES "entry" ("tenant", "number") DEFERRABLE INITIALLY DEFERRED);
            CREATE INDEX "account_best_id_b911a127" ON "account" ("best_id");
            CREATE UNIQUE INDEX "account_friends_from_account_id_to_account_id_01f56cc3_uniq" ON "account_friends" ("from_account_id", "to_account_id");
            CREATE INDEX "account_friends_from_account_id_562024ed" ON "account_friends" ("from_account_id");
            CREATE INDEX "account_friends_to_account_id_ba571933" ON "account_friends" ("to_account_id");
            CREATE UNIQUE INDEX "post_entry_tenant_entry_number_679fffbf_uniq" ON "post" ("entry_tenant", "entry_number");
            CREATE INDEX "post_author_id_2343ddae" ON "post" ("author_id");
            CREATE INDEX "post_editor_id_f5ee39e7" ON "post" ("editor_id");
            CREATE INDEX "post_backup_tenant_backup_number_08fcd94f" ON "post" ("backup_tenant", "backup_number");
            CREATE UNIQUE INDEX "post_tags_post_id_entry_tenant_entry_number_18f26aa4_uniq" ON "post_tags" ("post_id", "entry_tenant", "entry_number");
            CREATE INDEX "post_tags_post_id_2b0ee768" ON "post_tags" ("post_id");
            CREATE INDEX "post_tags_entry_tenant_entry_number_f177b813" ON "post_tags" ("entry_tenant", "entry_number");
        "#]],
    );
    check(
        models(),
        &POSTGRES,
        expect![[r#"
            CREATE TABLE "entry" (
                "tenant" bigint NOT NULL,
                "number" integer NOT NULL,
                PRIMARY KEY ("tenant", "number"));
            CREATE TABLE "account" (
                "name" varchar(20) NOT NULL PRIMARY KEY,
                "best_id" bigint NULL);
            CREATE TABLE "account_friends" (
                "id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
                "from_account_id" varchar(20) NOT NULL,
                "to_account_id" varchar(20) NOT NULL,
                CONSTRAINT "account_friends_from_account_id_to_account_id_01f56cc3_uniq" UNIQUE ("from_account_id", "to_account_id"));
            CREATE TABLE "customer" (
                "account_id" varchar(20) NOT NULL PRIMARY KEY,
                "city" text NOT NULL);
            CREATE TABLE "post" (
                "id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
                "author_id" varchar(20) NOT NULL,
                "editor_id" varchar(20) NULL,
                "entry_tenant" bigint NOT NULL,
                "entry_number" integer NOT NULL,
                "backup_tenant" bigint NULL,
                "backup_number" integer NULL,
                CONSTRAINT "post_entry_tenant_entry_number_679fffbf_uniq" UNIQUE ("entry_tenant", "entry_number"));
            CREATE TABLE "post_tags" (
                "id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
                "post_id" bigint NOT NULL,
                "entry_tenant" bigint NOT NULL,
                "entry_number" integer NOT NULL,
                CONSTRAINT "post_tags_post_id_entry_tenant_entry_number_18f26aa4_uniq" UNIQUE ("post_id", "entry_tenant", "entry_number"));
            CREATE INDEX "account_name_375dcd3c_like" ON "account" ("name" varchar_pattern_ops);
            CREATE INDEX "account_best_id_b911a127" ON "account" ("best_id");
            CREATE INDEX "account_friends_from_account_id_562024ed" ON "account_friends" ("from_account_id");
            CREATE INDEX "account_friends_from_account_id_562024ed_like" ON "account_friends" ("from_account_id" varchar_pattern_ops);
            CREATE INDEX "account_friends_to_account_id_ba571933" ON "account_friends" ("to_account_id");
            CREATE INDEX "account_friends_to_account_id_ba571933_like" ON "account_friends" ("to_account_id" varchar_pattern_ops);
            CREATE INDEX "customer_account_id_da5363b3_like" ON "customer" ("account_id" varchar_pattern_ops);
            CREATE INDEX "post_author_id_2343ddae" ON "post" ("author_id");
            CREATE INDEX "post_author_id_2343ddae_like" ON "post" ("author_id" varchar_pattern_ops);
            CREATE INDEX "post_editor_id_f5ee39e7" ON "post" ("editor_id");
            CREATE INDEX "post_editor_id_f5ee39e7_like" ON "post" ("editor_id" varchar_pattern_ops);
            CREATE INDEX "post_backup_tenant_backup_number_08fcd94f" ON "post" ("backup_tenant", "backup_number");
            CREATE INDEX "post_tags_post_id_2b0ee768" ON "post_tags" ("post_id");
            CREATE INDEX "post_tags_entry_tenant_entry_number_f177b813" ON "post_tags" ("entry_tenant", "entry_number");
            ALTER TABLE "account" ADD CONSTRAINT "account_best_id_b911a127_fk_post_id" FOREIGN KEY ("best_id") REFERENCES "post" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED;
            ALTER TABLE "account_friends" ADD CONSTRAINT "account_friends_from_account_id_562024ed_fk_account_name" FOREIGN KEY ("from_account_id") REFERENCES "account" ("name") DEFERRABLE INITIALLY DEFERRED;
            ALTER TABLE "account_friends" ADD CONSTRAINT "account_friends_to_account_id_ba571933_fk_account_name" FOREIGN KEY ("to_account_id") REFERENCES "account" ("name") DEFERRABLE INITIALLY DEFERRED;
            ALTER TABLE "customer" ADD CONSTRAINT "customer_account_id_da5363b3_fk_account_name" FOREIGN KEY ("account_id") REFERENCES "account" ("name") DEFERRABLE INITIALLY DEFERRED;
            ALTER TABLE "post" ADD CONSTRAINT "post_author_id_2343ddae_fk_account_name" FOREIGN KEY ("author_id") REFERENCES "account" ("name") ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
            ALTER TABLE "post" ADD CONSTRAINT "post_entry_tenant_entry_number_679fffbf_fk_entry_tenant_number" FOREIGN KEY ("entry_tenant", "entry_number") REFERENCES "entry" ("tenant", "number") DEFERRABLE INITIALLY DEFERRED;
            ALTER TABLE "post" ADD CONSTRAINT "post_backup_tenant_backup_08fcd94f_fk_entry_ten" FOREIGN KEY ("backup_tenant", "backup_number") REFERENCES "entry" ("tenant", "number") DEFERRABLE INITIALLY DEFERRED;
            ALTER TABLE "post_tags" ADD CONSTRAINT "post_tags_post_id_2b0ee768_fk_post_id" FOREIGN KEY ("post_id") REFERENCES "post" ("id") DEFERRABLE INITIALLY DEFERRED;
            ALTER TABLE "post_tags" ADD CONSTRAINT "post_tags_entry_tenant_entry_n_f177b813_fk_entry_ten" FOREIGN KEY ("entry_tenant", "entry_number") REFERENCES "entry" ("tenant", "number") DEFERRABLE INITIALLY DEFERRED;
        "#]],
    );
    check(
        models(),
        &MYSQL,
        expect![[r"
            CREATE TABLE `entry` (
                `tenant` bigint NOT NULL,
                `number` integer NOT NULL,
                PRIMARY KEY (`tenant`, `number`));
            CREATE TABLE `account` (
                `name` varchar(20) NOT NULL PRIMARY KEY,
                `best_id` bigint NULL);
            CREATE TABLE `account_friends` (
                `id` bigint NOT NULL PRIMARY KEY AUTO_INCREMENT,
                `from_account_id` varchar(20) NOT NULL,
                `to_account_id` varchar(20) NOT NULL,
                CONSTRAINT `account_friends_from_account_id_to_account_id_01f56cc3_uniq` UNIQUE (`from_account_id`, `to_account_id`));
            CREATE TABLE `customer` (
                `account_id` varchar(20) NOT NULL PRIMARY KEY,
                `city` longtext NOT NULL);
            CREATE TABLE `post` (
                `id` bigint NOT NULL PRIMARY KEY AUTO_INCREMENT,
                `author_id` varchar(20) NOT NULL,
                `editor_id` varchar(20) NULL,
                `entry_tenant` bigint NOT NULL,
                `entry_number` integer NOT NULL,
                `backup_tenant` bigint NULL,
                `backup_number` integer NULL,
                CONSTRAINT `post_entry_tenant_entry_number_679fffbf_uniq` UNIQUE (`entry_tenant`, `entry_number`));
            CREATE TABLE `post_tags` (
                `id` bigint NOT NULL PRIMARY KEY AUTO_INCREMENT,
                `post_id` bigint NOT NULL,
                `entry_tenant` bigint NOT NULL,
                `entry_number` integer NOT NULL,
                CONSTRAINT `post_tags_post_id_entry_tenant_entry_number_18f26aa4_uniq` UNIQUE (`post_id`, `entry_tenant`, `entry_number`));
            CREATE INDEX `post_editor_id_f5ee39e7` ON `post` (`editor_id`);
            CREATE INDEX `post_backup_tenant_backup_number_08fcd94f` ON `post` (`backup_tenant`, `backup_number`);
            CREATE INDEX `post_tags_entry_tenant_entry_number_f177b813` ON `post_tags` (`entry_tenant`, `entry_number`);
            ALTER TABLE `account` ADD CONSTRAINT `account_best_id_b911a127_fk_post_id` FOREIGN KEY (`best_id`) REFERENCES `post` (`id`) ON DELETE SET NULL;
            ALTER TABLE `account_friends` ADD CONSTRAINT `account_friends_from_account_id_562024ed_fk_account_name` FOREIGN KEY (`from_account_id`) REFERENCES `account` (`name`);
            ALTER TABLE `account_friends` ADD CONSTRAINT `account_friends_to_account_id_ba571933_fk_account_name` FOREIGN KEY (`to_account_id`) REFERENCES `account` (`name`);
            ALTER TABLE `customer` ADD CONSTRAINT `customer_account_id_da5363b3_fk_account_name` FOREIGN KEY (`account_id`) REFERENCES `account` (`name`);
            ALTER TABLE `post` ADD CONSTRAINT `post_author_id_2343ddae_fk_account_name` FOREIGN KEY (`author_id`) REFERENCES `account` (`name`) ON DELETE CASCADE;
            ALTER TABLE `post` ADD CONSTRAINT `post_entry_tenant_entry_number_679fffbf_fk_entry_tenant_number` FOREIGN KEY (`entry_tenant`, `entry_number`) REFERENCES `entry` (`tenant`, `number`);
            ALTER TABLE `post` ADD CONSTRAINT `post_backup_tenant_backup_08fcd94f_fk_entry_ten` FOREIGN KEY (`backup_tenant`, `backup_number`) REFERENCES `entry` (`tenant`, `number`);
            ALTER TABLE `post_tags` ADD CONSTRAINT `post_tags_post_id_2b0ee768_fk_post_id` FOREIGN KEY (`post_id`) REFERENCES `post` (`id`);
            ALTER TABLE `post_tags` ADD CONSTRAINT `post_tags_entry_tenant_entry_n_f177b813_fk_entry_ten` FOREIGN KEY (`entry_tenant`, `entry_number`) REFERENCES `entry` (`tenant`, `number`);
        "]],
    );
}

#[derive(Model)]
#[model(unique(title, nulls_equal = true))]
struct Nulls {
    id: i64,
    #[model(max_length = 9)]
    title: Option<String>,
}

#[derive(Model)]
struct Computed {
    id: i64,
    #[model(generated = id * 2)]
    twice: i64,
}

#[derive(Model)]
struct Endless {
    #[model(primary_key)]
    id: String,
    #[model(on_delete = db_set_default, db_default = "a")]
    other: ForeignKey<Endless>,
}

#[derive(Model)]
struct Lost {
    id: i64,
    post: ForeignKey<Post>,
}

#[derive(Model)]
#[model(index(id, method = "gin (id); drop"))]
struct Hostile {
    id: i64,
}

#[test]
fn what_would_change_an_answer_is_refused() {
    check(
        models![Nulls],
        &POSTGRES,
        expect![[r#"
            CREATE TABLE "nulls" (
                "id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
                "title" varchar(9) NULL,
                CONSTRAINT "nulls_title_b3a1c86b_uniq" UNIQUE NULLS NOT DISTINCT ("title"));
        "#]],
    );
    lacking(models![Nulls], &POSTGRES, expect![""]);
    lacking(
        models![Nulls],
        &SQLITE,
        expect![[r"
        SQLite has no unique constraint for which two NULLs are the same, as `nulls_title_b3a1c86b_uniq`, at nulls; leave out `nulls_equal`, or give the field a value that stands for none
    "]],
    );
    refused(
        models![Computed],
        &POSTGRES,
        expect![
            "PostgreSQL has no generated columns that are computed when they are read, at computed.twice; let it be stored: `#[model(generated = …, stored)]`"
        ],
    );
    refused(
        models![Endless],
        &MYSQL,
        expect![[r"
        2 errors:
          - MySQL has no unique column of the type `longtext`, at endless.id; say how long the text is at most: `#[model(max_length = 200)]`
          - MySQL has no `ON DELETE SET DEFAULT`, at endless.other_id; let the program do it: `#[model(on_delete = set_default, default = …)]`"]],
    );
    refused(
        models![Lost],
        &SQLITE,
        expect!["`Lost.post` leads to Post, which is not listed; add `Post` to `models![…]`"],
    );
    refused(
        models![Hostile],
        &POSTGRES,
        expect!["`gin (id); drop` is no name of a method or an operator class, at hostile"],
    );
}

#[test]
fn names_and_texts_are_quoted() {
    #[derive(Model)]
    #[model(table = "a`\"b", comment = "it's `\\ \"?")]
    struct Odd {
        #[model(column = "select\"`")]
        id: i64,
        #[model(db_default = "'; drop table a; -- \\")]
        text: String,
    }
    check(
        models![Odd],
        &SQLITE,
        expect![[r#"
        CREATE TABLE "a`""b" (
            "select""`" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
            "text" text DEFAULT '''; drop table a; -- \' NOT NULL);
    "#]],
    );
    check(
        models![Odd],
        &POSTGRES,
        expect![[r#"
        CREATE TABLE "a`""b" (
            "select""`" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
            "text" text DEFAULT E'''; drop table a; -- \\' NOT NULL);
        COMMENT ON TABLE "a`""b" IS E'it''s `\\ "?';
    "#]],
    );
    check(
        models![Odd],
        &MYSQL,
        expect![[r#"
            CREATE TABLE `a``"b` (
                `select"``` bigint NOT NULL PRIMARY KEY AUTO_INCREMENT,
                `text` longtext DEFAULT ('''; drop table a; -- \\') NOT NULL) COMMENT = 'it''s `\\ "?';
        "#]],
    );
}

#[test]
fn tables_are_dropped_together() {
    let dropped = |ddl: &dyn Ddl| {
        let tables = tables(&snapshot(&models![Post, Entry, Account]).unwrap()).unwrap();
        drop(&tables, ddl).join("; ")
    };
    expect![[r#"DROP TABLE "post_tags"; DROP TABLE "post"; DROP TABLE "account_friends"; DROP TABLE "account"; DROP TABLE "entry""#]].assert_eq(&dropped(&SQLITE));
    expect![[r#"DROP TABLE "post_tags", "post", "account_friends", "account", "entry" CASCADE"#]]
        .assert_eq(&dropped(&POSTGRES));
    expect!["SET FOREIGN_KEY_CHECKS = 0; DROP TABLE `post_tags`, `post`, `account_friends`, `account`, `entry`; SET FOREIGN_KEY_CHECKS = 1"].assert_eq(&dropped(&MYSQL));
}

#[test]
fn keys_that_are_made_of_each_other_are_refused() {
    // The compiler sees to it in a program; a file may say anything.
    let mut state = snapshot(&models![Account, Customer, Post, Entry]).unwrap();
    let name = &mut state.tables.get_mut("account").unwrap().fields[0];
    let table = "customer".to_owned();
    name.reference = Some(ReferenceState::Key { table, constrained: false, on_delete: None });
    assert!(tables(&state).unwrap_err().message().contains("is made of itself"));
}
