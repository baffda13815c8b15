//! How much is done in a time, and what it costs.

use std::alloc::System;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

use crate::dice::Dice;
use crate::work::Work;
use crate::{Client, Failure, Result};

/// Counts for all threads. All clients pay the same for it.
#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What a number of tasks has done together.
pub(crate) struct Measured {
    operations: u64,
    elapsed: Duration,
    /// User and system time of the process, all threads.
    cpu: Duration,
    allocations: usize,
    bytes: usize,
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (elapsed, cpu) = (self.elapsed.as_nanos(), self.cpu.as_nanos());
        write!(f, "{} {elapsed} {cpu} {} {}", self.operations, self.allocations, self.bytes)
    }
}

/// Lets so many tasks do the work for a time, each one operation after the other.
pub(crate) async fn measure<C: Client>(
    client: &Arc<C>,
    work: Work,
    tasks: u64,
    time: Duration,
) -> Result<Measured> {
    // First connections are made, statements prepared and pages read.
    all(client, work, tasks, time / 4).await?;
    let (before, start, allocated) = (cpu(), Instant::now(), ALLOCATOR.stats());
    let operations = all(client, work, tasks, time).await?;
    let (elapsed, cpu) = (start.elapsed(), cpu().saturating_sub(before));
    let now = ALLOCATOR.stats();
    let more = |after: usize, before: usize| after - before;
    Ok(Measured {
        operations,
        elapsed,
        cpu,
        allocations: more(now.allocations, allocated.allocations)
            + more(now.reallocations, allocated.reallocations),
        bytes: more(now.bytes_allocated, allocated.bytes_allocated),
    })
}

async fn all<C: Client>(client: &Arc<C>, work: Work, tasks: u64, time: Duration) -> Result<u64> {
    let until = Instant::now() + time;
    let tasks = (0..tasks).map(|task| {
        let (client, mut dice) = (client.clone(), Dice::of(task, tasks));
        tokio::spawn(async move {
            let mut operations = 0;
            loop {
                work.done(&*client, &mut dice).await?;
                operations += 1;
                if Instant::now() >= until {
                    return Ok::<u64, Failure>(operations);
                }
            }
        })
    });
    let mut operations = 0;
    for task in tasks.collect::<Vec<_>>() {
        operations += task.await??;
    }
    Ok(operations)
}

fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
}
