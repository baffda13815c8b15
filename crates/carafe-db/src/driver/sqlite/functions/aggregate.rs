//! Aggregates, which are functions of windows too: a row that leaves the window is taken out again.

use rusqlite::functions::{Aggregate, Context, WindowAggregate};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result};

use super::PURE;

pub(super) fn add(connection: &Connection) -> Result<()> {
    for (name, sample, root) in [
        ("stddev_pop", false, true),
        ("stddev_samp", true, true),
        ("var_pop", false, false),
        ("var_samp", true, false),
    ] {
        connection.create_window_function(name, 1, PURE, Spread { sample, root })?;
    }
    for (name, kept) in [("bit_and", Kept::All), ("bit_or", Kept::Any), ("bit_xor", Kept::Odd)] {
        connection.create_window_function(name, 1, PURE, kept)?;
    }
    Ok(())
}

/// How far numbers lie from their mean.
struct Spread {
    sample: bool,
    root: bool,
}

/// Welford's way, which loses no digits where the mean is large.
#[derive(Default)]
struct Numbers {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Spread {
    fn of(&self, numbers: Option<&Numbers>) -> Option<f64> {
        let numbers = numbers?;
        let count = numbers.count - if self.sample { 1.0 } else { 0.0 };
        let variance = (count > 0.0).then(|| (numbers.squares / count).max(0.0))?;
        Some(if self.root { variance.sqrt() } else { variance })
    }
}

impl Aggregate<Numbers, Option<f64>> for Spread {
    fn init(&self, _: &mut Context<'_>) -> Result<Numbers> {
        Ok(Numbers::default())
    }

    fn step(&self, context: &mut Context<'_>, numbers: &mut Numbers) -> Result<()> {
        if let Some(number) = context.get::<Option<f64>>(0)? {
            numbers.count += 1.0;
            let off = number - numbers.mean;
            numbers.mean += off / numbers.count;
            numbers.squares += off * (number - numbers.mean);
        }
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, numbers: Option<Numbers>) -> Result<Option<f64>> {
        Ok(self.of(numbers.as_ref()))
    }
}

impl WindowAggregate<Numbers, Option<f64>> for Spread {
    fn value(&self, numbers: Option<&mut Numbers>) -> Result<Option<f64>> {
        Ok(self.of(numbers.as_deref()))
    }

    fn inverse(&self, context: &mut Context<'_>, numbers: &mut Numbers) -> Result<()> {
        if let Some(number) = context.get::<Option<f64>>(0)? {
            numbers.count -= 1.0;
            if numbers.count < 1.0 {
                *numbers = Numbers::default();
                return Ok(());
            }
            let off = number - numbers.mean;
            numbers.mean -= off / numbers.count;
            numbers.squares -= off * (number - numbers.mean);
        }
        Ok(())
    }
}

/// Which bits are kept of those of many integers.
#[derive(Clone, Copy)]
enum Kept {
    All,
    Any,
    Odd,
}

/// How often each bit is there.
struct Bits {
    integers: u64,
    bits: [u64; 64],
}

impl Bits {
    fn count(&mut self, context: &Context<'_>, add: bool) -> Result<()> {
        if context.get_raw(0) == ValueRef::Null {
            return Ok(());
        }
        let one = if add { 1 } else { u64::MAX };
        let integer = context.get::<i64>(0)?;
        self.integers = self.integers.wrapping_add(one);
        for (place, count) in self.bits.iter_mut().enumerate() {
            if (integer >> place) & 1 == 1 {
                *count = count.wrapping_add(one);
            }
        }
        Ok(())
    }
}

impl Kept {
    fn of(self, bits: Option<&Bits>) -> Option<i64> {
        let bits = bits.filter(|bits| bits.integers > 0)?;
        let kept = |count: u64| match self {
            Self::All => count == bits.integers,
            Self::Any => count > 0,
            Self::Odd => count % 2 == 1,
        };
        let places = bits.bits.iter().enumerate();
        Some(places.fold(0, |all, (place, count)| all | (i64::from(kept(*count)) << place)))
    }
}

impl Aggregate<Bits, Option<i64>> for Kept {
    fn init(&self, _: &mut Context<'_>) -> Result<Bits> {
        Ok(Bits { integers: 0, bits: [0; 64] })
    }

    fn step(&self, context: &mut Context<'_>, bits: &mut Bits) -> Result<()> {
        bits.count(context, true)
    }

    fn finalize(&self, _: &mut Context<'_>, bits: Option<Bits>) -> Result<Option<i64>> {
        Ok(self.of(bits.as_ref()))
    }
}

impl WindowAggregate<Bits, Option<i64>> for Kept {
    fn value(&self, bits: Option<&mut Bits>) -> Result<Option<i64>> {
        Ok(self.of(bits.as_deref()))
    }

    fn inverse(&self, context: &mut Context<'_>, bits: &mut Bits) -> Result<()> {
        bits.count(context, false)
    }
}
