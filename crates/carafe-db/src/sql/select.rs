//! Whole queries in SQL.

use carafe_core::{Error, Result};
use carafe_model::query::{
    Distinct, Held, Lock, Node, OrderTerm, Output, Reached, Select, SetOperator, Step,
};
use carafe_model::schema::{FieldSchema, Kind, ModelSchema};

use super::compiler::{Compiler, Stand};
use super::expression::given;
use super::fragment::Fragment;
use super::from::{Group, Walk};

/// Where things stand in the rows of a query.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    /// Rows that are read along, those that lead to others first.
    pub(crate) related: Vec<Related>,
    /// Fields of the model that are left out.
    pub(crate) deferred: Vec<u16>,
    /// Where the keys stand of the rows that these are related to.
    pub(crate) along: usize,
    /// What is computed: the first column of each, and the field that it is.
    pub(crate) outputs: Vec<(usize, &'static FieldSchema)>,
}

/// A row that is read along with another.
#[derive(Clone, Debug)]
pub(crate) struct Related {
    /// The row that leads to it: the place in the list, or the model's own.
    pub(crate) parent: Option<usize>,
    /// The relation, by its place in the parent's model.
    pub(crate) field: u16,
    /// Its model.
    pub(crate) model: &'static ModelSchema,
    /// Where its first column stands.
    pub(crate) column: usize,
    /// Whether it is known to be missing where it is: the other side of a one-to-one relation.
    pub(crate) may_be_missing: bool,
    /// Where its key stands, which is NULL where there is no such row.
    pub(crate) key: usize,
}

/// A value that is computed has no field of its own.
pub(crate) static COMPUTED: FieldSchema = FieldSchema::new("computed", "computed", Kind::Text);

/// The pieces of a query.
#[derive(Default)]
struct Pieces {
    outputs: Vec<Fragment>,
    conditions: Vec<Fragment>,
    having: Vec<Fragment>,
    /// Conditions on what windows compute.
    qualify: Vec<Fragment>,
    group: Vec<Fragment>,
    /// Positions of outputs that rows are grouped by.
    group_outputs: Vec<usize>,
    order: Vec<(Fragment, OrderTerm)>,
    /// For each term of the order, the output that it is, by its column.
    order_outputs: Vec<Option<usize>>,
    grouped: bool,
}

impl Pieces {
    /// Calls the outputs `c0`, `c1` and so on; where windows are filtered by, that is done around
    /// them.
    fn name_outputs(&mut self) {
        if self.qualify.is_empty() {
            name_all(&mut self.outputs);
        }
    }
}

impl Compiler {
    /// The SQL of a query.
    pub(crate) fn select(&mut self, query: &Select) -> Result<(Fragment, Plan)> {
        self.select_as(query, Want::Rows)
    }

    /// The SQL of a query of which something else than its rows is wanted.
    fn select_as(&mut self, query: &Select, want: Want) -> Result<(Fragment, Plan)> {
        if !query.combined.is_empty() {
            return self.combined(query);
        }
        self.enter(query.model);
        let mut plan = Plan { deferred: query.deferred.clone(), ..Plan::default() };
        let mut pieces = self.pieces(query, want, &mut plan)?;
        if want == Want::Named {
            pieces.name_outputs();
        }
        let sql = self.assemble(query, want, pieces)?;
        self.leave();
        Ok((sql, plan))
    }

    /// How many rows a query has.
    pub(crate) fn count(&mut self, query: &Select) -> Result<Fragment> {
        if is_whole(query) {
            let (rows, _) = self.select_as(query, Want::Named)?;
            return Ok(rows.wrapped("SELECT COUNT(*) FROM (", ") q"));
        }
        Ok(self.select_as(query, Want::Count)?.0)
    }

    /// Whether a query has rows: one row, or none.
    pub(crate) fn any(&mut self, query: &Select) -> Result<Fragment> {
        if query.is_sliced() || !query.combined.is_empty() {
            let (rows, _) = self.select_as(query, Want::Named)?;
            return Ok(rows.wrapped("SELECT 1 FROM (", ") q LIMIT 1"));
        }
        Ok(self.select_as(query, Want::One)?.0.wrapped("", " LIMIT 1"))
    }

    /// The keys of the rows of a query.
    pub(crate) fn keys(&mut self, query: &Select) -> Result<Fragment> {
        Ok(self.select_as(query, Want::Keys)?.0)
    }

