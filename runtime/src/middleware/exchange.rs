//! The request and the response of a call without stream.

use std::any::Any;

use crate::codec::{AnyMessage, Message};
use crate::error::Result;
use crate::reply::{Return, Returned, Throws};

/// What a call without stream returns: a message of Protobuf, or Thrift's return value, which need not
/// be a message.
pub(crate) trait Response: AnyMessage {
    /// The value as users have it.
    type Value: 'static;

    fn of(value: Self::Value) -> Self;
}

impl<M: Message> Response for M {
    type Value = M;

    fn of(value: M) -> Self {
        value
    }
}

impl<R: Return> Response for Returned<R> {
    type Value = R;

    fn of(value: R) -> Self {
        Self(value)
    }
}

/// A request and its response, by an interface that does not show their types.
pub(crate) trait Exchange: Any + Send {
    fn request(&mut self) -> Option<&mut dyn AnyMessage>;

    /// The return value, or the exception that the IDL declares.
    fn response(&mut self) -> Option<&mut dyn AnyMessage>;

    fn is_exception(&self) -> bool;

    /// Takes the response out of `value`, which is an `Option` of a response. Returns false if it is
    /// one of another type.
    fn set_response(&mut self, value: &mut dyn Any) -> bool;

    /// Forgets the response.
    fn clear(&mut self);
}

/// A request of type `A`, and the outcome of its call.
pub(crate) struct Slot<A, W, E> {
    /// `None` once a handler has taken it.
    pub(crate) request: Option<A>,
    pub(crate) outcome: Option<Result<W, E>>,
}

impl<A: Message, W: Response, E: Throws> Slot<A, W, E> {
    pub(crate) fn new(request: A) -> Self {
        Self {
            request: Some(request),
            outcome: None,
        }
    }

    /// Keeps a return value, or an exception that the IDL declares.
    ///
    /// # Errors
    /// The error, if the outcome is neither.
    pub(crate) fn set(&mut self, mut outcome: Result<W, E>) -> Result<()> {
        if let Err(error) = &mut outcome
            && let Err(error) = error.as_declared()
        {
            return Err(error.clone());
        }
        self.outcome = Some(outcome);
        Ok(())
    }
}

impl<A: Message, W: Response, E: Throws> Exchange for Slot<A, W, E> {
    fn request(&mut self) -> Option<&mut dyn AnyMessage> {
        self.request.as_mut().map(|request| request as _)
    }

    fn response(&mut self) -> Option<&mut dyn AnyMessage> {
        match self.outcome.as_mut()? {
            Ok(value) => Some(value),
            Err(error) => error.as_declared().ok(),
        }
    }

    fn is_exception(&self) -> bool {
        matches!(self.outcome, Some(Err(_)))
    }

    fn set_response(&mut self, value: &mut dyn Any) -> bool {
        let value = value.downcast_mut::<Option<W::Value>>();
        let Some(value) = value.and_then(Option::take) else {
            return false;
        };
        self.outcome = Some(Ok(W::of(value)));
        true
    }

    fn clear(&mut self) {
        self.outcome = None;
    }
}
