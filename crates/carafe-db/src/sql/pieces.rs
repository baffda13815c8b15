//! What a query is put together from.

use carafe_core::Result;
use carafe_model::model::relation::Rows;
use carafe_model::query::{Distinct, Node, OrderTerm, Output, Select, Step};
use carafe_model::schema::{FieldSchema, ModelSchema};

use super::compiler::{Compiler, Stand};
use super::fragment::Fragment;
use super::from::{Group, Walk};
use super::select::{COMPUTED, Plan, Related, Want};

/// The pieces of a query.
#[derive(Default)]
pub(super) struct Pieces {
    pub(super) outputs: Vec<Fragment>,
    pub(super) conditions: Vec<Fragment>,
    pub(super) having: Vec<Fragment>,
    /// Conditions on what windows compute.
    pub(super) qualify: Vec<Fragment>,
    pub(super) group: Vec<Fragment>,
    /// Positions of outputs that rows are grouped by.
    pub(super) group_outputs: Vec<usize>,
    pub(super) order: Vec<(Fragment, OrderTerm)>,
    /// For each term of the order, the output that it is, by its column.
    pub(super) order_outputs: Vec<Option<usize>>,
    pub(super) grouped: bool,
}

impl Pieces {
    /// Calls the outputs `c0`, `c1` and so on; where windows are filtered by, that is done around
    /// them.
    pub(super) fn name_outputs(&mut self) {
        if self.qualify.is_empty() {
            name_all(&mut self.outputs);
        }
    }
}

impl Compiler {
    pub(super) fn pieces(&mut self, query: &Select, want: Want, plan: &mut Plan) -> Result<Pieces> {
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
        if let Some(along) = query.along.as_deref().filter(|_| want == Want::Rows) {
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
        if let Some(parts) = &query.sliced_by {
            self.slice_each(query, parts, &mut pieces)?;
        }
        Ok(pieces)
    }

    /// Adds a condition where it belongs: rows, groups or what windows compute.
    pub(super) fn filter(&mut self, node: &Node, number: usize, pieces: &mut Pieces) -> Result<()> {
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
                        rows: Rows::of(target)?,
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
}

pub(super) fn name_all(outputs: &mut Vec<Fragment>) {
    let named = std::mem::take(outputs).into_iter().enumerate();
    *outputs = named.map(|(at, sql)| sql.wrapped("", &format!(" AS c{at}"))).collect();
}
