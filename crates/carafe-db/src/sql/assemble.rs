//! The pieces of a query, put together.

use carafe_core::Result;
use carafe_model::query::{Distinct, Select};

use super::compiler::{Compiler, Stand};
use super::expression::given;
use super::fragment::Fragment;
use super::order::direction;
use super::pieces::{Pieces, name_all};
use super::select::Want;

impl Compiler {
    pub(super) fn assemble(
        &mut self,
        query: &Select,
        want: Want,
        mut pieces: Pieces,
    ) -> Result<Fragment> {
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
        let terms: Vec<(bool, Option<_>)> =
            pieces.order.iter().map(|(_, term)| direction(term, query.reversed)).collect();
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
        if query.sliced_by.is_none() {
            self.slice(query, &mut sql);
        }
        if let (Some(lock), Want::Rows) = (&query.lock, want) {
            self.lock(lock, &mut sql)?;
        }
        Ok(sql)
    }

    pub(super) fn slice(&self, query: &Select, sql: &mut Fragment) {
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
}
