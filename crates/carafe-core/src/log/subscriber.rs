//! What `tracing` hands its events to.

use std::time::SystemTime;

use tracing::metadata::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_core::span::Current;

use super::filter::Filter;
use super::line::{Line, Look};
use super::spans::Spans;

/// Writes each event as a line.
pub(super) struct Lines<W> {
    filter: Filter,
    colors: bool,
    spans: Spans,
    write: W,
}

impl<W: Fn(&str) + Send + Sync + 'static> Lines<W> {
    pub(super) fn new(filter: Filter, colors: bool, write: W) -> Self {
        Self { filter, colors, spans: Spans::new(), write }
    }
}

impl<W: Fn(&str) + Send + Sync + 'static> Subscriber for Lines<W> {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.filter.allows(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.filter.most())
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::new(self.colors);
        line.begin(SystemTime::now(), *event.metadata().level());
        let inside = event.parent().cloned();
        let inside = inside.or_else(|| event.is_contextual().then(Spans::innermost).flatten());
        if let Some(inside) = inside {
            self.spans.each(&inside, |span| {
                line.paint(Look::Bold, span.metadata.name());
                if !span.fields.is_empty() {
                    line.paint(Look::Bold, "{");
                    line.ready(&span.fields);
                    line.paint(Look::Bold, "}");
                }
                line.paint(Look::Dimmed, ":");
            });
        }
        event.record(&mut line);
        line.ready("\n");
        (self.write)(&line.into_text());
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut fields = Line::new(self.colors);
        attributes.record(&mut fields);
        let inside = attributes.parent().cloned();
        let inside = inside.or_else(|| attributes.is_contextual().then(Spans::innermost).flatten());
        self.spans.add(attributes.metadata(), inside.as_ref(), fields.into_text())
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        let mut fields = Line::new(self.colors);
        values.record(&mut fields);
        let fields = fields.into_text();
        self.spans.change(id, |span| {
            if !span.fields.is_empty() && !fields.is_empty() {
                span.fields.push(' ');
            }
            span.fields.push_str(&fields);
        });
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, id: &Id) {
        Spans::enter(id);
    }

    fn exit(&self, id: &Id) {
        Spans::exit(id);
    }

    fn clone_span(&self, id: &Id) -> Id {
        self.spans.hold(id);
        id.clone()
    }

    fn try_close(&self, id: Id) -> bool {
        self.spans.release(&id)
    }

    fn current_span(&self) -> Current {
        self.spans.current()
    }
}
