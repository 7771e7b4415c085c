//! The jobs of all tasks, as the scheduler keeps them.

use std::{borrow::Cow, num::NonZeroU32};

use task_schedule::Basis;

use crate::{
    beat::Beat, job::JobState, request::RunId, tasks::TaskId, tick::Tick, timeline::Timeline,
};

/// A job of a task. Small, since there may be a million.
#[derive(Debug)]
pub(crate) struct JobEntry {
    kept: Kept,
    /// The place of the task among all tasks, which has this job as long as it is there.
    pub(crate) task: u32,
    /// The place of the job among those of its task, from 1.
    number: NonZeroU32,
}

#[derive(Debug)]
enum Kept {
    Beat(Beat),
    Other(Box<Other>),
}

#[derive(Debug)]
struct Other {
    state: JobState,
    /// The run for whose end the job waits, if it waits for one: its last.
    awaits: Option<RunId>,
}

impl JobEntry {
    pub(crate) fn new(task: TaskId, state: JobState) -> JobEntry {
        JobEntry {
            // A task has fewer than 2^32 jobs: the list of all jobs has not more.
            number: NonZeroU32::MIN.saturating_add(state.place),
            kept: Kept::new(state, None),
            task: task.place(),
        }
    }

    /// Makes the job of a plain interval.
    pub(crate) fn of_beat(task: TaskId, beat: Beat, place: u32) -> JobEntry {
        JobEntry {
            number: NonZeroU32::MIN.saturating_add(place),
            kept: Kept::Beat(beat),
            task: task.place(),
        }
    }

    /// Returns the place of the job among those of its task, from 0.
    pub(crate) fn place(&self) -> u32 {
        self.number.get() - 1
    }

    pub(crate) fn state(&self) -> Cow<'_, JobState> {
        match &self.kept {
            Kept::Beat(beat) => Cow::Owned(beat.unpack(self.place())),
            Kept::Other(other) => Cow::Borrowed(&other.state),
        }
    }

    /// Returns the job if it is a plain interval.
    pub(crate) fn beat(&self) -> Option<&Beat> {
        match &self.kept {
            Kept::Beat(beat) => Some(beat),
            Kept::Other(_) => None,
        }
    }

    pub(crate) fn beat_mut(&mut self) -> Option<&mut Beat> {
        match &mut self.kept {
            Kept::Beat(beat) => Some(beat),
            Kept::Other(_) => None,
        }
    }

    pub(crate) fn change(
        &mut self,
        line: &Timeline,
        change: impl FnOnce(&mut JobState, &Timeline),
    ) {
        match &mut self.kept {
            Kept::Beat(beat) => {
                let mut state = beat.unpack(self.number.get() - 1);
                change(&mut state, line);
                self.kept = Kept::new(state, None);
            }
            Kept::Other(other) => {
                change(&mut other.state, line);
                if let Some(beat) = Beat::pack(&other.state) {
                    self.kept = Kept::Beat(beat);
                }
            }
        }
    }

    /// Returns on which line the job is, and when it is due on that.
    pub(crate) fn due(&self) -> (Basis, Option<Tick>) {
        match &self.kept {
            Kept::Beat(beat) => (Basis::Elapsed, beat.next().map(Tick::from_nanos)),
            Kept::Other(other) => {
                let next = other.state.next.map(|next| Tick::from(next.due));
                (other.state.timing.basis(), next)
            }
        }
    }

    pub(crate) fn awaits(&self) -> Option<RunId> {
        match &self.kept {
            Kept::Beat(_) => None,
            Kept::Other(other) => other.awaits,
        }
    }

    /// Notes the last run that the job gave. A plain interval waits for none.
    pub(crate) fn note_run(&mut self, run: RunId) {
        if let Kept::Other(other) = &mut self.kept {
            other.awaits = Some(run);
        }
    }

    /// Notes when the last run that has ended was started.
    pub(crate) fn set_last_run(&mut self, at: Tick) {
        match &mut self.kept {
            Kept::Beat(beat) => {
                if !beat.set_last_run(at.nanos()) {
                    let mut state = beat.unpack(self.number.get() - 1);
                    state.last_run = Some(at.instant());
                    self.kept = Kept::new(state, None);
                }
            }
            Kept::Other(other) => other.state.last_run = Some(at.instant()),
        }
    }
}

impl Kept {
    fn new(state: JobState, awaits: Option<RunId>) -> Kept {
        match Beat::pack(&state) {
            Some(beat) => Kept::Beat(beat),
            None => Kept::Other(Box::new(Other { state, awaits })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_takes_little_room() {
        assert_eq!(size_of::<JobEntry>(), 48);
        assert_eq!(size_of::<Option<JobEntry>>(), 48);
    }
}
