//! What goes to `metrics`, with the feature of that name. The names and units are
//! in the README.

use std::{
    cell::Cell,
    sync::{Arc, OnceLock},
    time::Duration,
};

use metrics::{
    Counter, Gauge, Histogram, IntoF64, Unit, counter, describe_counter, describe_gauge,
    describe_histogram, gauge, histogram,
};

use crate::{
    event::Event,
    guard::TaskCell,
    name::Name,
    request::Request,
    run::{Outcome, Run},
    skip::{Skip, SkipReason},
};

/// The numbers of one task, as the recorder gave them.
#[derive(Debug)]
pub(crate) struct Meters {
    succeeded: Counter,
    failed: Counter,
    panicked: Counter,
    timed_out: Counter,
    cancelled: Counter,
    missed: Counter,
    overlap: Counter,
    disabled: Counter,
    condition: Counter,
    stopped: Counter,
    retries: Counter,
    running: Gauge,
    /// Asked for with the first success: 0 would be a time too.
    last_success: OnceLock<Gauge>,
    duration: Histogram,
    delay: Histogram,
}

impl Meters {
    /// Asks the recorder for them.
    fn new(task: &Name) -> Meters {
        let task = task.shared();
        describe();
        let ran = |outcome: &'static str| counter!("task_runs_total", "task" => task.clone(), "outcome" => outcome);
        let skipped = |reason: &'static str| counter!("task_skipped_total", "task" => task.clone(), "reason" => reason);
        Meters {
            succeeded: ran("succeeded"),
            failed: ran("failed"),
            panicked: ran("panicked"),
            timed_out: ran("timed_out"),
            cancelled: ran("cancelled"),
            missed: skipped("missed"),
            overlap: skipped("overlap"),
            disabled: skipped("disabled"),
            condition: skipped("condition"),
            stopped: skipped("stopped"),
            retries: counter!("task_retries_total", "task" => task.clone()),
            running: gauge!("task_running", "task" => task.clone()),
            last_success: OnceLock::new(),
            duration: histogram!("task_run_duration_seconds", "task" => task.clone()),
            delay: histogram!("task_start_delay_seconds", "task" => task.clone()),
        }
    }

    fn last_success(&self, task: &Name) -> &Gauge {
        let name = "task_last_success_timestamp_seconds";
        self.last_success
            .get_or_init(|| gauge!(name, "task" => task.shared()))
    }

    /// Returns false if there is no recorder: what `metrics` has in its place has no
    /// fields, and gives gauges and histograms that ask for no number.
    fn has_recorder(&self) -> bool {
        let is_asked = Cell::new(false);
        // Neither changes anything: nothing is added, and no value is recorded.
        self.running.increment(Probe(&is_asked));
        self.duration.record_many(Probe(&is_asked), 0);
        is_asked.get() || metrics::with_recorder(|recorder| size_of_val(recorder) > 0)
    }

    pub(crate) fn skip(&self, skip: &Skip) {
        let counter = match skip.reason() {
            SkipReason::Missed => &self.missed,
            SkipReason::Overlap => &self.overlap,
            SkipReason::Disabled => &self.disabled,
            SkipReason::Condition => &self.condition,
            SkipReason::Stopped => &self.stopped,
        };
        counter.increment(skip.fires());
    }
}

/// What is known of the numbers of a task.
#[derive(Clone, Debug, Default)]
pub(crate) enum Known {
    /// The recorder was not asked yet.
    #[default]
    Nothing,
    /// There is no recorder.
    Nobody,
    Meters(Arc<Meters>),
}

impl TaskCell {
    /// Returns false if it is known that nobody records the numbers of the task.
    pub(crate) fn may_be_recorded(&self) -> bool {
        !matches!(*self.meters.lock(), Known::Nobody)
    }

