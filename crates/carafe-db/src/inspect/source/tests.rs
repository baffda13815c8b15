//! From what a database says to source, without a database.
#![expect(clippy::needless_raw_string_hashes, reason = "as what updates them writes them")]

use std::io::Write as _;
use std::process::{Command, Stdio};

use expect_test::{Expect, expect};

use crate::catalog::{
    Described, DescribedCheck, DescribedColumn, DescribedIndex, DescribedPart, DescribedReference,
    Shape,
};
use crate::inspect::found::{Found, Place, found};

fn column(name: &str, ty: &str) -> DescribedColumn {
    DescribedColumn { name: name.into(), ty: ty.into(), ..DescribedColumn::default() }
}

fn id() -> DescribedColumn {
    DescribedColumn { counted: true, ..column("id", "bigint") }
}

fn table(name: &str, columns: Vec<DescribedColumn>) -> Described {
    Described { name: name.into(), columns, key: vec!["id".into()], ..Described::default() }
}

fn reference(columns: &[&str], table: &str) -> DescribedReference {
    DescribedReference {
        columns: columns.iter().map(|own| (*own).to_owned()).collect(),
        table: table.into(),
        ..DescribedReference::default()
    }
}

fn index(name: &str, columns: &[&str]) -> DescribedIndex {
    let part =
        |own: &&str| DescribedPart { column: Some((*own).to_owned()), ..DescribedPart::default() };
    DescribedIndex {
        name: Some(name.into()),
        parts: columns.iter().map(part).collect(),
        ..DescribedIndex::default()
    }
}

fn find(tables: &[Described]) -> Found {
    let tables: Vec<&Described> = tables.iter().collect();
    let place =
        Place { catalog: &crate::catalog::POSTGRES, ddl: &crate::ddl::POSTGRES, managed: true };
    found(&tables, &place).unwrap()
}

/// The source without what stands around the models.
fn models(tables: &[Described]) -> String {
    let source = find(tables).source();
    formatted(&source);
    let begin = source.find("\n\n").map_or(0, |at| at + 2);
    let end = source.find("\n/// All of them").unwrap_or(source.len());
    source[begin..end].to_owned()
}

#[track_caller]
fn check(tables: &[Described], expected: Expect) {
    expected.assert_eq(&models(tables));
}

/// The source is as rustfmt would have it, and code.
#[track_caller]
fn formatted(source: &str) {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout"])
        // Where no settings say how wide a line is.
        .current_dir(std::env::temp_dir())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("rustfmt comes with the toolchain");
    rustfmt.stdin.take().unwrap().write_all(source.as_bytes()).unwrap();
    let done = rustfmt.wait_with_output().unwrap();
    assert!(done.status.success(), "this is no code:\n{source}");
    let wanted = String::from_utf8(done.stdout).unwrap();
    for (wanted, line) in wanted.lines().zip(source.lines()) {
        assert_eq!(line, wanted);
    }
    assert_eq!(source.len(), wanted.len());
}

