//! What a client and nacos say to each other: JSON with the fields of nacos's Java classes, in a message of
//! gRPC that names the class.

use std::error::Error as StdError;
use std::fmt;

use serde_json::{Value, json};

use super::stream_gen::{Body, Metadata, Payload};
use crate::error::{Error, Result};
use crate::trace::cut;

/// `resultCode` of what succeeds.
const SUCCESS: i64 = 200;
/// `errorCode`: nacos knows no client on this connection.
pub(super) const UNREGISTERED: i64 = 301;
/// `errorCode`: the user may not do this, or the token is over.
pub(super) const FORBIDDEN: i64 = 403;
/// What nacos reads as the token of a user.
const TOKEN: &str = "accessToken";

/// The end of the name of each class that asks for an answer, and of the answer's class.
const REQUEST: &str = "Request";
const RESPONSE: &str = "Response";

/// One message of either side.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) class: String,
    pub(super) fields: Value,
}

impl Message {
    pub(super) fn new(class: impl Into<String>, fields: Value) -> Self {
        let class = class.into();
        Self { class, fields }
    }

    /// # Errors
    /// The message holds no JSON.
    pub(super) fn read(payload: Payload) -> Result<Self> {
        let class = payload.metadata.unwrap_or_default().r#type;
        let body = payload.body.unwrap_or_default();
        match serde_json::from_slice(&body.value) {
            Ok(fields) => Ok(Self { class, fields }),
            Err(why) => Err(Error::application(format!(
                "nacos sends a message `{}` that is no JSON: {why}",
                cut(&class)
            ))),
        }
    }

    /// What goes over the wire. `client` is the IP that nacos's console shows.
    pub(super) fn write(self, client: &str, token: Option<String>) -> Payload {
        let headers = token.map(|token| (TOKEN.to_owned(), token));
        let metadata = Metadata {
            r#type: self.class,
            headers: headers.into_iter().collect(),
            client_ip: client.to_owned(),
        };
        let body = Body {
            value: self.fields.to_string().into(),
        };
        Payload {
            metadata: Some(metadata),
            body: Some(body),
        }
    }

    /// The answer to a request that has been dealt with. There is none to other messages.
    pub(super) fn answer(&self) -> Option<Self> {
        let class = self.class.strip_suffix(REQUEST)?;
        let fields = json!({
            "resultCode": SUCCESS, "errorCode": 0, "success": true, "requestId": self.fields["requestId"],
        });
        Some(Self::new(format!("{class}{RESPONSE}"), fields))
    }

    /// The fields of an answer.
    ///
    /// # Errors
    /// nacos refuses what it was asked for. [`code`] tells why.
    pub(super) fn accepted(self) -> Result<Value> {
        let number = |name: &str| self.fields[name].as_i64().unwrap_or_default();
        if number("resultCode") == SUCCESS {
            return Ok(self.fields);
        }
        let code = number("errorCode");
        let said = self.fields["message"].as_str().unwrap_or("it says no more");
        let text = format!("{} ({code})", cut(said));
        Err(Error::application(text).caused_by(Refused(code)))
    }
}

/// nacos has answered with this code.
#[derive(Debug)]
struct Refused(i64);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nacos answers with the error {}", self.0)
    }
}

impl StdError for Refused {}

/// The code with which nacos has refused something, if this is what went wrong.
pub(super) fn code(error: &Error) -> Option<i64> {
    let refused = error.source()?.downcast_ref::<Refused>()?;
    Some(refused.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_json_that_names_its_class() {
        let asking = Message::new("ServiceQueryRequest", json!({ "serviceName": "users" }));
        let payload = asking.write("10.0.0.1", Some("secret".to_owned()));
        let metadata = payload.metadata.clone().unwrap();
        assert_eq!(metadata.headers["accessToken"], "secret");
        assert_eq!(metadata.client_ip, "10.0.0.1");
        let read = Message::read(payload).unwrap();
        assert_eq!(read.class, "ServiceQueryRequest");
        assert_eq!(read.fields["serviceName"], "users");
    }

    #[test]
    fn what_nacos_asks_is_answered_under_its_own_number() {
        let asked = Message::new("NotifySubscriberRequest", json!({ "requestId": "7" }));
        let answer = asked.answer().unwrap();
        assert_eq!(answer.class, "NotifySubscriberResponse");
        assert_eq!(answer.fields["requestId"], "7");
        assert!(answer.accepted().is_ok());
        assert!(Message::new("ErrorResponse", json!({})).answer().is_none());
    }

    #[test]
    fn a_refusal_has_nacos_words_and_code() {
        for (fields, code_of_it, text) in [
            (
                json!({ "resultCode": 500, "errorCode": 301, "message": "Connection is unregistered." }),
                UNREGISTERED,
                "Connection is unregistered. (301)",
            ),
            (
                json!({ "resultCode": 500, "errorCode": 403 }),
                FORBIDDEN,
                "it says no more (403)",
            ),
            (json!([]), 0, "it says no more (0)"),
        ] {
            let error = Message::new("ErrorResponse", fields)
                .accepted()
                .unwrap_err();
            assert_eq!(code(&error), Some(code_of_it));
            assert_eq!(error.message(), text);
        }
        assert_eq!(code(&Error::application("another error")), None);
    }

    #[test]
    fn what_is_no_json_is_an_error() {
        let body = Body { value: "{".into() };
        let payload = Payload {
            metadata: None,
            body: Some(body),
        };
        let error = Message::read(payload).unwrap_err();
        assert!(error.message().contains("no JSON"), "{error}");
    }
}
