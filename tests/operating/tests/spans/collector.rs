//! A subscriber that keeps what it sees, for all the tests of this program.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Mutex, OnceLock},
};

use tracing::{
    Level, Subscriber,
    field::{Field, Visit},
    span,
};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt},
    registry::LookupSpan,
    util::SubscriberInitExt,
};

/// A span as it was seen.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub(crate) name: &'static str,
    pub(crate) target: &'static str,
    pub(crate) level: Level,
    pub(crate) fields: BTreeMap<String, String>,
    /// Where its parent is among all spans.
    pub(crate) parent: Option<usize>,
    pub(crate) is_closed: bool,
}

/// An event as it was seen, and where the spans are that it was in, innermost first.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) target: &'static str,
    pub(crate) level: Level,
    pub(crate) fields: BTreeMap<String, String>,
    pub(crate) spans: Vec<usize>,
    pub(crate) thread: Option<String>,
}

impl Event {
    /// The level and the message.
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.level, self.fields["message"])
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) spans: Vec<Span>,
    pub(crate) events: Vec<Event>,
}

impl Seen {
    /// Where the runs of a task are, in the order in which they began.
    pub(crate) fn runs(&self, task: &str) -> Vec<usize> {
        let is_run = |span: &Span| {
            span.name == "run" && span.fields.get("task").is_some_and(|name| name == task)
        };
        (0..self.spans.len())
            .filter(|&place| is_run(&self.spans[place]))
            .collect()
    }

    /// The one run of a task.
    #[track_caller]
    pub(crate) fn run(&self, task: &str) -> usize {
        let runs = self.runs(task);
        assert_eq!(runs.len(), 1, "{task} has other than one run");
        runs[0]
    }

    /// Where the one span of that name is.
    #[track_caller]
    pub(crate) fn named(&self, name: &str) -> usize {
        let place = self.spans.iter().position(|span| span.name == name);
        place.unwrap_or_else(|| panic!("no span is named {name}"))
    }

    /// What was said in a span or in one inside of it.
    pub(crate) fn events_in(&self, span: usize) -> Vec<&Event> {
        let events = self.events.iter();
        events.filter(|event| event.spans.contains(&span)).collect()
    }

    /// The levels and messages of them.
    pub(crate) fn lines_in(&self, span: usize) -> Vec<String> {
        self.events_in(span).into_iter().map(Event::line).collect()
    }

    /// What was said of a task outside of its runs.
    pub(crate) fn events_of(&self, task: &str) -> Vec<&Event> {
        let events = self.events.iter();
        events
            .filter(|event| event.fields.get("task").is_some_and(|name| name == task))
            .collect()
    }
}

/// What was seen up to now, by the subscriber that is installed with the first call.
pub(crate) fn seen() -> Seen {
    static INSTALLED: OnceLock<()> = OnceLock::new();
    INSTALLED.get_or_init(|| tracing_subscriber::registry().with(Collector).init());
    SEEN.lock().unwrap().clone()
}

static SEEN: Mutex<Seen> = Mutex::new(Seen {
    spans: Vec::new(),
    events: Vec::new(),
});

struct Collector;

/// Where a span is in `SEEN`: the ids of spans are used again.
struct Place(usize);

#[derive(Default)]
struct Fields(BTreeMap<String, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Collector {
    fn on_new_span(&self, attributes: &span::Attributes<'_>, id: &span::Id, all: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let span = all.span(id).unwrap();
        let parent = span.parent().map(|parent| place(&parent));
        let mut seen = SEEN.lock().unwrap();
        span.extensions_mut().insert(Place(seen.spans.len()));
        seen.spans.push(Span {
            name: span.metadata().name(),
            target: span.metadata().target(),
            level: *span.metadata().level(),
            fields: fields.0,
            parent,
            is_closed: false,
        });
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, all: Context<'_, S>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        let place = place(&all.span(id).unwrap());
        SEEN.lock().unwrap().spans[place].fields.extend(fields.0);
    }

    fn on_event(&self, event: &tracing::Event<'_>, all: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let scope = all.event_scope(event);
        let spans = scope.into_iter().flatten().map(|span| place(&span));
        let event = Event {
            target: event.metadata().target(),
            level: *event.metadata().level(),
            fields: fields.0,
            spans: spans.collect(),
            thread: std::thread::current().name().map(str::to_owned),
        };
        SEEN.lock().unwrap().events.push(event);
    }

    fn on_close(&self, id: span::Id, all: Context<'_, S>) {
        let place = place(&all.span(&id).unwrap());
        SEEN.lock().unwrap().spans[place].is_closed = true;
    }
}

fn place<'a, R: LookupSpan<'a>>(span: &tracing_subscriber::registry::SpanRef<'a, R>) -> usize {
    span.extensions().get::<Place>().unwrap().0
}
