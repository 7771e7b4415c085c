//! The function given back, and its registration beside it.
//!
//! All names are absolute and lead through `task::__private`. Tokens of ours
//! have the span of the attribute, so that no lint of the user's crate speaks
//! about them, except where an error should point into the user's code.

use std::{fmt::Display, time::Duration};

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{ReturnType, ext::IdentExt, parse::Parser};

use crate::{
    check::Planned,
    doc,
    function::Function,
    options::{Callback, Given, Missed, Options, Start},
};

/// Returns the name of the static that describes the task `function`.
pub(crate) fn static_name(function: &Ident, span: Span) -> Ident {
    Ident::new(&format!("__TASK_{}", function.unraw()), span)
}

/// Returns the function with a sentence on when it runs, and its registration.
pub(crate) fn expand(function: &Function, options: &Options, schedules: &[Planned]) -> TokenStream {
    let documented = documented(function, &doc::sentence(options, schedules));
    let cfgs: Vec<_> = function
        .attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"))
        .collect();
    let Function {
        visibility, name, ..
    } = function;
    let krate = &options.krate;
    let task = static_name(name, Span::call_site());
    let fields = fields(function, options, schedules);
    let allow_deprecated = function
        .attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("deprecated"))
        .then(|| quote!(#[allow(deprecated)]));
    quote! {
        #documented

        #(#cfgs)*
        #[doc(hidden)]
        #allow_deprecated
        #visibility static #task: #krate::__private::TaskDef = #krate::__private::TaskDef {
            #fields
            ..#krate::__private::TaskDef::DEFAULT
        };

        #(#cfgs)*
        const _: () = {
            #krate::__private::inventory::submit! { #krate::__private::TaskRef(&#task) }
        };
    }
}

