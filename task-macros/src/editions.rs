//! The output of the attribute in crates of the earlier editions.
//!
//! ```standalone_crate,edition2018
//! #![deny(warnings)]
//! use std::time::Duration;
//! use task::{Context, ManualClock, State, TaskManager, task};
//! #[task(every = "1s", threaded, overlap = "queue", retry = 1, when = |_| true)]
//! fn takes(context: &Context, limit: State<u8>) -> Result<(), String> {
//!     assert!(context.attempt() < u32::from(*limit));
//!     Ok(())
//! }
//!
//! #[task(every = "1s", schedule = every(5).seconds(), on_success = |run| assert!(run.is_success()))]
//! async fn awaited(context: Context, State(limit): State<u8>) {
//!     std::future::ready(limit).await;
//!     assert_eq!(context.task(), "awaited");
//! }
//!
//! let clock = ManualClock::new();
//! let manager = TaskManager::builder().clock(clock.clone()).state(5_u8).build();
//! clock.advance(Duration::from_secs(1));
//! manager.settle();
//! for name in ["takes", "awaited"] {
//!     assert!(manager[name].last().unwrap().is_success());
//! }
//! ```
//!
//! ```standalone_crate,edition2021
//! #![deny(warnings)]
//! use std::time::Duration;
//! use task::{Context, ManualClock, State, TaskManager, task};
//! #[task(every = "1s", threaded, overlap = "queue", retry = 1, when = |_| true)]
//! fn takes(context: &Context, limit: State<u8>) -> Result<(), String> {
//!     assert!(context.attempt() < u32::from(*limit));
//!     Ok(())
//! }
//!
//! #[task(every = "1s", schedule = every(5).seconds(), on_success = |run| assert!(run.is_success()))]
//! async fn awaited(context: Context, State(limit): State<u8>) {
//!     std::future::ready(limit).await;
//!     assert_eq!(context.task(), "awaited");
//! }
//!
//! let clock = ManualClock::new();
//! let manager = TaskManager::builder().clock(clock.clone()).state(5_u8).build();
//! clock.advance(Duration::from_secs(1));
//! manager.settle();
//! for name in ["takes", "awaited"] {
//!     assert!(manager[name].last().unwrap().is_success());
//! }
//! ```
