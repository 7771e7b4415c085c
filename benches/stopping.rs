//! How long a manager that waits for its next fire takes to stop: from the call to its
//! return. Beside a parked thread that is woken and joined.

use std::{
    fmt::Write as _,
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use scheduled_thread_pool::{OnPoolDropBehavior, ScheduledThreadPool};
use task::{Task, TaskManager};
use task_benches::{Error, Report, in_turns, is_wanted, or_quick};

/// Long enough for whoever was started to be waiting.
const REST: Duration = Duration::from_millis(2);

type Case = fn() -> Result<Duration, Error>;

/// What is stopped, and how it is called.
const CASES: [(&str, Case); 6] = [
    ("task: `stop()`, 1 job", || stop(1, false)),
    ("task: `stop()`, 1,000 jobs", || stop(1000, false)),
    ("task: `stop()`, 1 job, a worker waits too", || {
        stop(1, true)
    }),
    ("a parked thread, woken and joined", parked),
    (
        "a thread in a condition variable's timed wait, woken and joined",
        waiting,
    ),
    ("scheduled-thread-pool: dropped, its last job gone", pool),
];
const OURS: usize = 3;
const PARKED: usize = 3;

fn main() -> Result<(), Error> {
    if !is_wanted("stopping") {
        return Ok(());
    }
    let mut report = Report::new("stopping", &["scheduled-thread-pool"]);
    let turns = or_quick(301, 11);
    let spent = in_turns(turns, CASES.len(), |i| {
        let (_, case) = CASES[i];
        Ok(case()?.as_secs_f64() * 1e6)
    })?;
    writeln!(
        report,
        "Microseconds, {turns} turns.\n\n| | p50 | p99 | ratio |\n|---|---:|---:|---:|"
    )?;
    for (i, ((what, _), spent_in)) in CASES.iter().zip(&spent).enumerate() {
        let ratio = spent_in.ratios_to(&spent[PARKED]).median();
        let (p50, p99) = (spent_in.median(), spent_in.quantile(0.99));
        writeln!(report, "| {what} | {p50:.1} | {p99:.1} | {ratio:.2} |")?;
        if i < OURS {
            report.goal(
                format!("{what}: to waking and joining a parked thread"),
                "≤ 5",
                format!("{ratio:.2}"),
                ratio <= 5.0,
            );
        }
    }
    report.finish()
}

/// Stops a manager whose loop waits for an hour to pass on the system's clock.
fn stop(n_jobs: usize, has_worker: bool) -> Result<Duration, Error> {
    let manager = TaskManager::builder().empty().build();
    for job in 0..n_jobs {
        manager.add(Task::new(format!("job-{job}"), || ()).every("1h"))?;
    }
    if has_worker {
        manager.add(Task::new("threaded", || ()).every("1h").threaded())?;
    }
    manager.run()?;
    if has_worker {
        manager["threaded"].run_now()?.wait()?;
    }
    thread::sleep(REST);
    let began = Instant::now();
    let stopped = manager.stop();
    let spent = began.elapsed();
    assert!(stopped.is_clean() && !manager.is_running());
    Ok(spent)
}

fn parked() -> Result<Duration, Error> {
    let is_over = Arc::new(AtomicBool::new(false));
    let flag = is_over.clone();
    let parked = thread::spawn(move || {
        while !flag.load(Relaxed) {
            thread::park();
        }
    });
    thread::sleep(REST);
    let began = Instant::now();
    is_over.store(true, Relaxed);
    parked.thread().unpark();
    parked.join().map_err(|_| "a parked thread has panicked")?;
    Ok(began.elapsed())
}

/// As a loop of one's own would do it.
fn waiting() -> Result<Duration, Error> {
    let shared = Arc::new((Mutex::new(false), Condvar::new()));
    let theirs = shared.clone();
    let waiting = thread::spawn(move || {
        let (is_over, condvar) = &*theirs;
        let is_over = is_over.lock().unwrap_or_else(PoisonError::into_inner);
        let hour = Duration::from_secs(3600);
        drop(condvar.wait_timeout_while(is_over, hour, |is_over| !*is_over));
    });
    thread::sleep(REST);
    let began = Instant::now();
    *shared.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
    shared.1.notify_one();
    waiting
        .join()
        .map_err(|_| "a waiting thread has panicked")?;
    Ok(began.elapsed())
}

/// It has no call that waits: so what its job holds is waited for, which its one thread
/// drops with the queue at its end.
fn pool() -> Result<Duration, Error> {
    let pool = ScheduledThreadPool::builder()
        .num_threads(1)
        .on_drop_behavior(OnPoolDropBehavior::DiscardPendingScheduled)
        .build();
    let (held, gone) = mpsc::channel::<()>();
    let hour = Duration::from_secs(3600);
    pool.execute_at_fixed_rate(hour, hour, move || drop(held.clone()));
    thread::sleep(REST);
    let began = Instant::now();
    drop(pool);
    // An error: there is nobody left who could send.
    assert!(gone.recv().is_err());
    Ok(began.elapsed())
}
