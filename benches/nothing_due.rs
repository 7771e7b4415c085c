//! What it costs to ask a manager that has nothing to do.
//!
//! How to read what comes out: `README.md`.

use std::{
    fmt::Write as _,
    hint::black_box,
    time::{Duration, Instant, SystemTime},
};

use task_benches::{
    Error, Report, Samples, is_wanted, or_quick,
    schedulers::{Clokwerk, Ours, Scheduler, Skedge},
};

const SIZES: [usize; 3] = [1, 1_000, 1_000_000];
const DAY: Duration = Duration::from_secs(86_400);
const TURNS: usize = 31;
const CALLS: u32 = 2_000;

fn main() -> Result<(), Error> {
    if !is_wanted("nothing_due") {
        return Ok(());
    }
    let mut report = Report::new("nothing_due", &["clokwerk", "skedge"]);
    let sizes = SIZES.map(|n| n.min(or_quick(1_000_000, 10_000)));
    let mut ours = Vec::new();
    for n in sizes {
        ours.push(filled::<Ours>(n)?);
    }
    let mut clokwerk = filled::<Clokwerk>(1_000)?;
    let mut skedge = filled::<Skedge>(1_000)?;
    let mut clocks = Samples::default();
    let mut spent = [(); 3].map(|()| Samples::default());
    let mut peers = [(); 2].map(|()| Samples::default());
    for _ in 0..or_quick(TURNS, 3) {
        clocks.push(a_call(CALLS, || {
            black_box((Instant::now(), SystemTime::now()));
        }));
        for (manager, spent) in ours.iter_mut().zip(&mut spent) {
            spent.push(a_call(CALLS, || manager.fire()));
        }
        // They look at each of their jobs.
        peers[0].push(a_call(20, || clokwerk.fire()));
        peers[1].push(a_call(20, || skedge.fire()));
    }
    let to_clocks = spent[2].ratios_to(&clocks).median();
    report.goal(
        "`run_pending()` with nothing due, a million jobs, to one read of the clocks",
        "at most 3",
        format!("{to_clocks:.2}"),
        to_clocks <= 3.0,
    );
    let flat = spent[2].ratios_to(&spent[0]).median();
    report.goal(
        "with a million jobs to that with one",
        "the same: at most 1.2",
        format!("{flat:.2}"),
        flat <= 1.2,
    );
    writeln!(report, "Nanoseconds a call, on the system's clock.\n")?;
    writeln!(report, "| | jobs | ns |\n|---|---:|---:|")?;
    writeln!(
        report,
        "| reading both clocks | - | {:.0} |",
        clocks.median()
    )?;
    for (n, spent) in sizes.iter().zip(&spent) {
        writeln!(report, "| task | {n} | {:.0} |", spent.median())?;
    }
    for (who, spent) in ["clokwerk", "skedge"].iter().zip(&peers) {
        writeln!(report, "| {who} | 1000 | {:.0} |", spent.median())?;
    }
    std::mem::forget(ours);
    report.finish()
}

fn filled<S: Scheduler>(n: usize) -> Result<S, Error> {
    let mut scheduler = S::new()?;
    for _ in 0..n {
        scheduler.add(1, DAY)?;
    }
    scheduler.fire();
    Ok(scheduler)
}

/// Returns the nanoseconds of a call.
fn a_call(calls: u32, mut call: impl FnMut()) -> f64 {
    let began = Instant::now();
    for _ in 0..calls {
        call();
    }
    began.elapsed().as_nanos() as f64 / f64::from(calls)
}
