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

#[test]
fn a_head_is_read_whatever_its_types_are() {
    #[track_caller]
    fn check(item: &str, parts: &[&str]) {
        let output = written(item);
        for part in parts {
            assert!(output.contains(part), "{item}: no {part} in {output}");
        }
    }
    check(
        "pub(in a::b) fn pull(A::<B, C>(x): A<B, C>, y: fn(B, C) -> D<E, F>, (): ::a::B,) {}",
        &[
            "pub(ina::b)const__TASK_pull",
            "need::<A<B,C>>)",
            "need::<fn(B,C)->D<E,F>>)",
            "need::<::a::B>)()])",
        ],
    );
    check(
        "fn pull(x: Box<dyn for<'a> Fn(&'a A) -> &'a A>, y: A<dyn Fn(B) -> C, D>, z: <A as B<C, D>>::E, _: [u8; { 5 }]) {}",
        &[
            "need::<Box<dynfor<'a>Fn(&'aA)->&'aA>>)",
            "need::<A<dynFn(B)->C,D>>)",
            "need::<<AasB<C,D>>::E>)",
            "need::<[u8;{5}]>)",
        ],
    );
    check(
        "const extern r\"C\" fn r#loop() -> Vec<Vec<A>> where A: Fn(B) -> C {}",
        &["__TASK_loop:", "BodyDef::Plain(", "\"loop\""],
    );
    check(
        "fn pull<>(self::A(x): self::A) -> A<{ 5 }> {}",
        &["need::<self::A>)"],
    );
    // Nothing is by value.
    let by_value = "needless_pass_by_value";
    assert!(!written("fn pull(x: &A, y: &&B) {}").contains(by_value));
    assert!(written("fn pull(x: &A, y: *const B) {}").contains(by_value));
}

#[test]
fn every_form_of_self_is_refused_and_a_head_that_is_none() {
    for (inputs, expected) in [
        ("self", "not on a method"),
        ("&self, x: A", "not on a method"),
        ("&'a mut self", "not on a method"),
        ("mut self: Box<Self>", "not on a method"),
        ("x: A, ...", "takes parameters of the types"),
        ("x: A, y: ...", "takes parameters of the types"),
        ("x", "cannot read the function: expected `:` and a type"),
        ("x:, y: A", "cannot read the function: expected a type"),
    ] {
        let messages = refusals_on("every = \"30s\"", &format!("fn pull({inputs}) {{}}"));
        assert_eq!(messages.len(), 1, "{inputs}: {messages:#?}");
        assert!(messages[0].contains(expected), "{inputs}: {messages:#?}");
    }
    for item in [
        "fn",
        "fn pull",
        "fn pull<A",
        "fn pull(",
        "fn 5() {}",
        "fn pull() -> {}",
        "#[",
        "# fn pull() {}",
        "pub",
        "",
    ] {
        let Ok(item) = item.parse() else { continue };
        let mut errors = crate::errors::Errors::default();
        assert!(crate::function::read(item, &mut errors).is_none());
        assert_eq!(errors.messages().len(), 1);
    }
}
