//! How the output of the attribute becomes a task.

use std::{num::NonZeroU64, sync::Arc};

use task_schedule::Schedule;

use crate::{
    body::{Async, Call, Plain, WithContext},
    context::Context,
    definition::{Hook, Origin, Written},
    ending::Ending,
    error::Place,
    executor::guarded,
    policies::{SkipHook, When},
    registry::{BodyDef, ScheduleDef, TaskDef},
    run::Run,
    task::{NoSchedule, Said, Task},
};

impl From<&'static TaskDef> for Task {
    fn from(def: &'static TaskDef) -> Task {
        let hook = |hook: Option<fn(&Run)>| hook.map(|hook| Arc::new(hook) as Hook);
        let said = Said {
            description: def.description.to_owned(),
            aligned: def.aligned,
            timezone: def.timezone.map(str::parse),
            until: def.until.map(str::parse),
            between: def.between.map(str::parse),
            days: def.days.map(str::parse),
            gap: def.gap.map(str::parse),
            fold: def.fold.map(str::parse),
            start: def.start.map(Ok),
            jitter: def.jitter.map(Ok),
            max_runs: def.max_runs,
            missed: def.missed.map(Ok),
            grace: def.grace.map(Ok),
            tags: def.tags.iter().map(|&tag| tag.to_owned()).collect(),
            threaded: def.threaded,
            disabled: def.disabled,
            on_success: hook(def.on_success),
            on_failed: hook(def.on_failed),
            on_complete: hook(def.on_complete),
            on_skipped: def.on_skipped.map(|hook| Arc::new(hook) as SkipHook),
            overlap: def.overlap.map(str::parse),
            retry: def.retry,
            backoff: def.backoff.map(str::parse),
            timeout: def.timeout.map(Ok),
            when: def.when.map(|when| Arc::new(when) as When),
            disable_after: def.disable_after,
            exclusive: def
                .exclusive
                .iter()
                .map(|&group| group.to_owned())
                .collect(),
            priority: def.priority,
            history: def.history,
            ..Said::default()
        };
        Task {
            name: def.name.to_owned(),
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
            schedules: def
                .schedules
                .iter()
                .map(|schedule| match schedule {
                    ScheduleDef::Every(nanos) => {
                        // The attribute has refused one of 0.
                        let nanos = NonZeroU64::new(*nanos).unwrap_or(NonZeroU64::MIN);
                        Ok(Schedule::of_nanos(nanos))
                    }
                    ScheduleDef::Text(text) => text.parse().map_err(NoSchedule::Error),
                    ScheduleDef::Expr(make) => match guarded(make) {
                        Ok(made) => made.map_err(NoSchedule::Error),
                        Err(message) => Err(NoSchedule::Panicked(message)),
                    },
                })
                .collect(),
            said: Some(Box::new(said)),
        }
    }
}
