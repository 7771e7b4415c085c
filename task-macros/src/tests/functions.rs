//! What a function may be, and how it is called.

use super::{FUNCTION, expand, refusals_on};

/// Returns what is written for a function, without blanks.
fn written(item: &str) -> String {
    let output = expand("every = \"30s\"", item).replace(' ', "");
    assert!(!output.contains("compile_error"), "{item}: {output}");
    output
}

#[test]
fn a_function_is_called_with_what_its_parameters_are_given() {
    /// Nothing follows the schedules.
    const NO_NEEDS: &str = "Every(30000000000u64)],);";

    #[track_caller]
    fn check(item: &str, body: &str, call: &str, needs: &str) {
        let output = written(item);
        for part in [body, call, needs] {
            assert!(output.contains(part), "{item}: no {part} in {output}");
        }
    }
    check(FUNCTION, "BodyDef::Plain(||", "pull()", NO_NEEDS);
    // What returns nothing is called as it is, if it is a function of Rust.
    check("fn pull() {}", "BodyDef::Unit(", "Unit(pull)", NO_NEEDS);
    check(
        "extern \"C\" fn pull() {}",
        "BodyDef::Plain(||",
        "pull()",
        NO_NEEDS,
    );
    check(
        "async fn pull() {}",
        "BodyDef::Async(",
        "__task_sent(pull()).await",
        NO_NEEDS,
    );
    check(
        "fn pull(context: &Context, State(pool): State<Pool>) {}",
        "BodyDef::Sync(",
        "pull((::task::__private::param::<&Context>)(context),\
         (::task::__private::param::<State<Pool>>)(context))",
        ".needs(&[||(::task::__private::need::<&Context>)(),\
         ||(::task::__private::need::<State<Pool>>)()]",
    );
    check(
        "async fn pull(mut context: task::Context, _: &task::Context) {}",
        "BodyDef::Async(",
        "__task_sent(pull((::task::__private::param::<task::Context>)(&context),\
         (::task::__private::param::<&task::Context>)(&context))).await",
        ".needs(&[||(::task::__private::need::<task::Context>)(),",
    );
    // There are as many arguments as there are parameters, whatever `cfg` says.
    check(
        "fn pull(#[cfg(unix)] #[allow(unused)] context: &Context) {}",
        "BodyDef::Sync(",
        "pull(#[cfg(unix)](::task::__private::param::<&Context>)(context))",
        ".needs(&[#[cfg(unix)]||(::task::__private::need::<&Context>)()]",
    );
}

#[test]
fn an_option_for_threads_is_refused_where_there_is_no_choice() {
    #[track_caller]
    fn check(arguments: &str, item: &str, expected: &[&str]) {
        let arguments = format!("every = \"30s\", {arguments}");
        assert_eq!(
            refusals_on(&arguments, item),
            expected,
            "{arguments} on {item}"
        );
    }
    const ASYNC: &str = "async fn pull() {}";
    const STRUCT: &str = "struct Pull;";
    const NO_OVERLAP: &str = "`overlap` has no effect: the task runs on the scheduler's thread, \
                              one run after the other; add `threaded`";
    const NO_ITEM: &str = "`#[task]` goes on a function";
    for policy in ["\"skip\"", "\"queue\"", "\"allow\"", "\"cancel\"", "1", "2"] {
        let overlap = format!("overlap = {policy}");
        check(&overlap, FUNCTION, &[NO_OVERLAP]);
        check(&overlap, ASYNC, &[]);
        check(&overlap, STRUCT, &[NO_ITEM]);
        check(&format!("{overlap}, threaded"), FUNCTION, &[]);
    }
    check(
        "overlap = \"allow\", exclusive = \"db\"",
        FUNCTION,
        &[NO_OVERLAP],
    );
    check(
        "threaded",
        ASYNC,
        &["`threaded` has no effect on an `async fn`: it never runs on the scheduler's thread"],
    );
    check("threaded", STRUCT, &[NO_ITEM]);
    // A mistake is not blamed twice.
    for threaded in ["threded", "threaded = true", "\"threaded\""] {
        let arguments = format!("every = \"30s\", overlap = \"queue\", {threaded}");
        let messages = refusals_on(&arguments, FUNCTION);
        assert_eq!(messages.len(), 1, "{arguments}: {messages:#?}");
    }
}

#[test]
fn a_function_that_a_task_cannot_be_is_refused() {
    #[track_caller]
    fn check(item: &str, expected: &[&str]) {
        assert_eq!(refusals_on("every = \"30s\"", item), expected, "{item}");
    }
    const TYPE: &str = "a parameter of a task has a type of its own: \
                        write `&Context`, `Context` or `State<T>`, not `impl ...`";
    const GENERIC: &str = "a task has no generic parameters: nothing says what they stand for";
    check("fn pull(job: impl Fn()) {}", &[TYPE]);
    check(
        "async fn pull(a: &Context, b: State<&'static impl Fn()>) {}",
        &[TYPE],
    );
    check(
        "fn pull(a: [impl Fn(); 2], b: (u8, &impl Fn())) {}",
        &[TYPE, TYPE],
    );
    check("async fn pull<T>(state: State<T>) {}", &[GENERIC]);
    check("fn pull<'a>(context: &'a Context) {}", &[GENERIC]);
    check(
        "fn pull<const N: usize>(state: State<[u8; N]>) {}",
        &[GENERIC],
    );
    check(
        "async fn pull(self, context: &Context) {}",
        &["`#[task]` goes on a function, not on a method: nothing says which `self` to call"],
    );
    check(
        "async unsafe fn pull() -> ! {}",
        &[
            "a task is called by the scheduler, so it can't be `unsafe`",
            "a task must return, so that it can run again",
        ],
    );
    check(
        "extern \"C\" fn pull(context: &Context, ...) {}",
        &["a task takes parameters of the types `&Context`, `Context` and `State<T>` only"],
    );
    // The types themselves are for the compiler.
    check("fn pull(a: u32, b: &mut Context, c: implement!()) {}", &[]);
}

#[test]
fn what_the_function_allows_is_allowed_for_its_registration() {
    let registration = |attributes: &str| {
        let output = written(&format!("{attributes} fn pull() {{}}"));
        let (_, registration) = output.split_once("#[doc(hidden)]").unwrap();
        registration.to_owned()
    };
    for (attributes, expected) in [
        ("#[deprecated]", "#[allow(deprecated)]pubconst"),
        ("#[allow(deprecated)]", "#[allow(deprecated)]pubconst"),
        (
            "#[expect(a::b, reason = \"c\")]",
            "#[allow(a::b,reason=\"c\")]pubconst",
        ),
        ("#[inline] #[warn(unused)]", "pubconst"),
    ] {
        let output = registration(&format!("{attributes} pub"));
        assert!(output.starts_with(expected), "{attributes}: {output}");
    }
}
