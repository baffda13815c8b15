//! The jobs that wait for a thread.
//!
//! A channel of the standard library wakes its receiver while it holds a lock that the receiver takes
//! first thing. Where both are on one core, the woken one runs at once, runs into the lock and goes to
//! sleep again: they change places four times a job. Here the lock is given up before.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Where jobs are given; dropped, the thread ends when it has done what waits.
pub(super) struct Giver<T>(Arc<Shared<T>>);

/// Where the thread takes them.
pub(super) struct Taker<T>(Arc<Shared<T>>);

struct Shared<T> {
    state: Mutex<State<T>>,
    came: Condvar,
}

struct State<T> {
    waiting: VecDeque<T>,
    /// The thread has to be woken.
    asleep: bool,
    /// One of the two sides is gone.
    over: bool,
}

pub(super) fn queue<T>() -> (Giver<T>, Taker<T>) {
    let state = State { waiting: VecDeque::new(), asleep: false, over: false };
    let shared = Arc::new(Shared { state: Mutex::new(state), came: Condvar::new() });
    (Giver(shared.clone()), Taker(shared))
}

impl<T> Giver<T> {
    /// Gives a job; it is dropped where nobody is left to take it.
    pub(super) fn give(&self, job: T) {
        let mut state = self.0.state();
        if state.over {
            drop(state);
            drop(job);
            return;
        }
        state.waiting.push_back(job);
        let asleep = std::mem::take(&mut state.asleep);
        drop(state);
        if asleep {
            self.0.came.notify_one();
        }
    }
}

impl<T> Taker<T> {
    /// The next job, once there is one; `None` where none can come.
    pub(super) fn take(&self) -> Option<T> {
        let mut state = self.0.state();
        loop {
            let next = state.waiting.pop_front();
            if next.is_some() || state.over {
                return next;
            }
            state.asleep = true;
            state = self.0.came.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl<T> Shared<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Drop for Giver<T> {
    fn drop(&mut self) {
        self.0.state().over = true;
        self.0.came.notify_one();
    }
}

impl<T> Drop for Taker<T> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.over = true;
        // Those who wait for an answer hear of it by this, without the lock.
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        drop(waiting);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::thread;

    use super::queue;

    #[test]
    fn jobs_are_taken_in_order_and_to_the_last() {
        let (giver, taker) = queue();
        let takes = thread::spawn(move || std::iter::from_fn(|| taker.take()).collect::<Vec<_>>());
        for job in 0..1000 {
            giver.give(job);
        }
        drop(giver);
        assert_eq!(takes.join().unwrap(), (0..1000).collect::<Vec<_>>());
    }

    #[test]
    fn without_a_thread_jobs_are_dropped() {
        let (giver, taker) = queue();
        let (before, after) = (Arc::new(()), Arc::new(()));
        giver.give(before.clone());
        drop(taker);
        giver.give(after.clone());
        assert_eq!((Arc::strong_count(&before), Arc::strong_count(&after)), (1, 1));
    }
}
