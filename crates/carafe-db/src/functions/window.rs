//! Functions of the rows around each row.

use std::marker::PhantomData;
use std::ops::{Bound, RangeBounds};

use carafe_model::Field;
use carafe_model::query::{
    Base, Expr, Expression, Frame, FrameBound, FrameExclude, FrameUnit, Function, Node, Operand,
    OrderTerm, Window,
};

use super::{Aggregated, small};
use crate::query::{Orders, Output};

/// The rows that a function of windows looks at: all of the query, narrowed down by what is said
/// here.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::{rank, sum, window};
///
/// # #[derive(Model)] struct Employee { id: i64, name: String, dept: String, salary: i32 }
/// let best_paid = rank().over(window().partition_by(Employee::DEPT).order_by(Employee::SALARY.desc()));
/// let so_far = sum(Employee::SALARY).over(window().order_by(Employee::ID).rows(..=0));
/// let top = Employee::all().values((Employee::NAME, so_far)).annotate(&best_paid).filter(best_paid.le(3));
/// ```
pub fn window<M>() -> Partition<M> {
    Partition { partition: Vec::new(), order: Vec::new(), frame: None, model: PhantomData }
}

/// See [`window`].
#[expect(clippy::struct_field_names, reason = "it is SQL's word")]
pub struct Partition<M> {
    partition: Vec<Node>,
    order: Vec<OrderTerm>,
    frame: Option<Frame>,
    model: PhantomData<fn() -> M>,
}

impl<M> Partition<M> {
    /// Only rows that have these in common with the row.
    pub fn partition_by(mut self, columns: impl Output<M>) -> Self {
        self.partition.extend(columns.into_nodes());
        self
    }

    /// In this order. Aggregates then go from the first row up to this one and its equals.
    pub fn order_by(mut self, order: impl Orders<M>) -> Self {
        self.order = order.into_terms();
        self
    }

    /// Only rows from so many before this one (negative) to so many behind it: `-2..=0`, `..=0`,
    /// `0..`.
    pub fn rows(self, bounds: impl RangeBounds<i32>) -> Self {
        self.framed(FrameUnit::Rows, bounds)
    }

    /// Only rows whose value in the order is so much less to so much more (Django's `ValueRange`).
    pub fn range(self, bounds: impl RangeBounds<i32>) -> Self {
        self.framed(FrameUnit::Range, bounds)
    }

    /// Only rows of so many groups of equals before to so many behind.
    pub fn groups(self, bounds: impl RangeBounds<i32>) -> Self {
        self.framed(FrameUnit::Groups, bounds)
    }

    fn framed(mut self, unit: FrameUnit, bounds: impl RangeBounds<i32>) -> Self {
        let bound = |at: Bound<&i32>, shut: i32| match at {
            Bound::Unbounded => FrameBound::Unbounded,
            Bound::Included(at) => at_row(*at),
            Bound::Excluded(at) => at_row(at.saturating_add(shut)),
        };
        let (start, end) = (bound(bounds.start_bound(), 1), bound(bounds.end_bound(), -1));
        self.frame = Some(Frame { unit, start, end, exclude: None });
        self
    }

    /// Without some rows (Django's `WindowFrameExclusion`). It belongs behind
    /// [`rows`](Self::rows) and the like; without those, the rows are all.
    pub fn exclude(mut self, what: FrameExclude) -> Self {
        let (start, end) = (FrameBound::Unbounded, FrameBound::Unbounded);
        let whole = Frame { unit: FrameUnit::Rows, start, end, exclude: None };
        self.frame = Some(Frame { exclude: Some(what), ..self.frame.unwrap_or(whole) });
        self
    }

    fn of(self, function: Node) -> Node {
        let Self { partition, order, frame, model: _ } = self;
        Node::Window(Box::new(Window { function, partition, order, frame }))
    }
}

fn at_row(at: i32) -> FrameBound {
    match at {
        0 => FrameBound::Current,
        1.. => FrameBound::Following(at.unsigned_abs()),
        _ => FrameBound::Preceding(at.unsigned_abs()),
    }
}

impl<M> Clone for Partition<M> {
    fn clone(&self) -> Self {
        let Self { partition, order, frame, model } = self;
        Self { partition: partition.clone(), order: order.clone(), frame: *frame, model: *model }
    }
}

