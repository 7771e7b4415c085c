//! The last runs of a task, in little memory.

use std::{
    collections::{VecDeque, vec_deque::Iter},
    num::NonZeroUsize,
    time::Duration,
};

use chrono::{DateTime, Utc};

use crate::{
    name::Name,
    queue::Tick,
    run::{Outcome, Run},
};

/// The last runs that ended, the newest last.
#[derive(Debug, Default)]
pub(crate) struct History(VecDeque<Past>);

impl History {
    /// Adds a run, in the place of the oldest if there are so many.
    pub(crate) fn push(&mut self, past: Past, keep: NonZeroUsize) {
        while self.0.len() >= keep.get() {
            self.0.pop_front();
        }
        self.0.push_back(past);
    }

    pub(crate) fn iter(&self) -> Iter<'_, Past> {
        self.0.iter()
    }
}

/// A run without the name of its task. One that has succeeded, as most have, has no
/// text to keep.
#[derive(Debug)]
pub(crate) struct Past {
    pub(crate) fire_time: Tick,
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) duration: Duration,
    pub(crate) attempt: u32,
    pub(crate) job: Option<u32>,
    /// `None` for one that has succeeded.
    pub(crate) trouble: Option<Box<Outcome>>,
}

impl Past {
    /// Returns the run of the task with this name.
    pub(crate) fn run(&self, task: &Name) -> Run {
        let trouble = self.trouble.as_deref();
        Run {
            task: task.clone(),
            job: self.job.map(|job| job as usize),
            fire_time: self.fire_time.instant(),
            started_at: self.started_at,
            duration: self.duration,
            attempt: self.attempt,
            outcome: trouble.cloned().unwrap_or(Outcome::Succeeded),
        }
    }
}

impl From<Run> for Past {
    fn from(run: Run) -> Past {
        Past {
            fire_time: run.fire_time.into(),
            started_at: run.started_at,
            duration: run.duration,
            attempt: run.attempt,
            // A task has fewer than 2^32 jobs: the list of all jobs has not more.
            job: run.job.map(|job| job as u32),
            trouble: match run.outcome {
                Outcome::Succeeded => None,
                outcome => Some(Box::new(outcome)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
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
                duration: Duration::MAX,
                attempt: 2,
                outcome,
            };
            assert_eq!(Past::from(run.clone()).run(&name), run);
        }
    }

    #[test]
    fn the_oldest_go_first() {
        let mut history = History::default();
        for attempt in 1..=5 {
            let fire_time = DateTime::UNIX_EPOCH;
            let past = Past {
                fire_time: fire_time.into(),
                started_at: fire_time,
                duration: Duration::ZERO,
                attempt,
                job: None,
                trouble: None,
            };
            history.push(past, NonZeroUsize::new(3).unwrap());
        }
        let kept: Vec<u32> = history.iter().map(|past| past.attempt).collect();
        assert_eq!(kept, [3, 4, 5]);
    }
}
