//! The decisions: what is due, what becomes of it, and what came of a run.
//! All of them are taken under the lock, and none waits or calls user code.

use std::{cmp::Ordering, time::Duration};

use chrono::{DateTime, Utc};

use crate::{
    clock::Now,
    found::{Due, Found, Rank},
    job::{Fired, JobId},
    jobs::JobEntry,
    policy::Missed,
    request::Request,
    runs::Admitted,
    skip::{Skip, SkipReason},
    state::State,
    tick::Tick,
};

/// What a round has found.
#[derive(Debug)]
pub(crate) struct Round {
    pub(crate) found: Found,
    /// How often the manager had been stopped when the round began.
    pub(crate) stops: u64,
    /// When it began.
    pub(crate) now: Now,
    /// The same on the uptime line, in nanoseconds since the Unix epoch.
    pub(crate) uptime: Option<i64>,
}

/// What became of a due fire.
#[derive(Debug)]
pub(crate) enum Taken {
    /// To be run on the thread of the round.
    Inline(Request),
    /// On its way to a worker or a runtime, or waiting for its turn.
    Accepted,
    Skipped,
    /// The manager was stopped since the round began: start nothing more.
    Stopped,
}

impl State {
    /// Takes a reading of the clocks in, does what timers say, and returns what
    /// is due, in order.
    pub(crate) fn begin_round(&mut self, now: Now) -> Round {
        self.note_reading(now);
        self.fire_timers(now);
        let mut found = std::mem::take(&mut self.spare_round);
        let mut take = |place| found.places.push(place);
        self.elapsed.due(self.timeline.uptime_tick(now), &mut take);
        self.wall.due(now.wall, &mut take);
        // As the jobs lie in memory: any other order takes longer, if there are many.
        found.places.sort_unstable();
        for place in found.places.drain(..) {
            let due = |(key, entry)| self.due(JobId(key), entry);
            found.due.extend(self.jobs.at(place).and_then(due));
        }
        found.sort(|due| self.rank(due), |a, b| self.order_of_equals(a, b));
        Round {
            found,
            stops: self.stops,
            now,
            uptime: self.timeline.uptime_nanos(now),
        }
    }

    fn due(&self, id: JobId, entry: &JobEntry) -> Option<Due> {
        let (fire_time, due, catches_up) = match entry.beat() {
            Some(beat) => {
                let next = beat.next()?;
                let due = Tick::from_nanos(next);
                let fire_time = match self.timeline.fire_nanos(next) {
                    Some(nanos) => Tick::from_nanos(nanos),
                    None => self.timeline.fire_time(due.instant()).into(),
                };
                (fire_time, due, false)
            }
            None => {
                let job = entry.state();
                let next = job.next?;
                let fire_time = job.fire_time(next.fire, &self.timeline);
                let catches_up = job.options.missed == Missed::All;
                (fire_time.into(), next.due.into(), catches_up)
            }
        };
        Some(Due {
            fire_time,
            catches_up,
            job: id,
            due,
        })
    }

    /// Returns what decides between fires of one time.
    fn rank(&self, due: &Due) -> Rank {
        let entry = self.jobs.get(due.job.0);
        // Nothing was removed since it was found.
        let definition = entry
            .and_then(|entry| self.tasks.at(entry.task))
            .map(|record| &record.cell.definition);
        definition.map_or(Rank::default(), |definition| Rank {
            priority: definition.policies.priority,
            name: definition.name.beginning(),
        })
    }

    /// The order of fires whose names begin alike: by the name of the task, by the
    /// place of the job.
    fn order_of_equals(&self, a: &Due, b: &Due) -> Ordering {
        let names = |due: &Due| {
            let entry = self.jobs.get(due.job.0)?;
            Some((self.tasks.at(entry.task)?.name(), entry.place()))
        };
        names(a).cmp(&names(b))
    }

    /// Keeps the lists of a round for the next one.
    pub(crate) fn keep_round(&mut self, round: Round) {
        self.spare_round = round.found.emptied();
    }

    /// Returns the next fire of a job that catches up, if it is due in this round
    /// too and its last run has ended.
    pub(crate) fn catches_up(&self, id: JobId, now: Now) -> Option<Due> {
        let now = self.timeline.instants(now);
        let entry = self.jobs.get(id.0)?;
        let job = entry.state();
        let is_due = job.wait(now)?.is_zero();
        (is_due && job.options.missed == Missed::All).then(|| self.due(id, entry))?
    }

