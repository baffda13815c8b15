//! The guide's table of keys is what the program knows.

use carafe::settings::{
    CoreSettings, DefaultValue, FieldSchema, LimitSettings, Literal, LogSettings, Section,
    SectionSchema, SecuritySettings, ServerSettings,
};

#[test]
fn the_guide_lists_every_key() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/topics/settings.md");
    let guide = std::fs::read_to_string(path).unwrap();
    let schemas = [
        ("", CoreSettings::SCHEMA),
        ("server.", ServerSettings::SCHEMA),
        ("log.", LogSettings::SCHEMA),
        ("security.", SecuritySettings::SCHEMA),
        ("limits.", LimitSettings::SCHEMA),
    ];
    let rows: Vec<String> =
        schemas.into_iter().flat_map(|(section, schema)| rows(section, schema)).collect();
    let table = rows.join("\n");
    assert!(guide.contains(&table), "the table of keys in {path} should be:\n{table}");
}

fn rows(section: &str, schema: &'static SectionSchema) -> Vec<String> {
    let row = |field: &FieldSchema| {
        if let Some(nested) = field.nested {
            return self::rows(&format!("{section}{}.", field.key), nested).join("\n");
        }
        let about = field.docs.replace('\n', " ");
        let env: Vec<String> = field.env.iter().map(|name| format!(" Also `{name}`.")).collect();
        let env = env.concat();
        format!("| `{section}{}` | {} | {about}{env} |", field.key, default(field))
    };
    schema.fields.iter().map(row).collect()
}

fn default(field: &FieldSchema) -> String {
    match field.default {
        DefaultValue::Literal(Literal::Text(text)) => format!("`\"{text}\"`"),
        DefaultValue::Literal(Literal::Int(number)) => format!("`{number}`"),
        DefaultValue::Literal(Literal::Bool(value)) => format!("`{value}`"),
        DefaultValue::Literal(Literal::List([])) => "`[]`".to_owned(),
        DefaultValue::Nothing => "-".to_owned(),
        ref other => panic!("say how the guide shows {other:?}"),
    }
}
