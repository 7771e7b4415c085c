//! Fires a thousand interval jobs for some rounds, and prints the processor's
//! nanoseconds a fire.
//!
//! ```text
//! fire ROUNDS [info|debug|prometheus]
//! ```

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use cpu_time::ProcessTime;
use task::{ManualClock, Task, TaskManager};

type Error = Box<dyn std::error::Error>;

const JOBS: u64 = 1000;

fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let rounds: u64 = arguments.next().ok_or("how many rounds?")?.parse()?;
    if let Some(consumer) = arguments.next() {
        install(&consumer)?;
    }

    let clock = ManualClock::new();
    let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    let fired = Arc::new(AtomicU64::new(0));
    for job in 0..JOBS {
        let fired = fired.clone();
        let body = move || {
            fired.fetch_add(1, Relaxed);
        };
        manager.add(Task::new(format!("job-{job}"), body).every("1s"))?;
    }
    let round = || {
        clock.advance(Duration::from_secs(1));
        manager.run_pending();
    };
    // With its first run a task asks the recorder for its numbers, once.
    round();

    let began = ProcessTime::now();
    (0..rounds).for_each(|_| round());
    let spent = began.elapsed();

    assert_eq!(fired.load(Relaxed), (rounds + 1) * JOBS);
    let fires = (rounds * JOBS).max(1);
    println!("{}", spent.as_nanos() / u128::from(fires));
    Ok(())
}

/// Has somebody look, at the price of what he does with it.
#[cfg(feature = "consumers")]
fn install(consumer: &str) -> Result<(), Error> {
    use metrics_exporter_prometheus::PrometheusBuilder;

    match consumer {
        "prometheus" => drop(PrometheusBuilder::new().install_recorder()?),
        level => tracing_subscriber::fmt()
            .with_max_level(level.parse::<tracing_subscriber::filter::LevelFilter>()?)
            .with_writer(std::io::sink)
            .init(),
    }
    Ok(())
}

#[cfg(not(feature = "consumers"))]
fn install(consumer: &str) -> Result<(), Error> {
    Err(format!("`{consumer}` is not built in").into())
}
