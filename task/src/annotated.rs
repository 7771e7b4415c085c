//! The annotated functions, and how the output of the attribute becomes a task.

use std::{num::NonZeroU64, sync::Arc};

use task_schedule::Schedule;

use crate::{
    body::{Async, Call, Plain, WithContext},
    context::Context,
    definition::{Hook, Origin, Written},
    ending::Ending,
    error::Place,
    executor::guarded,
    name,
    registry::{self, BodyDef, OptionDef, ScheduleDef, TaskDef},
    run::Run,
    task::{Said, Task},
};

/// Returns all annotated functions, each once, in an order that depends on
/// nothing but the sources.
pub(crate) fn registered() -> Vec<&'static TaskDef> {
    // A function that is registered both ways has two copies of its definition.
    let key = |def: &TaskDef| (def.module, def.file, def.line, (def.identity)());
    // Names are told apart by themselves, nearly always, and by how they begin.
    let order = |a: &TaskDef, b: &TaskDef| a.name.cmp(b.name).then_with(|| key(a).cmp(&key(b)));
    let beginning = |def: &TaskDef| name::beginning(def.name.as_bytes());
    let all = registry::all().into_iter();
    let mut all: Vec<_> = all.map(|def| (beginning(def), def)).collect();
    all.sort_unstable_by(|(a, one), (b, other)| a.cmp(b).then_with(|| order(one, other)));
    all.dedup_by(|(_, one), (_, other)| order(one, other).is_eq());
    all.into_iter().map(|(_, def)| def).collect()
}

/// Returns the names of all annotated functions.
pub(crate) fn names() -> Vec<String> {
    let names = registered().into_iter().map(|def| def.name.to_owned());
    names.collect()
}

impl From<&'static TaskDef> for Task {
    fn from(def: &'static TaskDef) -> Task {
        let mut task = Task {
            name: def.name.to_owned(),
            description: def.description.to_owned(),
            written: Written {
                module: def.module,
                place: Place {
                    file: def.file,
                    line: def.line,
                },
                identity: (def.identity)(),
                origin: Origin::Attribute,
            },
            body: match def.body {
                BodyDef::Unit(body) => Arc::new(Plain(move || {
                    body();
                    Ending::Done
                })) as Call,
                BodyDef::Plain(body) => Arc::new(Plain(body)),
                BodyDef::Sync(body) => Arc::new(WithContext(body)),
                BodyDef::Async(body) => {
                    Arc::new(Async(move |context: &Context| body(context.clone())))
                }
            },
            needs: def.needs.iter().filter_map(|need| need()).collect(),
            schedules: Vec::with_capacity(def.schedules.len()),
            said: None,
        };
        for schedule in def.schedules {
            add(&mut task, schedule);
        }
        for option in def.options {
            set(task.say(), option);
        }
        task
    }
}

fn add(task: &mut Task, schedule: &ScheduleDef) {
    let schedule = match schedule {
        ScheduleDef::Every(nanos) => {
            // The attribute has refused one of 0.
            let nanos = NonZeroU64::new(*nanos).unwrap_or(NonZeroU64::MIN);
            Ok(Schedule::of_nanos(nanos))
        }
        ScheduleDef::Text(text) => text.parse(),
        ScheduleDef::Expr(make) => match guarded(make) {
            Ok(made) => made,
            Err(message) => return task.say().panicked.push(message),
        },
    };
    task.schedules.push(schedule);
}

fn set(said: &mut Said, option: &OptionDef) {
    let hook = |hook: fn(&Run)| Some(Arc::new(hook) as Hook);
    match *option {
        OptionDef::Timezone(text) => said.timezone = Some(text.parse()),
        OptionDef::Until(text) => said.until = Some(text.parse()),
        OptionDef::Aligned => said.aligned = true,
        OptionDef::Between(text) => said.between = Some(text.parse()),
        OptionDef::Days(text) => said.days = Some(text.parse()),
        OptionDef::Gap(text) => said.gap = Some(text.parse()),
        OptionDef::Fold(text) => said.fold = Some(text.parse()),
        OptionDef::Missed(missed) => said.missed = Some(Ok(missed)),
        OptionDef::Grace(span) => said.grace = Some(Ok(span)),
        OptionDef::Start(span) => said.start = Some(Ok(span)),
        OptionDef::Jitter(span) => said.jitter = Some(Ok(span)),
        OptionDef::MaxRuns(runs) => said.max_runs = Some(runs),
        OptionDef::Tags(tags) => said.tags = owned(tags),
        OptionDef::Threaded => said.threaded = true,
        OptionDef::Disabled => said.disabled = true,
        OptionDef::OnSuccess(callback) => said.on_success = hook(callback),
        OptionDef::OnFailed(callback) => said.on_failed = hook(callback),
        OptionDef::OnComplete(callback) => said.on_complete = hook(callback),
        OptionDef::OnSkipped(callback) => said.on_skipped = Some(Arc::new(callback)),
        OptionDef::Overlap(text) => said.overlap = Some(text.parse()),
        OptionDef::Backoff(text) => said.backoff = Some(text.parse()),
        OptionDef::Retry(retries) => said.retry = retries,
        OptionDef::Timeout(span) => said.timeout = Some(Ok(span)),
        OptionDef::When(condition) => said.when = Some(Arc::new(condition)),
        OptionDef::DisableAfter(failures) => said.disable_after = Some(failures),
        OptionDef::Exclusive(groups) => said.exclusive = owned(groups),
        OptionDef::Priority(priority) => said.priority = priority,
        OptionDef::History(runs) => said.history = Some(runs),
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}