fn documented(function: &Function, sentence: &str) -> TokenStream {
    let Function {
        attributes, rest, ..
    } = function;
    // The sentence is a paragraph of its own.
    let has_docs = attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("doc"));
    let blank = has_docs.then(|| quote!(#[doc = ""]));
    quote! {
        #(#attributes)*
        #blank
        #[doc = #sentence]
        #rest
    }
}

fn fields(function: &Function, options: &Options, schedules: &[Planned]) -> TokenStream {
    let krate = &options.krate;
    let ident = &function.name;
    let name = options
        .name
        .clone()
        .unwrap_or_else(|| ident.unraw().to_string());
    let description = doc::description(&function.attributes);
    // The place of a macro call is where its tokens are.
    let location = quote_spanned!(ident.span()=> file: ::core::file!(), line: ::core::line!(),);
    let call = call(function);
    let defs = schedules
        .iter()
        .map(|schedule| schedule_def(options, schedule));
    let mut fields = quote! {
        name: #name,
        module: ::core::module_path!(),
        #location
        description: #description,
        identity: || #krate::__private::identity_of(&#ident),
        body: || #krate::__private::ending(#call),
        schedules: &[#(#defs),*],
    };
    fields.extend(for_later_schedules(options));
    if let Some(start) = &options.start {
        let start = match start.value {
            Start::Now => Duration::ZERO,
            Start::After(span) => span,
        };
        let start = some(duration(start));
        fields.extend(quote!(start: #start,));
    }
    if let Some(missed) = &options.missed {
        let missed = match missed.value {
            Missed::Once => quote!(Once),
            Missed::Skip => quote!(Skip),
            Missed::All => quote!(All),
        };
        let missed = some(quote!(#krate::Missed::#missed));
        fields.extend(quote!(missed: #missed,));
    }
    if let Some(grace) = &options.grace {
        let grace = some(duration(grace.value));
        fields.extend(quote!(grace: #grace,));
    }
    if let Some(jitter) = &options.jitter {
        let jitter = some(duration(jitter.value));
        fields.extend(quote!(jitter: #jitter,));
    }
    if let Some(max_runs) = &options.max_runs {
        let max_runs = some(max_runs.value);
        fields.extend(quote!(max_runs: #max_runs,));
    }
    if !options.tags.is_empty() {
        let tags = &options.tags;
        fields.extend(quote!(tags: &[#(#tags),*],));
    }
    if options.threaded {
        fields.extend(quote!(threaded: true,));
    }
    if options.disabled {
        fields.extend(quote!(disabled: true,));
    }
    let callbacks = [
        ("on_success", &options.on_success),
        ("on_failed", &options.on_failed),
        ("on_complete", &options.on_complete),
    ];
    for (field, callback) in callbacks {
        if let Some(callback) = callback {
            let field = format_ident!("{field}");
            let callback = some(callback_fn(options, callback));
            fields.extend(quote!(#field: #callback,));
        }
    }
    fields
}

/// Calls the function, as if the call stood where the return type stands:
/// that is where a type is reported that a task can't return.
fn call(function: &Function) -> TokenStream {
    let mut ident = function.name.clone();
    let ReturnType::Type(_, output) = &function.output else {
        return quote!(#ident());
    };
    let (first, last) = ends(output);
    ident.set_span(first.resolved_at(ident.span()));
    let arguments = quote_spanned!(last.resolved_at(ident.span())=> ());
    quote!(#ident #arguments)
}

/// Returns the spans of the first and the last token.
fn ends(tokens: impl ToTokens) -> (Span, Span) {
    let mut spans = tokens
        .into_token_stream()
        .into_iter()
        .map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    (first, spans.last().unwrap_or(first))
}

fn schedule_def(options: &Options, schedule: &Planned) -> TokenStream {
    let krate = &options.krate;
    match schedule {
        Planned::Text(schedule) => {
            let text = schedule.to_string();
            quote!(#krate::__private::ScheduleDef::Text(#text))
        }
        Planned::Expr(expr) => quote! {
            #krate::__private::ScheduleDef::Expr(|| {
                use #krate::__private::dsl::*;
                #krate::__private::schedule(#expr)
            })
        },
    }
}

/// The options for schedules that come later: the value of an expression, and
/// what the task is rescheduled to. Those that are texts have them already.
fn for_later_schedules(options: &Options) -> TokenStream {
    let mut fields = TokenStream::new();
    let texts = [
        ("timezone", text(&options.timezone)),
        ("between", text(&options.between)),
        ("days", text(&options.days)),
        ("gap", text(&options.gap)),
        ("fold", text(&options.fold)),
        ("until", text(&options.until)),
    ];
    for (field, text) in texts {
        if let Some(text) = text {
            let field = format_ident!("{field}");
            let text = some(text);
            fields.extend(quote!(#field: #text,));
        }
    }
    if options.aligned.is_some() {
        fields.extend(quote!(aligned: true,));
    }
    fields
}

/// Returns the canonical text of an option.
fn text<T: Display>(option: &Option<Given<T>>) -> Option<String> {
    option.as_ref().map(|given| given.value.to_string())
}

fn callback_fn(options: &Options, callback: &Callback) -> TokenStream {
    let krate = &options.krate;
    // Not to be taken for something of the user's that is called `run`.
    let run = Ident::new("run", Span::mixed_site());
    // What can't be a callback is reported at the user's tokens alone.
    let (call, callback) = match callback {
        Callback::Path(path) => (quote!(call_back), borrowed(path)),
        Callback::Closure(closure) if closure.inputs.is_empty() => {
            (quote!(call_back), borrowed(closure))
        }
        // Lets the closure do without the type of its parameter.
        Callback::Closure(closure) => (quote!(call_with_run), closure.to_token_stream()),
    };
    quote!(|#run: &#krate::Run| #krate::__private::#call(#callback, #run))
}

fn borrowed(value: impl ToTokens) -> TokenStream {
    let (first, _) = ends(&value);
    quote_spanned!(first=> &#value)
}

fn some(value: impl ToTokens) -> TokenStream {
    quote!(::core::option::Option::Some(#value))
}

fn duration(value: Duration) -> TokenStream {
    let (secs, nanos) = (value.as_secs(), value.subsec_nanos());
    quote!(::core::time::Duration::new(#secs, #nanos))
}

/// Returns `&a::b::__TASK_f` for `a::b::f`.
pub(crate) fn def_of(path: TokenStream) -> syn::Result<TokenStream> {
    let mut path = syn::Path::parse_mod_style.parse2(path)?;
    if let Some(last) = path.segments.last_mut() {
        last.ident = static_name(&last.ident, last.ident.span());
    }
    Ok(quote!(&#path))
}
