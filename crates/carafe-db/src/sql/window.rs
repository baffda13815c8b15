//! What is computed over the rows around a row.

use carafe_core::Result;
use carafe_model::query::{Frame, FrameBound, FrameExclude, FrameUnit, Node, Select, Window};

use super::compiler::{Compiler, Stand};
use super::expression::given;
use super::fragment::Fragment;
use super::order::direction;
use super::pieces::Pieces;

impl Compiler {
    pub(super) fn window(&mut self, window: &Window) -> Result<Fragment> {
        let mut sql = match &window.function {
            Node::Aggregate(aggregate) => self.aggregate_call(aggregate)?,
            function => self.node(function, Stand::ANY)?,
        };
        sql.push(" OVER (");
        if !window.partition.is_empty() {
            sql.push("PARTITION BY ");
            let parts = self.each(&window.partition, Stand::ANY)?;
            sql.append(Fragment::joined(parts, ", "));
        }
        if !window.order.is_empty() {
            sql.push(if window.partition.is_empty() { "ORDER BY " } else { " ORDER BY " });
            let order = self.order(&window.order, Stand::ANY)?;
            sql.append(order);
        }
        if let Some(frame) = &window.frame {
            sql.push(&frame_sql(frame));
        }
        sql.push(")");
        match &window.function {
            Node::Aggregate(aggregate) => self.aggregated(aggregate, sql),
            _ => Ok(sql),
        }
    }

    /// A slice of each group of rows: their places in it are counted.
    pub(super) fn slice_each(
        &mut self,
        query: &Select,
        parts: &[Node],
        pieces: &mut Pieces,
    ) -> Result<()> {
        let mut partition = self.each(parts, Stand::ANY)?;
        if let Some(along) = &query.along {
            let table = self.scope()?.along().to_owned();
            for column in &along.others {
                partition.push(self.columns_of(&table, std::slice::from_ref(column)));
            }
        }
        let order = pieces.order.iter().map(|(sql, term)| {
            let (descending, nulls) = direction(term, query.reversed);
            self.directed(sql.clone(), descending, nulls)
        });
        let order = Fragment::joined(order, ", ");
        let mut place =
            Fragment::joined(partition, ", ").wrapped("ROW_NUMBER() OVER (PARTITION BY ", "");
        if !pieces.order.is_empty() {
            place.append(order.wrapped(" ORDER BY ", ""));
        }
        for (bound, compares) in [(&query.offset, ") > "), (&query.limit, ") <= ")] {
            if let Some(bound) = bound {
                let mut condition = place.clone();
                condition.push(compares);
                condition.append(given(bound));
                pieces.qualify.push(condition);
            }
        }
        Ok(())
    }
}

fn frame_sql(frame: &Frame) -> String {
    let unit = match frame.unit {
        FrameUnit::Rows => "ROWS",
        FrameUnit::Range => "RANGE",
        FrameUnit::Groups => "GROUPS",
    };
    let bound = |bound: FrameBound, open: &str| match bound {
        FrameBound::Unbounded => format!("UNBOUNDED {open}"),
        FrameBound::Preceding(rows) => format!("{rows} PRECEDING"),
        FrameBound::Current => "CURRENT ROW".to_owned(),
        FrameBound::Following(rows) => format!("{rows} FOLLOWING"),
    };
    let exclude = match frame.exclude {
        None => "",
        Some(FrameExclude::CurrentRow) => " EXCLUDE CURRENT ROW",
        Some(FrameExclude::Group) => " EXCLUDE GROUP",
        Some(FrameExclude::Ties) => " EXCLUDE TIES",
    };
    let (start, end) = (bound(frame.start, "PRECEDING"), bound(frame.end, "FOLLOWING"));
    format!(" {unit} BETWEEN {start} AND {end}{exclude}")
}
