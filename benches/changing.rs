//! What it costs to add a job, to take one out, and to give it another interval.
//!
//! Each case is a process. How to read what comes out: `README.md`.

use std::{
    cmp::Ordering,
    collections::BinaryHeap,
    fmt::Write as _,
    hint::black_box,
    time::{Duration, Instant},
};

use task_benches::{
    Error, Report, Samples, case, in_turns, is_wanted, or_quick, run_case,
    schedulers::{
        Clokwerk, DelayTimer, EasySchedule, JobSchedulerNg, OursByHand, Sacs, ScheduledThreadPool,
        Scheduler, Skedge, TokioCronScheduler, body,
    },
};

const FEW: usize = 1_000;
const MANY: usize = 1_000_000;
const QUICK_MANY: usize = 20_000;
const TURNS: usize = 3;

const OURS: &str = "task";
const HEAP: &str = "a bare heap";

/// Those that can have a million jobs in a few seconds, and how.
const ALL: [(&str, bool); 10] = [
    (OURS, true),
    (HEAP, true),
    ("clokwerk", true),
    ("skedge", true),
    ("scheduled-thread-pool", true),
    ("job_scheduler_ng", false),
    ("tokio-cron-scheduler", false),
    ("delay_timer", false),
    ("sacs", false),
    ("easy-schedule", false),
];

/// How many jobs are taken out, and moved, of all that there are.
const CHANGED: usize = 500;

const DAY: Duration = Duration::from_secs(86_400);

fn main() -> Result<(), Error> {
    if let Some(words) = case() {
        let [who, n] = &words[..] else {
            return Err("expected a scheduler and a number of jobs".into());
        };
        let spent = measure(who, n.parse()?)?;
        println!("{} {} {}", spent[0], spent[1], spent[2]);
        return Ok(());
    }
    if !is_wanted("changing") {
        return Ok(());
    }
    let peers = [
        "clokwerk",
        "skedge",
        "scheduled-thread-pool",
        "job_scheduler_ng",
        "tokio-cron-scheduler",
        "delay_timer",
        "sacs",
        "easy-schedule",
    ];
    let report = Report::new("changing", &peers);
    let many = or_quick(MANY, QUICK_MANY);
    let mut rows = Vec::new();
    for n in [FEW, many] {
        let able: Vec<_> = ALL
            .iter()
            .filter(|(_, is_able)| *is_able || n == FEW)
            .collect();
        let mut others = vec![[Samples::default(), Samples::default()]; able.len()];
        let added = in_turns(or_quick(TURNS, 1), able.len(), |i| {
            let numbers = run_case(&[able[i].0, &n.to_string()])?;
            let [add, remove, reschedule] = numbers[..] else {
                return Err("a case has printed something else than three numbers".into());
            };
            others[i][0].push(remove);
            others[i][1].push(reschedule);
            Ok(add)
        })?;
        for ((&&(who, _), add), [remove, reschedule]) in able.iter().zip(added).zip(others) {
            rows.push(Row {
                who,
                n,
                spent: [add, remove, reschedule],
            });
        }
    }
    say(report, &rows, many)
}

/// Nanoseconds an operation: to add, to take out, to move.
struct Row {
    who: &'static str,
    n: usize,
    spent: [Samples; 3],
}

fn measure(who: &str, n: usize) -> Result<[f64; 3], Error> {
    match who {
        OURS => changes::<OursByHand>(n, |scheduler| scheduler.manager().tasks().len()),
        HEAP => changes::<Heap>(n, |heap| heap.0.len()),
        "clokwerk" => changes::<Clokwerk>(n, |_| usize::MAX),
        "skedge" => changes::<Skedge>(n, |_| usize::MAX),
        "scheduled-thread-pool" => changes::<ScheduledThreadPool>(n, |_| usize::MAX),
        "job_scheduler_ng" => changes::<JobSchedulerNg>(n, |_| usize::MAX),
        "tokio-cron-scheduler" => changes::<TokioCronScheduler>(n, |_| usize::MAX),
        "delay_timer" => changes::<DelayTimer>(n, |_| usize::MAX),
        "sacs" => changes::<Sacs>(n, |_| usize::MAX),
        "easy-schedule" => changes::<EasySchedule>(n, |_| usize::MAX),
        _ => Err(format!("no scheduler is named `{who}`").into()),
    }
}

