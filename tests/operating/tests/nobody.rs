//! Nobody watches: no subscriber and no recorder is installed. Then both are, while
//! the program goes on.

use std::{sync::mpsc, time::Duration};

use metrics_exporter_prometheus::PrometheusBuilder;
use task::{ManualClock, Outcome, Task, TaskManager};

/// One test, since what it installs is the program's.
#[test]
fn runs_go_on_unwatched_and_are_seen_once_somebody_comes() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    let fails = || Err::<(), _>("no route");
    let panics = || {
        if true {
            panic!("a hole in the road");
        }
    };
    for task in [
        Task::new("works", || ()),
        Task::new("fails", fails).retry(1).backoff("1s"),
        Task::new("panics", panics).threaded(),
        Task::new_async("future", || async {}),
        Task::new("off", || ()).disabled(),
    ] {
        manager.add(task.every("10s")).unwrap();
    }
    let round = || {
        clock.advance(Duration::from_secs(10));
        manager.settle();
        clock.advance(Duration::from_secs(1)); // For the second attempt.
        manager.settle();
    };
    let outcome = |task: &str| manager[task].last().unwrap().outcome().clone();

    manager.run().unwrap();
    round();
    manager["works"].run_now().unwrap().wait().unwrap();
    assert_eq!(outcome("works"), Outcome::Succeeded);
    assert_eq!(outcome("fails"), Outcome::Failed("no route".to_owned()));
    assert_eq!(
        outcome("panics"),
        Outcome::Panicked("a hole in the road".to_owned())
    );
    assert_eq!(outcome("future"), Outcome::Succeeded);
    let detail = manager["off"].detail().unwrap();
    assert_eq!(detail.counters.skipped.disabled, 1);

    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    assert!(metrics::set_global_recorder(recorder).is_ok());
    let (say, lines) = mpsc::channel();
    tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(move || Lines(say.clone()))
        .init();

    // The subscriber sees the next run. The recorder is asked by the next `run()`.
    round();
    let text: String = lines.try_iter().collect();
    assert!(text.contains("run{task=\"fails\""), "{text}");
    assert!(!handle.render().contains("task=\"works\""));
    assert!(manager.stop().is_clean());
    manager.run().unwrap();
    round();
    manager.stop();
    let text = handle.render();
    let works = "task_runs_total{task=\"works\",outcome=\"succeeded\"} 1\n";
    assert!(text.contains(works), "{text}");
}

struct Lines(mpsc::Sender<String>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        // An error says that the test is over.
        let _ = self.0.send(String::from_utf8_lossy(bytes).into_owned());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
