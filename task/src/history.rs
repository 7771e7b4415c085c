//! The last runs of a task, in little memory.

use std::{
    collections::{VecDeque, vec_deque::Iter},
    num::{NonZeroU32, NonZeroUsize},
    time::Duration,
};

use crate::{
    name::Name,
    run::{Outcome, Run},
    tick::Tick,
};

/// How many runs are kept unless something else is said.
pub(crate) const USUAL: usize = 10;

/// The last runs that ended, the newest last.
#[derive(Debug, Default)]
pub(crate) struct History(VecDeque<Past>);

impl History {
    /// Adds a run, in the place of the oldest if there are so many.
    pub(crate) fn push(&mut self, past: Past, keep: NonZeroUsize) {
        let (runs, keep) = (&mut self.0, keep.get());
        while runs.len() >= keep {
            runs.pop_front();
        }
        if runs.len() == runs.capacity() {
            // Most tasks run once, or again and again.
            let more = match runs.len() {
                0 => 1,
                len => len.max(USUAL - 1),
            };
            runs.reserve_exact(more.min(keep - runs.len()));
        }
        runs.push_back(past);
    }

    pub(crate) fn iter(&self) -> Iter<'_, Past> {
        self.0.iter()
    }
}

/// A run without the name of its task, in 48 bytes. One that has succeeded, as most
/// have, has no text to keep.
#[derive(Debug)]
pub(crate) struct Past {
    /// When it began, in two parts.
    began_upper: u64,
    began_lower: u32,
    /// The lower part of the fire time.
    fire_lower: u32,
    fire_upper: u64,
    /// In nanoseconds: no run takes longer than 584 years.
    duration: u64,
    attempt: u32,
    /// The place of the job, from 1.
    job: Option<NonZeroU32>,
    /// `None` for one that has succeeded.
    trouble: Option<Box<Outcome>>,
}

impl Past {
    /// Returns that of a run that has succeeded, at its first attempt.
    pub(crate) fn succeeded(
        fire_time: Tick,
        started_at: Tick,
        duration: Duration,
        job: Option<u32>,
    ) -> Past {
        let (fire_upper, fire_lower) = fire_time.parts();
        let (began_upper, began_lower) = started_at.parts();
        Past {
            began_upper,
            began_lower,
            fire_lower,
            fire_upper,
            duration: u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX),
            attempt: 1,
            // A task has fewer than 2^32 jobs: the list of all jobs has not more.
            job: job.map(|job| NonZeroU32::MIN.saturating_add(job)),
            trouble: None,
        }
    }

    /// Returns the run of the task with this name.
    pub(crate) fn run(&self, task: &Name) -> Run {
        let trouble = self.trouble.as_deref();
        Run {
            task: task.clone(),
            job: self.job.map(|job| job.get() as usize - 1),
            fire_time: Tick::of_parts(self.fire_upper, self.fire_lower).instant(),
            started_at: Tick::of_parts(self.began_upper, self.began_lower).instant(),
            duration: Duration::from_nanos(self.duration),
            attempt: self.attempt,
            outcome: trouble.cloned().unwrap_or(Outcome::Succeeded),
        }
    }
}

impl From<Run> for Past {
    fn from(run: Run) -> Past {
        let job = run.job.map(|job| job as u32);
        Past {
            attempt: run.attempt,
            trouble: match run.outcome {
                Outcome::Succeeded => None,
                outcome => Some(Box::new(outcome)),
            },
            ..Past::succeeded(
                run.fire_time.into(),
                run.started_at.into(),
                run.duration,
                job,
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn a_run_comes_back_as_it_was() {
        let fire_time = DateTime::from_timestamp(1, 2).unwrap();
        let name = Name::from("sync");
        let outcomes = [Outcome::Succeeded, Outcome::Failed("no route".to_owned())];
        for (outcome, job) in outcomes.into_iter().zip([None, Some(3)]) {
            let run = Run {
                task: name.clone(),
                job,
                fire_time,
                started_at: fire_time + Duration::from_millis(5),
                duration: Duration::from_millis(1_500),
                attempt: 2,
                outcome,
            };
            assert_eq!(Past::from(run.clone()).run(&name), run);
        }
    }

    #[test]
    fn a_run_takes_little_room() {
        assert_eq!(size_of::<Past>(), 48);
    }

    #[test]
    fn the_oldest_go_first() {
        let mut history = History::default();
        let keep = NonZeroUsize::new(3).unwrap();
        for second in 1..=5 {
            let duration = Duration::from_secs(second);
            let at = Tick::from_nanos(0);
            let past = Past::succeeded(at, at, duration, None);
            history.push(past, keep);
            assert!(history.0.capacity() <= 3);
        }
        let kept = history.iter().map(|past| past.duration / 1_000_000_000);
        let kept: Vec<u64> = kept.collect();
        assert_eq!(kept, [3, 4, 5]);
    }
}
