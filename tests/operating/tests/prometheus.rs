//! What Prometheus scrapes: the exporter's own listener is asked over loopback, and its
//! answer is parsed. All tests share the recorder of the program, so that each has tasks
//! of its own names.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::OnceLock,
    time::Duration,
};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use prometheus_parse::{LineInfo, Sample, Scrape, Value};
use task::{Context, Event, ManualClock, Task, TaskManager, task};

/// The address of the listener, which is started with the first call.
fn listener() -> SocketAddr {
    static ADDRESS: OnceLock<SocketAddr> = OnceLock::new();
    *ADDRESS.get_or_init(|| {
        // The builder takes an address and doesn't tell which port it got: so one
        // that is free now is asked for, and another one if somebody was faster.
        for _ in 0..10 {
            let free = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = free.local_addr().unwrap();
            drop(free);
            let builder = PrometheusBuilder::new()
                .with_http_listener(address)
                .set_buckets_for_metric(
                    Matcher::Full("task_run_duration_seconds".to_owned()),
                    &[1.0, 5.0],
                )
                .unwrap();
            if builder.install().is_ok() {
                return address;
            }
        }
        panic!("no port is free");
    })
}

fn scrape() -> Scrape {
    let mut stream = TcpStream::connect(listener()).unwrap();
    let request = b"GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(request).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    for line in body.lines() {
        // The parser passes over what it can't read.
        assert!(LineInfo::parse(line) != LineInfo::Ignored, "{line}");
    }
    Scrape::parse(body.lines().map(|line| Ok(line.to_owned()))).unwrap()
}

/// What one metric says of one task. `Err` shows what else it says.
fn find<'a>(
    scrape: &'a Scrape,
    metric: &str,
    labels: &[(&str, &str)],
) -> Result<&'a Value, Vec<&'a Sample>> {
    let samples = scrape
        .samples
        .iter()
        .filter(|sample| sample.metric == metric);
    samples
        .clone()
        .find(|sample| {
            // With `le` or `quantile` gone, these are all.
            sample.labels.len() == labels.len()
                && labels
                    .iter()
                    .all(|(name, value)| sample.labels.get(name) == Some(value))
        })
        .map(|sample| &sample.value)
        .ok_or_else(|| samples.collect())
}

#[track_caller]
fn check(scrape: &Scrape, metric: &str, labels: &[(&str, &str)], expected: &Value) {
    let found = find(scrape, metric, labels);
    assert_eq!(found, Ok(expected), "{metric} {labels:?}");
}

#[track_caller]
fn check_runs(scrape: &Scrape, task: &str, outcome: &str, n_runs: f64) {
    let labels = [("task", task), ("outcome", outcome)];
    check(scrape, "task_runs_total", &labels, &Value::Counter(n_runs));
}

fn manager() -> (ManualClock, TaskManager) {
    listener();
    let clock = ManualClock::new();
    let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    (clock, manager)
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn runs_are_counted_by_outcome() {
    let (clock, manager) = manager();
    let late = clock.clone();
    let panics = || {
        if true {
            panic!("a hole in the road");
        }
    };
    let pends = || std::future::pending::<()>();
    for task in [
        Task::new("works", || ()),
        Task::new("fails", || Err::<(), _>("no route")),
        Task::new("panics", panics),
        Task::new("late", move || late.advance(secs(3))).timeout("2s"),
    ] {
        manager.add(task.every("10s").max_runs(2)).unwrap();
    }
    let pends = Task::new_async("pends", pends).every("10s").max_runs(1);
    manager.add(pends).unwrap();
    let events = manager.subscribe();
    manager.run().unwrap();
    clock.advance(secs(10));
    // `works` is the last in line, and before `pends` has begun it can't be cancelled.
    let (mut pends, mut works) = (false, false);
    while !(pends && works) {
        match events.recv().unwrap() {
            Event::Started { task, .. } => pends |= &*task == "pends",
            Event::Finished(run) => works |= run.task() == "works",
            _ => {}
        }
    }
    manager.stop_within(Duration::ZERO);
    manager.settle();

    let scrape = scrape();
    check_runs(&scrape, "works", "succeeded", 1.0);
    check_runs(&scrape, "fails", "failed", 1.0);
    check_runs(&scrape, "panics", "panicked", 1.0);
    check_runs(&scrape, "late", "timed_out", 1.0);
    check_runs(&scrape, "pends", "cancelled", 1.0);
    // What didn't happen is there too, as zero: so that a rate can be asked of it.
    check_runs(&scrape, "works", "failed", 0.0);
    for task in ["works", "fails", "panics", "late", "pends"] {
        check(
            &scrape,
            "task_running",
            &[("task", task)],
            &Value::Gauge(0.0),
        );
    }
}

#[task(every = "10s", retry = 2, backoff = "1s")]
fn annotated(context: &Context) -> Result<(), &'static str> {
    match context.attempt() {
        3 => Ok(()),
        _ => Err("no route"),
    }
}