/// Returns the nanoseconds of each operation; `NaN` for what can't be done. `len` says
/// how many jobs there are, if the crate says so.
fn changes<S: Scheduler>(n: usize, len: impl Fn(&S) -> usize) -> Result<[f64; 3], Error> {
    let mut scheduler = S::new()?;
    let mut keys = Vec::with_capacity(CHANGED);
    let step = (n / CHANGED).max(1);
    let began = Instant::now();
    for job in 0..n {
        let key = scheduler.add(1, DAY)?;
        if job % step == 0 {
            keys.push(key);
        }
    }
    let added = began.elapsed().as_nanos() as f64 / n as f64;
    let moved = timed(&keys, |key| scheduler.reschedule(key, 2 * DAY));
    let n_keys = keys.len();
    let mut left = keys;
    let removed = {
        let began = Instant::now();
        let mut result = Ok(());
        for key in left.drain(..) {
            result = result.and_then(|()| scheduler.remove(key));
        }
        let spent = began.elapsed().as_nanos() as f64 / n_keys as f64;
        result.map_or(f64::NAN, |()| spent)
    };
    let left = len(&scheduler);
    // They are gone at once.
    assert!(left == usize::MAX || removed.is_nan() || left == n - n_keys);
    // To take a million jobs apart is not what is measured, and takes time.
    std::mem::forget(black_box(scheduler));
    Ok([added, removed, moved])
}

fn timed<K>(keys: &[K], mut change: impl FnMut(&K) -> Result<(), Error>) -> f64 {
    let began = Instant::now();
    for key in keys {
        if change(key).is_err() {
            return f64::NAN;
        }
    }
    began.elapsed().as_nanos() as f64 / keys.len() as f64
}

/// The floor for adding: a heap of when, and what.
struct Heap(BinaryHeap<Entry>);

struct Entry(Instant, Box<dyn Fn()>);

impl PartialEq for Entry {
    fn eq(&self, other: &Entry) -> bool {
        self.0 == other.0
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Entry) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Entry) -> Ordering {
        other.0.cmp(&self.0)
    }
}

impl Scheduler for Heap {
    type Key = ();
    const IS_DRIVEN: bool = false;

    fn new() -> Result<Heap, Error> {
        Ok(Heap(BinaryHeap::new()))
    }

    fn add(&mut self, value: u64, period: Duration) -> Result<(), Error> {
        let body = Box::new(body(value));
        self.0.push(Entry(Instant::now() + period, body));
        Ok(())
    }

    fn fire(&mut self) {
        if let Some(Entry(_, body)) = self.0.peek() {
            body();
        }
    }
}

fn cell(samples: &Samples) -> String {
    match samples.median() {
        spent if spent.is_nan() => "-".to_owned(),
        spent => format!("{spent:.0}"),
    }
}

fn say(mut report: Report, rows: &[Row], many: usize) -> Result<(), Error> {
    let of = |n: usize, what: usize| {
        let row = rows.iter().find(|row| row.who == OURS && row.n == n);
        row.map_or(f64::NAN, |row| row.spent[what].median())
    };
    let seconds = of(many, 0) * 1e6 / 1e9;
    report.goal(
        "a million jobs added",
        "in 0.5 s",
        format!("{seconds:.2} s"),
        seconds <= 0.5,
    );
    for (what, name) in [(1, "to take a job out"), (2, "to reschedule it")] {
        let ratio = of(many, what) / of(FEW, what);
        // From a thousand to a million a logarithm doubles; the rest is for the caches.
        report.goal(
            format!("{name}, of a million jobs, to that of a thousand"),
            "no more than a logarithm and the caches make of it: 4",
            format!(
                "{ratio:.1} ({:.0} ns, {:.0} ns)",
                of(many, what),
                of(FEW, what)
            ),
            ratio <= 4.0,
        );
    }
    writeln!(
        report,
        "Nanoseconds each; of the jobs, {CHANGED} are moved and then taken out. `-` is what \
         a crate has no way for.\n"
    )?;
    writeln!(
        report,
        "| | add, {FEW} | remove | reschedule | add, {many} | remove | reschedule |\n\
         |---|---:|---:|---:|---:|---:|---:|"
    )?;
    for (who, _) in ALL {
        write!(report, "| {who} |")?;
        for n in [FEW, many] {
            let row = rows.iter().find(|row| row.who == who && row.n == n);
            for what in 0..3 {
                let text = row.map_or_else(|| "-".to_owned(), |row| cell(&row.spent[what]));
                write!(report, " {text} |")?;
            }
        }
        writeln!(report)?;
    }
    report.finish()
}
