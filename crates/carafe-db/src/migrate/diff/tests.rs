//! Changes of models, and the operations that follow from them.
#![expect(
    clippy::format_push_string,
    clippy::needless_raw_string_hashes,
    reason = "as what updates them writes them; speed is no matter"
)]

use carafe_core::Result;
use carafe_model::schema::Kind;
use expect_test::{Expect, expect};

use super::{diff, grouped};
use crate::ddl::state::{
    CheckState, DefaultState, ExpressionState, FieldState, GeneratedState, IndexState, KindState,
    LiteralState, ReferenceState, State, TableState, TermState, ThroughState, UniqueState,
};
use crate::migrate::{Ask, History, Why};

/// Tables, one a line: `post: id title slug? pages:integer author->user tags*tag code! words#`.
///
/// `?` is NULL, `!` unique, `#` indexed, `=7` a default that models know, `~7` one of the database,
/// `<old` a name before, `lower=lower(title)` computed; `[unique title author]`, `[check n a > 0]` and
/// `[index title]` belong to the table, `shop/post` to a crate.
pub(crate) fn state(text: &str) -> State {
    let mut state = State::default();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (head, rest) = line.split_once(':').unwrap();
        let (head, was) = match head.split_once('<') {
            Some((head, was)) => (head, Some(was.to_owned())),
            None => (head, None),
        };
        let (owner, name) = head.split_once('/').unwrap_or(("app", head));
        let (fields, pieces) = rest.split_once('[').unwrap_or((rest, ""));
        let mut table = TableState {
            name: name.to_owned(),
            was,
            model: name.to_owned(),
            owner: owner.to_owned(),
            managed: true,
            fields: fields.split_whitespace().map(|own| field(name, own)).collect(),
            ..TableState::default()
        };
        for piece in pieces.split(['[', ']']).map(str::trim).filter(|own| !own.is_empty()) {
            add_piece(&mut table, piece);
        }
        state.tables.insert(name.to_owned(), table);
    }
    state
}

fn field(table: &str, text: &str) -> FieldState {
    let (text, was) = match text.split_once('<') {
        Some((text, was)) => (text, Some(was.to_owned())),
        None => (text, None),
    };
    let (text, default) = match text.split_once('=') {
        Some((text, value)) => (text, Some(value)),
        None => (text, None),
    };
    let (text, kept) = match text.split_once('~') {
        Some((text, value)) => (text, Some(value)),
        None => (text, None),
    };
    let end = text.find(['?', '!', '#']).unwrap_or(text.len());
    let (text, flags) = text.split_at(end);
    let (name, kind, reference) = if let Some((name, to)) = text.split_once("->") {
        let key = ReferenceState::Key { table: to.to_owned(), constrained: true, on_delete: None };
        (name, KindState::Plain(Kind::Key), Some(key))
    } else if let Some((name, to)) = text.split_once('*') {
        let through = ThroughState {
            table: format!("{table}_{name}"),
            from: vec![format!("{table}_id")],
            to: vec![format!("{to}_id")],
        };
        let many = ReferenceState::Many { table: to.to_owned(), constrained: true, through };
        (name, KindState::Plain(Kind::Related), Some(many))
    } else if let Some((name, kind)) = text.split_once(':') {
        (name, KindState::parse(kind).unwrap(), None)
    } else if text == "id" {
        (text, KindState::Plain(Kind::BigInteger), None)
    } else {
        (text, KindState::Plain(Kind::Text), None)
    };
    let is_key = matches!(reference, Some(ReferenceState::Key { .. }));
    let computed = default.filter(|value| value.contains('('));
    let default = match (default.filter(|value| !value.contains('(')), kept) {
        (Some("now"), _) => Some(DefaultState::Now),
        (Some("function"), _) => Some(DefaultState::Function),
        (Some(value), _) => Some(DefaultState::Constant(carafe_model::Value::Text(value.into()))),
        (None, Some(value)) => Some(DefaultState::Database(ExpressionState::parse(value).unwrap())),
        (None, None) => None,
    };
    FieldState {
        name: name.to_owned(),
        was,
        kind,
        column: if is_key { format!("{name}_id") } else { name.to_owned() },
        null: flags.contains('?'),
        primary_key: name == "id",
        counted: name == "id",
        unique: flags.contains('!'),
        indexed: flags.contains('#') || is_key,
        max_length: None,
        digits: None,
        default,
        generated: computed.map(|text| GeneratedState {
            expression: ExpressionState::parse(text).unwrap(),
            stored: true,
        }),
        comment: None,
        reference,
    }
}

