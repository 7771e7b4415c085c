//! The fires that are to come, without running any.

use std::{cmp::Reverse, collections::BinaryHeap, ops::Range};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    clock::Now,
    job::JobState,
    name::Name,
    state::State,
    timeline::{Instants, Timeline},
};

/// What names a fire: a task, one of its jobs, and the instant.
///
/// No two fires of a program share all three, and a fire keeps its name however
/// late it is started, and whatever jitter moves it by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Fire {
    fire_time: DateTime<Utc>,
    task: Name,
    job: usize,
}

impl Fire {
    /// Returns the name of the task.
    #[must_use]
    pub fn task(&self) -> &str {
        &self.task
    }

    /// Returns the place of the job among the jobs of its task, from 0.
    #[must_use]
    pub fn job(&self) -> usize {
        self.job
    }

    /// Returns the instant at which the job should run.
    #[must_use]
    pub fn fire_time(&self) -> DateTime<Utc> {
        self.fire_time
    }
}

/// The timeline of all tasks, in order: an iterator that computes as it goes.
///
/// See [`TaskManager::plan`](crate::TaskManager::plan).
#[derive(Debug)]
pub struct Plan {
    heap: BinaryHeap<Reverse<(Fire, usize)>>,
    jobs: Vec<PlannedJob>,
    end: DateTime<Utc>,
}

#[derive(Debug)]
struct PlannedJob {
    state: JobState,
    /// From the job's line of time to the wall clock.
    shift: TimeDelta,
    /// How many fires are left to it.
    left: u64,
}

impl Plan {
    pub(crate) fn new(state: &State, now: Now, range: Range<DateTime<Utc>>) -> Plan {
        let now = state.timeline.instants(now);
        let mut plan = Plan {
            heap: BinaryHeap::new(),
            jobs: Vec::new(),
            end: range.end,
        };
        for record in state.tasks.sorted() {
            if !record.cell.is_enabled() {
                continue;
            }
            for (index, id) in record.jobs.iter().enumerate() {
                let Some(entry) = state.jobs.get(id.0) else {
                    continue;
                };
                let Some((job, first)) =
                    PlannedJob::new(&entry.state(), &state.timeline, now, range.start)
                else {
                    continue;
                };
                let fire = Fire {
                    fire_time: first,
                    task: record.name().clone(),
                    job: index,
                };
                plan.heap.push(Reverse((fire, plan.jobs.len())));
                plan.jobs.push(job);
            }
        }
        plan
    }
}

impl Iterator for Plan {
    type Item = Fire;

    fn next(&mut self) -> Option<Fire> {
        let Reverse((fire, index)) = self.heap.pop()?;
        if fire.fire_time >= self.end {
            self.heap.clear();
            return None;
        }
        if let Some(next) = self.jobs[index].next(fire.fire_time) {
            self.heap.push(Reverse((
                Fire {
                    fire_time: next,
                    ..fire.clone()
                },
                index,
            )));
        }
        Some(fire)
    }
}

impl PlannedJob {
    /// Returns the job with its first fire at or after `from`.
    fn new(
        job: &JobState,
        line: &Timeline,
        now: Instants,
        from: DateTime<Utc>,
    ) -> Option<(PlannedJob, DateTime<Utc>)> {
        let (state, pending, shift) = job.planned(now, line)?;
        let left = state
            .options
            .max_runs
            .map_or(u64::MAX, |max| max.get().saturating_sub(state.runs));
        let mut planned = PlannedJob { state, shift, left };
        let first = pending.checked_add_signed(shift)?;
        if first >= from {
            return Some((planned, first));
        }
        // The fires before `from` are not walked through.
        let before = from
            .checked_sub_signed(shift)?
            .checked_sub_signed(TimeDelta::nanoseconds(1))?;
        let next = planned.state.planned_after(before)?;
        planned.left = planned
            .left
            .checked_sub(planned.state.count_planned(pending, before))?;
        (planned.left > 0).then_some((planned, next.checked_add_signed(shift)?))
    }

    fn next(&mut self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.left = self.left.checked_sub(1).filter(|left| *left > 0)?;
        let after = after.checked_sub_signed(self.shift)?;
        self.state
            .planned_after(after)?
            .checked_add_signed(self.shift)
    }
}
