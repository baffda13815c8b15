//! What a relation knows: nothing, its key, its rows.

use std::sync::Arc;

use carafe::models::model::relation::{Packed, Peer, Rows, Slot};
use carafe::models::schema::ModelSchema;
use carafe::models::{Cursor, Value};
use carafe::prelude::*;
use expect_test::{Expect, expect};
use serde::Serialize;

use crate::data::Text;

#[derive(Model, Debug, PartialEq, Serialize)]
struct User {
    id: i64,
    name: String,
    #[model(by = Note::AUTHOR)]
    notes: HasMany<Note>,
    #[model(by = Profile::USER)]
    profile: HasOne<Profile>,
}

#[derive(Model, Clone, Debug, PartialEq, Serialize)]
struct Note {
    id: i64,
    author: ForeignKey<User>,
    reader: Option<ForeignKey<User>>,
    tags: ManyToMany<Label>,
}

#[derive(Model, Debug, PartialEq, Serialize)]
struct Profile {
    #[model(primary_key)]
    user: OneToOne<User>,
}

#[derive(Model, Debug, PartialEq, Serialize)]
struct Label {
    id: i64,
}

fn ada() -> User {
    User { id: 7, name: "Ada".into(), ..User::blank() }
}

fn read_note() -> Note {
    let mut row = Text(vec![Value::I64(1), Value::I64(7), Value::Null]);
    Note::read(&mut Cursor::new(&mut row, 0, Note::schema())).unwrap()
}

fn rows<M: Model>(rows: Vec<M>) -> Vec<Box<dyn Record>> {
    rows.into_iter().map(|row| Box::new(row) as Box<dyn Record>).collect()
}

fn fill<M: Model>(record: &mut dyn Record, field: &str, with: Vec<M>) -> bool {
    let relation = record.model().field(field).unwrap().relation.unwrap();
    let packed = Rows::of(relation.target()).unwrap().pack(relation.kind, rows(with));
    packed.and_then(|packed| slot(record, field).share_with(packed)).is_ok()
}

#[track_caller]
fn says<T>(result: carafe::models::Result<T>, expected: Expect) {
    let error = result.err().unwrap();
    assert!(error.is_not_loaded());
    expected.assert_eq(&error.to_string());
}

#[test]
fn what_is_not_loaded_names_the_fix() {
    let note = read_note();
    says(
        note.author.get(),
        expect![
            "`Note.author` is not loaded: add `.select_related(Note::AUTHOR)` to the query, or load it by `.load(&db)`"
        ],
    );
    says(
        note.tags.get(),
        expect![
            "`Note.tags` is not loaded: add `.prefetch_related(Note::TAGS)` to the query, or load it by `.load(&db)`"
        ],
    );
    says(
        User::blank().notes.get(),
        expect![
            "this `HasMany<Note>` is not loaded, since its row was made here: read it by a query with `.prefetch_related(…)`"
        ],
    );
    says(
        ForeignKey::<User>::from_pk(1).get(),
        expect![
            "this `ForeignKey<User>` is not loaded, since its row was made here: read it by a query with `.select_related(…)`"
        ],
    );
}

#[test]
fn a_key_is_enough_for_a_reference() {
    let user = ada();
    let note = Note { author: user.key(), reader: Some((&user).into()), ..Note::blank() };
    assert_eq!((note.author.pk(), note.reader.as_ref().unwrap().pk()), (Some(&7), Some(&7)));
    assert_eq!(note.author, ForeignKey::loaded(ada()));
    assert_ne!(note.author, ForeignKey::unset());
    // A row that has no key yet gives none away.
    assert_eq!(User::blank().key().pk(), None);
    assert_eq!(
        format!("{:?} {:?}", note.author, ForeignKey::<User>::unset()),
        "User(7) User(unset)"
    );
}

#[test]
fn rows_are_filled_in_by_data() {
    let mut note = read_note();
    assert!(fill(&mut note, "author", vec![ada()]));
    assert_eq!(note.author.get().unwrap().name, "Ada");
    assert!(fill(&mut note, "tags", vec![Label { id: 1 }, Label { id: 2 }]));
    assert_eq!(note.tags.get().unwrap().len(), 2);
    assert!(fill::<Label>(&mut note, "tags", Vec::new()));
    assert_eq!(note.tags.get().unwrap().len(), 0);

    let mut user = ada();
    assert!(fill::<Profile>(&mut user, "profile", Vec::new()));
    assert_eq!(user.profile.get(), Ok(None));
    assert!(fill(&mut user, "profile", vec![Profile { user: user_key() }]));
    assert_eq!(user.profile.get().unwrap().unwrap().user.pk(), Some(&7));

    // Rows of another model, none, and too many.
    let labels: Packed = Arc::new(vec![Label { id: 1 }]);
    let told = slot(&mut note, "author").share_with(labels).unwrap_err().to_string();
    assert!(told.contains("shared with `Note.author` is of another model"), "{told}");
    assert!(!fill(&mut note, "tags", vec![ada()]));
    assert!(!fill::<User>(&mut note, "author", Vec::new()));
    assert!(!fill(&mut note, "author", vec![ada(), ada()]));
    assert!(!fill(&mut user, "profile", vec![Profile::blank(), Profile::blank()]));
}