fn add_piece(table: &mut TableState, text: &str) {
    let (kind, rest) = text.split_once(' ').unwrap();
    let terms = || {
        let term = |name: &str| TermState {
            expression: ExpressionState::Field(name.to_owned()),
            descending: false,
            class: None,
        };
        rest.split_whitespace().map(term).collect()
    };
    match kind {
        "unique" => table.uniques.push(UniqueState { parts: terms(), ..UniqueState::default() }),
        "index" => table.indexes.push(IndexState { parts: terms(), ..IndexState::default() }),
        _ => {
            let (name, condition) = rest.split_once(' ').unwrap();
            let condition = ExpressionState::parse(condition).unwrap();
            table.checks.push(CheckState { name: name.to_owned(), condition });
        }
    }
}

/// Answers with what a test says, and keeps what it was asked.
#[derive(Default)]
pub(crate) struct Says {
    pub(crate) renames: bool,
    pub(crate) asked: Vec<String>,
}

impl Ask for Says {
    fn renamed_table(&mut self, from: &TableState, to: &TableState) -> Result<bool> {
        self.asked.push(format!("? {} → {}", from.name, to.name));
        Ok(self.renames)
    }

    fn renamed_field(&mut self, table: &str, from: &FieldState, to: &FieldState) -> Result<bool> {
        self.asked.push(format!("? {table}.{} → {}", from.name, to.name));
        Ok(self.renames)
    }

    fn fill(
        &mut self,
        table: &str,
        field: &FieldState,
        why: Why,
    ) -> Result<Option<ExpressionState>> {
        self.asked.push(format!("? {table}.{} {why:?}", field.name));
        let is_text = field.kind.plain().is_some_and(Kind::is_text);
        let fill = if is_text { LiteralState::Text(String::new()) } else { LiteralState::I64(0) };
        Ok(Some(ExpressionState::Literal(fill)))
    }
}

#[track_caller]
fn check(before: &str, after: &str, expected: Expect) {
    said(before, after, false, expected);
}

#[track_caller]
fn renames(before: &str, after: &str, expected: Expect) {
    said(before, after, true, expected);
}

#[track_caller]
fn said(before: &str, after: &str, renames: bool, expected: Expect) {
    let (before, after) = (state(before), state(after));
    let mut says = Says { renames, ..Says::default() };
    let operations = diff(&before, &after, &mut says).unwrap();
    // There and back again.
    let mut way = before.kept();
    for own in &operations {
        own.apply(&mut way).unwrap();
    }
    assert_eq!(super::differing(&way, &after.kept()), None);
    for own in operations.iter().rev() {
        own.reversed().apply(&mut way).unwrap();
    }
    assert_eq!(super::differing(&way, &before.kept()), None);
    assert_eq!(diff(&after, &after, &mut Says::default()).unwrap(), []);
    let mut text = String::new();
    for asked in &says.asked {
        text.push_str(&format!("{asked}\n"));
    }
    let history = History::default();
    let migrations = grouped(operations, &before, &after, &history);
    let several = migrations.iter().any(|own| own.owner != "app") || migrations.len() > 1;
    for migration in migrations {
        if several {
            let after: Vec<String> = migration.after.iter().map(ToString::to_string).collect();
            text.push_str(&format!("{} after [{}]\n", migration.id(), after.join(", ")));
        }
        for own in migration.operations {
            text.push_str(&format!("{} {}\n", own.sign(), own.describe()));
        }
    }
    expected.assert_eq(&text);
}

#[test]
fn nothing_changes_where_nothing_changed() {
    check("post: id title", "post: id title", expect![""]);
    check("post: id title a", "post: id a title", expect![""]);
    // What only the program knows is no matter of tables.
    check("post: id title", "post: id title=x", expect![""]);
}

