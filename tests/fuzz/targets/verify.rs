//! The first certificate of a file as the leaf, over the others, to those that issued themselves.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use signet_certs::{Document, Limits, Usage, VerifyOptions, read, reservations, verify};
use signet_fuzz::{NOW, algorithms, is_code};

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(documents) = read(data, &Limits::default()) else { return Corpus::Reject };
    let mut all: Vec<_> = documents.iter().flat_map(Document::certificates).cloned().collect();
    if all.is_empty() {
        return Corpus::Reject;
    }
    let leaf = all.remove(0);
    let anchors: Vec<_> = all.iter().filter(|one| one.is_self_issued()).cloned().collect();
    let turned = |list: &[_]| list.iter().rev().cloned().collect::<Vec<_>>();
    for usage in [Usage::Any, Usage::Client, Usage::Server] {
        let name = leaf.spiffe_id().map(|id| id.to_string());
        let options = VerifyOptions { at: NOW, usage, name: name.as_deref(), algorithms: algorithms() };
        let verdict = verify(&leaf, &all, &anchors, &options);
        assert_eq!(verdict, verify(&leaf, &turned(&all), &turned(&anchors), &options), "in another order");
        match verdict {
            Ok(path) => {
                assert_eq!(path.certificates.first(), Some(&leaf));
                assert!(path.anchor().is_some_and(|anchor| anchors.contains(anchor)));
                for pair in path.certificates.windows(2) {
                    assert_eq!(pair[0].issuer, pair[1].subject, "a step that no name explains");
                }
                for reservation in reservations(&path, options.at) {
                    assert!(is_code(&reservation.code), "{reservation:?}");
                }
            }
            Err(failure) => assert!(is_code(&failure.code), "{failure:?}"),
        }
    }
    Corpus::Keep
});
