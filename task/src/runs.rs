//! The runs that were decided on and have not ended: where each waits, and
//! what ends it. A run is in one place at a time, so that a stop finds it.

use std::{
    collections::{HashMap, VecDeque},
    ops::Range,
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, Utc};

use crate::{
    clock::Now,
    control::{Cancel, Control},
    groups::Groups,
    guard::TaskCell,
    name::Name,
    plain::{PlainRun, Ready},
    policy::Overlap,
    record::Record,
    request::{NumberHasher, Request, RunId},
    skip::SkipReason,
    state::State,
    tick::Tick,
    timers::{Limit, Timers},
};

#[derive(Debug, Default)]
pub(crate) struct Runs {
    /// Those that were claimed and have not ended.
    pub(crate) running: HashMap<RunId, Running, NumberHasher>,
    /// Those that are nothing but a call.
    pub(crate) plain: Vec<PlainRun>,
    /// Numbers for runs, taken from all that there are in blocks.
    ids: Range<u64>,
    /// Those for the thread of the next round.
    pub(crate) inline: VecDeque<Request>,
    /// Those of async tasks that wait to be given to a runtime.
    pub(crate) spawn: VecDeque<Request>,
    /// Those that wait for their groups.
    pub(crate) groups: Groups<Request>,
    pub(crate) timers: Timers,
    /// Flags of runs that have ended, to be used again.
    spare: Vec<Arc<Control>>,
}

/// How many flags are kept.
const SPARE: usize = 64;

/// What is seen of a run from outside.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) cell: Arc<TaskCell>,
    pub(crate) control: Arc<Control>,
    pub(crate) job: Option<usize>,
    pub(crate) fire_time: DateTime<Utc>,
    pub(crate) attempt: u32,
    pub(crate) stage: Stage,
    /// When the attempt that is under way will have taken too long, on the uptime line.
    pub(crate) deadline: Option<Limit>,
    /// It has, and that was told.
    pub(crate) is_late: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Its next attempt has not begun.
    Waits,
    /// Neither, since its group is busy.
    WaitsForGroup,
    /// A worker has it, and is about to begin its next attempt.
    Taken,
    /// An attempt is under way.
    Begun,
    /// Its last attempt failed, and the next one is not due yet.
    BacksOff,
}

/// What became of a run that was asked for.
#[derive(Debug)]
pub(crate) enum Admitted {
    /// To be run by the thread that asks.
    Inline(Request),
    /// It is on its way.
    Accepted,
    /// The task's policy lets it not run now.
    Refused(Request),
}

impl Runs {
    /// Returns when the first timer is due.
    pub(crate) fn next_timer(&self) -> Option<Tick> {
        self.timers.head()
    }

    /// Returns true if the run has not ended.
    pub(crate) fn is_running(&self, id: RunId) -> bool {
        self.running.contains_key(&id) || self.plain_index(id).is_some()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.running.is_empty() && self.plain.is_empty()
    }

    /// Returns where a plain run is: mostly, the last one has begun last.
    pub(crate) fn plain_index(&self, id: RunId) -> Option<usize> {
        self.plain.iter().rposition(|run| run.id == id)
    }

    /// Returns the name of the task of a run that has not ended.
    pub(crate) fn task(&self, id: RunId) -> Option<&Name> {
        let plain = self.plain_index(id).and_then(|index| self.plain.get(index));
        let name = plain.map(|run| &run.task);
        name.or_else(|| Some(&self.running.get(&id)?.cell.definition.name))
    }

    /// Returns a number for a run.
    pub(crate) fn next_id(&mut self) -> RunId {
        match self.ids.next() {
            Some(number) => RunId::of(number),
            None => {
                self.ids = RunId::block();
                RunId::new()
            }
        }
    }
}

impl State {
    /// Returns how long no timer is due.
    pub(crate) fn wait_for_timer(&self, now: Now) -> Option<Duration> {
        let uptime = self.timeline.instants(now).uptime;
        let next = self.runs.next_timer()?.instant();
        Some((next - uptime).to_std().unwrap_or_default())
    }

    /// Returns a flag for a run, which nobody else has.
    pub(crate) fn control(&mut self) -> Arc<Control> {
        let spare = self.runs.spare.pop();
        let renewed = spare.and_then(|mut control| Control::renew(&mut control).then_some(control));
        renewed.unwrap_or_default()
    }

    /// Keeps the flag of a run that has ended, for another one. Not one that somebody
    /// else has: with it wakers might be dropped here, which are foreign code.
    pub(crate) fn keep_control(&mut self, control: &Arc<Control>) {
        if self.runs.spare.len() < SPARE && Arc::strong_count(control) == 1 {
            self.runs.spare.push(control.clone());
        }
    }

    /// Returns true if a run is on its way, apart from those that the caller is
    /// inside of, what may wait for them, and what waits for its next attempt.
    pub(crate) fn is_busy(&self, inside: &[RunId]) -> bool {
        let is_foreign = |run: &PlainRun| !inside.contains(&run.id);
        // The others that wait for a worker are among the running.
        let waits = |run: &Ready| matches!(run, Ready::Plain(..));
        let is_busy = |(id, running): (&RunId, &Running)| match running.stage {
            Stage::BacksOff => false,
            Stage::WaitsForGroup => inside.is_empty(),
            Stage::Waits | Stage::Taken | Stage::Begun => !inside.contains(id),
        };
        self.runs.plain.iter().any(is_foreign)
            || self.workers.ready.iter().any(waits)
            || self.runs.running.iter().any(is_busy)
    }

