//! Runs as a collector of OpenTelemetry gets them, over HTTP and loopback.

mod receiver;

use std::time::Duration;

use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_proto::tonic::trace::v1::{Span, status::StatusCode};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use receiver::{Receiver, attributes};
use task::{Context, ManualClock, Task, TaskManager};
use tracing::{info, info_span};
use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// Sends spans of this program to a receiver.
fn export_to(receiver: &Receiver) -> SdkTracerProvider {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_endpoint(format!("http://{}/v1/traces", receiver.address))
        .build()
        .unwrap();
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(Resource::builder().with_service_name("operating").build())
        .build();
    // Only these: the exporter's own HTTP client traces what it does.
    let targets = Targets::new()
        .with_target("task", LevelFilter::INFO)
        .with_target(env!("CARGO_CRATE_NAME"), LevelFilter::INFO);
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("task"));
    tracing_subscriber::registry()
        .with(layer.with_filter(targets))
        .init();
    provider
}

#[track_caller]
fn run<'a>(spans: &'a [Span], task: &str) -> &'a Span {
    let of_task = |span: &&Span| {
        let name = attributes(&span.attributes).remove("task");
        span.name == "run" && name.as_deref() == Some(task)
    };
    let runs: Vec<&Span> = spans.iter().filter(of_task).collect();
    assert_eq!(runs.len(), 1, "{task} has other than one run");
    runs[0]
}

#[track_caller]
fn named<'a>(spans: &'a [Span], name: &str) -> &'a Span {
    let span = spans.iter().find(|span| span.name == name);
    span.unwrap_or_else(|| panic!("no span is named {name}"))
}

/// One test, since the exporter is the program's.
#[test]
fn runs_are_exported_whole() {
    let receiver = Receiver::start();
    let provider = export_to(&receiver);
    let clock = ManualClock::new();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let builder = TaskManager::builder().empty().clock(clock.clone());
    let manager = builder.tokio(runtime.handle().clone()).build();
    let flaky = |context: &Context| match context.attempt() {
        2 => Ok(()),
        _ => Err("no route"),
    };
    let query = || async {
        let span = info_span!("query");
        tokio::task::yield_now().await;
        span.in_scope(|| info!("found"));
    };
    for task in [
        Task::new("works", || info!(files = 3, "synced")),
        Task::new("fails", || Err::<(), _>("no route")).threaded(),
        Task::new("flaky", flaky).retry(1).backoff("1s"),
        Task::new_async("future", query),
    ] {
        manager.add(task.every("10s").max_runs(1)).unwrap();
    }
    let by_hand = Task::new("by_hand", || ()).every("1h").threaded();
    let by_hand = manager.add(by_hand).unwrap();
    // More than one batch holds.
    manager
        .add(Task::new("often", || ()).every("1s").start("1m"))
        .unwrap();

    manager.run().unwrap();
    for _ in 0..2 {
        clock.advance(Duration::from_secs(10));
        manager.settle();
    }
    info_span!("request").in_scope(|| by_hand.run_now().unwrap().wait().unwrap());
    for _ in 0..640 {
        clock.advance(Duration::from_secs(1));
        manager.settle();
    }
    assert!(manager.stop().is_clean());
    provider.force_flush().unwrap();

    let spans = receiver.spans();
    assert_eq!(receiver.services(), ["operating"]);
    let often = manager["often"].detail().unwrap().counters;
    assert_eq!((often.ran, often.missed), (601, 0));
    let n_of = |task: &str| {
        let names = spans.iter().map(|span| attributes(&span.attributes));
        names
            .filter(|names| names.get("task").is_some_and(|name| name == task))
            .count()
    };
    assert_eq!(n_of("often"), 601, "none is lost");
    assert!(receiver.n_requests() > 1);

    // Fires begin traces of their own.
    let works = run(&spans, "works");
    assert!(works.parent_span_id.is_empty());
    assert!(works.end_time_unix_nano >= works.start_time_unix_nano);
    let known = attributes(&works.attributes);
    for (name, value) in [
        ("task", "works"),
        ("job", "0"),
        ("fire_time", "2024-01-01T00:00:10Z"),
        ("attempt", "1"),
        ("outcome", "succeeded"),
    ] {
        assert_eq!(known.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert!(works.events.iter().any(|event| event.name == "synced"));
    assert_ne!(works.trace_id, run(&spans, "fails").trace_id);

    let status = |span: &Span| span.status.clone().unwrap_or_default().code();
    assert_eq!(status(works), StatusCode::Unset);
    let fails = run(&spans, "fails");
    assert_eq!(status(fails), StatusCode::Error);
    assert_eq!(attributes(&fails.attributes)["outcome"], "failed");
    assert_eq!(attributes(&fails.attributes)["error"], "no route");

    let flaky = run(&spans, "flaky");
    assert_eq!(status(flaky), StatusCode::Unset);
    assert_eq!(attributes(&flaky.attributes)["attempt"], "2");
    // A key that comes twice is no valid export.
    let attempts = flaky.attributes.iter().filter(|pair| pair.key == "attempt");
    assert_eq!(attempts.count(), 1);

    let query = named(&spans, "query");
    assert_eq!(query.parent_span_id, run(&spans, "future").span_id);
    let by_hand = run(&spans, "by_hand");
    let request = named(&spans, "request");
    assert_eq!(by_hand.parent_span_id, request.span_id);
    assert_eq!(by_hand.trace_id, request.trace_id);
    provider.shutdown().unwrap();
}
