use std::time::Duration;

use signet_certs::UnixTime;
use signet_mesh::dump::Dump;
use signet_mesh::objects::ObjectName;
use tokio::time::Instant;

use super::Schedule;

const AT: UnixTime = UnixTime::from_seconds(1_795_510_800);

fn name(name: &str) -> ObjectName {
    ObjectName::new("foo", name)
}

/// A leaf of a workload that lives from `AT` for so many seconds.
fn dump(lifetime: i64) -> Dump {
    let mut params = rcgen::CertificateParams::default();
    let id = "spiffe://cluster.local/ns/foo/sa/a".try_into().expect("an ASCII URI");
    params.subject_alt_names = vec![rcgen::SanType::URI(id)];
    let time = |time: UnixTime| {
        rcgen::date_time_ymd(1970, 1, 1)
            + Duration::from_secs(u64::try_from(time.seconds()).expect("positive"))
    };
    params.not_before = time(AT);
    params.not_after = time(AT.plus(lifetime));
    let key = rcgen::KeyPair::generate().expect("a key");
    let der = params.self_signed(&key).expect("a certificate").der().to_vec();
    let leaf = signet_certs::Certificate::parse(&der).expect("a certificate");
    Dump { chain: vec![leaf.into()], ..Dump::default() }
}

/// How long until the one proxy of a schedule is read again after this answer.
fn pause(schedule: &mut Schedule, at: UnixTime, answer: Option<&Dump>) -> Duration {
    let now = Instant::now();
    schedule.answered(&name("a"), at, answer, now);
    schedule.next_due().expect("it is read again") - now
}

fn reading(on_screen: bool) -> Schedule {
    let now = Instant::now();
    let mut schedule = Schedule::default();
    schedule.add(name("a"), now);
    if on_screen {
        schedule.show(vec![name("a")], now);
    }
    assert_eq!(schedule.take(now), Some(name("a")));
    schedule
}

#[test]
fn what_is_on_the_screen_comes_first_topmost_first() {
    let now = Instant::now();
    let mut schedule = Schedule::default();
    for pod in ["a", "b", "c", "d"] {
        schedule.add(name(pod), now);
    }
    schedule.show(vec![name("d"), name("b"), name("unknown")], now);
    let order: Vec<_> = std::iter::from_fn(|| schedule.take(now)).map(|pod| pod.name).collect();
    assert_eq!(order, ["d", "b", "a", "c"]);
    assert_eq!(schedule.next_due(), None, "all are being read");
}

#[test]
fn a_chain_is_read_again_once_it_should_have_rotated() {
    let pause = pause(&mut reading(false), AT, Some(&dump(1000)));
    // Half of 1000 s, a hundredth for the agent's jitter, and ours.
    assert!((510..=570).contains(&pause.as_secs()), "{pause:?}");
}

#[test]
fn an_overdue_chain_is_read_again_soon() {
    let pause = pause(&mut reading(false), AT.plus(600), Some(&dump(1000)));
    assert!((20..=22).contains(&pause.as_secs()), "{pause:?}");
}

#[test]
fn what_is_on_the_screen_is_at_most_five_minutes_old() {
    let five = 300..=330;
    let on_screen = pause(&mut reading(true), AT, Some(&dump(86_400)));
    assert!(five.contains(&on_screen.as_secs()), "{on_screen:?}");
    let elsewhere = pause(&mut reading(false), AT, Some(&dump(86_400)));
    assert!((3600..=3630).contains(&elsewhere.as_secs()), "{elsewhere:?}");
}

#[test]
fn failures_are_tried_again_with_a_growing_pause_up_to_a_limit() {
    let mut schedule = reading(false);
    let mut pauses = Vec::new();
    for _ in 0..12 {
        pauses.push(pause(&mut schedule, AT, None).as_secs());
        let due = schedule.next_due().expect("it is tried again");
        assert_eq!(schedule.take(due), Some(name("a")));
    }
    assert!(pauses[..6].windows(2).all(|pair| pair[0] < pair[1]), "{pauses:?}");
    assert!(pauses.iter().all(|pause| *pause <= 330) && pauses[11] >= 300, "{pauses:?}");
    let answered = pause(&mut schedule, AT, Some(&dump(1000)));
    assert!(answered.as_secs() > 500, "an answer ends that");
    schedule.take(schedule.next_due().expect("due"));
    assert!(pause(&mut schedule, AT, None).as_secs() <= 2, "and the next failure begins anew");
}

#[test]
fn a_stale_chain_that_comes_onto_the_screen_is_read_at_once() {
    let began = Instant::now();
    let mut schedule = reading(false);
    pause(&mut schedule, AT, Some(&dump(86_400)));
    schedule.show(vec![name("a")], began + Duration::from_secs(10));
    assert!(schedule.take(began + Duration::from_secs(10)).is_none(), "it was read just now");
    schedule.show(Vec::new(), began);
    let later = began + Duration::from_mins(1);
    schedule.show(vec![name("a")], later);
    assert_eq!(schedule.take(later), Some(name("a")));
}

#[test]
fn a_proxy_that_is_gone_is_not_read() {
    let now = Instant::now();
    let mut schedule = Schedule::default();
    schedule.add(name("a"), now);
    schedule.remove(&name("a"));
    assert_eq!((schedule.take(now), schedule.next_due()), (None, None));
    schedule.answered(&name("a"), AT, None, now);
    assert_eq!(schedule.next_due(), None, "nor does a late answer bring it back");
}
