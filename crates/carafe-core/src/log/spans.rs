//! The spans that are open, and those that each thread is in.

use std::cell::RefCell;
use std::collections::HashMap;
use std::num::NonZeroU64;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tracing::Metadata;
use tracing::span::Id;
use tracing_core::span::Current;

thread_local! {
    /// The spans that this thread is in, the innermost last.
    static ENTERED: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// The spans that are open.
pub(super) struct Spans {
    last: AtomicU64,
    open: Mutex<HashMap<u64, Span>>,
}

/// One of them, with its fields as a line shows them.
pub(super) struct Span {
    pub(super) metadata: &'static Metadata<'static>,
    pub(super) fields: String,
    parent: Option<u64>,
    /// The handles on it, and the spans inside it.
    holders: usize,
}

impl Spans {
    pub(super) fn new() -> Self {
        Self { last: AtomicU64::new(0), open: Mutex::default() }
    }

    pub(super) fn add(
        &self,
        metadata: &'static Metadata<'static>,
        parent: Option<&Id>,
        fields: String,
    ) -> Id {
        let number = NonZeroU64::MIN.saturating_add(self.last.fetch_add(1, Ordering::Relaxed));
        let mut open = self.open();
        let parent = parent.map(Id::into_u64).filter(|parent| open.contains_key(parent));
        if let Some(parent) = parent.and_then(|parent| open.get_mut(&parent)) {
            parent.holders += 1;
        }
        open.insert(number.get(), Span { metadata, fields, parent, holders: 1 });
        Id::from_non_zero_u64(number)
    }

    pub(super) fn change(&self, id: &Id, change: impl FnOnce(&mut Span)) {
        if let Some(span) = self.open().get_mut(&id.into_u64()) {
            change(span);
        }
    }

    /// One more holds the span.
    pub(super) fn hold(&self, id: &Id) {
        self.change(id, |span| span.holders += 1);
    }

    /// One fewer does; true if it was the last one, and the span is gone.
    pub(super) fn release(&self, id: &Id) -> bool {
        let mut open = self.open();
        let (mut next, mut gone) = (Some(id.into_u64()), false);
        while let Some(number) = next.take() {
            let Some(span) = open.get_mut(&number) else { break };
            span.holders = span.holders.saturating_sub(1);
            if span.holders == 0 {
                next = span.parent;
                gone |= number == id.into_u64();
                open.remove(&number);
            }
        }
        gone
    }

    pub(super) fn enter(id: &Id) {
        ENTERED.with_borrow_mut(|entered| entered.push(id.into_u64()));
    }

    pub(super) fn exit(id: &Id) {
        ENTERED.with_borrow_mut(|entered| {
            // Mostly the last one; futures may leave them in any order.
            if let Some(place) = entered.iter().rposition(|number| *number == id.into_u64()) {
                entered.remove(place);
            }
        });
    }

    /// The innermost span that this thread is in.
    pub(super) fn innermost() -> Option<Id> {
        ENTERED.with_borrow(|entered| entered.last().copied()).and_then(id)
    }

    pub(super) fn current(&self) -> Current {
        let Some(innermost) = Self::innermost() else { return Current::none() };
        match self.open().get(&innermost.into_u64()) {
            Some(span) => Current::new(innermost, span.metadata),
            None => Current::none(),
        }
    }

    /// Shows a span with all that it is in, the outermost first.
    pub(super) fn each(&self, innermost: &Id, mut show: impl FnMut(&Span)) {
        let open = self.open();
        let mut chain = Vec::new();
        let mut next = open.get(&innermost.into_u64());
        while let Some(span) = next {
            chain.push(span);
            next = span.parent.and_then(|parent| open.get(&parent));
        }
        chain.into_iter().rev().for_each(&mut show);
    }

    fn open(&self) -> MutexGuard<'_, HashMap<u64, Span>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn id(number: u64) -> Option<Id> {
    NonZeroU64::new(number).map(Id::from_non_zero_u64)
}