    /// Returns true if a round would find something to do.
    pub(crate) fn has_due(&self, now: Now) -> bool {
        let is_due = |head: Option<Tick>, now: Tick| head.is_some_and(|head| head <= now);
        let uptime = self.timeline.uptime_tick(now);
        !self.runs.inline.is_empty()
            || is_due(self.elapsed.head(), uptime)
            || is_due(self.wall.head(), now.wall)
            || is_due(self.runs.next_timer(), uptime)
    }

    /// Returns how long there is nothing to do, or `None` if there never is.
    pub(crate) fn wait(&self, now: Now) -> Option<Duration> {
        if !self.runs.inline.is_empty() {
            return Some(Duration::ZERO);
        }
        let now = self.timeline.instants(now);
        let until = |head: Option<DateTime<Utc>>, now: DateTime<Utc>| {
            Some((head? - now).to_std().unwrap_or_default())
        };
        let elapsed = until(self.elapsed.head().map(Tick::instant), now.uptime);
        let wall = until(self.wall.head().map(Tick::instant), now.wall);
        let timer = until(self.runs.next_timer().map(Tick::instant), now.uptime);
        elapsed.into_iter().chain(wall).chain(timer).min()
    }

    /// Returns how long no enabled task is due, or `None` if none ever is.
    pub(crate) fn idle(&self, now: Now) -> Option<Duration> {
        let now = self.timeline.instants(now);
        let enabled = self.tasks.iter().filter(|record| record.cell.is_enabled());
        let jobs = enabled
            .flat_map(|record| record.jobs.iter())
            .filter_map(|id| self.jobs.get(id.0));
        jobs.filter_map(|job| job.state().wait(now)).min()
    }

    /// Decides what becomes of a fire that a round has found, and plans the next one.
    pub(crate) fn take(&mut self, due: &Due, stops: u64, now: Now) -> Taken {
        if self.stops != stops {
            return Taken::Stopped;
        }
        let still_due = self
            .jobs
            .get(due.job.0)
            .and_then(|entry| entry.state().next);
        if still_due.is_none_or(|next| Tick::from(next.due) != due.due) {
            return Taken::Skipped;
        }
        let instants = self.timeline.instants(now);
        let mut fired = None;
        self.change_job(due.job, |job, line| fired = job.fire(instants, line));
        let taken = fired.and_then(|fired| self.take_fired(due, fired, now));
        taken.unwrap_or(Taken::Skipped)
    }

    fn take_fired(&mut self, due: &Due, fired: Fired, now: Now) -> Option<Taken> {
        let entry = self.jobs.get(due.job.0)?;
        let place = entry.place() as usize;
        let fire_time = fired
            .fire
            .map(|fire| entry.state().fire_time(fire, &self.timeline));
        let cell = self.tasks.at(entry.task)?.cell.clone();
        let skip = |fire_time, reason, fires| Skip {
            task: cell.definition.name.clone(),
            job: Some(place),
            fire_time,
            reason,
            fires,
        };
        if fired.missed > 0 {
            self.skip(&cell, SkipReason::Missed, fired.missed, || {
                skip(due.fire_time(), SkipReason::Missed, fired.missed)
            });
        }
        let fire_time = fire_time?;
        let refused = if cell.is_enabled() {
            let control = self.control();
            let request = Request::new(&cell, Some((due.job, place)), fire_time, None, control);
            let id = request.id;
            match self.admit(request, now) {
                Admitted::Refused(request) => {
                    self.after.dropped.push(request);
                    SkipReason::Overlap
                }
                admitted => {
                    self.count_run(due.job);
                    if let Some(entry) = self.jobs.get_mut(due.job.0) {
                        entry.note_run(id);
                    }
                    return Some(match admitted {
                        Admitted::Inline(request) => Taken::Inline(request),
                        _ => Taken::Accepted,
                    });
                }
            }
        } else {
            SkipReason::Disabled
        };
        self.skip(&cell, refused, 1, || skip(fire_time, refused, 1));
        self.end_of_run(due.job, None, now);
        Some(Taken::Skipped)
    }

    fn count_run(&mut self, id: JobId) {
        self.change_job(id, |job, _| job.count_run());
    }
}