    /// The keys of the rows of a query, as columns `c0`, `c1` and so on.
    pub(crate) fn named_keys(&mut self, query: &Select) -> Result<Fragment> {
        if !query.combined.is_empty() {
            return Err(Error::internal("combined queries are not changed")
                .hint("change the rows of each of them"));
        }
        self.enter(query.model);
        let mut plan = Plan::default();
        let mut pieces = self.pieces(query, Want::Keys, &mut plan)?;
        pieces.name_outputs();
        let sql = self.assemble(query, Want::Keys, pieces)?;
        self.leave();
        Ok(sql)
    }

    /// WHERE of a statement on the query's own table, where the query looks at nothing else.
    pub(crate) fn plain_condition(&mut self, query: &Select) -> Result<Option<Fragment>> {
        let plain = !is_whole(query) && query.reached.is_none() && query.along.is_none();
        if !plain {
            return Ok(None);
        }
        self.enter_named(query.model);
        let mut pieces = Pieces::default();
        for (number, node) in filters(query).enumerate() {
            self.filter(node, number, &mut pieces)?;
        }
        let joined = self.leave().is_none_or(|scope| scope.tables.len() > 1);
        if joined {
            return Ok(None);
        }
        Ok(Some(if pieces.conditions.is_empty() {
            Fragment::default()
        } else {
            Fragment::joined(pieces.conditions, " AND ").wrapped(" WHERE ", "")
        }))
    }

    /// Aggregates over all rows of a query. Where these are a slice, grouped or distinct, what is
    /// aggregated is computed for each of them first.
    pub(crate) fn totals(&mut self, query: &Select, nodes: &[Node]) -> Result<Fragment> {
        if !query.combined.is_empty() {
            return Err(Error::internal("nothing is aggregated over combined queries"));
        }
        let whole = is_whole(query);
        self.enter(query.model);
        let mut plan = Plan::default();
        let want = if whole { Want::Totals } else { Want::Count };
        let mut pieces = self.pieces(query, want, &mut plan)?;
        self.lifted = whole.then(Vec::new);
        let totals: Result<Vec<_>> =
            nodes.iter().map(|node| self.value(node, Stand::ANY)).collect();
        let totals = Fragment::joined(totals?, ", ");
        let sql = match self.lifted.take() {
            None => {
                pieces.outputs = vec![totals];
                self.assemble(query, want, pieces)?
            }
            Some(lifted) => {
                let rest = std::mem::replace(&mut pieces.outputs, lifted);
                pieces.outputs.extend(rest);
                if pieces.outputs.is_empty() {
                    pieces.outputs.push(Fragment::new("1"));
                }
                pieces.name_outputs();
                let rows = self.assemble(query, want, pieces)?;
                let mut sql = totals.wrapped("SELECT ", " FROM (");
                sql.append(rows);
                sql.push(") q");
                sql
            }
        };
        self.leave();
        Ok(sql)
    }

