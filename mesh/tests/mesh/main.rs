//! A mesh made by hand, observed and judged: what each situation is called, and when it begins.

#![expect(clippy::expect_used, reason = "what is missing fails the test")]
#![expect(clippy::needless_pass_by_value, reason = "the cases read better")]

mod observed;
mod reports;
mod roots;
mod support;
mod trust;
mod verdicts;
