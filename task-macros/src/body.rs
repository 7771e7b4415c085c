//! The function as the body of a task: how it is called, what its parameters
//! need, and what is read from what it returns.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use crate::{
    signature::{Parameter, Signature},
    tokens::Tokens,
};

/// Returns how the function is called, as a variant of `BodyDef`.
pub(crate) fn body(function: &Signature, krate: &Tokens) -> TokenStream {
    if function.is_async {
        of_async_fn(function, krate)
    } else {
        of_fn(function, krate)
    }
}

/// Returns for each parameter what asks for the state that it needs.
pub(crate) fn needs(function: &Signature, krate: &Tokens) -> Vec<TokenStream> {
    let needs = function.parameters.iter().map(|parameter| {
        let cfgs = &parameter.cfgs;
        let need = for_type(parameter, &quote!(#krate::__private::need), &quote!());
        quote!(#(#cfgs)* || #need)
    });
    needs.collect()
}

fn of_fn(function: &Signature, krate: &Tokens) -> TokenStream {
    let name = &function.name;
    let returns_nothing = function.output.is_none();
    if function.parameters.is_empty() && returns_nothing && function.is_rust {
        // Nothing has to be compiled for it beside the function.
        return quote!(Unit(#name));
    }
    let context = local("context");
    let arguments = arguments(function, krate, &quote!(#context));
    let returned = quote_spanned!(name.span()=> #name(#arguments));
    let ending = ending(function, krate, &returned);
    if function.parameters.is_empty() {
        quote!(Plain(|| { #ending }))
    } else {
        quote!(Sync(|#context| { #ending }))
    }
}

fn of_async_fn(function: &Signature, krate: &Tokens) -> TokenStream {
    let name = &function.name;
    let context = local("context");
    let arguments = arguments(function, krate, &quote!(&#context));
    // A future that is not `Send` is reported at the function, and there only:
    // what is awaited is one whatever it is made of.
    let returned = quote_spanned!(name.span()=> __task_sent(#name(#arguments)).await);
    let ending = ending(function, krate, &returned);
    quote! {
        Async(|#context| {
            fn __task_sent<F>(
                future: F,
            ) -> impl ::core::future::Future<Output = F::Output> + ::core::marker::Send
            where
                F: ::core::future::Future + ::core::marker::Send,
            {
                future
            }
            #krate::__private::pin(async move { #ending })
        })
    }
}

/// Returns what the function is called with.
fn arguments(function: &Signature, krate: &Tokens, context: &TokenStream) -> TokenStream {
    let arguments = function.parameters.iter().map(|parameter| {
        let cfgs = &parameter.cfgs;
        let argument = for_type(parameter, &quote!(#krate::__private::param), context);
        quote!(#(#cfgs)* #argument)
    });
    quote!(#(#arguments),*)
}

/// Calls a function for the type of a parameter, as if the call stood where
/// the type stands: that is where one is reported that a task can't take.
fn for_type(parameter: &Parameter, function: &TokenStream, argument: &TokenStream) -> TokenStream {
    let ty = &parameter.ty;
    let (first, last) = ty.ends();
    // The parentheses give the call the span of the type, and the function
    // another one. Were it the same, the compiler would take the type for a
    // value, and propose to borrow it.
    let mut callee = Group::new(Delimiter::Parenthesis, quote!(#function::<#ty>));
    callee.set_span(first);
    let arguments = quote_spanned!(last=> (#argument));
    quote!(#callee #arguments)
}

/// Reads what the call returned.
fn ending(function: &Signature, krate: &Tokens, call: &TokenStream) -> TokenStream {
    let returned = local("returned");
    let (owned, taken) = match &function.output {
        None => (None, quote!(#returned)),
        // What a task can't return is reported where its type stands.
        Some(output) => {
            let (first, last) = output.ends();
            let owned = quote! {
                fn __task_owned<T: 'static>(returned: T) -> T {
                    returned
                }
            };
            let function = quote_spanned!(first=> __task_owned);
            let arguments = quote_spanned!(last=> (#returned));
            (Some(owned), quote!(#function #arguments))
        }
    };
    quote! {
        use #krate::__private::{ViaDisplay as _, ViaError as _};
        #owned
        let #returned = #call;
        (&#returned).reader().ending(#taken)
    }
}

/// A name that nothing of the user's can be taken for.
fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}
