//! What a fire costs: jobs with an interval that are all due.
//!
//! Each case is a process. How to read what comes out: `README.md`.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    fmt::Write as _,
    sync::atomic::Ordering::Relaxed,
    time::{Duration, Instant},
};

use cpu_time::ProcessTime;
use task_benches::{
    Error, Report, Samples, case, in_turns, instructions_of_case, is_wanted, or_quick, run_case,
    schedulers::{
        Clokwerk, DelayTimer, EasySchedule, FIRED, JobSchedulerNg, Ours, OursByHand, OursRunning,
        Sacs, ScheduledThreadPool, Scheduler, Skedge, TokioCronScheduler, TokioTimers, fired,
    },
    start_case,
};

const FEW: usize = 1_000;
const MANY: usize = 1_000_000;
const QUICK_MANY: usize = 20_000;

/// How often each of those has its turn that need not wait.
const TURNS: usize = 5;

/// Whose versions are said.
const PEERS: [&str; 9] = [
    "clokwerk",
    "skedge",
    "scheduled-thread-pool",
    "tokio",
    "tokio-cron-scheduler",
    "job_scheduler_ng",
    "delay_timer",
    "sacs",
    "easy-schedule",
];

const BY_HAND: &str = "task, a clock moved by hand";
const POLLED: &str = "task, `run_pending()`";
const RUNNING: &str = "task, `run()`";
const HEAP: &str = "a bare heap";
const POOL: &str = "scheduled-thread-pool";

/// Those that wait for real time. What can't have a million jobs in a few seconds has a
/// thousand only.
const WAITING: [(&str, bool); 11] = [
    (POLLED, true),
    (RUNNING, true),
    ("clokwerk", true),
    ("skedge", true),
    (POOL, true),
    ("tokio timers", true),
    ("job_scheduler_ng", false),
    ("tokio-cron-scheduler", false),
    ("delay_timer", false),
    ("sacs", false),
    ("easy-schedule", false),
];

fn main() -> Result<(), Error> {
    if let Some(words) = case() {
        let [who, n, rounds] = &words[..] else {
            return Err("expected a scheduler, a number of jobs and of rounds".into());
        };
        println!("{}", measure(who, n.parse()?, rounds.parse()?)?);
        return Ok(());
    }
    if !is_wanted("firing") {
        return Ok(());
    }
    let report = Report::new("firing", &PEERS);
    let many = or_quick(MANY, QUICK_MANY);
    let at_once = [BY_HAND, HEAP];
    let mut rows = Vec::new();
    for (n, rounds) in [(FEW, or_quick(500, 20)), (many, 2)] {
        let spent = in_turns(or_quick(TURNS, 3), at_once.len(), |i| {
            run(at_once[i], n, rounds)
        })?;
        for (who, spent) in at_once.into_iter().zip(spent) {
            rows.push(Row { who, n, spent });
        }
    }
    rows.extend(waiting_few()?);
    // They take seconds each, so they have one turn.
    for (who, _) in WAITING.into_iter().filter(|(_, is_for_many)| *is_for_many) {
        let spent = [run(who, many, 2)?].into_iter().collect();
        rows.push(Row {
            who,
            n: many,
            spent,
        });
    }
    say(report, &rows, many)
}

/// Nanoseconds a fire of one scheduler with so many jobs, by turns.
struct Row {
    who: &'static str,
    n: usize,
    spent: Samples,
}

fn words(who: &str, n: usize, rounds: usize) -> [String; 3] {
    [who.to_owned(), n.to_string(), rounds.to_string()]
}

fn run(who: &str, n: usize, rounds: usize) -> Result<f64, Error> {
    one(&run_case(&words(who, n, rounds))?)
}

fn one(numbers: &[f64]) -> Result<f64, Error> {
    Ok(*numbers.first().ok_or("a case has printed nothing")?)
}

