//! Functions of the rows around each row.

use carafe::db::functions::{
    avg, count_rows, cume_dist, dense_rank, first_value, lag, last_value, lead, max, nth_value,
    ntile, percent_rank, rank, row_number, stddev, sum, window,
};
use carafe::models::query::FrameExclude;
use carafe::prelude::*;
use driver_tests::{Ability, At, checks};

use super::library::{Employee, filled};

checks![rows_are_ranked, sums_run, windows_are_filtered_by, other_rows_are_looked_at];

async fn rows_are_ranked(at: At) {
    let db = &filled(&at).await;
    let in_dept = || window().partition_by(Employee::DEPT).order_by(Employee::SALARY.desc());
    let ranked = rank().over(in_dept());
    let rows = Employee::all().values(Employee::NAME).annotate(&ranked).order_by((
        Employee::DEPT,
        &ranked,
        Employee::NAME,
    ));
    let rows = rows.fetch(db).await.unwrap();
    let rows: Vec<(&str, i64)> = rows.iter().map(|(name, rank)| (&**name, *rank)).collect();
    assert_eq!(rows, [("Eve", 1), ("Fay", 2), ("Gus", 2), ("Hal", 1), ("Ivy", 2)]);
    let by_salary = || window().order_by(Employee::SALARY);
    let rows = Employee::all().order_by(Employee::SALARY).order_by(Employee::ID).values((
        dense_rank().over(by_salary()),
        percent_rank().over(by_salary()),
        cume_dist().over(by_salary()),
        ntile(2).over(window().order_by(Employee::ID)),
    ));
    let expected =
        [(4, 1.0, 1.0, 1), (3, 0.5, 0.8, 1), (3, 0.5, 0.8, 1), (2, 0.25, 0.4, 2), (1, 0.0, 0.2, 2)];
    assert_eq!(rows.fetch(db).await.unwrap(), expected);
}

async fn sums_run(at: At) {
    let db = &filled(&at).await;
    let rows = || Employee::all().order_by(Employee::ID);
    let running = sum(Employee::SALARY).over(window().order_by(Employee::ID));
    let sums = rows().values(running).fetch(db).await.unwrap();
    assert_eq!(sums, [100, 180, 260, 330, 390].map(Some));
    let ordered = || window().order_by(Employee::ID);
    let of = sum(Employee::SALARY);
    for (frame, expected) in [
        (ordered().rows(-1..=0), [100, 180, 160, 150, 130]),
        (ordered().rows(..=0), [100, 180, 260, 330, 390]),
        (ordered().rows(-1..2), [180, 260, 230, 210, 130]),
        (ordered().rows(0..), [390, 290, 210, 130, 60]),
        (ordered().rows(1..=2), [160, 150, 130, 60, 0]),
        (window().order_by(Employee::SALARY).range(-10..=10), [100, 230, 230, 290, 130]),
        (window().partition_by(Employee::DEPT), [260, 260, 260, 130, 130]),
    ] {
        let sums = rows().values(of.clone().or(0).over(frame)).fetch(db).await.unwrap();
        assert_eq!(sums, expected);
    }
    let groups = window().order_by(Employee::SALARY).groups(-1..=0);
    for (frame, expected) in [
        (ordered().rows(..).exclude(FrameExclude::CurrentRow), [290, 310, 310, 320, 330]),
        (groups, [260, 230, 230, 130, 60]),
    ] {
        let sums = rows().values(of.clone().or(0).over(frame)).fetch(db).await;
        if at.can(Ability::Frames) {
            assert_eq!(sums.unwrap(), expected);
        } else {
            assert!(sums.is_err(), "{sums:?}");
        }
    }
    // What the driver of a database brings itself can be taken back as the frame goes on.
    let spread = stddev(Employee::SALARY).over(ordered().rows(-1..=0));
    let spread = rows().values(spread).fetch(db).await.unwrap();
    let spread: Vec<f64> = spread.into_iter().flatten().collect();
    let expected = [0.0, 10.0, 0.0, 5.0, 5.0];
    assert!(spread.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{spread:?}");
    let rows = rows().values((
        Employee::NAME,
        avg(Employee::SALARY).over(window().partition_by(Employee::DEPT)),
        count_rows().over(window()),
    ));
    let first = rows.first(db).await.unwrap().unwrap();
    assert!(first.1.is_some_and(|mean| (mean - 260.0 / 3.0).abs() < 1e-9), "{first:?}");
    assert_eq!(first.2, 5);
}

async fn windows_are_filtered_by(at: At) {
    let db = &filled(&at).await;
    let order = (Employee::SALARY.desc(), Employee::NAME);
    let number =
        || row_number().over(window().partition_by(Employee::DEPT).order_by(order.clone()));
    let best = Employee::all().filter(number().eq(1)).order_by(Employee::DEPT);
    assert_eq!(best.clone().values(Employee::NAME).fetch(db).await.unwrap(), ["Eve", "Hal"]);
    assert_eq!(best.count(db).await.unwrap(), 2);
    assert_eq!(best.fetch(db).await.unwrap()[1].salary, 70);
    let most = max(Employee::SALARY).over(window().partition_by(Employee::DEPT));
    let below = Employee::all().filter(most.gt(Employee::SALARY) & Employee::SALARY.gt(60));
    let below = below.order_by(Employee::NAME).values(Employee::NAME);
    assert_eq!(below.fetch(db).await.unwrap(), ["Fay", "Gus"]);
}

async fn other_rows_are_looked_at(at: At) {
    let db = &filled(&at).await;
    let ordered = || window().order_by(Employee::ID);
    let whole = || ordered().rows(..);
    let rows = Employee::all().order_by(Employee::ID).values((
        lag(Employee::SALARY, 1).over(ordered()),
        lag(Employee::SALARY, 2).or(0).over(ordered()),
        lead(Employee::NAME, 1).over(ordered()),
        first_value(Employee::NAME).over(whole()),
        last_value(Employee::NAME).over(whole()),
        nth_value(Employee::NAME, 2).over(whole()),
    ));
    let rows = rows.fetch(db).await.unwrap();
    let before: Vec<Option<i32>> = rows.iter().map(|row| row.0).collect();
    assert_eq!(before, [None, Some(100), Some(80), Some(80), Some(70)]);
    let earlier: Vec<i32> = rows.iter().map(|row| row.1).collect();
    assert_eq!(earlier, [0, 0, 100, 80, 80]);
    let next: Vec<&str> = rows.iter().map(|row| row.2.as_deref().unwrap_or("-")).collect();
    assert_eq!(next, ["Fay", "Gus", "Hal", "Ivy", "-"]);
    let others = (rows[3].3.as_deref(), rows[0].4.as_deref(), rows[4].5.as_deref());
    assert_eq!(others, (Some("Eve"), Some("Ivy"), Some("Fay")));
}
