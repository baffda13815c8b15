//! States of tables that change at random, as people change their models.

use std::collections::BTreeSet;

use carafe_db::ddl::state::{
    CheckState, DefaultState, DeleteAction, ExpressionState, FieldState, GeneratedState,
    IndexState, KindState, LiteralState, ReferenceState, State, TableState, TermState,
    ThroughState, UniqueState,
};
use carafe_db::migrate::Piece;
use carafe_model::schema::{Kind, Operator};

use crate::migrations::contents::key;
use crate::queries::Dice;

/// The crates that own tables.
const OWNERS: [&str; 3] = ["app", "blog", "shop"];

/// The kinds of fields, and whether rows that are there can be given a value.
const KINDS: [(Kind, bool); 21] = [
    (Kind::Integer, true),
    (Kind::Text, true),
    (Kind::Bool, true),
    (Kind::SmallInteger, true),
    (Kind::BigInteger, true),
    (Kind::PositiveInteger, true),
    (Kind::PositiveSmallInteger, true),
    (Kind::PositiveBigInteger, true),
    (Kind::Real, true),
    (Kind::Float, true),
    (Kind::Decimal, true),
    (Kind::Duration, true),
    (Kind::Slug, true),
    (Kind::Email, true),
    (Kind::Url, true),
    (Kind::Date, true),
    (Kind::DateTime, true),
    (Kind::Timestamp, true),
    (Kind::Time, true),
    (Kind::Uuid, false),
    (Kind::Json, false),
];

/// States that follow each other.
struct Generator {
    dice: Dice,
    state: State,
    /// Makes names that were never used.
    names: usize,
    /// No table goes, and nothing needs rows of a table that is new: tables of the first state keep their
    /// rows however often the way is gone.
    is_careful: bool,
    /// The tables of the first state by their names now.
    first: Vec<String>,
    /// Those of the state before, which have rows.
    filled: Vec<String>,
    /// Fields in which no two rows hold the same, since they came with their tables.
    distinct: BTreeSet<String>,
    /// Fields that are or were unique: nobody can say what rows hold where they come back.
    kept: BTreeSet<String>,
}

/// So many states, the first of which has some tables.
pub(in crate::migrations) fn states(seed: u64, count: usize, is_careful: bool) -> Vec<State> {
    let mut own = Generator {
        dice: Dice::of(seed),
        state: State::default(),
        names: 0,
        is_careful,
        first: Vec::new(),
        filled: Vec::new(),
        distinct: BTreeSet::new(),
        kept: BTreeSet::new(),
    };
    for _ in 0..3 + own.dice.below(3) {
        own.add_table();
    }
    for _ in 0..4 {
        own.change();
    }
    own.forget();
    own.first = own.state.tables.keys().cloned().collect();
    let mut states = vec![own.state.clone()];
    while states.len() < count {
        own.forget();
        for _ in 0..=own.dice.below(4) {
            own.change();
        }
        states.push(own.state.clone());
    }
    states
}

impl Generator {
    fn name(&mut self, of: &str) -> String {
        self.names += 1;
        format!("{of}{}", self.names)
    }

    fn chance(&mut self, of: usize) -> bool {
        self.dice.below(of) == 0
    }

    /// A state is whole: old names have been told.
    fn forget(&mut self) {
        self.filled = self.state.tables.keys().cloned().collect();
        for table in self.state.tables.changing(|_| true) {
            table.was = None;
            for field in &mut table.fields {
                field.was = None;
            }
        }
    }

    fn table(&mut self) -> String {
        let names: Vec<&String> = self.state.tables.keys().collect();
        names[self.dice.below(names.len())].clone()
    }

