use serde_json::json;

use super::{DEPTH, Limit, documents, first, to_string};

#[test]
fn reads_every_document_around_a_broken_one_and_names_its_line() {
    let text =
        "# a comment\na: 1\n---\nb: 2\n---\nc: [\n---\n# nothing\n---\nd: 4\n...\n%YAML 1.2\n---\ne: 5\n";
    let read = documents(text);
    let good: Vec<_> = read.iter().filter_map(|document| document.as_ref().ok()).cloned().collect();
    assert_eq!(good, [json!({"a": 1}), json!({"b": 2}), json!({"d": 4}), json!({"e": 5})]);
    let broken: Vec<_> = read.iter().filter_map(|document| document.as_ref().err()).collect();
    assert_eq!(broken.len(), 1);
    assert!((6..=7).contains(&broken[0].line), "{}", broken[0]);
}

#[test]
fn does_not_take_the_dashes_of_pem_for_a_marker() {
    let text = "a: |\n  -----BEGIN X-----\n  ---\n  -----END X-----\nb: 1\n";
    assert_eq!(first(text), Ok(json!({"a": "-----BEGIN X-----\n---\n-----END X-----\n", "b": 1})));
}

#[test]
fn reads_json_one_after_the_other() {
    assert_eq!(documents("{\"a\": 1}\n{\"a\": 2}"), [Ok(json!({"a": 1})), Ok(json!({"a": 2}))]);
    assert_eq!(documents("{a: 1, b: [c]}"), [Ok(json!({"a": 1, "b": ["c"]}))], "YAML's flow style");
    let broken = documents("{\"a\": 1}\n{\"a\": }");
    assert_eq!(broken[1].as_ref().map_err(|error| error.line), Err(2));
}

#[test]
fn bounds_depth_and_aliases() {
    for text in ["[".repeat(5000), "{a: ".repeat(5000), "- ".repeat(5000) + "x"] {
        let error = first(&text).expect_err("nested too deep");
        assert_eq!(error.limit, Some(Limit::Depth), "{error}");
    }
    for indicator in ["[", "- "] {
        let nested = |levels: usize| {
            indicator.repeat(levels) + "1" + &"]".repeat(if indicator == "[" { levels } else { 0 })
        };
        assert_eq!(first(&nested(DEPTH + 1)).expect_err("too deep").limit, Some(Limit::Depth));
        assert!(first(&nested(DEPTH)).is_ok());
    }

    let mut bomb = format!("a0: &a0 [{}]\n", vec!["xxxxxxxxxx"; 50].join(", "));
    for level in 1..9 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb = format!("{bomb}a{level}: &a{level} [{aliases}]\n");
    }
    assert!(first(&bomb).is_err());
    let honest = first("a: &a {b: c}\nd: *a\n");
    assert_eq!(honest, Ok(json!({"a": {"b": "c"}, "d": {"b": "c"}})));
}

#[test]
fn brackets_that_are_never_closed_cost_no_more_than_reading_them() {
    // The parser alone would take half a minute for each.
    for text in [
        "a: ".to_owned() + &"[".repeat(100_000),
        "{a: ".repeat(2_000),
        "a: &x [".to_owned() + &"&x [".repeat(2_000),
    ] {
        assert_eq!(first(&text).expect_err("nested too deep").limit, Some(Limit::Depth));
    }
}

#[test]
fn a_broken_item_of_a_long_list_is_named_by_its_line() {
    let note = "x".repeat(200);
    let pod = format!("- kind: Pod\n  metadata:\n    name: a\n    note: {note}\n");
    let list = |more: &str| format!("apiVersion: v1\nitems:\n{}{more}kind: List\n", pod.repeat(2_000));
    let read = first(&list("")).expect("a list");
    assert_eq!((read["kind"].as_str(), read["items"].as_array().map(Vec::len)), (Some("List"), Some(2_000)));
    assert_eq!(read["items"][1_999], json!({"kind": "Pod", "metadata": {"name": "a", "note": note}}));
    let error = first(&list("- a: [\n")).expect_err("a broken item");
    assert!(error.line.abs_diff(3 + 4 * 2_000) <= 1, "{error}");
}

#[test]
fn far_more_values_than_the_text_explains_are_refused() {
    for text in [format!("[{}1]", "1,".repeat(2_000_000)), "- a\n".repeat(1_000_000)] {
        let limit = first(&text).map(|_| ()).expect_err("a flood").limit;
        assert_eq!(limit, Some(Limit::Values));
    }
}

#[test]
fn numbers_that_json_does_not_have_are_refused_as_in_go() {
    let error = first("a: 1\nb: .inf\n").expect_err("no number of JSON");
    assert!(error.reason.contains("put it in quotes"), "{error}");
    assert_eq!(first("b: \".inf\"\n"), Ok(json!({"b": ".inf"})));
}

#[test]
fn reads_what_it_writes() {
    let value = json!({"a": "1", "b": ["yes", null, 1.5, true], "c": "x\ny\n"});
    assert_eq!(first(&to_string(&value)), Ok(value));
}