/// Those that wait, all beside each other: they do so nearly all of the time.
fn waiting_few() -> Result<Vec<Row>, Error> {
    let mut all = Vec::new();
    for (who, _) in WAITING {
        all.push((who, start_case(&words(who, FEW, or_quick(4, 1)))?));
        // Not all of them at the same moments.
        std::thread::sleep(Duration::from_millis(90));
    }
    let finished = all.into_iter().map(|(who, child)| {
        let spent = [one(&child.finish()?)?].into_iter().collect();
        Ok(Row { who, n: FEW, spent })
    });
    finished.collect()
}

/// Returns the processor's nanoseconds a fire. In a child.
fn measure(who: &str, n: usize, rounds: usize) -> Result<f64, Error> {
    match who {
        BY_HAND => fires::<OursByHand>(n, rounds),
        POLLED => fires::<Ours>(n, rounds),
        RUNNING => fires::<OursRunning>(n, rounds),
        HEAP => fires::<Heap>(n, rounds),
        "clokwerk" => fires::<Clokwerk>(n, rounds),
        "skedge" => fires::<Skedge>(n, rounds),
        POOL => fires::<ScheduledThreadPool>(n, rounds),
        "tokio timers" => fires::<TokioTimers>(n, rounds),
        "job_scheduler_ng" => fires::<JobSchedulerNg>(n, rounds),
        "tokio-cron-scheduler" => fires::<TokioCronScheduler>(n, rounds),
        "delay_timer" => fires::<DelayTimer>(n, rounds),
        "sacs" => fires::<Sacs>(n, rounds),
        "easy-schedule" => fires::<EasySchedule>(n, rounds),
        _ => Err(format!("no scheduler is named `{who}`").into()),
    }
}

fn fires<S: Scheduler>(n: usize, rounds: usize) -> Result<f64, Error> {
    // Longer for those that fire while others of a million are still added.
    let seconds = if S::IS_DRIVEN && n > FEW { 3 } else { 1 };
    let period = Duration::from_secs(seconds);
    let mut scheduler = S::new()?;
    for _ in 0..n {
        scheduler.add(1, period)?;
    }
    scheduler.start()?;
    let nanoseconds = if S::IS_DRIVEN {
        driven(&mut scheduler, n, rounds, period)?
    } else {
        polled(&mut scheduler, n, rounds, period)
    };
    // To take a million jobs apart is not what is measured, and takes time.
    std::mem::forget(scheduler);
    Ok(nanoseconds)
}

/// How many rounds are not counted. They are as those that follow, but meet memory that
/// was never used: a task of ours keeps one run then, and then has room for all that it
/// will keep.
const NEW: usize = 2;

fn polled<S: Scheduler>(scheduler: &mut S, n: usize, rounds: usize, period: Duration) -> f64 {
    for _ in 0..NEW {
        scheduler.pass(period);
        scheduler.fire();
    }
    let before = fired();
    let mut spent = Duration::ZERO;
    for _ in 0..rounds {
        scheduler.pass(period);
        let began = ProcessTime::now();
        scheduler.fire();
        spent += began.elapsed();
    }
    let fires = fired() - before;
    assert_eq!(fires, (n * rounds) as u64, "each job fires once a round");
    spent.as_nanos() as f64 / fires as f64
}

fn driven<S: Scheduler>(
    scheduler: &mut S,
    n: usize,
    rounds: usize,
    period: Duration,
) -> Result<f64, Error> {
    // From the middle between two rounds to another one, so that each is whole.
    let half = period / 2;
    wait_for(scheduler, n * NEW, period * u32::try_from(NEW)? + half)?;
    let (before, began) = (fired(), ProcessTime::now());
    wait_for(
        scheduler,
        before as usize + n * rounds,
        period * u32::try_from(rounds)?,
    )?;
    let (fires, spent) = (fired() - before, began.elapsed());
    Ok(spent.as_nanos() as f64 / fires as f64)
}

/// Lets so much time pass, and more if there have not been as many fires by then.
fn wait_for<S: Scheduler>(scheduler: &mut S, fires: usize, time: Duration) -> Result<(), Error> {
    const MOST_WAITS: usize = 20;

    // It sleeps through, since to look now and then would be counted.
    scheduler.pass(time);
    for _ in 0..MOST_WAITS {
        if fired() >= fires as u64 {
            return Ok(());
        }
        scheduler.pass(Duration::from_secs(1));
    }
    Err(format!("expected {fires} fires, got {} in all", fired()).into())
}