    fn pieces(&mut self, query: &Select, want: Want, plan: &mut Plan) -> Result<Pieces> {
        let mut pieces = Pieces::default();
        let model = self.model()?;
        let grouped_values = matches!(query.output, Output::Values { grouped: true, .. });
        // Values come first, and go over the joins that conditions make before them.
        let mut annotated = Vec::new();
        for (number, step) in query.steps.iter().enumerate() {
            match step {
                Step::Filter(node) => self.filter(node, number, &mut pieces)?,
                Step::Annotate(node) => {
                    pieces.grouped |= node.aggregates();
                    let columns = self.output(node)?;
                    annotated.push((node, columns));
                }
            }
        }
        if let Some(reached) = &query.reached {
            let condition = self.reached(reached)?;
            pieces.conditions.push(condition);
        }
        if let Some(along) = &query.along {
            let condition = self.along(along)?;
            pieces.conditions.push(condition);
        }
        match &query.output {
            _ if want.is_one() => {}
            Output::Row if want != Want::Totals || matches!(query.distinct, Distinct::Rows) => {
                self.row(model, 0, &query.deferred, &mut pieces)?;
            }
            Output::Row => {}
            Output::Values { nodes, .. } => {
                for node in nodes {
                    let (columns, field) = self.output(node)?;
                    plan.outputs.push((pieces.outputs.len(), field));
                    let at = pieces.outputs.len();
                    if !node.aggregates() {
                        pieces.group_outputs.extend(at..at + columns.len());
                    }
                    pieces.outputs.extend(columns);
                }
            }
        }
        if matches!((&query.output, want), (Output::Row, Want::Rows)) {
            self.related(query, plan, &mut pieces)?;
        }
        for (node, (columns, field)) in annotated {
            if want.is_one() {
                continue;
            }
            plan.outputs.push((pieces.outputs.len(), field));
            let at = pieces.outputs.len();
            if !node.aggregates() && !node.windows() {
                pieces.group_outputs.extend(at..at + columns.len());
            }
            pieces.outputs.extend(columns);
        }
        if let Some(along) = query.along.as_ref().filter(|_| want == Want::Rows) {
            plan.along = pieces.outputs.len();
            let table = self.scope()?.along().to_owned();
            for column in &along.others {
                let column = self.columns_of(&table, std::slice::from_ref(column));
                pieces.outputs.push(column.clone());
                pieces.group.push(column);
            }
        }
        if !grouped_values {
            let key: Vec<String> = model.primary_key().flat_map(FieldSchema::columns).collect();
            let alias = self.scope()?.alias(0).to_owned();
            for column in &key {
                let column = self.columns_of(&alias, std::slice::from_ref(column));
                pieces.group.push(column);
            }
        }
        match want {
            Want::Count => pieces.outputs.push(Fragment::new("COUNT(*)")),
            Want::One => pieces.outputs.push(Fragment::new("1")),
            Want::Keys => {
                let key = model.primary_key().flat_map(FieldSchema::columns);
                let alias = self.scope()?.alias(0).to_owned();
                for column in key.collect::<Vec<_>>() {
                    let column = self.columns_of(&alias, &[column]);
                    pieces.outputs.push(column);
                }
            }
            Want::Rows | Want::Named | Want::Totals => {}
        }
        if want == Want::Rows || query.is_sliced() || matches!(query.distinct, Distinct::On(_)) {
            self.ordering(query, grouped_values, plan, &mut pieces)?;
        }
        Ok(pieces)
    }

    /// Adds a condition where it belongs: rows, groups or what windows compute.
    fn filter(&mut self, node: &Node, number: usize, pieces: &mut Pieces) -> Result<()> {
        if let Node::And(parts) = node {
            return parts.iter().try_for_each(|part| self.filter(part, number, pieces));
        }
        if node.windows() {
            let sql = self.node(node, Stand::ANY)?;
            pieces.grouped |= node.aggregates();
            pieces.qualify.push(sql);
        } else if node.aggregates() {
            let sql = self.node(node, Stand::ANY)?;
            pieces.grouped = true;
            pieces.having.push(sql);
        } else {
            let stand = Stand::filter(number);
            let sql = self.node(node, stand)?;
            self.require(node, stand.group)?;
            pieces.conditions.push(sql);
        }
        Ok(())
    }

    /// A condition that is not true of NULL needs no rows that are missing: the joins are inner ones.
    fn require(&mut self, node: &Node, group: Group) -> Result<()> {
        let sides: &[Node] = match node {
            Node::Binary(sides, operator) if operator.compares() => &sides[..],
            Node::Between(parts) => &parts[..1],
            Node::Text(sides, _) => &sides[..1],
            Node::In(inner, _) | Node::InQuery(inner, _) => std::slice::from_ref(inner),
            _ => return Ok(()),
        };
        for side in sides {
            if let Node::Column(path) = side {
                let place = self.place(path, group)?;
                self.scope()?.require(place.table);
            }
        }
        Ok(())
    }

    /// The columns that an expression is returned as, and the field that it is.
    fn output(&mut self, node: &Node) -> Result<(Vec<Fragment>, &'static FieldSchema)> {
        if let Node::Column(path) = node {
            let place = self.place(path, Group::Any)?;
            let alias = self.scope()?.alias(place.table).to_owned();
            let columns = place.columns.iter();
            let columns =
                columns.map(|column| self.columns_of(&alias, std::slice::from_ref(column)));
            return Ok((columns.collect(), place.field));
        }
        Ok((vec![self.value(node, Stand::ANY)?], &COMPUTED))
    }

