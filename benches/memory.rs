//! How much memory a job takes: of a million, each with a name and a closure.
//!
//! Each case is a process. How to read what comes out: `README.md`.

use std::{fmt::Write as _, hint::black_box, time::Duration};

use task_benches::{
    Error, Report, case, is_wanted, or_quick, resident_bytes, run_case,
    schedulers::{
        Clokwerk, DelayTimer, EasySchedule, JobSchedulerNg, OursByHand, Sacs, ScheduledThreadPool,
        Scheduler, Skedge, TokioCronScheduler, TokioTimers,
    },
};

const MANY: usize = 1_000_000;
const OURS: &str = "task";
const MOST: f64 = 300.0;

/// With how many jobs: those that take long to add a million have fewer.
const ALL: [(&str, usize); 10] = [
    (OURS, MANY),
    ("clokwerk", MANY),
    ("skedge", MANY),
    ("scheduled-thread-pool", MANY),
    ("tokio timers", MANY),
    ("job_scheduler_ng", 20_000),
    ("tokio-cron-scheduler", 20_000),
    ("delay_timer", 20_000),
    ("sacs", 1_000),
    ("easy-schedule", 20_000),
];

const DAY: Duration = Duration::from_secs(86_400);

fn main() -> Result<(), Error> {
    if let Some(words) = case() {
        let [who, n] = &words[..] else {
            return Err("expected a scheduler and a number of jobs".into());
        };
        let [added, fired] = measure(who, n.parse()?)?;
        println!("{added} {fired}");
        return Ok(());
    }
    if !is_wanted("memory") {
        return Ok(());
    }
    let mut report = Report::new("memory", &ALL.map(|(who, _)| who)[1..]);
    let mut rows = Vec::new();
    for (who, n) in ALL {
        let n = n.min(or_quick(MANY, 20_000));
        let numbers = match run_case(&[who, &n.to_string()]) {
            Ok(numbers) => numbers,
            Err(error) => {
                eprintln!("memory: {error}");
                continue;
            }
        };
        let [added, fired] = numbers[..] else {
            return Err("a case has printed something else than two numbers".into());
        };
        rows.push((who, n, added, fired));
    }
    let ours = rows.iter().find(|(who, ..)| *who == OURS);
    let bytes = ours.map_or(f64::NAN, |(_, _, added, _)| *added);
    report.goal(
        "resident memory a job, of a million, with its name and one closure",
        format!("at most {MOST} bytes"),
        format!("{bytes:.0} bytes"),
        bytes <= MOST,
    );
    writeln!(
        report,
        "Resident bytes a job: after all were added, and after each has fired once, where \
         that can be asked for (a manager of ours keeps when it was and how long it took). \
         Those that take long to add a million have fewer.\n"
    )?;
    writeln!(report, "| | jobs | added | fired |\n|---|---:|---:|---:|")?;
    for (who, n, added, fired) in rows {
        let fired = if fired.is_nan() {
            "-".to_owned()
        } else {
            format!("{fired:.0}")
        };
        writeln!(report, "| {who} | {n} | {added:.0} | {fired} |")?;
    }
    report.finish()
}

fn measure(who: &str, n: usize) -> Result<[f64; 2], Error> {
    match who {
        OURS => bytes::<OursByHand>(n),
        "clokwerk" => bytes::<Clokwerk>(n),
        "skedge" => bytes::<Skedge>(n),
        "scheduled-thread-pool" => bytes::<ScheduledThreadPool>(n),
        "tokio timers" => bytes::<TokioTimers>(n),
        "job_scheduler_ng" => bytes::<JobSchedulerNg>(n),
        "tokio-cron-scheduler" => bytes::<TokioCronScheduler>(n),
        "delay_timer" => bytes::<DelayTimer>(n),
        "sacs" => bytes::<Sacs>(n),
        "easy-schedule" => bytes::<EasySchedule>(n),
        _ => Err(format!("no scheduler is named `{who}`").into()),
    }
}

/// Returns the bytes a job, before and after it has fired.
fn bytes<S: Scheduler + 'static>(n: usize) -> Result<[f64; 2], Error> {
    let resident = || resident_bytes().ok_or("only Linux says how much memory is resident");
    let mut scheduler = S::new()?;
    scheduler.add(1, DAY)?;
    let before = resident()?;
    for _ in 0..n {
        scheduler.add(1, DAY)?;
    }
    let a_job = |bytes: u64| bytes.saturating_sub(before) as f64 / n as f64;
    let added = a_job(resident()?);
    let mut fired = f64::NAN;
    // Only ours has a clock that can be moved by a day.
    if std::any::TypeId::of::<S>() == std::any::TypeId::of::<OursByHand>() {
        scheduler.pass(DAY);
        scheduler.fire();
        // What the large round needed for itself is given back by one without fires.
        scheduler.fire();
        fired = a_job(resident()?);
    }
    // To take a million jobs apart takes time.
    std::mem::forget(black_box(scheduler));
    Ok([added, fired])
}
