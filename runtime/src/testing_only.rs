//! Generated code that is for tests alone.

/// For generated code: what stands in the braces exists if this crate has the feature `testing`, and
/// otherwise not. So mocks cost a program nothing that sets the feature in `[dev-dependencies]` only.
///
/// ```
/// streamgen_runtime::testing_only! {
///     struct MockEcho;
/// }
/// ```
#[cfg(feature = "testing")]
#[macro_export]
macro_rules! testing_only {
    ($($item:item)*) => { $($item)* };
}

/// For generated code: what stands in the braces exists if this crate has the feature `testing`, which
/// it has not.
#[cfg(not(feature = "testing"))]
#[macro_export]
macro_rules! testing_only {
    ($($item:tt)*) => {};
}
