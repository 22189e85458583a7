//! YAML: what is written can be read, and says the same; as JSON too.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use signet_certs::yaml;
use signet_fuzz::answer;

fuzz_target!(|text: &str| -> Corpus {
    let _ = answer(text.as_bytes());
    let values: Vec<_> = yaml::documents(text).into_iter().flatten().collect();
    for value in &values {
        let again = yaml::first(&yaml::to_string(value));
        assert_eq!(again.as_ref(), Ok(value), "written as YAML and read again");
        let again = yaml::first(&value.to_string());
        assert_eq!(again.as_ref(), Ok(value), "written as JSON and read again");
    }
    if values.is_empty() { Corpus::Reject } else { Corpus::Keep }
});
