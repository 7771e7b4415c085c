//! A job as most are: a plain interval, whose times are a few numbers.
//!
//! It does what `JobState` and `fires.rs` do, for the one case that comes a million
//! times, in a fraction of the memory and the steps. Whatever else happens to such a
//! job happens to the `JobState` that it is unpacked to.

use std::{num::NonZeroU64, sync::Arc};

use chrono::{DateTime, Utc};

use crate::{
    job::{JobOptions, JobState, Pending, Phase},
    tick::Tick,
    timing::Timing,
};

/// No time.
const NEVER: i64 = i64::MIN;

/// All times are nanoseconds since the Unix epoch, on the uptime line but for the last
/// run: those from 1677 to 2262, without leap seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Beat {
    period: NonZeroU64,
    /// When it was started, from which its fires are counted.
    anchor: i64,
    /// The next fire; `NEVER` for a job that was not started.
    next: i64,
    pub(crate) runs: u64,
    /// When the last run was started, on the wall clock.
    last_run: i64,
}

/// What a plain interval gives in a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BeatFire {
    pub(crate) fire: i64,
    /// How many fires it stands for beside itself.
    pub(crate) missed: u64,
    pub(crate) next: i64,
}

impl Beat {
    /// Returns that of a new job, started at `now`; `None` if it is another kind of job.
    pub(crate) fn started(timing: &Timing, options: &Arc<JobOptions>, now: i64) -> Option<Beat> {
        let &Timing::Every(period) = timing else {
            return None;
        };
        if !options.is_default() {
            return None;
        }
        Some(Beat {
            period,
            anchor: now,
            next: now.checked_add_unsigned(period.get())?,
            runs: 0,
            last_run: NEVER,
        })
    }

    /// Packs a job, if it is one.
    pub(crate) fn pack(job: &JobState) -> Option<Beat> {
        let &Timing::Every(period) = &job.timing else {
            return None;
        };
        let is_plain = job.options.is_default()
            && job.limit.is_none()
            && job.before_spent.is_none()
            && job.started_at == job.anchor;
        if !is_plain {
            return None;
        }
        let anchor = nanos(job.anchor)?;
        let next = match (job.phase, job.next) {
            (Phase::Idle, None) => NEVER,
            (Phase::Waiting, Some(next)) if next.due == next.fire && !next.is_start => {
                nanos(next.fire)?
            }
            _ => return None,
        };
        // A fire that was kept while the wall clock was stepped lies on the grid too.
        let is_on_grid = || {
            let since = u64::try_from(next.checked_sub(anchor)?).ok()?;
            Some(since % period == 0)
        };
        if next != NEVER && is_on_grid() != Some(true) {
            return None;
        }
        let last_run = match job.last_run {
            Some(last_run) => nanos(last_run)?,
            None => NEVER,
        };
        Some(Beat {
            period,
            anchor,
            next,
            runs: job.runs,
            last_run,
        })
    }

    /// Returns the job, which has this place among those of its task.
    pub(crate) fn unpack(&self, place: u32) -> JobState {
        // Nothing of such a job is random.
        let seed = 0;
        let options: Arc<JobOptions> = JobOptions::shared(JobOptions::default());
        let mut job = JobState::new(Timing::Every(self.period), options, seed, place);
        job.anchor = DateTime::from_timestamp_nanos(self.anchor);
        job.started_at = job.anchor;
        job.runs = self.runs;
        job.last_run = self.last_run();
        if self.next != NEVER {
            let fire = DateTime::from_timestamp_nanos(self.next);
            job.phase = Phase::Waiting;
            job.next = Some(Pending {
                fire,
                due: fire,
                is_start: false,
            });
        }
        job
    }

    /// Returns the next fire, which is also when it is due.
    pub(crate) fn next(&self) -> Option<i64> {
        (self.next != NEVER).then_some(self.next)
    }

    /// Returns what a round at `now` gives: the latest fire that has passed, and how many
    /// before it were missed. `None` if that is for `fires.rs` to say.
    pub(crate) fn due(&self, now: i64) -> Option<BeatFire> {
        let first = self.next()?;
        let period = self.period.get();
        let passed = u64::try_from(now.checked_sub(first)?).ok()?;
        // Mostly none; else one division, however many were missed.
        let missed = if passed < period { 0 } else { passed / period };
        let fire = first.checked_add_unsigned(missed.checked_mul(period)?)?;
        Some(BeatFire {
            fire,
            missed,
            next: fire.checked_add_unsigned(period)?,
        })
    }

    /// Takes it, and plans the one after it.
    pub(crate) fn fire(&mut self, taken: BeatFire) {
        self.next = taken.next;
        self.runs = self.runs.saturating_add(1);
    }

    pub(crate) fn last_run(&self) -> Option<DateTime<Utc>> {
        (self.last_run != NEVER).then(|| DateTime::from_timestamp_nanos(self.last_run))
    }

    /// Notes when a run was started. Returns false if the time is too far away for that.
    pub(crate) fn set_last_run(&mut self, at: Option<i64>) -> bool {
        self.last_run = at.unwrap_or(NEVER);
        at.is_some()
    }
}