    fn change(&mut self) {
        match self.dice.below(22) {
            0 => self.add_table(),
            1 => self.delete_table(),
            2..=4 => self.add_field(),
            5 | 6 => self.remove_field(),
            7..=10 => self.alter_field(),
            11 => self.rename_field(),
            12 => self.rename_table(),
            13 => self.move_table(),
            14 => self.add_reference(),
            15 => self.add_many(),
            16 => self.alter_key(),
            17 => self.add_generated(),
            18 => self.alter_comment(),
            19 => self.remove_piece(),
            _ => self.add_piece(),
        }
    }

    fn add_table(&mut self) {
        let name = self.name("t");
        let owner = OWNERS[self.dice.below(OWNERS.len())].to_owned();
        let single = self.single_keys();
        let fields = match self.dice.below(8) {
            0 if !single.is_empty() && !self.is_careful => {
                let to = single[self.dice.below(single.len())].clone();
                let reference = FieldState { primary_key: true, ..reference("one", &to) };
                let number = FieldState { primary_key: true, ..plain("two", Kind::Integer) };
                vec![reference, number]
            }
            1 => vec![FieldState { primary_key: true, ..plain("key", Kind::Integer) }],
            2 => {
                let key = FieldState { max_length: Some(30), ..plain("key", Kind::Text) };
                vec![FieldState { primary_key: true, ..key }]
            }
            _ => {
                let kind = [Kind::BigInteger, Kind::Integer][self.dice.below(2)];
                vec![FieldState { primary_key: true, counted: true, ..plain("id", kind) }]
            }
        };
        let table = TableState {
            model: name.to_uppercase(),
            owner,
            managed: true,
            fields,
            ..TableState::default()
        };
        self.state.tables.insert(name.clone(), TableState { name: name.clone(), ..table });
        for _ in 0..self.dice.below(4) {
            let field = self.field(true);
            self.distinct.insert(field.name.clone());
            self.push(&name, field);
        }
    }

    fn push(&mut self, table: &str, field: FieldState) {
        if let Some(table) = self.state.tables.get_mut(table) {
            table.fields.push(field);
        }
    }

    /// Tables whose key is one column.
    fn single_keys(&self) -> Vec<String> {
        let tables = self.state.tables.values();
        let single = tables.filter(|table| key(&self.state, table).len() == 1);
        single.map(|table| table.name.clone()).collect()
    }

    /// A field of any kind. In a table that is there it may be required only where rows can be filled.
    fn field(&mut self, is_new_table: bool) -> FieldState {
        let (kind, can_be_filled) = KINDS[self.dice.below(KINDS.len())];
        let name = self.name("f");
        let mut field = plain(&name, kind);
        if kind.is_text() && !self.chance(4) {
            field.max_length = Some([20, 40, 60][self.dice.below(3)]);
        }
        if kind == Kind::Decimal {
            field.digits = Some((10, 2));
        }
        field.null = self.chance(2) || !can_be_filled;
        if can_be_unique(&field) {
            field.unique = self.chance(5) && (is_new_table || field.null);
            if field.unique {
                self.kept.insert(name.clone());
            }
            field.indexed = !field.unique && self.chance(4);
        }
        if self.chance(4) && !field.unique {
            field.default = default(kind);
        }
        field
    }

    fn add_field(&mut self) {
        let table = self.table();
        let field = self.field(false);
        self.push(&table, field);
    }

    fn delete_table(&mut self) {
        let table = self.table();
        if self.is_careful || self.state.tables.len() < 3 {
            return;
        }
        let others = || self.state.tables.values().filter(|other| other.name != table);
        let leads =
            |field: &FieldState| field.reference.as_ref().is_some_and(|own| own.table() == table);
        let is_held = others().flat_map(|other| &other.fields).any(|field| {
            leads(field)
                && matches!(field.reference, Some(ReferenceState::Key { .. }))
                && !field.null
        });
        if is_held {
            return;
        }
        let gone: Vec<(String, String)> = others()
            .flat_map(|other| other.fields.iter().map(move |field| (other, field)))
            .filter(|(_, field)| leads(field))
            .map(|(other, field)| (other.name.clone(), field.name.clone()))
            .collect();
        for (table, field) in gone {
            self.take(&table, &field);
        }
        self.state.tables.remove(&table);
    }