    /// The columns of a row.
    fn row(
        &mut self,
        model: &'static ModelSchema,
        table: usize,
        deferred: &[u16],
        pieces: &mut Pieces,
    ) -> Result<()> {
        let alias = self.scope()?.alias(table).to_owned();
        for field in model.stored().filter(|field| !deferred.contains(&field.index)) {
            for column in field.columns() {
                let column = self.columns_of(&alias, &[column]);
                pieces.outputs.push(column);
            }
        }
        Ok(())
    }

    /// Rows that are read along.
    fn related(&mut self, query: &Select, plan: &mut Plan, pieces: &mut Pieces) -> Result<()> {
        let root = self.model()?;
        let mut tables: Vec<usize> = Vec::new();
        for path in &query.related {
            let mut parent: Option<usize> = None;
            let (mut table, mut model) = (0, root);
            for field in path.fields(root)? {
                let known = plan
                    .related
                    .iter()
                    .position(|one| one.parent == parent && one.field == field.index);
                let dialect = self.dialect;
                let quote = |name: &str| dialect.quote(name);
                let mut aliases = self.aliases;
                let scope = self.scope()?;
                let (at, target) = Walk {
                    scope,
                    group: Group::Any,
                    aliases: &mut aliases,
                    quote: &quote,
                    filtered: None,
                }
                .row(table, model, field)?;
                self.aliases = aliases;
                if let Some(known) = known {
                    parent = Some(known);
                } else {
                    let column = pieces.outputs.len();
                    self.row(target, at, &[], pieces)?;
                    let first = target.primary_key().next().map_or(0, |key| target.offset(key));
                    plan.related.push(Related {
                        parent,
                        field: field.index,
                        model: target,
                        column,
                        may_be_missing: field.width == 0,
                        key: column + first,
                    });
                    tables.push(at);
                    parent = Some(plan.related.len() - 1);
                    for key in target.primary_key().flat_map(FieldSchema::columns) {
                        let alias = self.scope()?.alias(at).to_owned();
                        let key = self.columns_of(&alias, &[key]);
                        pieces.group.push(key);
                    }
                }
                (table, model) = (at, target);
            }
        }
        Ok(())
    }

    fn ordering(
        &mut self,
        query: &Select,
        grouped_values: bool,
        plan: &Plan,
        pieces: &mut Pieces,
    ) -> Result<()> {
        let model = self.model()?;
        match &query.order {
            Some(terms) => {
                let outputs = ordered_outputs(query, terms).into_iter();
                let column = |output: usize| Some(plan.outputs.get(output)?.0);
                pieces.order_outputs = outputs.map(|output| output.and_then(column)).collect();
                for term in terms {
                    let sql = self.value(&term.node, Stand::ANY)?;
                    if !term.node.aggregates() && !term.node.windows() {
                        pieces.group.push(sql.clone());
                    }
                    pieces.order.push((sql, term.clone()));
                }
            }
            // The model's own order says nothing about groups.
            None if grouped_values && pieces.grouped => {}
            None => {
                let alias = self.scope()?.alias(0).to_owned();
                for term in model.ordering {
                    let sql = self.schema_expression(&term.expression, model, &alias)?;
                    let node = Node::always();
                    let term = OrderTerm { node, descending: term.descending, nulls: None };
                    pieces.group.push(sql.clone());
                    pieces.order.push((sql, term));
                }
            }
        }
        Ok(())
    }

