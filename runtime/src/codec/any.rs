//! A message of any type, as middleware sees it.

use std::any::{Any, TypeId};
use std::fmt;

use super::{Encode, Message};

/// A message of any type. It has a name, an encoded size and a `Debug` text. Code that knows the type
/// gets the typed message by [`downcast_ref`](trait.AnyMessage.html#method.downcast_ref). Every
/// [`Message`] is one.
///
/// ```
/// use streamgen_runtime::middleware::AnyMessage;
/// # use streamgen_runtime::Message;
///
/// fn describe<M: Message>(message: &M) -> String {
///     let message: &dyn AnyMessage = message;
///     format!("{} of {} bytes: {message:?}", message.name(), message.encoded_len())
/// }
/// ```
pub trait AnyMessage: Encode + fmt::Debug + Send + 'static {
    /// What the IDL calls the type; of a Protobuf message, the name of its Rust type.
    fn name(&self) -> &'static str;

    /// The value as `Any`; see [`downcast_ref`](trait.AnyMessage.html#method.downcast_ref).
    #[doc(hidden)]
    fn as_any(&self) -> &dyn Any;

    #[doc(hidden)]
    fn as_any_mut(&mut self) -> &mut dyn Any;
}

impl<T: Message> AnyMessage for T {
    fn name(&self) -> &'static str {
        T::name()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

impl dyn AnyMessage {
    /// Whether the message is a `T`.
    #[must_use]
    pub fn is<T: 'static>(&self) -> bool {
        self.as_any().type_id() == TypeId::of::<T>()
    }

    /// The message, if it is a `T`.
    #[must_use]
    pub fn downcast_ref<T: 'static>(&self) -> Option<&T> {
        self.as_any().downcast_ref()
    }

    /// The message, if it is a `T`, to change or replace it.
    pub fn downcast_mut<T: 'static>(&mut self) -> Option<&mut T> {
        self.as_any_mut().downcast_mut()
    }
}
