//! What is computed over the rows around a row.

use carafe_core::Result;
use carafe_model::query::{Frame, FrameBound, FrameExclude, FrameUnit, Node, Window};

use super::compiler::{Compiler, Stand};
use super::fragment::Fragment;

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