#[test]
fn tables_come_and_go() {
    check(
        "",
        "post: id title",
        expect![[r#"
        + Create table post
    "#]],
    );
    check(
        "post: id title",
        "",
        expect![[r#"
        - Delete table post
    "#]],
    );
    check(
        "",
        "a: id b->b\n b: id c->c\n c: id",
        expect![[r#"
        + Create table c
        + Create table b
        + Create table a
    "#]],
    );
    check(
        "a: id b->b\n b: id c->c\n c: id",
        "",
        expect![[r#"
        - Delete table a
        - Delete table b
        - Delete table c
    "#]],
    );
    check(
        "",
        "person: id boss->person",
        expect![[r#"
        + Create table person
    "#]],
    );
}

#[test]
fn rings_are_cut() {
    check(
        "",
        "a: id b->b n l=lower(n) [unique b n]\n b: id a->a",
        expect![[r#"
        + Create table a
        + Create table b
        + Add field b to a
        + Add unique (b, n) to a
    "#]],
    );
    check(
        "a: id b->b [unique b id]\n b: id a->a",
        "",
        expect![[r#"
        - Remove field a from b
        - Delete table a
        - Delete table b
    "#]],
    );
}

#[test]
fn fields_come_and_go() {
    check(
        "post: id",
        "post: id slug?",
        expect![[r#"
        + Add field slug to post
    "#]],
    );
    check(
        "post: id",
        "post: id slug",
        expect![[r#"
        ? post.slug Added
        + Add field slug to post
    "#]],
    );
    check(
        "post: id",
        "post: id slug=x made=now kept~7",
        expect![[r#"
        + Add field slug to post
        + Add field made to post
        + Add field kept to post
    "#]],
    );
    check(
        "post: id",
        "post: id key=function",
        expect![[r#"
        ? post.key Added
        + Add field key to post
    "#]],
    );
    check(
        "post: id slug",
        "post: id",
        expect![[r#"
        - Remove field slug from post
    "#]],
    );
    check(
        "post: id\n tag: id",
        "post: id tags*tag\n tag: id",
        expect![[r#"
        + Add field tags to post
    "#]],
    );
    check(
        "post: id\n user: id",
        "post: id author->user\n user: id",
        expect![[r#"
        ? post.author Added
        + Add field author to post
    "#]],
    );
}

#[test]
fn fields_are_altered() {
    check(
        "post: id n:integer",
        "post: id n:big_integer",
        expect![[r#"
        ~ Alter field n on post
    "#]],
    );
    check(
        "post: id n?",
        "post: id n",
        expect![[r#"
        ? post.n NotNull
        ~ Alter field n on post
    "#]],
    );
    check(
        "post: id n?",
        "post: id n=x",
        expect![[r#"
        ~ Alter field n on post
    "#]],
    );
    check(
        "post: id n",
        "post: id n?",
        expect![[r#"
        ~ Alter field n on post
    "#]],
    );
    check(
        "post: id n:integer",
        "post: id n->user\n user: id",
        expect![[r#"
        + Create table user
        ~ Alter field n on post
    "#]],
    );
}

#[test]
fn what_holds_no_column_becomes_another_field() {
    check(
        "post: id tag\n tag: id",
        "post: id tag*tag\n tag: id",
        expect![[r#"
        - Remove field tag from post
        + Add field tag to post
    "#]],
    );
    check(
        "post: id n l=lower(n)",
        "post: id n l=upper(n)",
        expect![[r#"
        - Remove field l from post
        + Add field l to post
    "#]],
    );
}

#[test]
fn names_are_told_or_asked_for() {
    check(
        "post: id title",
        "post: id headline<title",
        expect![[r#"
        ~ Rename field title on post to headline
    "#]],
    );
    check(
        "post: id title",
        "article<post: id title",
        expect![[r#"
            ~ Rename table post to article
        "#]],
    );
    renames(
        "post: id title?",
        "post: id headline?",
        expect![[r#"
        ? post.title → headline
        ~ Rename field title on post to headline
    "#]],
    );
    check(
        "post: id title?",
        "post: id headline?",
        expect![[r#"
        ? post.title → headline
        - Remove field title from post
        + Add field headline to post
    "#]],
    );
    renames(
        "post: id title",
        "article: id title",
        expect![[r#"
            ? post → article
            ~ Rename table post to article
        "#]],
    );
    renames(
        "post: id title",
        "article: id headline",
        expect![[r#"
            ? post → article
            ? article.title → headline
            ~ Rename table post to article
            ~ Rename field title on article to headline
        "#]],
    );
    // Another kind is another field.
    renames(
        "post: id title?",
        "post: id pages:integer?",
        expect![[r#"
        - Remove field title from post
        + Add field pages to post
    "#]],
    );
    // A hint that is old harms nobody.
    check("post: id headline", "post: id headline<title", expect![""]);
}

#[test]
fn what_names_a_field_follows_it() {
    check(
        "post: id title low=lower(title) [unique title id] [check long title > 3] [index title]",
        "post: id name<title low=lower(name) [unique name id] [check long name > 3] [index name]",
        expect![[r#"
            ~ Rename field title on post to name
        "#]],
    );
    check(
        "post: id author->user\n user: id",
        "post: id author->person\n person<user: id",
        expect![[r#"
        ~ Rename table user to person
    "#]],
    );
    check(
        "post: id tags*tag\n tag: id",
        "article<post: id tags*tag\n tag: id",
        expect![[r#"
        ~ Rename table post to article
        ~ Alter field tags on article
    "#]],
    );
}

#[test]
fn constraints_and_indexes_come_and_go() {
    check(
        "post: id n",
        "post: id n [unique n id] [check few n > 3] [index n]",
        expect![[r#"
        + Add unique (n, id) to post
        + Add check `few` to post
        + Add index (n) to post
    "#]],
    );
    check(
        "post: id n [check few n > 3]",
        "post: id n [check few n > 4]",
        expect![[r#"
        - Remove check `few` from post
        + Add check `few` to post
    "#]],
    );
    check(
        "post: id n [unique n id]",
        "post: id",
        expect![[r#"
        - Remove unique (n, id) from post
        - Remove field n from post
    "#]],
    );
}

#[test]
fn crates_wait_for_each_other() {
    check(
        "",
        "blog/post: id author->user\n auth/user: id",
        expect![[r#"
        auth:0001_initial after []
        + Create table user
        blog:0001_initial after [auth:0001_initial]
        + Create table post
    "#]],
    );
    check(
        "",
        "a/one: id two->two\n b/two: id three->three\n a/three: id one->one",
        expect![[r#"
        a:0001_initial after []
        + Create table one
        + Create table three
        b:0001_initial after [a:0001_initial]
        + Create table two
        a:0002_one_two after [a:0001_initial, b:0001_initial]
        + Add field two to one
    "#]],
    );
    check(
        "a/post: id",
        "b/post: id",
        expect![[r#"
        b:0001_initial after []
        ~ Move post from a to b
    "#]],
    );
}

/// What comes before the migrations of a change, where a history leads to the state before.
#[track_caller]
fn follows(states: &[&str], renames: bool, expected: Expect) {
    let (mut before, mut text) = (State::default(), String::new());
    let mut all = Vec::new();
    for after in states {
        let after = state(after);
        let operations = diff(&before, &after, &mut Says { renames, ..Says::default() }).unwrap();
        let history = History::new(all.clone()).unwrap();
        let made = grouped(operations, &before, &after, &history);
        text.clear();
        for migration in &made {
            let after: Vec<String> = migration.after.iter().map(ToString::to_string).collect();
            text.push_str(&format!("{} after [{}]\n", migration.id(), after.join(", ")));
        }
        all.extend(made);
        // In whatever order a history brings them, each finds what it needs.
        History::new(all.clone()).unwrap().state().unwrap();
        before = after;
    }
    expected.assert_eq(&text);
}

#[test]
fn a_table_goes_where_others_know_it_no_more() {
    // Else a new database would rename it before `shop` leads to it.
    follows(
        &["a/user: id\n shop/order: id user->user", "a/person: id\n shop/order: id user->person"],
        true,
        expect![[r#"
            a:0002_rename_user_person after [a:0001_initial, shop:0001_initial]
        "#]],
    );
    follows(
        &[
            "a/user: id\n shop/order: id user->user",
            "a/user: id\n shop/order: id",
            "shop/order: id",
        ],
        false,
        expect![[r#"
            a:0002_delete_user after [a:0001_initial, shop:0002_remove_order_user]
        "#]],
    );
    follows(
        &["shop/user: id", "shop/user: id name", "a/user: id name"],
        false,
        expect![[r#"
            a:0001_initial after [shop:0001_initial, shop:0002_user_name]
        "#]],
    );
}
