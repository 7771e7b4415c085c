//! What a manager costs that has nothing to do.
//!
//! Each case is a process, all of them at the same time: they sleep. How to read what comes
//! out: `README.md`.

use std::{fmt::Write as _, fs, thread, time::Duration};

use cpu_time::ProcessTime;
use task_benches::{
    Error, Report, case, is_wanted, or_quick,
    schedulers::{OursRunning, Scheduler},
    start_case,
};

const SIZES: [usize; 4] = [1, 1_000, 100_000, 1_000_000];
const DAY: Duration = Duration::from_secs(86_400);

fn main() -> Result<(), Error> {
    let seconds = or_quick(30, 3);
    if let Some(words) = case() {
        let [n] = &words[..] else {
            return Err("expected a number of jobs".into());
        };
        let [spent, wakes] = measure(n.parse()?, seconds)?;
        println!("{spent} {wakes}");
        return Ok(());
    }
    if !is_wanted("idle") {
        return Ok(());
    }
    let mut report = Report::new("idle", &[]);
    let sizes = SIZES.map(|n| n.min(or_quick(1_000_000, 10_000)));
    let mut running = Vec::new();
    for n in sizes {
        running.push((n, start_case(&[n.to_string()])?));
    }
    let mut rows = Vec::new();
    for (n, child) in running {
        let numbers = child.finish()?;
        let [spent, wakes] = numbers[..] else {
            return Err("a case has printed something else than two numbers".into());
        };
        rows.push((n, spent, wakes));
    }
    let spent = |row: usize| rows.get(row).map_or(f64::NAN, |(_, spent, _)| *spent);
    let ratio = spent(SIZES.len() - 1) / spent(0);
    report.goal(
        "CPU time with a million jobs, none due, to that with one",
        "the same: at most 1.5, since it is microseconds",
        format!(
            "{ratio:.2} ({:.0} and {:.0} us a second)",
            spent(3),
            spent(0)
        ),
        ratio <= 1.5,
    );
    let most = rows.iter().map(|(_, _, wakes)| *wakes).fold(0.0, f64::max);
    report.goal(
        "how often it wakes",
        "at most once a second",
        format!("{most:.2} a second"),
        most <= 1.1,
    );
    writeln!(
        report,
        "Over {seconds} seconds in which nothing is due, on the system's clock, with the \
         manager's own thread. A wake-up is one of all threads of the process but the one \
         that measures; without Linux none is counted.\n"
    )?;
    writeln!(
        report,
        "| jobs | CPU microseconds a second | wake-ups a second |\n|---:|---:|---:|"
    )?;
    for (n, spent, wakes) in rows {
        writeln!(report, "| {n} | {spent:.1} | {wakes:.2} |")?;
    }
    report.finish()
}

/// Returns the processor's microseconds, and the wake-ups, a second.
fn measure(n: usize, seconds: u64) -> Result<[f64; 2], Error> {
    let mut scheduler = OursRunning::new()?;
    for _ in 0..n {
        scheduler.add(1, DAY)?;
    }
    // Whatever the adding has woken goes to sleep.
    thread::sleep(Duration::from_millis(500));
    let (began, before) = (ProcessTime::now(), wakes()?);
    thread::sleep(Duration::from_secs(seconds));
    let (spent, after) = (began.elapsed(), wakes()?);
    std::mem::forget(scheduler);
    let a_second = |number: f64| number / seconds as f64;
    Ok([
        a_second(spent.as_nanos() as f64 / 1_000.0),
        a_second((after - before) as f64),
    ])
}

/// Returns how often the other threads of the process have gone to sleep so far.
fn wakes() -> Result<u64, Error> {
    let Ok(threads) = fs::read_dir("/proc/self/task") else {
        return Ok(0);
    };
    let own = std::process::id().to_string();
    let mut wakes = 0;
    for thread in threads {
        let thread = thread?;
        // The one that measures is the first one of the process.
        if thread.file_name().to_string_lossy() == own {
            continue;
        }
        let status = fs::read_to_string(thread.path().join("status"))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
        wakes += line.unwrap_or_default().trim().parse::<u64>().unwrap_or(0);
    }
    Ok(wakes)
}