    /// Removes a field with what names it.
    fn take(&mut self, table: &str, field: &str) {
        let Some(own) = self.state.tables.get_mut(table) else { return };
        let names_it = |expression: &ExpressionState| {
            let mut found = false;
            expression.fields(&mut |name| found |= name == field);
            found
        };
        own.fields.retain(|other| {
            other.name != field
                && other.generated.as_ref().is_none_or(|own| !names_it(&own.expression))
        });
        let parts = |parts: &[TermState]| parts.iter().any(|part| names_it(&part.expression));
        own.uniques.retain(|piece| !parts(&piece.parts));
        own.indexes.retain(|piece| !parts(&piece.parts));
        own.checks.retain(|piece| !names_it(&piece.condition));
    }

    /// A field that is no part of the key.
    fn pick(
        &mut self,
        is_it: impl Fn(&TableState, &FieldState) -> bool,
    ) -> Option<(String, String)> {
        let fields: Vec<(String, String)> = self
            .state
            .tables
            .values()
            .flat_map(|table| table.fields.iter().map(move |field| (table, field)))
            .filter(|(table, field)| !field.primary_key && is_it(table, field))
            .map(|(table, field)| (table.name.clone(), field.name.clone()))
            .collect();
        (!fields.is_empty()).then(|| fields[self.dice.below(fields.len())].clone())
    }

    fn remove_field(&mut self) {
        let comes_back = |field: &FieldState| {
            field.null
                || field.generated.is_some()
                || matches!(field.reference, Some(ReferenceState::Many { .. }))
                || !field.unique && field.reference.is_none()
        };
        let kept = self.kept.clone();
        let can_go =
            |_: &TableState, own: &FieldState| comes_back(own) && !kept.contains(&own.name);
        if let Some((table, field)) = self.pick(can_go) {
            self.take(&table, &field);
        }
    }

    fn alter_field(&mut self) {
        let is_plain = |_: &TableState, field: &FieldState| {
            field.generated.is_none()
                && !matches!(field.reference, Some(ReferenceState::Many { .. }))
        };
        let Some((table, name)) = self.pick(is_plain) else { return };
        let what = self.dice.below(8);
        let is_distinct = self.distinct.contains(&name);
        let own = self.state.tables.get_mut(&table);
        let Some(own) = own else { return };
        let is_named = names(own, &name);
        let is_filled = KINDS.iter().any(|(kind, fills)| {
            *fills && own.field(&name).and_then(|field| field.kind.plain()) == Some(*kind)
        });
        let Some(field) = own.fields.iter_mut().find(|field| field.name == name) else { return };
        if let Some(ReferenceState::Key { on_delete, .. }) = &mut field.reference {
            match what {
                0 | 1 => {
                    *on_delete = [None, Some(DeleteAction::Cascade)][what];
                }
                2 => field.indexed = !field.indexed,
                3 if field.null => *on_delete = Some(DeleteAction::SetNull),
                4 if is_distinct => {
                    field.unique = !field.unique;
                    self.kept.insert(name);
                }
                _ => {}
            }
            return;
        }
        let kind = field.kind.plain().unwrap_or(Kind::Text);
        match what {
            0 | 1 if !self.kept.contains(&name) => field.null = !field.null || !is_filled,
            // Rows that held nothing are filled with the same.
            0 | 1 if is_distinct && is_filled => field.null = false,
            2 if field.default.is_some() => field.default = None,
            // Rows of before get it, each the same.
            2 if !field.unique => field.default = default(kind),
            3 if can_be_unique(field)
                && field.default.is_none()
                && (is_distinct || field.unique) =>
            {
                field.unique = !field.unique;
                field.indexed &= !field.unique;
                self.kept.insert(name);
            }
            4 if can_be_unique(field) && !field.unique => field.indexed = !field.indexed,
            5 => field.comment = field.comment.is_none().then(|| "it's \"said\"".to_owned()),
            _ if is_named => {}
            _ => widen(field, kind),
        }
    }

