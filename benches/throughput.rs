//! How many trivial bodies a second go through the worker threads, when many jobs are due
//! at one moment. Beside a pool that schedules, and a pool to which a binary heap gives its
//! jobs.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    fmt::Write as _,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use cpu_time::ProcessTime;
use scheduled_thread_pool::{OnPoolDropBehavior, ScheduledThreadPool};
use task::{ManualClock, Task, TaskManager};
use task_benches::{Error, Report, Samples, in_turns, is_wanted, or_quick};

const JOBS: u64 = 5000;

/// Long enough for all to have run before they are due again.
const PERIOD: Duration = Duration::from_millis(250);

/// Of which the first is not counted: it starts threads.
const ROUNDS: u32 = 4;

type Case = fn(usize) -> Result<Measured, Error>;

const CASES: [(&str, Case); 4] = [
    ("task", task_system),
    ("task, `ManualClock`", task_manual),
    ("scheduled-thread-pool", pool),
    ("a binary heap, `rayon::spawn`", heap_and_rayon),
];

/// Nanoseconds a run: until all have run, and of the processor.
struct Measured {
    wall: f64,
    cpu: f64,
}

fn main() -> Result<(), Error> {
    if !is_wanted("throughput") {
        return Ok(());
    }
    let n_threads = thread::available_parallelism()?.get();
    let mut report = Report::new("throughput", &["scheduled-thread-pool", "rayon"]);
    let turns = or_quick(7, 1);
    let mut cpu = vec![Samples::default(); CASES.len()];
    let wall = in_turns(turns, CASES.len(), |i| {
        let (what, case) = CASES[i];
        eprintln!("throughput: {what}");
        let measured = case(n_threads).map_err(|error| format!("{what}: {error}"))?;
        cpu[i].push(measured.cpu);
        Ok(measured.wall)
    })?;

    writeln!(
        report,
        "{JOBS} jobs with a trivial body, all due at one moment, on {n_threads} threads; \
         {turns} turns. The ratios are those of runs a second, and of the processor's time.\n\n\
         | | runs a second | to task's | CPU ns a run | to task's |\n|---|---:|---:|---:|---:|"
    )?;
    for (i, (what, _)) in CASES.iter().enumerate() {
        writeln!(
            report,
            "| {what} | {:.0} | {:.2} | {:.0} | {:.2} |",
            1e9 / wall[i].median(),
            wall[0].ratios_to(&wall[i]).median(),
            cpu[i].median(),
            cpu[i].ratios_to(&cpu[0]).median(),
        )?;
    }
    for (i, (what, _)) in CASES.iter().enumerate().skip(2) {
        let ratio = wall[i].ratios_to(&wall[0]).median();
        report.goal(
            format!("runs a second of trivial threaded bodies, to those of: {what}"),
            "≥ 1",
            format!("{ratio:.2}"),
            ratio >= 1.0,
        );
    }
    report.finish()
}

/// Counts runs, and tells when all jobs have run once more.
#[derive(Clone)]
struct Count {
    runs: Arc<AtomicU64>,
    all: Sender<Instant>,
}

impl Count {
    fn new() -> (Count, Receiver<Instant>) {
        let (all, told) = mpsc::channel();
        let runs = Arc::new(AtomicU64::new(0));
        (Count { runs, all }, told)
    }

    /// The body.
    fn run(&self) {
        let runs = self.runs.fetch_add(1, Relaxed) + 1;
        if runs.is_multiple_of(JOBS) {
            // Nobody takes the last one if the measuring was given up.
            let _ = self.all.send(Instant::now());
        }
    }
}