    fn assemble(&mut self, query: &Select, want: Want, mut pieces: Pieces) -> Result<Fragment> {
        let features = self.dialect.features();
        let mut head = Fragment::new("SELECT ");
        match &query.distinct {
            Distinct::No => {}
            Distinct::Rows if want.is_one() => {}
            Distinct::Rows => {
                head.push("DISTINCT ");
                // What is sorted by has to be among what is made distinct.
                for (sql, _) in &pieces.order {
                    if !pieces.outputs.iter().any(|output| output.sql == sql.sql) {
                        pieces.outputs.push(sql.clone());
                    }
                }
            }
            Distinct::On(nodes) => {
                if !features.distinct_on {
                    return Err(self.dialect.lacks("DISTINCT ON"));
                }
                let mut on = Vec::with_capacity(nodes.len());
                for node in nodes {
                    on.push(self.value(node, Stand::ANY)?);
                }
                head.append(Fragment::joined(on, ", ").wrapped("DISTINCT ON (", ") "));
            }
        }
        let wrap = !pieces.qualify.is_empty();
        let terms: Vec<(bool, Option<_>)> = pieces
            .order
            .iter()
            .map(|(_, term)| (term.descending != query.reversed, flipped(term, query.reversed)))
            .collect();
        let mut sql = if wrap { Fragment::new("SELECT ") } else { head.clone() };
        let mut outputs = std::mem::take(&mut pieces.outputs);
        let wanted = outputs.len();
        if wrap {
            outputs.extend(pieces.order.iter().map(|(sql, _)| sql.clone()));
            outputs.append(&mut pieces.qualify);
            let named = outputs.iter().enumerate();
            outputs =
                named.map(|(at, sql)| sql.clone().wrapped("", &format!(" AS q{at}"))).collect();
        }
        let all = outputs.len();
        sql.append(Fragment::joined(outputs, ", "));
        sql.push(" FROM ");
        sql.append(self.from()?);
        if !pieces.conditions.is_empty() {
            sql.push(" WHERE ");
            sql.append(Fragment::joined(pieces.conditions, " AND "));
        }
        if pieces.grouped {
            let mut group: Vec<Fragment> = pieces
                .group_outputs
                .iter()
                .map(|output| Fragment::new((output + 1).to_string()))
                .collect();
            for part in pieces.group {
                if part.params.is_empty() && !group.iter().any(|known| known.sql == part.sql) {
                    group.push(part);
                }
            }
            if !group.is_empty() {
                sql.push(" GROUP BY ");
                sql.append(Fragment::joined(group, ", "));
            }
        }
        if !pieces.having.is_empty() {
            sql.push(" HAVING ");
            sql.append(Fragment::joined(pieces.having, " AND "));
        }
        let mut order: Vec<Fragment> = pieces.order.into_iter().map(|(sql, _)| sql).collect();
        // What is grouped by, or made distinct, is not the same to a database where its parameters
        // have other numbers: it is named by its place.
        if pieces.grouped || matches!(query.distinct, Distinct::Rows) {
            let outputs = pieces.order_outputs.iter().zip(&terms);
            for (sql, (output, (_, nulls))) in order.iter_mut().zip(outputs) {
                let plain = nulls.is_none() || features.nulls_order;
                if let (Some(output), false, true) = (output, sql.params.is_empty(), plain && !wrap)
                {
                    *sql = Fragment::new((output + 1).to_string());
                }
            }
        }
        if wrap {
            let columns =
                |range: std::ops::Range<usize>| range.map(|at| Fragment::new(format!("q{at}")));
            let mut whole = head;
            let mut kept: Vec<Fragment> = columns(0..wanted).collect();
            if want != Want::Rows {
                name_all(&mut kept);
            }
            whole.append(Fragment::joined(kept, ", "));
            whole.append(sql.wrapped(" FROM (", ") q WHERE "));
            whole.append(Fragment::joined(columns(wanted + order.len()..all), " AND "));
            order = columns(wanted..wanted + order.len()).collect();
            sql = whole;
        }
        if !order.is_empty() {
            let terms = order.into_iter().zip(terms);
            let order: Vec<Fragment> = terms
                .map(|(sql, (descending, nulls))| self.directed(sql, descending, nulls))
                .collect();
            sql.push(" ORDER BY ");
            sql.append(Fragment::joined(order, ", "));
        }
        self.slice(query, &mut sql);
        if let (Some(lock), Want::Rows) = (&query.lock, want) {
            self.lock(lock, &mut sql)?;
        }
        Ok(sql)
    }

    fn slice(&self, query: &Select, sql: &mut Fragment) {
        let features = self.dialect.features();
        match (&query.limit, features.no_limit) {
            (Some(limit), _) => {
                sql.push(features.limit);
                sql.append(given(limit));
            }
            (None, Some(none)) if query.offset.is_some() => sql.push(&format!(" LIMIT {none}")),
            (None, _) => {}
        }
        if let Some(offset) = &query.offset {
            sql.push(" OFFSET ");
            sql.append(given(offset));
        }
    }