    /// Returns true if a run of a task takes longer than its timeout.
    pub(crate) fn is_stuck(&self, record: &Record, now: Now) -> bool {
        let uptime = self.timeline.instants(now).uptime;
        let is_late = |running: &Running| {
            let deadline = running.deadline;
            running.is_late || deadline.is_some_and(|deadline| uptime >= deadline.at)
        };
        let active = record.active().iter();
        active
            .filter_map(|id| self.runs.running.get(id))
            .any(is_late)
    }

    /// Starts a run, or has it wait, as the policies of its task say.
    pub(crate) fn admit(&mut self, mut request: Request, now: Now) -> Admitted {
        let cell = request.cell.clone();
        let overlap = cell.definition.policies.overlap;
        request.claim = cell.claim();
        if request.claim.is_none() && overlap == Overlap::Cancel {
            let record = self.record_mut(&cell);
            if let Some(older) = record.and_then(Record::take_queued) {
                self.withdraw_one(*older, SkipReason::Overlap, now);
            }
            self.cancel_runs(&cell, now);
            // What had not begun has ended by this.
            request.claim = cell.claim();
        }
        if request.claim.is_some() {
            return self.enter(request);
        }
        match (overlap, self.record_mut(&cell)) {
            (Overlap::Queue | Overlap::Cancel, Some(record)) if !record.has_queued() => {
                record.seldom().queued = Some(Box::new(request));
            }
            _ => return Admitted::Refused(request),
        }
        Admitted::Accepted
    }

    /// Counts a run that has its claim among the running, and sends it on its way.
    fn enter(&mut self, request: Request) -> Admitted {
        self.note_running(&request, Stage::Waits);
        self.ask_groups(request)
    }

    pub(crate) fn note_running(&mut self, request: &Request, stage: Stage) {
        let running = Running {
            cell: request.cell.clone(),
            control: request.control.clone(),
            job: request.job.map(|(_, place)| place),
            fire_time: request.fire_time,
            attempt: request.attempt,
            stage,
            deadline: None,
            is_late: false,
        };
        self.runs.running.insert(request.id, running);
        if let Some(record) = self.record_mut(&request.cell) {
            record.seldom().active.push(request.id);
        }
    }

    /// Has a run wait for its groups, or sends it on with them.
    pub(crate) fn ask_groups(&mut self, request: Request) -> Admitted {
        let policies = &request.cell.definition.policies;
        let (names, priority) = (policies.exclusive.clone(), policies.priority);
        let id = request.id;
        match self.runs.groups.ask(&names, priority, request) {
            Some(request) => self.send(request),
            None => {
                self.set_stage(id, Stage::WaitsForGroup);
                Admitted::Accepted
            }
        }
    }

    pub(crate) fn set_stage(&mut self, id: RunId, stage: Stage) {
        if let Some(running) = self.runs.running.get_mut(&id) {
            running.stage = stage;
        }
    }

    /// Puts a run, which waits for nothing but that, where its body will be called.
    fn send(&mut self, mut request: Request) -> Admitted {
        let definition = &request.cell.definition;
        request.holds_groups = !definition.policies.exclusive.is_empty();
        if request.holds_groups {
            self.set_stage(request.id, Stage::Waits);
        }
        if definition.is_async() {
            self.runs.spawn.push_back(request);
            self.after.for_runtime = true;
        } else if definition.threaded {
            self.push_ready(Ready::Other(request));
        } else {
            return Admitted::Inline(request);
        }
        Admitted::Accepted
    }

    /// Has a run that nobody's thread waits for be run by the next round.
    pub(crate) fn send_on(&mut self, admitted: Admitted, now: Now) {
        match admitted {
            Admitted::Inline(request) => {
                self.runs.inline.push_back(request);
                self.after.wake_loop = true;
            }
            Admitted::Accepted => {}
            Admitted::Refused(request) => {
                self.withdraw_one(request, SkipReason::Overlap, now);
            }
        }
    }

    /// Starts those that waited for groups which are free now.
    pub(crate) fn serve_groups(&mut self, now: Now) {
        while let Some(request) = self.runs.groups.next() {
            let admitted = self.send(request);
            self.send_on(admitted, now);
        }
    }

    /// Cancels the runs of a task for a newer one.
    fn cancel_runs(&mut self, cell: &Arc<TaskCell>, now: Now) {
        self.withdraw_claimed(&|other| Arc::ptr_eq(other, cell), SkipReason::Overlap, now);
        let active = self.record(cell).map(|record| record.active().to_vec());
        for id in active.unwrap_or_default() {
            if let Some(running) = self.runs.running.get(&id) {
                let control = running.control.clone();
                control.abort(Cancel::Replaced);
                self.after.cancelled.push(control);
            }
        }
    }
}