    fn rename_field(&mut self) {
        let Some((table, name)) = self.pick(|_, _| true) else { return };
        let new = self.name("f");
        for known in [&mut self.distinct, &mut self.kept] {
            if known.remove(&name) {
                known.insert(new.clone());
            }
        }
        let own = &self.state.tables[&table];
        let was = own.field(&name).and_then(|field| field.was.clone()).unwrap_or(name.clone());
        let other = |field: &str| Ok(if field == name { new.clone() } else { field.to_owned() });
        let mut own = own.clone();
        for field in &mut own.fields {
            if let Some(generated) = &mut field.generated {
                generated.expression = generated.expression.renamed(&other).unwrap();
            }
            if field.name == name {
                field.name.clone_from(&new);
                field.was = Some(was.clone());
                field.column = match field.reference {
                    Some(ReferenceState::Key { .. }) => format!("{new}_id"),
                    _ => new.clone(),
                };
            }
        }
        let terms = own.uniques.iter_mut().flat_map(|own| &mut own.parts);
        for part in terms.chain(own.indexes.iter_mut().flat_map(|own| &mut own.parts)) {
            part.expression = part.expression.renamed(&other).unwrap();
        }
        for check in &mut own.checks {
            check.condition = check.condition.renamed(&other).unwrap();
        }
        self.state.tables.insert(table, own);
        self.name_through();
    }

    fn rename_table(&mut self) {
        let name = self.table();
        let new = self.name("t");
        let Some(mut table) = self.state.tables.remove(&name) else { return };
        table.was = Some(table.was.take().unwrap_or_else(|| name.clone()));
        table.name.clone_from(&new);
        table.model = new.to_uppercase();
        self.state.tables.insert(new.clone(), table);
        for field in self.state.tables.changing(|_| true).flat_map(|table| &mut table.fields) {
            if let Some(ReferenceState::Key { table, .. } | ReferenceState::Many { table, .. }) =
                &mut field.reference
                && *table == name
            {
                table.clone_from(&new);
            }
        }
        for own in self.first.iter_mut().chain(&mut self.filled).filter(|own| **own == name) {
            own.clone_from(&new);
        }
        self.name_through();
    }

    /// Tables between are called as their tables and fields are.
    fn name_through(&mut self) {
        let state = self.state.clone();
        for table in self.state.tables.changing(|_| true) {
            for field in &mut table.fields {
                if let Some(ReferenceState::Many { table: to, through, .. }) = &mut field.reference
                {
                    *through = between(&state, &table.name, &field.name, to);
                }
            }
        }
    }

    fn move_table(&mut self) {
        let table = self.table();
        let owner = OWNERS[self.dice.below(OWNERS.len())];
        if let Some(table) = self.state.tables.get_mut(&table) {
            owner.clone_into(&mut table.owner);
        }
    }

    fn add_reference(&mut self) {
        let (table, to) = (self.table(), self.table());
        let name = self.name("r");
        let is_single = self.single_keys().contains(&to);
        // A row that is there is to lead to the first row.
        let filled = if self.is_careful { &self.first } else { &self.filled };
        let has_rows = self.first.is_empty() || filled.contains(&to);
        let field = FieldState {
            null: !is_single || !has_rows || self.chance(2),
            indexed: !self.chance(3),
            ..reference(&name, &to)
        };
        if self.first.is_empty() {
            self.distinct.insert(name);
        }
        self.push(&table, field);
    }

    fn add_many(&mut self) {
        let (table, to) = (self.table(), self.table());
        let name = self.name("m");
        let field = FieldState {
            reference: Some(ReferenceState::Many {
                constrained: true,
                through: between(&self.state, &table, &name, &to),
                table: to,
            }),
            ..plain(&name, Kind::Related)
        };
        self.push(&table, field);
    }

