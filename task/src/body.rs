//! What can be the body of a task, and what it may take.

use std::{
    any::{TypeId, type_name},
    future::Future,
    pin::Pin,
    sync::Arc,
};

use crate::{
    context::{Context, State},
    ending::Ending,
};

pub(crate) type EndingFuture = Pin<Box<dyn Future<Output = Ending> + Send>>;

/// What a run calls.
pub(crate) type Call = Arc<dyn Callable>;

/// What a body is, whatever its type.
pub(crate) trait Callable: Send + Sync {
    fn kind(&self) -> CallKind;

    /// Calls it. All but plain ones need a context.
    fn call(&self, context: Option<&Context>) -> Called;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallKind {
    /// It takes nothing, so that no context is made for it.
    Plain,
    WithContext,
    Async,
}

/// What a call gives.
pub(crate) enum Called {
    Ended(Ending),
    Future(EndingFuture),
    /// It takes a context, and was given none.
    NoContext,
}

pub(crate) struct Plain<F>(pub(crate) F);
pub(crate) struct WithContext<F>(pub(crate) F);
pub(crate) struct Async<F>(pub(crate) F);

impl<F: Fn() -> Ending + Send + Sync> Callable for Plain<F> {
    fn kind(&self) -> CallKind {
        CallKind::Plain
    }

    fn call(&self, _context: Option<&Context>) -> Called {
        Called::Ended(self.0())
    }
}

impl<F: Fn(&Context) -> Ending + Send + Sync> Callable for WithContext<F> {
    fn kind(&self) -> CallKind {
        CallKind::WithContext
    }

    fn call(&self, context: Option<&Context>) -> Called {
        context.map_or(Called::NoContext, |context| Called::Ended(self.0(context)))
    }
}

impl<F: Fn(&Context) -> EndingFuture + Send + Sync> Callable for Async<F> {
    fn kind(&self) -> CallKind {
        CallKind::Async
    }

    fn call(&self, context: Option<&Context>) -> Called {
        context.map_or(Called::NoContext, |context| Called::Future(self.0(context)))
    }
}

/// A state that a parameter needs.
#[derive(Clone, Copy, Debug)]
pub struct Need {
    pub(crate) id: TypeId,
    pub(crate) name: &'static str,
}

/// What the body of a task may take, any number of times and in any order:
/// `&Context`, `Context`, and `State<T>`.
///
/// # Example
///
/// ```
/// use task::{Context, State, Task, TaskManager};
///
/// let manager = TaskManager::builder().empty().state(7_u32).state("db1".to_owned()).build();
/// let ping = |host: State<String>, context: &Context, times: State<u32>| {
///     println!("{}: {} {} times", context.task(), *host, *times);
/// };
/// manager.add(Task::new("ping", ping).every("30s"))?;
/// # Ok::<(), task::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "a task can't take a parameter of the type `{Self}`",
    label = "expected `&Context` or `State<T>`",
    note = "a value that tasks share is given to `TaskManager::builder().state(value)`, and taken as `State<T>`"
)]
pub trait Param {
    /// The parameter itself, with the lifetime of the context that it is made of.
    #[doc(hidden)]
    type Item<'a>;

    #[doc(hidden)]
    fn get(context: &Context) -> Self::Item<'_>;

    #[doc(hidden)]
    fn need() -> Option<Need> {
        None
    }
}

impl Param for &Context {
    type Item<'a> = &'a Context;

    fn get(context: &Context) -> &Context {
        context
    }
}

impl Param for Context {
    type Item<'a> = Context;

    fn get(context: &Context) -> Context {
        context.clone()
    }
}

impl<T: Send + Sync + 'static> Param for State<T> {
    type Item<'a> = State<T>;

    fn get(context: &Context) -> State<T> {
        match context.state() {
            Ok(state) => state,
            // A task whose state is missing is refused when it is added, so that
            // no run comes here; if one did, this would be its panic.
            Err(error) => panic!("{error}"),
        }
    }

    fn need() -> Option<Need> {
        Some(Need {
            id: TypeId::of::<T>(),
            name: type_name::<T>(),
        })
    }
}

/// A function or closure that can be the body of a task: one that takes up to
/// eight parameters, each a [`Param`].
///
/// `Marker` only tells the kinds of functions apart, and is inferred. The types
/// of a closure's parameters have to be written: `|pool: State<Pool>| ...`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the body of a task",
    label = "expected a function or closure of which each parameter is `&Context` or `State<T>`",
    note = "the types of a closure's parameters have to be written: `|pool: State<Pool>, context: &Context| ...`",
    note = "it is shared between threads: what it captures must be `Send` and `Sync`, and it may change that only behind a lock"
)]
pub trait Body<Marker>: Send + Sync + 'static {
    /// What it returns.
    type Output;

    #[doc(hidden)]
    fn call(&self, context: &Context) -> Self::Output;

    #[doc(hidden)]
    fn needs() -> Vec<Need>;

    /// Calls it without a context, if it takes nothing.
    #[doc(hidden)]
    fn call_plain(&self) -> Option<Self::Output> {
        None
    }

    #[doc(hidden)]
    const IS_PLAIN: bool = false;
}

impl<F, R> Body<fn() -> R> for F
where
    F: Fn() -> R + Send + Sync + 'static,
{
    type Output = R;

    fn call(&self, _context: &Context) -> R {
        self()
    }

    fn needs() -> Vec<Need> {
        Vec::new()
    }

    fn call_plain(&self) -> Option<R> {
        Some(self())
    }

    const IS_PLAIN: bool = true;
}

macro_rules! bodies {
    ($(($($param:ident),*))*) => {$(
        impl<F, R, $($param),*> Body<fn($($param),*) -> R> for F
        where
            F: Fn($($param),*) -> R + Fn($($param::Item<'_>),*) -> R + Send + Sync + 'static,
            $($param: Param,)*
        {
            type Output = R;

            #[allow(unused_variables)]
            fn call(&self, context: &Context) -> R {
                /// Picks the one of the two `Fn`s whose parameters have lifetimes.
                #[allow(non_snake_case, clippy::too_many_arguments)]
                fn pick<R, $($param),*>(
                    function: impl Fn($($param),*) -> R,
                    $($param: $param,)*
                ) -> R {
                    function($($param),*)
                }
                pick(self, $($param::get(context)),*)
            }

            fn needs() -> Vec<Need> {
                let needs: [Option<Need>; { 0 $(+ { let _ = stringify!($param); 1 })* }] =
                    [$($param::need()),*];
                needs.into_iter().flatten().collect()
            }
        }
    )*};
}

bodies! {
    (A)
    (A, B)
    (A, B, C)
    (A, B, C, D)
    (A, B, C, D, E)
    (A, B, C, D, E, G)
    (A, B, C, D, E, G, H)
    (A, B, C, D, E, G, H, I)
}

/// What `when` takes: a function or closure of nothing or of `&Context` that
/// returns a `bool`.
///
/// `Marker` only tells the two apart, and is inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the condition of a task",
    label = "expected a function or closure that takes nothing or `&Context`, and returns `bool`"
)]
pub trait Condition<Marker> {
    #[doc(hidden)]
    fn holds(&self, context: &Context) -> bool;
}

impl<F: Fn() -> bool> Condition<()> for F {
    fn holds(&self, _context: &Context) -> bool {
        self()
    }
}

impl<F: Fn(&Context) -> bool> Condition<(Context,)> for F {
    fn holds(&self, context: &Context) -> bool {
        self(context)
    }
}
