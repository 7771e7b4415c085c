//! What `tracing_subscriber`'s lines look like: what a person sees on a terminal.

use std::{
    io::Write,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use task::{ManualClock, Task, TaskManager};
use tracing::info;
use tracing_subscriber::filter::LevelFilter;

static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Terminal;

impl Write for Terminal {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
        lines.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// One test, since it is the program that has one terminal.
#[test]
fn a_line_says_whose_run_it_is_about() {
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::INFO)
        .with_ansi(false)
        .without_time()
        .with_target(false)
        .with_writer(|| Terminal)
        .init();

    let clock = ManualClock::new();
    let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    let sync = || {
        info!(files = 3, "synced");
    };
    manager.add(Task::new("sync", sync).every("10s")).unwrap();
    let mail = || Err::<(), _>("no route");
    let mail = Task::new("mail", mail).every("10s").retry(1).backoff("10s");
    manager.add(mail.threaded()).unwrap();
    manager.run().unwrap();
    for _ in 0..3 {
        clock.advance(Duration::from_secs(10));
        manager.settle();
    }
    manager.stop();

    let bytes = LINES.lock().unwrap().clone();
    let text = String::from_utf8(bytes).unwrap();
    let of = |task: &str| -> Vec<&str> {
        let run = format!("run{{task=\"{task}\"");
        text.lines().filter(|line| line.contains(&run)).collect()
    };
    assert_eq!(of("sync").len(), 3, "{text}");
    assert_eq!(
        of("sync")[0],
        " INFO run{task=\"sync\" job=0 fire_time=2024-01-01T00:00:10Z}: synced files=3"
    );
    let [failed, again] = of("mail")[..2] else {
        panic!("{text}");
    };
    assert_eq!(
        failed,
        " WARN run{task=\"mail\" job=0 fire_time=2024-01-01T00:00:10Z}: \
         an attempt has failed error=\"no route\" wait=10s"
    );
    let run = "ERROR run{task=\"mail\" job=0 fire_time=2024-01-01T00:00:10Z";
    assert!(again.starts_with(run), "{again}");
    let end = " attempt=2 outcome=\"failed\" error=\"no route\"}: a run has failed";
    assert!(again.contains(end), "{again}");
    let started = " INFO the scheduler has started tasks=2 of_crates=\"added at run time: 2\"";
    let first: Vec<&str> = text.lines().take(3).collect();
    assert_eq!(
        first,
        [
            " INFO the task was added task=\"sync\"",
            " INFO the task was added task=\"mail\"",
            started,
        ]
    );
    // Not the last one always: the run that waits for its next attempt is ended by
    // who stops, and the loop by itself.
    let stopped = " INFO the scheduler has stopped";
    assert!(text.lines().any(|line| line == stopped), "{text}");
}
