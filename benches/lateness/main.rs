//! How late a fire is: the instant at which its body is called, minus the one at which it
//! was due. Beside a bare thread that waits for the same instants, and those who do the
//! same for others.

mod cases; // Who fires jobs.

use std::{fmt::Write as _, thread, time::Duration};

use task::{ManualClock, Task, TaskManager};
use task_benches::{Error, Report, Samples, in_turns, is_wanted, or_quick};

use crate::cases::{
    Fire, PERIOD, Plan,
    Who::{
        self, Async, Bare, BarePrecise, BareStd, Clokwerk, Inline, Pool, Precise, Threaded, Tokio,
    },
    measure,
};

/// How many of each kind are there at the same time, where each has one job.
const COPIES: u32 = 10;

/// In the order of the tables, and without the last one where jobs have phases.
const ALL: [Who; 10] = [
    Bare,
    BareStd,
    BarePrecise,
    Inline,
    Precise,
    Threaded,
    Async,
    Tokio,
    Pool,
    Clokwerk,
];
/// Those that get through many jobs that are due at one moment.
const CROWD: [Who; 5] = [Inline, Threaded, Async, Tokio, Pool];

fn main() -> Result<(), Error> {
    if !is_wanted("lateness") {
        return Ok(());
    }
    let mut report = Report::new(
        "lateness",
        &["parking_lot", "tokio", "scheduled-thread-pool", "clokwerk"],
    );
    single_jobs(&mut report)?;
    many_jobs(&mut report)?;
    crowd(&mut report)?;
    fires_by_hand(&mut report)?;
    report.finish()
}

/// One job each second; all at the same time, each at its own moment of the second.
fn single_jobs(report: &mut Report) -> Result<(), Error> {
    eprintln!("one job each second");
    let span = PERIOD * or_quick(20, 3) + PERIOD / 2;
    let n_places = COPIES * ALL.len() as u32;
    let start = |place: u32| {
        let who = ALL[place as usize % ALL.len()];
        let plan = Plan {
            n_jobs: 1,
            phase: PERIOD / n_places * place + Duration::from_millis(2),
            step: Duration::ZERO,
            warm_up: PERIOD,
            span,
        };
        // An error is sent between threads as its text.
        thread::spawn(move || measure(who, plan).map_err(|error| error.to_string()))
    };
    // clokwerk's all fire at one moment, so that more than one would be in its own way.
    let of_all =
        |place: &u32| ALL[*place as usize % ALL.len()] != Clokwerk || *place < ALL.len() as u32;
    let places: Vec<u32> = (0..n_places).filter(of_all).collect();
    let threads: Vec<_> = places.iter().map(|&place| start(place)).collect();

    let mut fires: Vec<Vec<Vec<Fire>>> = ALL.iter().map(|_| Vec::new()).collect();
    for (place, thread) in places.iter().zip(threads) {
        let measured = thread
            .join()
            .map_err(|_| "a measuring thread has panicked")??;
        fires[*place as usize % ALL.len()].push(measured);
    }

    writeln!(
        report,
        "### One job each second\n\nMicroseconds. At the end the medians of the first and the \
         last quarter of the fires.\n\n| | fires | p50 | p99 | max | first | last |\n\
         |---|---:|---:|---:|---:|---:|---:|"
    )?;
    for (who, fires) in ALL.iter().zip(&fires) {
        let all = late(fires.iter().flatten());
        let (first, last) = quarters(fires);
        writeln!(
            report,
            "| {} | {} | {} | {first:.0} | {last:.0} |",
            who.name(),
            fires.iter().flatten().count(),
            row(&all),
        )?;
    }
    let of = |who| {
        let place = ALL.iter().position(|&other| other == who);
        late(fires[place.unwrap_or_default()].iter().flatten())
    };
    let ratio = |part, who, other| of(who).quantile(part) / of(other).quantile(part);
    goals(report, "1 job each second", ratio);

    let of = |kinds: &'static [Who]| {
        let kinds = ALL
            .iter()
            .zip(&fires)
            .filter(|(who, _)| kinds.contains(who));
        kinds.flat_map(|(_, fires)| fires)
    };
    let ours = || of(&[Inline, Precise, Threaded, Async]);
    let off = ours().map(|fires| off_the_grid(fires)).max();
    let off = off.unwrap_or_default();
    // What else the machine does in the last quarter falls on the bare threads as well.
    let growth = |(first, last): (f64, f64)| last / first;
    let growth = growth(quarters(ours())) / growth(quarters(of(&[Bare, BareStd, BarePrecise])));
    report.goal(
        "drift in 20 s: the furthest fire of task's from `start + k × period`; by how much \
         lateness grows from the first to the last quarter, to that of the bare threads",
        "0 ns; ≤ 1.5",
        format!("{} ns; {growth:.2}", off.as_nanos()),
        off.is_zero() && growth <= 1.5,
    );
    Ok(())
}