    /// A key gets wider, with all that leads to it.
    fn alter_key(&mut self) {
        let table = self.table();
        let Some(table) = self.state.tables.get_mut(&table) else { return };
        for field in table.fields.iter_mut().filter(|field| field.primary_key) {
            match field.kind.plain() {
                Some(Kind::Integer) => field.kind = KindState::Plain(Kind::BigInteger),
                Some(Kind::Text) => field.max_length = Some(50),
                _ => {}
            }
        }
    }

    fn add_generated(&mut self) {
        let is_text = |_: &TableState, field: &FieldState| {
            let kind = field.kind.plain();
            kind == Some(Kind::Text) && field.max_length.is_some() && field.generated.is_none()
        };
        let Some((table, of)) = self.pick(is_text) else { return };
        let name = self.name("g");
        let lower = ExpressionState::Call("lower".to_owned(), vec![ExpressionState::Field(of)]);
        let field = FieldState {
            max_length: Some(100),
            // What is computed of nothing is nothing.
            null: true,
            generated: Some(GeneratedState { expression: lower, stored: true }),
            ..plain(&name, Kind::Text)
        };
        self.push(&table, field);
    }

    fn alter_comment(&mut self) {
        let table = self.table();
        if let Some(table) = self.state.tables.get_mut(&table) {
            table.comment = table.comment.is_none().then(|| "what's \\ in it".to_owned());
        }
    }

    fn add_piece(&mut self) {
        let is_short = |_: &TableState, field: &FieldState| {
            can_be_unique(field) && field.generated.is_none() && field.reference.is_none()
        };
        let Some((table, one)) = self.pick(is_short) else { return };
        let (kind, name, down) = (self.dice.below(3), self.name("p"), self.chance(2));
        let is_named = self.chance(2);
        let Some(table) = self.state.tables.get_mut(&table) else { return };
        let other = table.fields.iter().find(|field| field.name != one && is_short(table, field));
        let Some(other) = other.map(|field| field.name.clone()) else { return };
        let term = |name: &str, descending: bool| TermState {
            expression: ExpressionState::Field(name.to_owned()),
            descending,
            class: None,
        };
        let own = is_named.then(|| name.clone());
        let made = match kind {
            0 => Piece::Unique(UniqueState {
                name: own,
                parts: vec![term(&one, false), term(&other, false)],
                ..UniqueState::default()
            }),
            1 => Piece::Index(IndexState {
                name: own,
                parts: vec![term(&one, false), term(&other, down)],
                ..IndexState::default()
            }),
            _ => {
                let is_text =
                    table.field(&one).and_then(|own| own.kind.plain()).is_some_and(Kind::is_text);
                let field = ExpressionState::Field(one);
                let (value, operator, most) = if is_text {
                    (ExpressionState::Call("length".to_owned(), vec![field]), Operator::Lt, 1000)
                } else {
                    (field, Operator::Ge, 0)
                };
                let most = Box::new(ExpressionState::Literal(LiteralState::I64(most)));
                let condition = ExpressionState::Binary(Box::new(value), operator, most);
                Piece::Check(CheckState { name, condition })
            }
        };
        // What has no name is told from others by what it is made of; and PostgreSQL takes two uniques of the
        // same columns for one.
        let nameless = |piece: &Piece| match piece.clone() {
            Piece::Unique(own) => Piece::Unique(UniqueState { name: None, ..own }),
            other => other,
        };
        let (made_told, all) = (nameless(&made).told(), Piece::all(table));
        if all.iter().any(|piece| nameless(piece).told() == made_told) {
            return;
        }
        match made {
            Piece::Unique(own) => table.uniques.push(own),
            Piece::Index(own) => table.indexes.push(own),
            Piece::Check(own) => table.checks.push(own),
            Piece::Exclusion(_) => {}
        }
    }

