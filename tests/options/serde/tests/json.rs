//! `-serde`: JSON with the names of the IDL, and with what the wire says of absent fields.

use std::sync::Arc;

use option_serde::stream_gen::samples::serde::{Address, Contact, Level, Score, User};
use serde_json::{Value, from_value, json, to_value};
use streamgen_runtime::codec::{OrderedF64, VecMap};
use streamgen_runtime::{Bytes, FastStr};

fn text(text: &'static str) -> FastStr {
    FastStr::from_static_str(text)
}

fn user() -> User {
    let address = Address {
        street_name: text("Main Street"),
        number: None,
    };
    User {
        user_id: 7,
        r#type: text("admin"),
        nick_name: None,
        level: Level::HIGH,
        addresses: [(text("home"), address)].into(),
        photo: Bytes::from_static(&[1, 2]),
        limit: None,
        by_value: [(OrderedF64(0.5), Level(99))].into(),
        by_score: VecMap::from([(Score { value: 1.0 }, text("one"))]),
        secret: FastStr::empty(),
        manager: Some(Arc::new(manager())),
    }
}

/// Shared with others in memory, and in JSON written like any value.
fn manager() -> User {
    User {
        user_id: 1,
        ..User::default()
    }
}

fn document() -> Value {
    json!({
        "userID": 7,
        "type": "admin",
        // An enum is its number, so that one without a name survives.
        "level": 10,
        "addresses": {"home": {"streetName": "Main Street"}},
        "photo": [1, 2],
        // Absent it would read as the default of the IDL.
        "limit": null,
        "byValue": {"0.5": 99},
        "byScore": [[{"value": 1.0}, "one"]],
        "manager": {
            "userID": 1, "type": "", "level": 1, "addresses": {}, "photo": [], "limit": 8,
            "byValue": {}, "byScore": [],
        },
    })
}

#[test]
fn names_are_those_of_the_idl() -> serde_json::Result<()> {
    assert_eq!(to_value(user())?, document());
    assert_eq!(from_value::<User>(document())?, user());
    Ok(())
}

#[test]
fn what_is_absent_has_the_default_of_the_idl() -> serde_json::Result<()> {
    let user: User = from_value(json!({"userID": 1}))?;
    assert_eq!(
        (user.level, user.limit, user.nick_name),
        (Level::LOW, Some(8), None)
    );
    Ok(())
}

#[test]
fn a_union_is_its_one_member() -> serde_json::Result<()> {
    let contact = Contact::EMail(text("ada@example.com"));
    let document = json!({"eMail": "ada@example.com"});
    assert_eq!(to_value(&contact)?, document);
    assert_eq!(from_value::<Contact>(document)?, contact);
    Ok(())
}

#[test]
fn an_annotation_adds_an_attribute() -> serde_json::Result<()> {
    let user = User {
        secret: text("hidden"),
        ..user()
    };
    assert_eq!(to_value(user)?, document());
    Ok(())
}
