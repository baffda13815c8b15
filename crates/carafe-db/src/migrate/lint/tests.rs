//! What is found, by the rules' names.

use carafe_core::Result;

use super::lint;
use crate::ddl::state::State;
use crate::ddl::{Ddl, MARIADB, POSTGRES, SQLITE};
use crate::migrate::Migration;

const ID: &str = "{ name = \"id\", kind = \"big_integer\", primary_key = true, counted = true }";

const BEFORE: &str = "[[operations]]
op = \"create_table\"
table = \"post\"
model = \"Post\"
fields = [{ name = \"id\", kind = \"big_integer\", primary_key = true, counted = true }, { name = \"title\", kind = \"text\", max_length = 50 }, { name = \"n\", kind = \"integer\", null = true }, { name = \"price\", kind = \"decimal\", digits = [9, 2] }]
indexes = [{ parts = [\"n\"] }]
";

fn found(ddl: &dyn Ddl, head: &str, operations: &[&str]) -> Result<String> {
    let mut before = State::default();
    Migration::parse("blog", "0001_initial", BEFORE)?.replay(&mut before)?;
    let operations = operations.join("\n[[operations]]\n");
    let text = format!("{head}\n[[operations]]\n{operations}\n");
    let migration = Migration::parse("blog", "0002_next", &text)?;
    let found = lint(&migration, &before, ddl)?;
    Ok(found.iter().map(|own| own.rule).collect::<Vec<_>>().join(" "))
}

/// One operation on `post`: what PostgreSQL has to say of it, and what MariaDB.
#[track_caller]
fn check(operation: &str, postgres: &str, mariadb: &str) {
    let operation = format!("table = \"post\"\n{operation}");
    assert_eq!(found(&POSTGRES, "", &[&operation]).unwrap(), postgres, "{operation}");
    assert_eq!(found(&MARIADB, "", &[&operation]).unwrap(), mariadb, "{operation}");
    assert_eq!(found(&SQLITE, "", &[&operation]).unwrap(), "", "{operation}");
    let silent = format!("{operation}\nsafe = \"nobody is there\"");
    assert_eq!(found(&POSTGRES, "", &[&silent]).unwrap(), "", "{operation}");
    assert_eq!(found(&POSTGRES, "safe = \"at night\"", &[&operation]).unwrap(), "");
}

/// The same, done online.
#[track_caller]
fn check_online(operation: &str, postgres: &str) {
    let operation = format!("table = \"post\"\n{operation}\nonline = true");
    assert_eq!(found(&POSTGRES, "", &[&operation]).unwrap(), postgres, "{operation}");
}

#[test]
fn indexes_and_constraints() {
    let index = "op = \"add_index\"\nindex = { parts = [\"title\"] }";
    check(index, "index", "");
    check_online(index, "");
    check("op = \"remove_index\"\nindex = { parts = [\"n\"] }", "index", "");
    let unique = "op = \"add_unique\"\nunique = { parts = [\"title\"] }";
    check(unique, "unique", "");
    check_online(unique, "");
    let some = "op = \"add_check\"\ncheck = { name = \"some\", condition = \"n > 0\" }";
    check(some, "check", "check");
    check_online(some, "");
}

#[test]
fn new_fields() {
    let add = |field: &str| format!("op = \"add_field\"\nfield = {{ name = \"a\", {field} }}");
    check(&add("kind = \"integer\", null = true"), "", "");
    check(&add("kind = \"integer\", default = \"3\""), "", "");
    check(&add("kind = \"timestamp\", default = \"now()\""), "", "");
    check(&add("kind = \"integer\""), "required", "required");
    check(&add("kind = \"integer\", null = true, indexed = true"), "index", "");
    check(&add("kind = \"integer\", null = true, unique = true"), "unique", "");
    check(&add("references = \"post\", null = true"), "foreign_key", "foreign_key");
    check(&add("references = \"post\", null = true, constrained = false"), "", "");
    check(&add("kind = \"integer\", generated = \"n + 1\", stored = true"), "computed", "computed");
    check(&format!("{}\nfill = \"3\"", add("kind = \"integer\"")), "required", "required");
    check(
        &format!("{}\nfill = \"n\"", add("kind = \"integer\"")),
        "required fill",
        "required fill",
    );
    check_online(&format!("{}\nfill = \"n\"", add("kind = \"integer\"")), "required");
    check_online(&add("references = \"post\", null = true, indexed = true"), "");
}

#[test]
fn changed_fields() {
    let alter = |name: &str, from: &str, to: &str| {
        format!(
            "op = \"alter_field\"\nfrom = {{ name = \"{name}\", {from} }}\nto = {{ name = \"{name}\", {to} }}"
        )
    };
    let text = "kind = \"text\", max_length = 50";
    check(&alter("title", text, "kind = \"text\", max_length = 60"), "", "");
    check(&alter("title", text, "kind = \"text\", max_length = 80"), "", "retype");
    check(&alter("title", text, "kind = \"text\""), "", "retype");
    check(&alter("title", text, "kind = \"text\", max_length = 40"), "retype", "retype");
    check(&alter("title", text, &format!("{text}, null = true")), "", "");
    let price = "kind = \"decimal\", digits = [9, 2]";
    check(&alter("price", price, "kind = \"decimal\", digits = [12, 2]"), "", "retype");
    check(&alter("price", price, "kind = \"decimal\", digits = [12, 3]"), "retype", "retype");
    let n = "kind = \"integer\", null = true";
    check(&alter("n", n, "kind = \"big_integer\", null = true"), "retype", "retype");
    check(&alter("n", n, "kind = \"integer\""), "required not_null", "required");
    check_online(&alter("n", n, "kind = \"integer\""), "required");
    let filled = format!("{}\nfill = \"7\"", alter("n", n, "kind = \"integer\""));
    check(&filled, "required fill not_null", "required fill");
}

#[test]
fn what_the_version_before_uses() {
    let title = "{ name = \"title\", kind = \"text\", max_length = 50 }";
    check(&format!("op = \"remove_field\"\nfield = {title}"), "drop", "drop");
    check("op = \"rename_field\"\nfrom = \"title\"\nto = \"headline\"", "rename", "rename");
    check(
        "op = \"rename_field\"\nfrom = \"title\"\nto = { name = \"headline\", column = \"title\" }",
        "",
        "",
    );
    let rename = "op = \"rename_table\"\nfrom = { table = \"post\", model = \"Post\" }\nto = { table = \"article\", model = \"Article\" }";
    assert_eq!(found(&POSTGRES, "", &[rename]).unwrap(), "rename");
    let delete =
        BEFORE.trim_start_matches("[[operations]]\n").replace("create_table", "delete_table");
    assert_eq!(found(&POSTGRES, "", &[&delete]).unwrap(), "drop");
    assert_eq!(found(&POSTGRES, "deploy = \"after\"", &[&delete]).unwrap(), "");
    let remove = format!("op = \"remove_field\"\ntable = \"post\"\nfield = {title}");
    assert_eq!(found(&POSTGRES, "deploy = \"after\"", &[&remove]).unwrap(), "");
}

#[test]
fn several_in_one_transaction() {
    let index = |field: &str| {
        format!("op = \"add_index\"\ntable = \"post\"\nindex = {{ parts = [\"{field}\"] }}")
    };
    let both = [index("title"), index("price")];
    assert_eq!(found(&POSTGRES, "", &[&both[0], &both[1]]).unwrap(), "index index together");
    let online = format!("{}\nonline = true", both[1]);
    assert_eq!(found(&POSTGRES, "", &[&both[0], &online]).unwrap(), "index");
}

#[test]
fn tables_of_the_same_migration_are_nobodys() {
    let create =
        format!("op = \"create_table\"\ntable = \"tag\"\nmodel = \"Tag\"\nfields = [{ID}]");
    let add = "op = \"add_field\"\ntable = \"tag\"\nfield = { name = \"n\", kind = \"integer\", indexed = true }";
    let rename = "op = \"rename_table\"\nfrom = { table = \"tag\", model = \"Tag\" }\nto = { table = \"label\", model = \"Label\" }";
    let index = "op = \"add_index\"\ntable = \"label\"\nindex = { parts = [\"n\"] }";
    assert_eq!(found(&POSTGRES, "", &[&create, add, rename, index]).unwrap(), "");
}
