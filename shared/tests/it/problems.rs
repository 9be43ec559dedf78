//! Problem documents: ours, and those of other services.

use hello_shared::{FieldError, Problem};
use proptest::prelude::*;
use serde_json::{Value, from_str, from_value, json, to_string, to_string_pretty};

use crate::arbitrary;

fn unfit() -> Problem {
    Problem::new(422, "Unprocessable Content")
        .with_detail("one field breaks a rule")
        .with_errors(vec![FieldError::new("/make", "must be 1 to 50 characters", "60 characters")])
}

proptest! {
    #[test]
    fn every_problem_survives_json(problem in arbitrary::problem()) {
        prop_assert_eq!(&from_str::<Problem>(&to_string(&problem).unwrap()).unwrap(), &problem);
    }

    #[test]
    fn any_object_at_all_can_be_read_as_a_problem(
        members in prop::collection::vec((arbitrary::member(), arbitrary::json()), 0..8)
    ) {
        let document: Value = members.into_iter().collect();
        prop_assert!(from_value::<Problem>(document).is_ok());
    }
}

#[test]
fn a_problem_looks_like_this() {
    let problem = Problem { request_id: Some("018f-42".into()), ..unfit() };
    insta::assert_snapshot!(to_string_pretty(&problem).unwrap(), @r#"
    {
      "type": "about:blank",
      "title": "Unprocessable Content",
      "status": 422,
      "detail": "one field breaks a rule",
      "requestId": "018f-42",
      "errors": [
        {
          "pointer": "/make",
          "rule": "must be 1 to 50 characters",
          "found": "60 characters"
        }
      ]
    }
    "#);
}

#[test]
fn an_empty_document_is_a_problem_about_nothing() {
    assert_eq!(from_str::<Problem>("{}").unwrap(), Problem::default());
    assert_eq!(Problem::default().to_string(), "about:blank");
}

#[test]
fn a_wrong_member_does_not_hide_the_valid_ones() {
    let foreign = json!({
        "type": 7, "title": "Nope", "status": "four hundred", "detail": ["?"], "requestId": null,
        "errors": {"Make": ["The Make field is required."]},
    });
    let read: Problem = from_value(foreign).unwrap();
    assert_eq!(read, Problem { title: Some("Nope".into()), ..Problem::default() });
}

#[test]
fn readable_entries_of_an_error_list_are_kept() {
    let read: Problem =
        from_value(json!({"errors": ["bad", {"pointer": "/make", "found": 3}, null]})).unwrap();
    assert_eq!(read.errors, [FieldError::new("/make", "", "")]);
}

#[test]
fn a_problem_and_its_fields_read_as_sentences() {
    let problem = unfit();
    assert_eq!(problem.to_string(), "Unprocessable Content: one field breaks a rule");
    assert_eq!(problem.errors[0].to_string(), "make must be 1 to 50 characters; found 60 characters");
    assert_eq!(
        FieldError::new("", "must be an object", "null").to_string(),
        "the body must be an object; found null"
    );
}
