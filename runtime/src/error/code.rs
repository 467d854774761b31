//! The numbers of gRPC statuses.

use std::fmt;

/// The number of a gRPC status: 0 to 16 are gRPC's, 17 is Kitex's own.
///
/// Other numbers are legal on the wire and kept (grpc-and-pingpong.md statement 40): a Kitex server
/// answers a Thrift call of an unknown service with 20, the type id of the application exception.
///
/// ```
/// use streamgen_runtime::Code;
///
/// assert_eq!(Code::from(5), Code::NOT_FOUND);
/// assert_eq!(u32::from(Code::NOT_FOUND), 5);
/// assert_eq!(Code::NOT_FOUND.to_string(), "NOT_FOUND");
/// assert_eq!(Code::from(20).to_string(), "20");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(u32);

/// Defines the constants of the codes that have a name, and maps codes to their names.
macro_rules! codes {
    ($($(#[$docs:meta])* $name:ident = $number:literal;)*) => {
        impl Code {
            $($(#[$docs])* pub const $name: Self = Self($number);)*

            /// gRPC's name of the code, such as `NOT_FOUND`; `None` for a number without one.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some(stringify!($name)),)*
                    _ => None,
                }
            }
        }
    };
}

codes! {
    /// Success.
    OK = 0;
    /// The caller cancelled the call.
    CANCELED = 1;
    /// An error of which nothing else is known; also a peer that sent no status.
    UNKNOWN = 2;
    /// The caller sent something that is wrong whatever the system's state.
    INVALID_ARGUMENT = 3;
    /// The deadline passed before the call was done.
    DEADLINE_EXCEEDED = 4;
    /// What was asked for does not exist.
    NOT_FOUND = 5;
    /// What should be made exists already.
    ALREADY_EXISTS = 6;
    /// The caller may not do this.
    PERMISSION_DENIED = 7;
    /// A quota or limit is used up; a message above the size limit has this code too.
    RESOURCE_EXHAUSTED = 8;
    /// The system is not in the state that the call needs.
    FAILED_PRECONDITION = 9;
    /// A conflict with another call, such as a transaction that failed.
    ABORTED = 10;
    /// Past the end of a valid range.
    OUT_OF_RANGE = 11;
    /// The server has no such method.
    UNIMPLEMENTED = 12;
    /// Something is broken: a handler has failed, or bytes violate the protocol.
    INTERNAL = 13;
    /// The service cannot be reached now; trying again may help.
    UNAVAILABLE = 14;
    /// Data is lost or damaged.
    DATA_LOSS = 15;
    /// The caller did not say who it is.
    UNAUTHENTICATED = 16;
    /// One Recv took longer than its timeout. Only a client makes this code; it is never on the
    /// wire.
    RECV_DEADLINE_EXCEEDED = 17;
}

impl From<u32> for Code {
    fn from(number: u32) -> Self {
        Self(number)
    }
}

impl From<Code> for u32 {
    fn from(code: Code) -> Self {
        code.0
    }
}

/// gRPC's libraries store the code as a signed number, and Thrift's type ids are signed.
impl From<i32> for Code {
    fn from(number: i32) -> Self {
        Self(number.cast_unsigned())
    }
}

impl From<Code> for i32 {
    fn from(code: Code) -> Self {
        code.0.cast_signed()
    }
}

/// The name, or the number of a code without one.
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => self.0.fmt(f),
        }
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_kept_and_those_of_grpc_have_names() {
        for number in (0_u32..=17).chain([18, 20, u32::MAX]) {
            let code = Code::from(number);
            assert_eq!(u32::from(code), number);
            assert_eq!(Code::from(i32::from(code)), code);
            assert_eq!(code.name().is_some(), number <= 17, "{code:?}");
        }
        assert_eq!(format!("{:?}", Code::UNAVAILABLE), "Code(UNAVAILABLE)");
    }
}