    fn lock(&mut self, lock: &Lock, sql: &mut Fragment) -> Result<()> {
        let features = self.dialect.features();
        if !features.row_locks {
            // A transaction that writes is alone anyway.
            return Ok(());
        }
        let lacks = |what: &str| Err(self.dialect.lacks(what));
        match (lock.no_key, features.lock_no_key) {
            (true, true) => sql.push(" FOR NO KEY UPDATE"),
            (true, false) => return lacks("FOR NO KEY UPDATE"),
            (false, _) => sql.push(" FOR UPDATE"),
        }
        if !lock.of.is_empty() {
            if !features.lock_of {
                return lacks("FOR UPDATE OF");
            }
            let mut names = Vec::with_capacity(lock.of.len());
            for of in &lock.of {
                let table = match of {
                    None => 0,
                    Some(path) => {
                        let model = self.model()?;
                        let (mut table, mut here) = (0, model);
                        for field in path.fields(model)? {
                            let dialect = self.dialect;
                            let quote = |name: &str| dialect.quote(name);
                            let mut aliases = self.aliases;
                            let scope = self.scope()?;
                            (table, here) = Walk {
                                scope,
                                group: Group::Any,
                                aliases: &mut aliases,
                                quote: &quote,
                                filtered: None,
                            }
                            .row(table, here, field)?;
                        }
                        table
                    }
                };
                names.push(self.scope()?.alias(table).to_owned());
            }
            sql.push(&format!(" OF {}", names.join(", ")));
        }
        match lock.held {
            Held::Wait => {}
            _ if !features.lock_skip => return Err(self.dialect.lacks("NOWAIT and SKIP LOCKED")),
            Held::NoWait => sql.push(" NOWAIT"),
            Held::Skip => sql.push(" SKIP LOCKED"),
        }
        Ok(())
    }

    /// Queries whose rows are put together.
    fn combined(&mut self, query: &Select) -> Result<(Fragment, Plan)> {
        let mut plan = None;
        let mut columns = Vec::new();
        let mut sql = Fragment::default();
        for (index, (operator, member)) in query.combined.iter().enumerate() {
            if index > 0 {
                sql.push(match operator {
                    SetOperator::Union => " UNION ",
                    SetOperator::UnionAll => " UNION ALL ",
                    SetOperator::Intersection => " INTERSECT ",
                    SetOperator::Difference => " EXCEPT ",
                });
            }
            let (part, its) = self.select(member)?;
            let (before, behind) = if self.dialect.features().combined_in_parentheses {
                ("(", ")")
            } else {
                ("SELECT * FROM (", ")")
            };
            sql.append(part.wrapped(before, behind));
            if index == 0 {
                plan = Some(its);
                columns = positions(member);
            }
        }
        if let Some(terms) = query.order.as_ref().filter(|terms| !terms.is_empty()) {
            let mut order = Vec::with_capacity(terms.len());
            for term in terms {
                let wanted = format!("{:?}", term.node);
                let place = columns.iter().position(|column| *column == wanted);
                let Some(place) = place else {
                    return Err(Error::internal(
                        "rows of several queries are sorted by what the first one returns",
                    )
                    .hint("sort by a column that the query returns"));
                };
                let sql = Fragment::new((place + 1).to_string());
                let descending = term.descending != query.reversed;
                order.push(self.directed(sql, descending, flipped(term, query.reversed)));
            }
            sql.push(" ORDER BY ");
            sql.append(Fragment::joined(order, ", "));
        }
        self.slice(query, &mut sql);
        Ok((sql, plan.unwrap_or_default()))
    }

    /// Only rows that are related to others: the table between is joined.
    fn along(&mut self, along: &carafe_model::query::Along) -> Result<Fragment> {
        let alias = self.next_alias();
        let model = self.model()?;
        let here = self.scope()?.alias(0).to_owned();
        let key: Vec<String> = model.primary_key().flat_map(FieldSchema::columns).collect();
        let mut on = self.columns_of(&here, &key);
        on.push(" = ");
        on.append(self.columns_of(&alias, &along.here));
        self.scope()?.add_along(along.table.clone(), alias.clone(), on);
        let mut condition = self.columns_of(&alias, &along.others);
        let keys: Result<Vec<_>> =
            along.keys.iter().map(|key| self.node(key, Stand::ANY)).collect();
        condition.append(Fragment::joined(keys?, ", ").wrapped(" IN (", ")"));
        Ok(condition)
    }