/// A thousand jobs each second, each at its own millisecond.
fn many_jobs(report: &mut Report) -> Result<(), Error> {
    let who = &ALL[..ALL.len() - 1];
    let plan = Plan {
        n_jobs: 1000,
        phase: Duration::from_millis(1),
        step: Duration::from_millis(1),
        warm_up: Duration::from_millis(200),
        span: Duration::from_millis(or_quick(1250, 300)),
    };
    let turns = or_quick(10, 1);
    let mut slices: Vec<Vec<Vec<Fire>>> = who.iter().map(|_| Vec::new()).collect();
    in_turns(turns, who.len(), |i| {
        eprintln!("1,000 jobs each second: {}", who[i].name());
        slices[i].push(measure(who[i], plan)?);
        Ok(0.0)
    })?;

    let parts = |part, who: usize| -> Samples {
        let slices = slices[who].iter();
        slices.map(|slice| late(slice).quantile(part)).collect()
    };
    // Each second turn was made backwards, but the slices of one turn have one number.
    let ratio = |part, i, other| parts(part, i).ratios_to(&parts(part, other)).median();
    let place = |one| {
        who.iter()
            .position(|&other| other == one)
            .unwrap_or_default()
    };
    writeln!(
        report,
        "\n### 1,000 jobs each second, a millisecond apart\n\nMicroseconds; the ratios are \
         medians of those of {turns} slices, to the first row and to tokio's.\n\n\
         | | fires | p50 | p99 | max | p50 / bare | p99 / bare | p99 / tokio |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|"
    )?;
    for (i, who) in who.iter().enumerate() {
        let all = late(slices[i].iter().flatten());
        writeln!(
            report,
            "| {} | {} | {} | {:.2} | {:.2} | {:.2} |",
            who.name(),
            slices[i].iter().flatten().count(),
            row(&all),
            ratio(0.5, i, place(Bare)),
            ratio(0.99, i, place(Bare)),
            ratio(0.99, i, place(Tokio)),
        )?;
    }
    let ratio = |part, who, other| ratio(part, place(who), place(other));
    goals(report, "1,000 jobs each second", ratio);
    Ok(())
}

/// A thousand jobs that are due at one moment: no goal, but good to know.
fn crowd(report: &mut Report) -> Result<(), Error> {
    let plan = Plan {
        n_jobs: 1000,
        phase: PERIOD / 10,
        step: Duration::ZERO,
        warm_up: or_quick(PERIOD / 2, Duration::ZERO),
        span: PERIOD * or_quick(2, 0) + PERIOD / 5,
    };
    writeln!(
        report,
        "\n### 1,000 jobs each second, all at one moment\n\nMicroseconds: the last one \
         waits for the others.\n\n| | fires | p50 | p99 | max |\n|---|---:|---:|---:|---:|"
    )?;
    for who in CROWD {
        eprintln!("1,000 jobs at one moment: {}", who.name());
        let fires = measure(who, plan)?;
        writeln!(
            report,
            "| {} | {} | {} |",
            who.name(),
            fires.len(),
            row(&late(&fires))
        )?;
    }
    Ok(())
}

/// Many fires, each noticed late, on a clock that is moved by hand.
fn fires_by_hand(report: &mut Report) -> Result<(), Error> {
    let n_fires: u64 = or_quick(100_000, 1000);
    let ms = Duration::from_millis;
    let clock = ManualClock::new();
    let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    let beat = manager.add(Task::new("beat", || ()).every("7ms"))?;
    let start = clock.now();
    let mut at = Duration::ZERO;
    for k in 1..=n_fires {
        // Up to 6 ms after it was due.
        let seen = ms(7 * k + 5 * k % 7);
        clock.advance(seen - at);
        at = seen;
        assert_eq!(manager.run_pending(), 1);
    }
    let last = beat.last().ok_or("there was no run")?;
    let off = last.fire_time() - start - chrono::TimeDelta::milliseconds(7 * n_fires as i64);
    report.goal(
        format!("drift after {n_fires} fires that were each noticed late"),
        "0 ns",
        format!("{} ns", off.num_nanoseconds().unwrap_or(i64::MAX)),
        off.is_zero(),
    );
    Ok(())
}

/// The goals, by a function of a quantile, who, and to whom.
fn goals(report: &mut Report, jobs: &str, ratio: impl Fn(f64, Who, Who) -> f64) {
    let mut goal = |what: &str, part: f64, who: Who, other: Who, bound: f64| {
        let ratio = ratio(part, who, other);
        let quantile = format!("p{:.0}", part * 100.0);
        let other = other.name();
        report.goal(
            format!("lateness, {what}, {jobs}: {quantile} to that of {other}"),
            format!("≤ {bound}"),
            format!("{ratio:.2}"),
            ratio <= bound,
        );
    };
    goal("inline", 0.99, Inline, Bare, 1.2);
    goal("`precise`", 0.5, Precise, Bare, 0.5);
    goal("threaded", 0.99, Threaded, Tokio, 1.5);
    goal("async", 0.99, Async, Tokio, 1.5);
}

fn late<'a>(fires: impl IntoIterator<Item = &'a Fire>) -> Samples {
    fires.into_iter().map(|fire| fire.late).collect()
}

fn row(late: &Samples) -> String {
    let [p50, p99, max] = [0.5, 0.99, 1.0].map(|part| late.quantile(part));
    format!("{p50:.0} | {p99:.0} | {max:.0}")
}

/// Returns the medians of the first and of the last quarter of the fires of several jobs.
fn quarters<'a>(jobs: impl IntoIterator<Item = &'a Vec<Fire>>) -> (f64, f64) {
    let (mut first, mut last) = (Samples::default(), Samples::default());
    for fires in jobs {
        let n = fires.len().div_ceil(4);
        fires.iter().take(n).for_each(|fire| first.push(fire.late));
        fires
            .iter()
            .rev()
            .take(n)
            .for_each(|fire| last.push(fire.late));
    }
    (first.median(), last.median())
}

/// Returns how far the fires of one job are from whole periods after its first one.
fn off_the_grid(fires: &[Fire]) -> Duration {
    let off = fires.iter().map(|fire| {
        let since = (fire.due - fires[0].due).as_nanos();
        let off = since % PERIOD.as_nanos();
        let off = off.min(PERIOD.as_nanos() - off);
        Duration::from_nanos(off as u64) // Below a second.
    });
    off.max().unwrap_or_default()
}