/// Waits for rounds whose jobs are due at these instants, and a period apart.
fn rounds(
    told: &Receiver<Instant>,
    mut due: impl FnMut(u32) -> Instant,
) -> Result<Measured, Error> {
    let mut walls = Samples::default();
    let mut began = None;
    for round in 0..ROUNDS {
        let due = due(round);
        let all = told.recv_timeout(Duration::from_secs(10));
        let all = all.map_err(|_| "not all jobs of a round have run")?;
        if began.is_none() {
            began = Some(ProcessTime::now());
            continue;
        }
        walls.push((all - due).as_nanos() as f64 / JOBS as f64);
    }
    let spent = began.map(|began| began.elapsed()).unwrap_or_default();
    let runs = u64::from(ROUNDS - 1) * JOBS;
    Ok(Measured {
        wall: walls.median(),
        cpu: spent.as_nanos() as f64 / runs as f64,
    })
}

/// Adds the jobs to a manager with as many workers.
fn manager(
    n_threads: usize,
    clock: Option<ManualClock>,
) -> Result<(TaskManager, Receiver<Instant>), Error> {
    let mut builder = TaskManager::builder().empty().max_threads(n_threads);
    if let Some(clock) = clock {
        builder = builder.clock(clock);
    }
    let manager = builder.build();
    let (count, told) = Count::new();
    let every = format!("{}ms", PERIOD.as_millis());
    for job in 0..JOBS {
        let count = count.clone();
        let task = Task::new(format!("job-{job}"), move || count.run());
        manager.add(task.threaded().every(&every))?;
    }
    Ok((manager, told))
}

fn task_system(n_threads: usize) -> Result<Measured, Error> {
    let (manager, told) = manager(n_threads, None)?;
    let start = Instant::now();
    manager.run()?;
    let measured = rounds(&told, |round| start + PERIOD * (round + 1))?;
    manager.stop();
    Ok(measured)
}

fn task_manual(n_threads: usize) -> Result<Measured, Error> {
    let clock = ManualClock::new();
    let (manager, told) = manager(n_threads, Some(clock.clone()))?;
    manager.run()?;
    let measured = rounds(&told, |_| {
        // The last run has to end before it is due again.
        manager.settle();
        let due = Instant::now();
        clock.advance(PERIOD);
        due
    })?;
    manager.stop();
    Ok(measured)
}

fn pool(n_threads: usize) -> Result<Measured, Error> {
    let pool = ScheduledThreadPool::builder()
        .num_threads(n_threads)
        .on_drop_behavior(OnPoolDropBehavior::DiscardPendingScheduled)
        .build();
    let (count, told) = Count::new();
    let first = Instant::now() + PERIOD;
    for _ in 0..JOBS {
        let count = count.clone();
        let delay = first.saturating_duration_since(Instant::now());
        pool.execute_at_fixed_rate(delay, PERIOD, move || count.run());
    }
    rounds(&told, |round| first + PERIOD * round)
}

/// A driver thread takes from a heap what is due, gives it to the pool, and puts it back
/// for its next fire.
fn heap_and_rayon(n_threads: usize) -> Result<Measured, Error> {
    let builder = rayon::ThreadPoolBuilder::new().num_threads(n_threads);
    let pool = builder.build()?;
    let (count, told) = Count::new();
    let first = Instant::now() + PERIOD;
    let mut jobs: Vec<Arc<dyn Fn() + Send + Sync>> = Vec::new();
    let mut heap = BinaryHeap::new();
    for job in 0..JOBS as usize {
        let count = count.clone();
        jobs.push(Arc::new(move || count.run()));
        heap.push(Reverse((first, job)));
    }
    let is_over = Arc::new(AtomicBool::new(false));
    let flag = is_over.clone();
    let driver = thread::spawn(move || {
        while !flag.load(Relaxed) {
            let now = Instant::now();
            let Some(mut head) = heap.peek_mut() else {
                return;
            };
            let Reverse((due, job)) = *head;
            if due > now {
                drop(head);
                thread::park_timeout(due - now);
                continue;
            }
            // Sifted down as it is dropped: one step instead of a pop and a push.
            head.0.0 = due + PERIOD;
            drop(head);
            let job = jobs[job].clone();
            pool.spawn(move || job());
        }
    });
    let measured = rounds(&told, |round| first + PERIOD * round);
    is_over.store(true, Relaxed);
    driver.thread().unpark();
    driver.join().map_err(|_| "the driver has panicked")?;
    measured
}