fn user_key() -> OneToOne<User> {
    ada().key().into()
}

#[test]
fn a_new_key_forgets_the_old_row() {
    let mut note = read_note();
    assert!(fill(&mut note, "author", vec![ada()]));
    note.set("author", Value::I64(8)).unwrap();
    assert_eq!(note.author.pk(), Some(&8));
    assert!(!note.author.is_loaded());
}

#[test]
fn many_rows_share_one() {
    let (mut one, mut two) = (read_note(), read_note());
    let user = Arc::new(ada());
    one.author.share(Arc::clone(&user));
    two.author.share(Arc::clone(&user));
    assert_eq!(Arc::strong_count(&user), 3);
    assert!(std::ptr::eq(one.author.get().unwrap(), two.author.get().unwrap()));
}

/// How many rows it holds alone.
fn unshared(record: &mut dyn Record, field: &str) -> Option<usize> {
    let relation = record.model().field(field).unwrap().relation.unwrap();
    let rows = Rows::of(relation.target()).unwrap();
    slot(record, field).unshared().map(|own| rows.all_mut(own).len())
}

fn slot<'r>(record: &'r mut dyn Record, field: &str) -> &'r mut dyn Slot {
    let index = record.model().field(field).unwrap().index;
    record.field_at_mut(index.into()).unwrap().slot().unwrap()
}

#[test]
fn a_schema_without_a_struct_has_no_rows() {
    let schema = ModelSchema::new("Ghost", "ghost", &[]);
    let told = Rows::of(&schema).unwrap_err().to_string();
    assert_eq!(told, "the schema of `Ghost` was written without a struct");
}

#[test]
fn a_peer_is_filled_from_outside() {
    let (mut note, mut user) = (read_note(), ada());
    for field in ["author", "tags"] {
        let slot = slot(&mut note, field);
        assert!(slot.peer().is_none());
        slot.join(Arc::new(Peer::new(Arc::new("the others"))));
        assert!(!slot.is_loaded() && slot.unshared().is_none());
    }
    assert!(note.author.get().unwrap_err().is_not_loaded());
    // It is found by its copies, wherever they are.
    let copy = note.clone();
    let peer = slot(&mut note, "author").peer().unwrap();
    assert_eq!(peer.group().downcast_ref(), Some(&"the others"));
    peer.fill(Arc::new(ada()));
    peer.fill(Arc::new(User { name: "Bob".into(), ..ada() }));
    assert_eq!((&*copy.author.get().unwrap().name, note.author.is_loaded()), ("Ada", true));
    assert_eq!(format!("{peer:?}"), "Peer(loaded)");
    // What it was given of another type is not seen.
    let peer = slot(&mut note, "tags").peer().unwrap();
    peer.fill(Arc::new(vec![ada()]));
    assert!(note.tags.get().unwrap_err().is_not_loaded());
    // Others may hold the row, so that it is not changed.
    assert!(slot(&mut note, "author").unshared().is_none());
    assert!(fill(&mut note, "author", vec![ada()]));
    assert_eq!(unshared(&mut note, "author"), Some(1));
    let shared = slot(&mut note, "author").shared();
    assert!(shared.is_some() && slot(&mut note, "author").unshared().is_none());
    assert!(fill::<Profile>(&mut user, "profile", Vec::new()));
    assert_eq!(unshared(&mut user, "profile"), Some(0));
    slot(&mut note, "author").clear();
    assert!(!note.author.is_loaded() && slot(&mut note, "author").peer().is_none());
}

#[test]
fn a_template_sees_the_row_or_the_key() {
    let mut note = read_note();
    let json = |note: &Note| serde_json::to_string(note).unwrap();
    expect![[r#"{"id":1,"author":7,"reader":null,"tags":null}"#]].assert_eq(&json(&note));
    fill(&mut note, "author", vec![ada()]);
    fill(&mut note, "tags", vec![Label { id: 2 }]);
    expect![[r#"{"id":1,"author":{"id":7,"name":"Ada","notes":null,"profile":null},"reader":null,"tags":[{"id":2}]}"#]]
        .assert_eq(&json(&note));
}

/// Django asks; here the type has answered, unless the field says something else.
#[test]
fn the_type_says_what_becomes_of_a_row() {
    use carafe::models::schema::OnDelete;

    #[derive(Model)]
    struct Review {
        id: i64,
        author: ForeignKey<User>,
        editor: Option<ForeignKey<User>>,
        owner: Option<OneToOne<User>>,
        #[model(on_delete = cascade)]
        guest: Option<ForeignKey<User>>,
        #[model(on_delete = protect)]
        payer: ForeignKey<User>,
    }
    let told = |name: &str| Review::schema().field(name).unwrap().relation.unwrap().on_delete;
    assert!(matches!(told("author"), OnDelete::Cascade));
    assert!(matches!(told("editor"), OnDelete::SetNull));
    assert!(matches!(told("owner"), OnDelete::SetNull));
    assert!(matches!(told("guest"), OnDelete::Cascade));
    assert!(matches!(told("payer"), OnDelete::Protect));
}