#[test]
fn attempts_after_failed_ones_are_retries_and_no_runs() {
    listener();
    let clock = ManualClock::new();
    let builder = TaskManager::builder().module(module_path!());
    let manager = builder.clock(clock.clone()).build();
    clock.advance(secs(10));
    for _ in 0..3 {
        manager.run_pending();
        clock.advance(secs(1));
    }
    let scrape = scrape();
    let retries = Value::Counter(2.0);
    check(
        &scrape,
        "task_retries_total",
        &[("task", "annotated")],
        &retries,
    );
    check_runs(&scrape, "annotated", "succeeded", 1.0);
    check_runs(&scrape, "annotated", "failed", 0.0);
}

#[test]
fn skips_are_counted_by_reason() {
    let (clock, manager) = manager();
    let (say, begun) = std::sync::mpsc::channel();
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let busy = move || {
        say.send(()).unwrap();
        // An error says that the test is over.
        let _ = wait.lock().unwrap().recv();
    };
    for task in [
        Task::new("unwanted", || ()).when(|| false),
        Task::new("disabled", || ()).disabled(),
        Task::new("slow", || ()),
        Task::new("busy", busy).threaded(),
    ] {
        manager.add(task.every("10s")).unwrap();
    }
    clock.advance(secs(30));
    manager.run_pending();
    begun.recv().unwrap();
    let running = Value::Gauge(1.0);
    check(&scrape(), "task_running", &[("task", "busy")], &running);
    clock.advance(secs(10));
    manager.run_pending();
    go.send(()).unwrap();
    manager.settle();

    let scrape = scrape();
    for (task, reason, n_fires) in [
        ("unwanted", "condition", 2.0),
        ("disabled", "disabled", 2.0),
        ("slow", "missed", 2.0),
        ("busy", "missed", 2.0),
        ("busy", "overlap", 1.0),
        ("slow", "stopped", 0.0),
    ] {
        let labels = [("task", task), ("reason", reason)];
        let fires = Value::Counter(n_fires);
        check(&scrape, "task_skipped_total", &labels, &fires);
    }
    check(
        &scrape,
        "task_running",
        &[("task", "busy")],
        &Value::Gauge(0.0),
    );
}

#[test]
fn a_run_that_a_stop_sends_away_is_a_skip() {
    let (clock, manager) = manager();
    let (say, begun) = std::sync::mpsc::channel();
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let holds = move || {
        say.send(()).unwrap();
        // An error says that the test is over.
        let _ = wait.lock().unwrap().recv();
    };
    let holds = Task::new("holds", holds).priority(1);
    for task in [holds, Task::new("waits", || ())] {
        let task = task.threaded().exclusive("disk").every("10s");
        manager.add(task).unwrap();
    }
    clock.advance(secs(10));
    manager.run_pending();
    begun.recv().unwrap();
    let events = manager.subscribe();
    let stops = manager.clone();
    let stopping = std::thread::spawn(move || stops.stop());
    // It is sent away at once, and the other one is waited for.
    while !matches!(events.recv().unwrap(), task::Event::Skipped(_)) {}
    go.send(()).unwrap();
    assert!(stopping.join().unwrap().is_clean());

    let labels = [("task", "waits"), ("reason", "stopped")];
    let one = Value::Counter(1.0);
    check(&scrape(), "task_skipped_total", &labels, &one);
    check_runs(&scrape(), "holds", "succeeded", 1.0);
}