/// A function of windows, which needs one: [`over`](Self::over).
#[must_use = "it needs a window: `.over(window())`"]
pub struct Windowed<M, T> {
    function: Function,
    arguments: Vec<Node>,
    default: Option<Node>,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Windowed<M, T> {
    fn new(function: Function, arguments: Vec<Node>) -> Self {
        Self { function, arguments, default: None, types: PhantomData }
    }

    /// Computed over the rows of a window.
    pub fn over(self, window: Partition<M>) -> Expr<M, T> {
        let value = window.of(Node::Call(self.function, self.arguments));
        match self.default {
            None => Expr::new(value),
            Some(default) => Expr::new(Node::Call(Function::Coalesce, vec![value, default])),
        }
    }
}

impl<M, T> Windowed<M, Option<T>> {
    /// What it is where there is no such row, or the value is NULL.
    pub fn or<How>(self, default: impl Operand<M, T, How>) -> Windowed<M, T>
    where
        T: Field,
    {
        let default = Some(default.into_node());
        let Self { function, arguments, .. } = self;
        Windowed { function, arguments, default, types: PhantomData }
    }
}

impl<M, T> Aggregated<M, T> {
    /// Computed over the rows of a window, for each row.
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::{avg, window};
    ///
    /// # #[derive(Model)] struct Day { id: i64, rain: f64 }
    /// let of_a_week = avg(Day::RAIN).over(window().order_by(Day::ID).rows(-6..=0));
    /// let days = Day::all().annotate(of_a_week);
    /// ```
    pub fn over(self, window: Partition<M>) -> Expr<M, T> {
        Expr::new(window.of(Node::Aggregate(Box::new(self.aggregate))))
    }
}

macro_rules! counting {
    ($($(#[$doc:meta])+ $name:ident = $function:ident $ty:ty;)+) => {
        $(
            $(#[$doc])+
            pub fn $name<M>() -> Windowed<M, $ty> {
                Windowed::new(Function::$function, Vec::new())
            }
        )+
    };
}

counting! {
    /// The number of the row, from 1.
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::{row_number, window};
    /// # #[derive(Model)] struct Post { id: i64, blog: i64 }
    /// let number = row_number().over(window().partition_by(Post::BLOG).order_by(Post::ID.desc()));
    /// let newest_of_each = Post::all().filter(number.eq(1));
    /// ```
    row_number = RowNumber i64;
    /// The rank, from 1: equal rows have the same, and as many ranks are left out behind them.
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::{rank, window};
    /// # #[derive(Model)] struct Score { id: i64, points: i32 }
    /// let ranked = Score::all().annotate(rank().over(window().order_by(Score::POINTS.desc())));
    /// ```
    rank = Rank i64;
    /// The rank, with none left out.
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::{dense_rank, window};
    /// # #[derive(Model)] struct Score { id: i64, points: i32 }
    /// let ranked = Score::all().annotate(dense_rank().over(window().order_by(Score::POINTS.desc())));
    /// ```
    dense_rank = DenseRank i64;
    /// The rank from 0 to 1.
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::{percent_rank, window};
    /// # #[derive(Model)] struct Score { id: i64, points: i32 }
    /// let ranked = Score::all().annotate(percent_rank().over(window().order_by(Score::POINTS)));
    /// ```
    percent_rank = PercentRank f64;
    /// Which part of the rows come before the row or equal it, up to 1.
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::{cume_dist, window};
    /// # #[derive(Model)] struct Score { id: i64, points: i32 }
    /// let parts = Score::all().annotate(cume_dist().over(window().order_by(Score::POINTS)));
    /// ```
    cume_dist = CumeDist f64;
}

/// In which of so many equal parts of the rows the row is, from 1.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::{ntile, window};
/// # #[derive(Model)] struct Score { id: i64, points: i32 }
/// let quarters = Score::all().annotate(ntile(4).over(window().order_by(Score::POINTS)));
/// ```
pub fn ntile<M>(parts: u32) -> Windowed<M, i64> {
    Windowed::new(Function::Ntile, vec![small(parts)])
}

macro_rules! looking {
    ($($(#[$doc:meta])+ $name:ident($($more:ident)?) = $function:ident;)+) => {
        $(
            $(#[$doc])+
            pub fn $name<E: Expression>(of: E $(, $more: u32)?) -> Windowed<E::Model, Option<Base<E>>>
            where
                Option<Base<E>>: Field,
            {
                Windowed::new(Function::$function, vec![of.node() $(, small($more))?])
            }
        )+
    };
}

looking! {
    /// The value of the row that stands so many before this one.
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::{lag, window};
    /// # #[derive(Model)] struct Reading { id: i64, watts: i32 }
    /// let before = lag(Reading::WATTS, 1).or(0).over(window().order_by(Reading::ID));
    /// let changes = Reading::all().values(Reading::WATTS - before);
    /// ```
    lag(rows) = Lag;
    /// The value of the row that stands so many behind this one.
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::{lead, window};
    /// # #[derive(Model)] struct Reading { id: i64, watts: i32 }
    /// let next = Reading::all().values(lead(Reading::WATTS, 1).over(window().order_by(Reading::ID)));
    /// ```
    lead(rows) = Lead;
    /// The value of the first row.
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::{first_value, window};
    /// # #[derive(Model)] struct Reading { id: i64, watts: i32 }
    /// let first = Reading::all().values(first_value(Reading::WATTS).over(window().order_by(Reading::ID)));
    /// ```
    first_value() = FirstValue;
    /// The value of the last row: without `rows(..)` that is this one, or its last equal.
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::{last_value, window};
    /// # #[derive(Model)] struct Reading { id: i64, watts: i32 }
    /// let last = Reading::all().values(last_value(Reading::WATTS).over(window().order_by(Reading::ID).rows(..)));
    /// ```
    last_value() = LastValue;
    /// The value of the row of that number, from 1.
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::{nth_value, window};
    /// # #[derive(Model)] struct Reading { id: i64, watts: i32 }
    /// let second = Reading::all().values(nth_value(Reading::WATTS, 2).over(window().order_by(Reading::ID).rows(..)));
    /// ```
    nth_value(number) = NthValue;
}