fn nanos(at: DateTime<Utc>) -> Option<i64> {
    Tick::from(at).nanos()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use task_schedule::{Schedule, mix};

    use super::*;
    use crate::{
        clock::Now,
        job::Fired,
        timeline::{Instants, Timeline},
    };
    use std::time::Duration;

    fn job(schedule: &str) -> JobState {
        let schedule: Schedule = schedule.parse().unwrap();
        JobState::new(Timing::new(&schedule), Arc::default(), 7, 3)
    }

    struct Clocks {
        line: Timeline,
        now: Now,
    }

    impl Clocks {
        fn new() -> Clocks {
            let wall = DateTime::from_timestamp(1_700_000_000, 123).unwrap();
            let now = Now::new(wall, Duration::ZERO);
            let line = Timeline::new(now);
            Clocks { line, now }
        }

        fn advance(&mut self, nanos: u64) -> Instants {
            let wall = self.now.wall() + TimeDelta::nanoseconds(nanos as i64);
            self.now = Now::new(wall, self.now.elapsed + Duration::from_nanos(nanos));
            self.line.observe(self.now);
            self.line.instants(self.now)
        }
    }

    #[track_caller]
    fn check_same(a: &JobState, b: &JobState) {
        let shown = |job: &JobState| {
            let JobState {
                phase,
                started_at,
                anchor,
                next,
                runs,
                last_run,
                place,
                ..
            } = job;
            format!("{phase:?} {started_at} {anchor} {next:?} {runs} {last_run:?} {place}")
        };
        assert_eq!(shown(a), shown(b));
        assert_eq!(a.timing.schedule(), b.timing.schedule());
    }

    #[test]
    fn it_is_small() {
        assert_eq!(size_of::<Beat>(), 40);
    }

    #[test]
    fn only_plain_intervals_are_packed_and_they_come_back_as_they_were() {
        let mut clocks = Clocks::new();
        let now = clocks.advance(5);
        let mut beat = job("every 30s");
        check_same(&Beat::pack(&beat).unwrap().unpack(3), &beat);
        beat.start(now, &clocks.line);
        let uptime = nanos(now.uptime).unwrap();
        let started = Beat::started(&beat.timing, &beat.options, uptime);
        assert_eq!(started, Beat::pack(&beat));
        beat.last_run = Some(now.wall);
        beat.runs = 9;
        check_same(&Beat::pack(&beat).unwrap().unpack(3), &beat);
        beat.park();
        check_same(&Beat::pack(&beat).unwrap().unpack(3), &beat);
        beat.start(now, &clocks.line);
        beat.cancel();
        assert_eq!(Beat::pack(&beat), None);
        for other in ["every 30s for 1h", "every day at 10:30", "every 5s to 10s"] {
            let mut other = job(other);
            other.start(now, &clocks.line);
            assert_eq!(Beat::pack(&other), None);
        }
        let options = JobOptions {
            start: Some(Duration::ZERO),
            ..JobOptions::default()
        };
        let timing = Timing::new(&"every 30s".parse().unwrap());
        let mut other = JobState::new(timing, Arc::new(options), 7, 3);
        other.start(now, &clocks.line);
        assert_eq!(Beat::pack(&other), None);
    }

    #[test]
    fn it_fires_as_the_job_does() {
        let mut number = 1_u64;
        let mut next = move |below: u64| {
            number = mix(number);
            number % below
        };
        let (mut n_fired, mut n_missed) = (0, 0);
        for period in [1, 2, 7, 1_000_000_000, 30_000_000_000] {
            let mut clocks = Clocks::new();
            let now = clocks.advance(next(1_000));
            let mut job = JobState::new(
                Timing::Every(NonZeroU64::new(period).unwrap()),
                Arc::default(),
                0,
                3,
            );
            job.start(now, &clocks.line);
            for _ in 0..200 {
                let now = clocks.advance(next(3 * period + 1));
                let mut beat = Beat::pack(&job).unwrap();
                let taken = beat.due(nanos(now.uptime).unwrap());
                if job.next.unwrap().due > now.uptime {
                    assert_eq!(taken, None);
                    continue;
                }
                let taken = taken.unwrap();
                beat.fire(taken);
                let Fired { fire, missed } = job.fire(now, &clocks.line).unwrap();
                job.count_run();
                assert_eq!(
                    (fire.and_then(nanos), missed),
                    (Some(taken.fire), taken.missed)
                );
                check_same(&beat.unpack(3), &job);
                n_fired += 1;
                n_missed += missed;
            }
        }
        assert!(n_fired > 100 && n_missed > 100, "{n_fired} {n_missed}");
    }

    #[test]
    fn what_is_too_far_away_is_left_alone() {
        let far = DateTime::from_timestamp(10_000_000_000, 0).unwrap();
        let leap = DateTime::from_timestamp(1_483_228_799, 1_000_000_000).unwrap();
        assert_eq!((nanos(far), nanos(leap)), (None, None));
        let mut beat = Beat::pack(&job("every 30s")).unwrap();
        assert!(!beat.set_last_run(nanos(far)));
        assert!(beat.set_last_run(nanos(DateTime::UNIX_EPOCH)));
        assert_eq!(beat.last_run(), Some(DateTime::UNIX_EPOCH));
    }
}
