//! Waiting for what blocks, in async code: on a thread of its own.

use crate::{
    error::{Error, ErrorKind},
    precise::start,
    reply,
};

/// Calls `work`, which blocks, on a thread of its own, and waits for it.
///
/// # Errors
///
/// If the operating system gives no thread; then `work` is not called.
pub(crate) async fn offload<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let (reply, awaited) = reply::channel();
    let error = |reason: String| {
        Error::from(ErrorKind::Thread {
            role: "waiting",
            reason,
        })
    };
    start(name, None, Box::new(move || reply.send(work())))
        .map_err(|reason| error(reason.to_string()))?;
    // There is no value only if `work` has panicked, which the panic hook has told.
    awaited.await.ok_or_else(|| error("it panicked".to_owned()))
}
