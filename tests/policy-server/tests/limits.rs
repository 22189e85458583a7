//! What ends the policy on a policy server: its clock, and the bound of the module's own memory.

#![expect(clippy::expect_used, reason = "what goes wrong in the helpers of a test fails it, with its reason")]

use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};
use signet_policy_server::{Policy, TIMEOUT};

static POLICY: LazyLock<Arc<Policy>> = LazyLock::new(|| {
    let file = std::env::var("SIGNET_POLICY").expect("SIGNET_POLICY is not set; run `make bench-policy`");
    Arc::new(Policy::load(&file))
});

/// A request about a pod with a proxy, and so many containers without a name.
fn payload(containers: usize) -> Vec<u8> {
    let payload = json!({"settings": {}, "request": {
        "uid": "u-1", "operation": "CREATE", "namespace": "foo",
        "kind": {"group": "", "version": "v1", "kind": "Pod"},
        "object": {"spec": {"containers": [{"name": "istio-proxy", "image": "proxyv2"}, "MORE"]}},
    }});
    payload.to_string().replace(r#","MORE""#, &",{}".repeat(containers)).into_bytes()
}

/// What the policy answers where each answer of its host takes so many ticks of the clock.
fn ask(containers: usize, ticks: u64) -> Result<Value, String> {
    let clock = Arc::clone(&POLICY);
    let instance = POLICY.instance(move |_, _| {
        (0..ticks).for_each(|_| clock.tick());
        Ok(br#"{"items": []}"#.to_vec())
    });
    let answer = instance.call("validate", &payload(containers)).map_err(|error| error.to_string())?;
    Ok(serde_json::from_slice(&answer).expect("JSON"))
}

/// In one test, as all instances have one clock.
#[test]
fn what_takes_too_long_or_too_much_is_ended_and_the_next_request_is_answered() {
    let answer = ask(0, 0).expect("an answer");
    assert_eq!(answer["accepted"], true, "{answer}");
    let late = ask(0, TIMEOUT).expect_err("an answer that comes too late");
    assert!(late.contains("execution deadline exceeded"), "{late}");
    let large = ask(5_000_000, 0).expect_err("a pod that is too large");
    assert!(large.contains("error while executing"), "{large}");
    assert_eq!(ask(0, 0), Ok(answer));
}