/// The floor: whoever fires what is due must find it and put it back.
struct Heap {
    due: BinaryHeap<Reverse<(Instant, u32)>>,
    now: Instant,
    period: Duration,
}

impl Scheduler for Heap {
    type Key = ();
    const IS_DRIVEN: bool = false;

    fn new() -> Result<Heap, Error> {
        Ok(Heap {
            due: BinaryHeap::new(),
            now: Instant::now(),
            period: Duration::ZERO,
        })
    }

    fn add(&mut self, _value: u64, period: Duration) -> Result<(), Error> {
        self.period = period;
        let id = u32::try_from(self.due.len())?;
        self.due.push(Reverse((self.now + period, id)));
        Ok(())
    }

    fn pass(&mut self, time: Duration) {
        self.now += time;
    }

    fn fire(&mut self) {
        while let Some(&Reverse((at, id))) = self.due.peek() {
            if at > self.now {
                break;
            }
            self.due.pop();
            FIRED.fetch_add(1, Relaxed);
            self.due.push(Reverse((at + self.period, id)));
        }
    }
}

/// Counts the instructions a fire: the difference of two numbers of rounds.
fn instructions(who: &str, n: usize, few: usize, more: usize) -> Result<Option<f64>, Error> {
    let of_few = instructions_of_case(&words(who, n, few))?;
    let of_more = instructions_of_case(&words(who, n, more))?;
    let fires = (n * (more - few)) as f64;
    Ok(of_few.zip(of_more).map(|(few, more)| (more - few) / fires))
}

fn say(mut report: Report, rows: &[Row], many: usize) -> Result<(), Error> {
    let spent = |who: &str, n: usize| {
        let row = rows.iter().find(|row| row.who == who && row.n == n);
        row.map(|row| &row.spent)
    };
    let median = |who: &str, n: usize| spent(who, n).map_or(f64::NAN, Samples::median);
    let to_heap = spent(BY_HAND, many)
        .zip(spent(HEAP, many))
        .map_or(f64::NAN, |(ours, heap)| ours.ratios_to(heap).median());
    let most = 2.5;
    report.goal(
        format!("CPU time of a fire, {many} interval jobs all due"),
        format!("at most {most} times a pop and a push of a bare heap of that size"),
        format!(
            "{to_heap:.2} ({:.0} ns, heap {:.0} ns)",
            median(BY_HAND, many),
            median(HEAP, many)
        ),
        to_heap <= most,
    );
    let (ours, pool) = (median(RUNNING, many), median(POOL, many));
    report.goal(
        "the same on its own thread and the system's clock",
        "below scheduled-thread-pool",
        format!("{ours:.0} ns, it {pool:.0} ns"),
        ours < pool,
    );

    writeln!(
        report,
        "The processor's nanoseconds a fire, by the number of jobs.\n"
    )?;
    writeln!(report, "| | {FEW} | {many} |\n|---|---:|---:|")?;
    for who in [BY_HAND, HEAP]
        .into_iter()
        .chain(WAITING.map(|(who, _)| who))
    {
        let cell =
            |n| spent(who, n).map_or("-".to_owned(), |spent| format!("{:.0}", spent.median()));
        writeln!(report, "| {who} | {} | {} |", cell(FEW), cell(many))?;
    }
    writeln!(report)?;
    let of_ours = instructions(BY_HAND, FEW, 5, or_quick(25, 10))?;
    let of_heap = instructions(HEAP, FEW, 5, or_quick(25, 10))?;
    match of_ours.zip(of_heap) {
        Some((ours, heap)) => writeln!(
            report,
            "Instructions a fire, {FEW} jobs: {ours:.0} of `task`, {heap:.0} of the heap."
        )?,
        None => writeln!(report, "No instructions are counted: there is no valgrind.")?,
    }
    report.finish()
}