    /// Rows that are reached from others: those whose key is among the keys that are.
    fn reached(&mut self, reached: &Reached) -> Result<Fragment> {
        let model = self.model()?;
        let [key] = &model.primary_key().flat_map(FieldSchema::columns).collect::<Vec<_>>()[..]
        else {
            return Err(Error::internal("rows are reached by a key of one column").at(model.name));
        };
        let around = self.scope()?.alias(0).to_owned();
        let name = format!("r{}", self.aliases);
        self.aliases += 1;
        let start = self.keys(&reached.start)?;
        // From each row that was added last to those that its relation leads to.
        self.enter(model);
        let place = self.place(&reached.relation, Group::Any)?;
        self.scope()?.require(place.table);
        let next = self.columns(self.scopes.len() - 1, &place);
        let from = self.from()?;
        let alias = self.scope()?.alias(0).to_owned();
        self.leave();
        let quoted = self.dialect.quote(key);
        let mut sql = Fragment::new(format!("{around}.{quoted} IN (WITH RECURSIVE {name}(k) AS ("));
        sql.append(start);
        sql.push(" UNION SELECT ");
        sql.append(next.clone());
        sql.push(" FROM ");
        sql.append(from);
        sql.push(&format!(" INNER JOIN {name} ON {name}.k = {alias}.{quoted} WHERE "));
        sql.append(next);
        sql.push(&format!(" IS NOT NULL) SELECT k FROM {name})"));
        Ok(sql)
    }
}

/// What is wanted of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Want {
    /// Its rows.
    Rows,
    /// Its rows as a table of named columns.
    Named,
    /// What is aggregated of each of its rows.
    Totals,
    /// How many there are.
    Count,
    /// Whether there are any.
    One,
    /// Their keys.
    Keys,
}

impl Want {
    /// Whether nothing of the row itself is returned.
    fn is_one(self) -> bool {
        matches!(self, Self::Count | Self::One | Self::Keys)
    }
}

/// Whether a query's rows have to be made before they can be counted.
fn is_whole(query: &Select) -> bool {
    let computed = |node: &Node| node.aggregates() || node.windows();
    query.is_sliced()
        || !query.combined.is_empty()
        || !matches!(query.distinct, Distinct::No)
        || query.annotations().any(computed)
        || filters(query).any(computed)
}

fn name_all(outputs: &mut Vec<Fragment>) {
    let named = std::mem::take(outputs).into_iter().enumerate();
    *outputs = named.map(|(at, sql)| sql.wrapped("", &format!(" AS c{at}"))).collect();
}

/// For each term of an order of a query, the output that it is: its place among what is returned.
pub(super) fn ordered_outputs(query: &Select, terms: &[OrderTerm]) -> Vec<Option<usize>> {
    let computed = |term: &OrderTerm| !matches!(term.node, Node::Column(_));
    if !terms.iter().any(computed) {
        return vec![None; terms.len()];
    }
    let values = match &query.output {
        Output::Values { nodes, .. } => &nodes[..],
        Output::Row => &[],
    };
    let outputs: Vec<String> =
        values.iter().chain(query.annotations()).map(|node| format!("{node:?}")).collect();
    let place = |term: &OrderTerm| {
        let wanted = computed(term).then(|| format!("{:?}", term.node))?;
        outputs.iter().position(|output| *output == wanted)
    };
    terms.iter().map(place).collect()
}

/// The conditions of a query.
fn filters(query: &Select) -> impl Iterator<Item = &Node> {
    query.steps.iter().filter_map(|step| match step {
        Step::Filter(node) => Some(node),
        Step::Annotate(_) => None,
    })
}

/// Where NULL stands in the opposite order.
fn flipped(term: &OrderTerm, reversed: bool) -> Option<carafe_model::query::Nulls> {
    use carafe_model::query::Nulls;
    match (term.nulls, reversed) {
        (Some(Nulls::First), true) => Some(Nulls::Last),
        (Some(Nulls::Last), true) => Some(Nulls::First),
        (nulls, _) => nulls,
    }
}

/// What the columns of a query are, one by one, as their debug texts.
fn positions(query: &Select) -> Vec<String> {
    let mut columns = Vec::new();
    match &query.output {
        Output::Row => {
            for field in query.model.stored() {
                let node = Node::Column(carafe_model::query::Path::at(field.index.into()));
                columns.extend(field.columns().iter().map(|_| format!("{node:?}")));
            }
        }
        Output::Values { nodes, .. } => {
            columns.extend(nodes.iter().map(|node| format!("{node:?}")))
        }
    }
    columns.extend(query.annotations().map(|node| format!("{node:?}")));
    columns
}