#[test]
fn times_are_seconds() {
    let (clock, manager) = manager();
    let works = clock.clone();
    let task = Task::new("takes_two", move || works.advance(secs(2)));
    manager.add(task.every("10s")).unwrap();
    // Three seconds late, and then one.
    for late in [3, 1] {
        let fire = manager.next_run().unwrap();
        clock.advance((fire - clock.now()).to_std().unwrap() + secs(late));
        manager.run_pending();
    }

    let scrape = scrape();
    let labels = [("task", "takes_two")];
    let Ok(Value::Histogram(buckets)) = find(&scrape, "task_run_duration_seconds", &labels) else {
        panic!("no histogram: {:?}", scrape.samples);
    };
    let buckets: Vec<_> = buckets.iter().map(|b| (b.less_than, b.count)).collect();
    assert_eq!(buckets, [(1.0, 0.0), (5.0, 2.0), (f64::INFINITY, 2.0)]);
    let untyped = |metric| match find(&scrape, metric, &labels) {
        Ok(Value::Untyped(value)) => *value,
        other => panic!("{metric} is {other:?}"),
    };
    assert_eq!(untyped("task_run_duration_seconds_sum"), 4.0);
    assert_eq!(untyped("task_run_duration_seconds_count"), 2.0);
    // Without buckets of its own the exporter makes a summary.
    let delay = find(&scrape, "task_start_delay_seconds", &labels);
    assert!(matches!(delay, Ok(Value::Summary(_))), "{delay:?}");
    assert_eq!(untyped("task_start_delay_seconds_sum"), 4.0);
    assert_eq!(untyped("task_start_delay_seconds_count"), 2.0);

    // 2024-01-01T00:00:23Z: the second fire, a second late, two seconds long.
    let ended = Value::Gauge(1_704_067_223.0);
    let metric = "task_last_success_timestamp_seconds";
    check(&scrape, metric, &labels, &ended);
}

#[test]
fn steps_of_the_clock_are_counted() {
    let (clock, manager) = manager();
    manager
        .add(Task::new("stepped", || ()).every("10s"))
        .unwrap();
    manager.run_pending();
    let before = scrape();
    clock.set_wall(clock.now() + chrono::TimeDelta::hours(1));
    manager.run_pending();
    let after = scrape();
    // No other test of this program sets a clock.
    assert!(find(&before, "task_clock_steps_total", &[]).is_err());
    check(&after, "task_clock_steps_total", &[], &Value::Counter(1.0));
    assert_eq!(
        after.docs["task_clock_steps_total"],
        "Steps of the wall clock by a second or more"
    );
}

#[test]
fn each_metric_says_what_it_is() {
    let (clock, manager) = manager();
    manager.add(Task::new("told", || ()).every("10s")).unwrap();
    clock.advance(secs(10));
    manager.run_pending();
    let docs = scrape().docs;
    for (metric, help) in [
        ("task_runs_total", "Runs that have ended, by their outcome"),
        (
            "task_run_duration_seconds",
            "How long runs took, with all their attempts",
        ),
        (
            "task_start_delay_seconds",
            "From the fire time to the first call of the body, jitter included",
        ),
        (
            "task_skipped_total",
            "Fires that have started nothing, by the reason",
        ),
        ("task_retries_total", "Attempts that followed a failed one"),
        ("task_running", "Runs that are under way"),
        (
            "task_last_success_timestamp_seconds",
            "When the last run that succeeded has ended, in seconds since the Unix epoch",
        ),
    ] {
        assert_eq!(docs.get(metric).map(String::as_str), Some(help), "{metric}");
    }
}

#[test]
fn the_names_of_tasks_are_labels_whatever_is_in_them() {
    let (clock, manager) = manager();
    let name = "rows \"a\" \\ b";
    manager.add(Task::new(name, || ()).every("10s")).unwrap();
    clock.advance(secs(10));
    manager.run_pending();
    let scrape = scrape();
    let running = scrape.samples.iter().filter(|sample| {
        let task = sample.labels.get("task").unwrap_or_default();
        sample.metric == "task_running" && task.starts_with("rows")
    });
    assert_eq!(running.count(), 1);
}