#[test]
fn a_table_is_a_struct() {
    let title = column("title", "character varying(100)");
    let body = DescribedColumn {
        null: true,
        default: Some("'it''s'::text".into()),
        comment: Some("What it \"says\"\n".into()),
        ..column("body", "text")
    };
    let low = DescribedColumn {
        generated: Some("lower((title)::text)".into()),
        stored: true,
        ..column("low", "text")
    };
    let price = column("price", "numeric(6,2)");
    let mut post = table("blog_post", vec![id(), title, body, low, price]);
    post.checks.push(DescribedCheck { name: Some("dear".into()), condition: "(price > 1)".into() });
    post.indexes.push(index("by_title", &["title", "price"]));
    check(
        &[post],
        expect![[r#"
            use carafe::db::Models;
            use carafe::prelude::*;
            use rust_decimal::Decimal;

            #[derive(Model)]
            #[model(check(dear, price > 1))]
            #[model(index(title, price, name = "by_title"))]
            pub struct BlogPost {
                pub id: i64,
                #[model(max_length = 100)]
                pub title: String,
                #[model(comment = "What it \"says\"\n")]
                #[model(db_default = "it's")]
                pub body: Option<String>,
                #[model(generated = lower(title), stored)]
                pub low: String,
                #[model(max_digits = 6, decimal_places = 2)]
                pub price: Decimal,
            }
        "#]],
    );
}

#[test]
fn names_are_made_into_names_of_rust() {
    let columns =
        ["type", "self", "a__b", "A b", "2nd", "größe", "x\"] struct Evil {", "\u{202e}r\nl"];
    let mut fields = vec![id()];
    fields.extend(columns.map(|name| column(name, "integer")));
    let mut one = table("crate::evil; \"#[\n", fields);
    one.indexes.push(index("by_type", &["type", "größe"]));
    one.checks.push(DescribedCheck {
        name: Some("no name".into()),
        condition: "((type > 0) AND (\"self\" > 0))".into(),
    });
    let two = table("Crate Evil", vec![id()]);
    check(
        &[two, one],
        expect![[r##"
        use carafe::db::Models;
        use carafe::prelude::*;

        #[derive(Model)]
        #[model(table = "Crate Evil")]
        pub struct CrateEvil {
            pub id: i64,
        }

        #[derive(Model)]
        #[model(table = "crate::evil; \"#[\n")]
        #[model(check("no name", (r#type > 0) && (self_field > 0)))]
        #[model(index("type", "größe", name = "by_type"))]
        pub struct CrateEvil2 {
            pub id: i64,
            pub r#type: i32,
            #[model(column = "self")]
            pub self_field: i32,
            #[model(column = "a__b")]
            pub a_b: i32,
            #[model(column = "A b")]
            pub a_b_2: i32,
            #[model(column = "2nd")]
            pub n2nd: i32,
            pub größe: i32,
            #[model(column = "x\"] struct Evil {")]
            pub x_struct_evil: i32,
            #[model(column = "\u{202e}r\nl")]
            pub r_l: i32,
        }
    "##]],
    );
}

#[test]
fn foreign_keys_lead_to_structs() {
    let author = table("author", vec![id()]);
    let mut post = table(
        "post",
        vec![
            id(),
            column("author_id", "bigint"),
            DescribedColumn { null: true, ..column("parent", "bigint") },
            column("other_id", "bigint"),
            column("room", "bigint"),
        ],
    );
    post.references = vec![
        DescribedReference { on_delete: "CASCADE".into(), ..reference(&["author_id"], "author") },
        DescribedReference { on_delete: "RESTRICT".into(), ..reference(&["parent"], "post") },
        reference(&["other_id"], "elsewhere.other"),
        reference(&["room"], "author"),
    ];
    post.indexes = vec![
        index(&crate::names::of_columns("post", &["author_id"], ""), &["author_id"]),
        DescribedIndex { unique: true, ..index("post_room_key", &["room"]) },
    ];
    check(
        &[author, post],
        expect![[r#"
        use carafe::db::Models;
        use carafe::prelude::*;

        #[derive(Model)]
        pub struct Author {
            pub id: i64,
        }

        // The foreign key of `other_id` to `elsewhere.other` is not said here: that table is not among
        // these models.
        #[derive(Model)]
        pub struct Post {
            pub id: i64,
            #[model(on_delete = db_cascade)]
            pub author: ForeignKey<Author>,
            // The database says ON DELETE RESTRICT.
            #[model(column = "parent", index = false, on_delete = do_nothing)]
            pub parent: Option<ForeignKey<Post>>,
            pub other_id: i64,
            #[model(column = "room", on_delete = do_nothing)]
            pub room: OneToOne<Author>,
        }
    "#]],
    );
}

#[test]
fn keys_of_several_columns() {
    let shelf = Described {
        name: "shelf".into(),
        columns: vec![column("room", "integer"), column("number", "bigint")],
        key: vec!["room".into(), "number".into()],
        ..Described::default()
    };
    let mut book = table(
        "book",
        vec![
            id(),
            column("shelf_room", "integer"),
            column("shelf_number", "bigint"),
            column("a", "integer"),
            column("b", "bigint"),
        ],
    );
    book.references =
        vec![reference(&["shelf_room", "shelf_number"], "shelf"), reference(&["a", "b"], "shelf")];
    book.indexes.push(DescribedIndex {
        unique: true,
        ..index("once", &["shelf_room", "shelf_number", "a"])
    });
    check(
        &[book, shelf],
        expect![[r#"
        use carafe::db::Models;
        use carafe::prelude::*;

        // The foreign key of `a`, `b` to `shelf` is not said here: its columns are not named after one name
        // and those of the key there.
        #[derive(Model)]
        #[model(unique(shelf, a, name = "once"))]
        pub struct Book {
            pub id: i64,
            #[model(index = false, on_delete = do_nothing)]
            pub shelf: ForeignKey<Shelf>,
            pub a: i32,
            pub b: i64,
        }

        #[derive(Model)]
        pub struct Shelf {
            #[model(primary_key)]
            pub room: i32,
            #[model(primary_key)]
            pub number: i64,
        }
    "#]],
    );
}

#[test]
fn keys_that_lead_to_each_other_are_no_keys_of_each_other() {
    let mut one = table("one", vec![column("id", "bigint")]);
    one.references.push(reference(&["id"], "two"));
    let mut two = table("two", vec![column("id", "bigint")]);
    two.references.push(reference(&["id"], "one"));
    let mut own = table("own", vec![column("id", "bigint")]);
    own.references.push(reference(&["id"], "own"));
    check(
        &[one, own, two],
        expect![[r#"
        use carafe::db::Models;
        use carafe::prelude::*;

        #[derive(Model)]
        pub struct One {
            #[model(column = "id", on_delete = do_nothing)]
            pub id: OneToOne<Two>,
        }

        // The foreign key of `id` to `own` is not said here: the key there is made of this one.
        #[derive(Model)]
        pub struct Own {
            #[model(natural)]
            pub id: i64,
        }

        // The foreign key of `id` to `one` is not said here: the key there is made of this one.
        #[derive(Model)]
        pub struct Two {
            #[model(natural)]
            pub id: i64,
        }
    "#]],
    );
}

#[test]
fn what_has_no_key_is_told_apart_by_something() {
    let keyless = |name: &str, columns| Described { key: Vec::new(), ..table(name, columns) };
    let mut once = keyless("once", vec![column("a", "text"), column("b", "text")]);
    once.indexes.push(DescribedIndex { unique: true, ..index("u", &["b"]) });
    let view = Described {
        shape: Shape::View,
        ..keyless("titles", vec![DescribedColumn { null: true, ..column("title", "text") }])
    };
    let floats = keyless("floats", vec![column("x", "real")]);
    let tables =
        [floats, once, keyless("pair", vec![column("a", "text"), column("b", "text")]), view];
    check(
        &tables,
        expect![[r#"
        use carafe::db::Models;
        use carafe::prelude::*;

        // No primary key that a model can have: rows are told apart by `b`. Look whether that is so.
        #[derive(Model)]
        #[model(unmanaged)]
        #[model(unique(b, name = "u"))]
        pub struct Once {
            pub a: String,
            #[model(primary_key)]
            pub b: String,
        }

        // No primary key that a model can have: rows are told apart by `a`, `b`. Look whether that is so.
        #[derive(Model)]
        #[model(unmanaged)]
        pub struct Pair {
            #[model(primary_key)]
            pub a: String,
            #[model(primary_key)]
            pub b: String,
        }

        // A view.
        // No primary key that a model can have: rows are told apart by `title`. Look whether that is so.
        #[derive(Model)]
        #[model(unmanaged)]
        pub struct Titles {
            #[model(primary_key)]
            pub title: String,
        }
    "#]],
    );
    let source = find(&[keyless("none", Vec::new())]).source();
    formatted(&source);
    expect![[r#"
        // Models of tables of a PostgreSQL database, written by `inspectdb`.
        //
        // The table `none` has no columns.
        //
        // There are no tables.
    "#]]
    .assert_eq(&source);
}

#[test]
fn what_is_not_known_is_told() {
    let mood = DescribedColumn {
        made_of: Some("enum ('sad', 'x*/ */')".into()),
        default: Some("'sad'::mood".into()),
        ..column("mood", "mood")
    };
    let odd = DescribedColumn {
        default: Some("nextval('s'::regclass)".into()),
        ..column("odd", "integer")
    };
    let half =
        DescribedColumn { generated: Some("(odd / pi())".into()), ..column("half", "integer") };
    let mut one =
        table("one", vec![id(), mood, odd, half, column("at", "timestamp(3) with time zone")]);
    one.indexes.push(DescribedIndex {
        parts: vec![DescribedPart { expression: Some("pi()".into()), ..DescribedPart::default() }],
        ..index("round", &[])
    });
    one.checks
        .push(DescribedCheck { name: Some("like".into()), condition: "(odd ~~ 'a\n%')".into() });
    check(
        &[one],
        expect![[r#"
        use carafe::db::Models;
        use carafe::prelude::*;
        use jiff::Timestamp;

        // The column `half` is left out: the database computes it from `(odd / pi())`, which is not said
        // here.
        // The index `round` is not said here: `(pi())`.
        // The check `like` is not said here: `(odd ~~ 'a\n%')`.
        #[derive(Model)]
        #[model(unmanaged)]
        pub struct One {
            pub id: i64,
            // The database calls its type `mood`, which is enum ('sad', 'x*/ */').
            #[model(db_default = "sad")]
            pub mood: String,
            // The database's default is `nextval('s'::regclass)`.
            pub odd: i32,
            // The database calls its type `timestamp(3) with time zone`.
            pub at: Timestamp,
        }
    "#]],
    );
}

#[test]
fn every_kind_has_a_type() {
    let types = [
        "boolean",
        "smallint",
        "integer",
        "real",
        "double precision",
        "numeric",
        "inet",
        "bytea",
        "date",
        "time without time zone",
        "timestamp without time zone",
        "timestamp with time zone",
        "uuid",
        "jsonb",
        "citext",
        "hstore",
        "tsvector",
        "vector(3)",
        "text[]",
        "tstzrange",
        "character varying(20)[]",
        "interval",
    ];
    let mut columns = vec![id()];
    columns.extend(types.iter().enumerate().map(|(index, ty)| column(&format!("c{index}"), ty)));
    check(
        &[table("kinds", columns)],
        expect![[r#"
        use carafe::db::Models;
        use carafe::models::{Array, HStore, PgRange, SearchVector, Vector};
        use carafe::prelude::*;
        use jiff::Timestamp;
        use jiff::civil::{Date, DateTime, Time};
        use rust_decimal::Decimal;
        use std::net::IpAddr;
        use uuid::Uuid;

        #[derive(Model)]
        pub struct Kinds {
            pub id: i64,
            pub c0: bool,
            pub c1: i16,
            pub c2: i32,
            pub c3: f32,
            pub c4: f64,
            // The database calls its type `numeric`.
            pub c5: Decimal,
            pub c6: IpAddr,
            pub c7: Vec<u8>,
            pub c8: Date,
            pub c9: Time,
            pub c10: DateTime,
            pub c11: Timestamp,
            pub c12: Uuid,
            pub c13: serde_json::Value,
            #[model(citext)]
            pub c14: String,
            pub c15: HStore,
            pub c16: SearchVector,
            pub c17: Vector<3>,
            pub c18: Array<String>,
            pub c19: PgRange<Timestamp>,
            // The database calls its type `character varying(20)[]`.
            pub c20: Array<String>,
            // The database calls its type `interval`.
            pub c21: String,
        }
    "#]],
    );
}

/// Whatever its length, a line is as rustfmt would have it.
#[test]
fn lines_of_all_lengths() {
    let mut tables = Vec::new();
    for length in (1..63).step_by(3) {
        let name = format!("{}{length}", "a".repeat(length));
        let other = "b".repeat(length);
        let text = DescribedColumn {
            comment: Some("c".repeat(length)),
            default: Some(format!("'{}'::text", "d".repeat(length))),
            ..column(&name, "character varying(100)")
        };
        let mut own =
            table(&name, vec![id(), text, column(&other, "bigint"), column("Third", "uuid")]);
        own.comment = Some("e".repeat(length));
        own.references.push(reference(&[&other], &name));
        own.indexes.push(index("x", &[&name, &other]));
        own.indexes.push(index(&"y".repeat(length), &["id", "Third"]));
        own.indexes.push(DescribedIndex { unique: true, ..index("z", &["id", &name]) });
        tables.push(own);
    }
    formatted(&find(&tables).source());
    for count in 1..40 {
        let few: Vec<Described> =
            (0..count).map(|number| table(&format!("t{number}"), vec![id()])).collect();
        formatted(&find(&few).source());
    }
}

#[test]
fn a_thousand_columns() {
    let mut columns = vec![id()];
    columns.extend((0..1000).map(|number| column(&format!("c {number}"), "integer")));
    let source = models(&[table("wide", columns)]);
    assert_eq!(source.matches("    pub c_").count(), 1000);
}
