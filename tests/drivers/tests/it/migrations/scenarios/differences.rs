//! Where Carafe does something else than Django, and why it may.

/// A scenario whose operations are not Django's.
pub(super) struct Difference {
    pub(super) scenario: &'static str,
    /// What Django does, and Carafe does not.
    pub(super) django: &'static [&'static str],
    /// What Carafe does, and Django does not.
    pub(super) carafe: &'static [&'static str],
    #[expect(dead_code, reason = "whoever reads the table reads it")]
    pub(super) why: &'static str,
}

pub(super) const DIFFERENCES: &[Difference] = &[
    Difference {
        scenario: "arrange_for_graph_with_multiple_initial",
        django: &[
            "otherapp: Add field author to otherapp_attribution",
            "otherapp: Add field book to otherapp_attribution",
        ],
        carafe: &[],
        why: "what is made after the tables that it leads to is made whole",
    },
    Difference {
        scenario: "circular_dependency_mixed_addcreate",
        django: &["a: Add field country to a_address"],
        carafe: &[],
        why: "an app gets a second migration before a table is made in two steps",
    },
    Difference {
        scenario: "default_related_name_option #2",
        django: &[],
        carafe: &["app: Call the model of app_model Model"],
        why: CAPITAL,
    },
    Difference {
        scenario: "non_circular_foreignkey_dependency_removal",
        django: &[],
        carafe: &["testapp: Remove field author from testapp_publisher"],
        why: "they lead to each other, and one of the ways is cut; Django cuts the other one",
    },
    Difference {
        scenario: "rename_field_preserved_db_column",
        django: &["app: Alter field field on app_foo"],
        carafe: &[],
        why: COLUMN,
    },
    Difference {
        scenario: "rename_model_case",
        django: &[],
        carafe: &["testapp: Call the model of testapp_author author"],
        why: CAPITAL,
    },
    Difference {
        scenario: "rename_related_field_preserved_db_column",
        django: &["app: Alter field foo on app_bar"],
        carafe: &[],
        why: COLUMN,
    },
    Difference {
        scenario: "renamed_referenced_m2m_model_case",
        django: &[],
        carafe: &["testapp: Call the model of testapp_publisher publisher"],
        why: CAPITAL,
    },
    Difference {
        scenario: "circular_dependency_swappable",
        django: &["b: after __setting__"],
        carafe: &["b: after a"],
        why: SETTING,
    },
    Difference {
        scenario: "circular_dependency_swappable2",
        django: &["a: after __setting__"],
        carafe: &["a: after b"],
        why: SETTING,
    },
    Difference {
        scenario: "swappable",
        django: &["testapp: after __setting__"],
        carafe: &["testapp: after thirdapp"],
        why: SETTING,
    },
    Difference {
        scenario: "swappable_lowercase",
        django: &["testapp: after __setting__"],
        carafe: &["testapp: after auth"],
        why: SETTING,
    },
    Difference {
        scenario: "create_with_through_model_separate_apps",
        django: &["authors: after contract", "authors: after testapp"],
        carafe: &[],
        why: "the relation over a model of its own is nothing of a table",
    },
    Difference {
        scenario: "proxy_custom_pk #1",
        django: &["otherapp: after thirdapp", "thirdapp: after testapp"],
        carafe: &["otherapp: after testapp"],
        why: PROXY,
    },
    Difference {
        scenario: "proxy_custom_pk #2",
        django: &["otherapp: after thirdapp", "thirdapp: after testapp"],
        carafe: &["otherapp: after testapp"],
        why: PROXY,
    },
    Difference {
        scenario: "proxy_fk_dependency",
        django: &["otherapp: after thirdapp", "thirdapp: after testapp"],
        carafe: &["otherapp: after testapp"],
        why: PROXY,
    },
    Difference {
        scenario: "proxy_to_mti_with_fk_to_proxy #1",
        django: &["otherapp: after thirdapp", "thirdapp: after testapp"],
        carafe: &["otherapp: after testapp"],
        why: PROXY,
    },
];

const SETTING: &str = "the model that a setting names is named itself";
const PROXY: &str = "a proxy has no table, so that the one that it shows is what is needed";
const CAPITAL: &str =
    "the history keeps the model's name as it is written; its table stays as it is";
const COLUMN: &str = "a name of a field and that of its column change in one operation";
const KEY: &str = "the recorded model has a key of fields that it has not, and a field of the name that its key gets";

/// The scenarios that are not covered, each with its reason.
pub(super) const UNCOVERED: &[(&str, &str)] =
    &[("add_composite_pk", KEY), ("remove_composite_pk", KEY)];
