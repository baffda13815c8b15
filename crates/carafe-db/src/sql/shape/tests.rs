//! What is the same question, and what is another one.

use carafe_macros::Model;
use carafe_model::Value;
use carafe_model::query::Lookups;

use super::Shape;
use crate::{Queries, QuerySet};

#[derive(Model)]
struct Post {
    id: i64,
    title: String,
    views: i32,
}

fn shape(query: &QuerySet<Post>) -> Shape {
    let mut shape = Shape::default();
    shape.select(&query.select);
    shape
}

#[track_caller]
fn check(one: QuerySet<Post>, other: QuerySet<Post>, same: bool) {
    assert_eq!(shape(&one).key == shape(&other).key, same);
}

#[test]
fn values_make_no_difference() {
    let popular = |views| Post::all().filter(Post::VIEWS.gt(views));
    check(popular(1), popular(2), true);
    check(popular(1).limit(3), popular(2).limit(4), true);
    check(popular(1).limit(3), popular(1).offset(3), false);
    check(popular(1).limit(3), popular(1), false);
}

#[test]
fn all_else_does() {
    let posts = Post::all;
    check(posts(), Post::none(), false);
    check(posts(), posts().unordered(), false);
    check(posts(), posts().order_by(Post::ID), false);
    check(posts(), posts().reverse(), false);
    check(posts(), posts().distinct(), false);
    check(posts().distinct(), posts().distinct_on(Post::ID), false);
    check(posts(), posts().for_update(), false);
    check(posts().for_update(), posts().for_update().nowait(), false);
    check(posts().union(posts()), posts().union_all(posts()), false);
    check(posts().order_by(Post::ID), posts().order_by(Post::TITLE), false);
}

#[test]
fn one_row_is_asked_for_in_no_order() {
    let query = Post::all().filter(Post::VIEWS.gt(1)).order_by((Post::VIEWS + 2).desc());
    let mut told = Shape::default();
    told.unordered(&query.select, Some(&Value::I64(21)));
    let made = shape(&query.unordered().limit(21));
    assert_eq!(told.key, made.key);
    assert_eq!(told.values, made.values);
    assert_eq!(told.values, [Value::I64(1), Value::I64(21)]);
}
