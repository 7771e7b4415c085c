//! What a person sees who wants to see warnings only. There are no spans then.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::TimeDelta;
use task::{Context, ManualClock, Task, TaskManager};
use tracing_subscriber::filter::LevelFilter;

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// All of it happens on this thread: no other one knows the subscriber.
#[test]
fn a_warning_names_its_task_even_where_no_span_is_wanted() {
    let buffer = Buffer::default();
    let writer = buffer.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::WARN)
        .with_ansi(false)
        .without_time()
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, || {
        let clock = ManualClock::new();
        let manager = TaskManager::builder().empty().clock(clock.clone()).build();
        let flaky = |context: &Context| match context.attempt() {
            1 => Err("no route"),
            _ => Ok(()),
        };
        let broken = Task::new("broken", || Err::<(), _>("no paper")).disable_after(2);
        let flaky = Task::new("flaky", flaky).retry(1).backoff("1s");
        for task in [broken, flaky] {
            manager.add(task.every("1m")).unwrap();
        }
        for seconds in [60, 1] {
            clock.advance(Duration::from_secs(seconds));
            manager.run_pending();
        }
        manager["flaky"].cancel();
        // Past two fires.
        clock.advance(Duration::from_secs(120));
        manager.run_pending();
        clock.set_wall(clock.now() - TimeDelta::hours(2));
        manager.run_pending();
    });

    let text = String::from_utf8(buffer.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<_> = text.lines().map(str::trim_start).collect();
    assert_eq!(
        lines,
        [
            r#"ERROR task: a run has failed task="broken" fire_time=2024-01-01T00:01:00Z duration=0ns error="no paper""#,
            r#"WARN task: an attempt has failed task="flaky" fire_time=2024-01-01T00:01:00Z error="no route" wait=1s"#,
            r#"WARN task: fires were missed task="broken" fire_time=2024-01-01T00:02:00Z fires=1 reason=missed"#,
            r#"ERROR task: a run has failed task="broken" fire_time=2024-01-01T00:03:00Z duration=0ns error="no paper""#,
            r#"ERROR task: the task was disabled: its runs fail task="broken" failures=2"#,
            "WARN task: the wall clock was stepped by -7200 s now=2023-12-31T22:03:01Z seconds=-7200.0",
        ]
    );
}