    fn remove_piece(&mut self) {
        let table = self.table();
        let Some(table) = self.state.tables.get_mut(&table) else { return };
        match self.dice.below(3) {
            0 => drop(table.uniques.pop()),
            1 => drop(table.indexes.pop()),
            _ => drop(table.checks.pop()),
        }
    }
}

/// Whether something of the table names a field.
fn names(table: &TableState, field: &str) -> bool {
    let mut found = false;
    for own in table.fields.iter().filter_map(|field| field.generated.as_ref()) {
        own.expression.fields(&mut |name| found |= name == field);
    }
    for piece in Piece::all(table) {
        piece.fields(&mut |name| found |= name == field);
    }
    found
}

/// A kind that holds all that the field held.
fn widen(field: &mut FieldState, kind: Kind) {
    match kind {
        Kind::SmallInteger => field.kind = KindState::Plain(Kind::Integer),
        Kind::PositiveSmallInteger => field.kind = KindState::Plain(Kind::PositiveInteger),
        Kind::PositiveInteger => field.kind = KindState::Plain(Kind::PositiveBigInteger),
        Kind::Integer => field.kind = KindState::Plain(Kind::BigInteger),
        Kind::BigInteger if !field.unique && !field.indexed && field.default.is_none() => {
            field.kind = KindState::Plain(Kind::Text);
            field.max_length = Some(40);
        }
        Kind::Real => field.kind = KindState::Plain(Kind::Float),
        Kind::Decimal => field.digits = Some((14, 4)),
        Kind::Slug => field.kind = KindState::Plain(Kind::Text),
        Kind::Text if field.max_length.is_some() && !field.unique && !field.indexed => {
            field.max_length = None;
        }
        kind if kind.is_text() && field.max_length.is_some() => field.max_length = Some(90),
        _ => {}
    }
}

/// Whether every database can find its values by an index of the whole.
fn can_be_unique(field: &FieldState) -> bool {
    let kind = field.kind.plain().unwrap_or(Kind::Related);
    match kind {
        Kind::Integer | Kind::BigInteger | Kind::SmallInteger | Kind::PositiveInteger => true,
        kind => kind.is_text() && field.max_length.is_some(),
    }
}

fn default(kind: Kind) -> Option<DefaultState> {
    let literal = match kind {
        Kind::Bool => LiteralState::Bool(true),
        kind if kind.is_text() => LiteralState::Text("d'e".to_owned()),
        kind if kind.range().is_some() => LiteralState::I64(7),
        _ => return None,
    };
    Some(DefaultState::Database(ExpressionState::Literal(literal)))
}

fn between(state: &State, table: &str, field: &str, to: &str) -> ThroughState {
    let columns = |side: &str, of: &str| -> Vec<String> {
        let key = key(state, &state.tables[of]);
        match &key[..] {
            [_] => vec![format!("{side}_id")],
            parts => parts.iter().map(|part| format!("{side}_{}", part.name)).collect(),
        }
    };
    let (from, into) = if table == to {
        (format!("from_{table}"), format!("to_{to}"))
    } else {
        (table.to_owned(), to.to_owned())
    };
    ThroughState {
        table: format!("{table}_{field}"),
        from: columns(&from, table),
        to: columns(&into, to),
    }
}

fn reference(name: &str, to: &str) -> FieldState {
    FieldState {
        column: format!("{name}_id"),
        reference: Some(ReferenceState::Key {
            table: to.to_owned(),
            constrained: true,
            on_delete: None,
        }),
        ..plain(name, Kind::Key)
    }
}

fn plain(name: &str, kind: Kind) -> FieldState {
    FieldState {
        name: name.to_owned(),
        was: None,
        kind: KindState::Plain(kind),
        column: name.to_owned(),
        null: false,
        primary_key: false,
        counted: false,
        unique: false,
        indexed: false,
        max_length: None,
        digits: None,
        default: None,
        generated: None,
        comment: None,
        reference: None,
    }
}