    /// Returns the numbers of the task; `None` if nobody records them.
    pub(crate) fn meters(&self) -> Option<Arc<Meters>> {
        let known = self.meters.lock().clone();
        match known {
            Known::Meters(meters) => Some(meters),
            Known::Nobody => None,
            Known::Nothing => {
                // Without the lock: the recorder is foreign code. Who comes second
                // has the same numbers from it.
                let meters = Arc::new(Meters::new(&self.definition.name));
                let known = if meters.has_recorder() {
                    Known::Meters(meters.clone())
                } else {
                    Known::Nobody
                };
                let is_heard = matches!(known, Known::Meters(_));
                let former = std::mem::replace(&mut *self.meters.lock(), known);
                // Dropped without the lock, for the same reason.
                drop(former);
                is_heard.then_some(meters)
            }
        }
    }
}

/// A number that notes whether anybody asks for it.
struct Probe<'a>(&'a Cell<bool>);

impl IntoF64 for Probe<'_> {
    fn into_f64(self) -> f64 {
        self.0.set(true);
        0.0
    }
}

/// That of a run: it counts as running for as long as this is there.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    /// `None` before it begins, and if nobody records them.
    meters: Option<Arc<Meters>>,
}

impl Meter {
    pub(crate) fn is_heard(&self) -> bool {
        self.meters.is_some()
    }

    pub(crate) fn begin(&mut self, request: &Request) {
        if let Some(meters) = &self.meters {
            meters.retries.increment(1);
            return;
        }
        let Some(meters) = request.cell.meters() else {
            return;
        };
        // First, so that it is given back whatever the recorder does.
        self.meters = Some(meters.clone());
        if request.attempt > 1 {
            meters.retries.increment(1);
        }
        meters.running.increment(1.0);
        let delay = request
            .began
            .and_then(|began| (began.wall() - request.fire_time).to_std().ok());
        // A wall clock that was set back meanwhile knows of no delay.
        meters.delay.record(delay.unwrap_or(Duration::ZERO));
    }

    pub(crate) fn end(&self, run: &Run) {
        let Some(meters) = &self.meters else { return };
        let counter = match run.outcome() {
            Outcome::Succeeded => {
                let at = run.ended_at().timestamp_millis();
                // Exact for all years that a clock shows.
                #[allow(clippy::cast_precision_loss)]
                meters.last_success(&run.task).set(at as f64 / 1000.0);
                &meters.succeeded
            }
            Outcome::Failed(_) => &meters.failed,
            Outcome::Panicked(_) => &meters.panicked,
            Outcome::TimedOut(_) => &meters.timed_out,
            Outcome::Cancelled(_) => &meters.cancelled,
        };
        counter.increment(1);
        meters.duration.record(run.duration());
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        if let Some(meters) = self.meters.take() {
            meters.running.decrement(1.0);
        }
    }
}

/// Counts what is not about one task.
pub(crate) fn event(event: &Event) {
    if let Event::ClockStepped { .. } = event {
        describe();
        counter!("task_clock_steps_total").increment(1);
    }
}

fn describe() {
    let count = Unit::Count;
    describe_counter!(
        "task_runs_total",
        count,
        "Runs that have ended, by their outcome"
    );
    describe_counter!(
        "task_skipped_total",
        count,
        "Fires that have started nothing, by the reason"
    );
    describe_counter!(
        "task_retries_total",
        count,
        "Attempts that followed a failed one"
    );
    describe_counter!(
        "task_clock_steps_total",
        count,
        "Steps of the wall clock by a second or more"
    );
    describe_gauge!("task_running", count, "Runs that are under way");
    describe_gauge!(
        "task_last_success_timestamp_seconds",
        Unit::Seconds,
        "When the last run that succeeded has ended, in seconds since the Unix epoch"
    );
    describe_histogram!(
        "task_run_duration_seconds",
        Unit::Seconds,
        "How long runs took, with all their attempts"
    );
    describe_histogram!(
        "task_start_delay_seconds",
        Unit::Seconds,
        "From the fire time to the first call of the body, jitter included"
    );
}
