//! Waiting for conditions: the one place that asks again and again.

use std::thread;
use std::time::{Duration, Instant};

use super::Failure;

const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// Asks `probe` until it answers `Ok`, with pauses that grow from 5 ms to 100 ms.
///
/// What the probe says in its `Err` is why the condition does not hold yet.
///
/// # Errors
/// [`Failure::Deadline`] with the last reason when `within` has passed.
pub fn until<T>(
    what: &str,
    within: Duration,
    mut probe: impl FnMut() -> Result<T, String>,
) -> Result<T, Failure> {
    let started = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        let last = match probe() {
            Ok(value) => return Ok(value),
            Err(reason) => reason,
        };
        if started.elapsed() >= within {
            return Err(Failure::Deadline { what: what.to_owned(), within, last });
        }
        thread::sleep(pause);
        pause = (pause * 3 / 2).min(LONGEST_PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_that_comes_true_is_answered_at_once() {
        let mut left = 3;
        let found = until("three looks", Duration::from_mins(1), || {
            left -= 1;
            if left == 0 { Ok("found") } else { Err(format!("{left} left")) }
        });
        assert_eq!(found.expect("the third look succeeds"), "found");
    }

    #[test]
    fn a_condition_that_never_comes_fails_with_the_last_reason() {
        let failure = until::<()>("the moon", Duration::ZERO, || Err("still made of rock".to_owned()))
            .expect_err("it never comes");
        assert_eq!(failure.to_string(), "the moon: not within 0ns; the last answer was: still made of rock");
    }
}
