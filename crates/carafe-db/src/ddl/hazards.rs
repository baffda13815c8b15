//! What a change of a table does to those who use it meanwhile.

/// What changes of tables do to those who use them meanwhile, on a database that several share; `None` for what
/// does no harm there.
#[derive(Debug)]
pub struct Hazards {
    /// An index is made.
    pub index: Option<Hazard>,
    /// An index is taken away.
    pub index_away: Option<Hazard>,
    /// A combination is to exist once.
    pub unique: Option<Hazard>,
    /// A condition is to hold for each row.
    pub check: Option<Hazard>,
    /// Combinations are to exclude each other.
    pub exclusion: Option<Hazard>,
    /// Rows are to refer to others.
    pub foreign_key: Option<Hazard>,
    /// NULL is allowed no more.
    pub not_null: Option<Hazard>,
    /// A column gets a type whose values are kept in another way.
    pub retype: Option<Hazard>,
    /// A new column holds what differs from row to row.
    pub computed: Option<Hazard>,
    /// All rows are changed by one statement.
    pub fill: Option<Hazard>,
    /// Several of these stand in one transaction.
    pub together: Option<Hazard>,
}

/// Why something hurts, and what to do instead.
#[derive(Clone, Copy, Debug)]
pub struct Hazard {
    /// Which lock it takes, and who waits for it.
    pub why: &'static str,
    /// What leads to the same without that.
    pub instead: &'static str,
}

#[expect(clippy::unnecessary_wraps, reason = "so it stands in the tables below")]
#[cfg(any(test, feature = "mysql", feature = "postgres"))]
const fn hazard(why: &'static str, instead: &'static str) -> Option<Hazard> {
    Some(Hazard { why, instead })
}

#[cfg(any(test, feature = "mysql", feature = "postgres"))]
const FILL: Option<Hazard> = hazard(
    "one UPDATE of all rows keeps the locks of all of them to its end: whoever changes one waits",
    "`online = true` fills them bit by bit, each bit in a transaction of its own",
);

/// PostgreSQL's, from version 12 on.
#[cfg(any(test, feature = "postgres"))]
pub(super) static POSTGRES: Hazards = Hazards {
    index: hazard(
        "CREATE INDEX keeps a SHARE lock until the index is built: all who write wait",
        "`online = true` builds it CONCURRENTLY",
    ),
    index_away: hazard(
        "DROP INDEX wants an ACCESS EXCLUSIVE lock: all wait behind the longest query that uses the table",
        "`online = true` drops it CONCURRENTLY",
    ),
    unique: hazard(
        "a UNIQUE constraint builds its index under an ACCESS EXCLUSIVE lock: all who read or write wait",
        "`online = true` builds the index CONCURRENTLY, and lets the constraint use it",
    ),
    check: hazard(
        "a CHECK constraint looks at all rows under an ACCESS EXCLUSIVE lock: all who read or write wait",
        "`online = true` adds it NOT VALID, for new rows, and looks at the others under a lock that lets all pass",
    ),
    exclusion: hazard(
        "an EXCLUDE constraint builds its index under an ACCESS EXCLUSIVE lock: all who read or write wait",
        "there is no other way: migrate when nobody uses the table",
    ),
    foreign_key: hazard(
        "a FOREIGN KEY looks at all rows under SHARE ROW EXCLUSIVE locks of both tables: all who write to one of them wait",
        "`online = true` adds it NOT VALID, for new rows, and looks at the others under locks that let all pass",
    ),
    not_null: hazard(
        "SET NOT NULL looks at all rows under an ACCESS EXCLUSIVE lock: all who read or write wait",
        "`online = true` looks at them beforehand, by a CHECK that is NOT VALID, then validated, and dropped in the end",
    ),
    retype: hazard(
        "the table is written anew, with its indexes, under an ACCESS EXCLUSIVE lock: all who read or write wait",
        "add a new field of that type, keep it in step (`add_mirror`), fill it (`backfill`), and let it take the name of the old one: `makemigrations --safe` writes that",
    ),
    computed: hazard(
        "the table is written anew to compute the values, under an ACCESS EXCLUSIVE lock: all who read or write wait",
        "add a field that may be NULL, keep it in step (`add_mirror`), and fill it (`backfill`)",
    ),
    fill: FILL,
    together: hazard(
        "their locks are kept until the whole transaction ends, and two tables that are locked one after the other may meet somebody who locks them the other way round",
        "give each a migration of its own, or `online = true`, which ends a transaction after each step",
    ),
};

/// What `InnoDB` cannot do in place.
#[cfg(any(test, feature = "mysql"))]
pub(super) static MYSQL: Hazards = Hazards {
    // It builds them while others write.
    index: None,
    index_away: None,
    unique: None,
    check: hazard(
        "a CHECK constraint copies the table (ALGORITHM=COPY): all who write wait",
        "check it in the program, or migrate when nobody writes",
    ),
    exclusion: None,
    foreign_key: hazard(
        "a FOREIGN KEY copies the table (ALGORITHM=COPY), unless `foreign_key_checks` are off: all who write wait",
        "let the field be `constrained = false`, or migrate when nobody writes",
    ),
    // It is done anew in place, while others write.
    not_null: None,
    retype: hazard(
        "another type copies the table (ALGORITHM=COPY): all who write wait",
        "add a new field of that type, let the program write both, fill it (`backfill`), and remove the old one",
    ),
    computed: hazard(
        "the table is copied to compute the values (ALGORITHM=COPY): all who write wait",
        "let it be computed when it is read (not `stored`), or add a field that may be NULL and fill it (`backfill`)",
    ),
    fill: FILL,
    // Each change lasts by itself.
    together: None,
};
