//! Hooks that run at a server when a stream arrives, before its middleware.

use super::{BoxFuture, Calling};
use crate::error::Result;

/// Runs at a server when a stream arrives, before all middleware and the handler, as `OnReadStream` of
/// Kitex's `MetaHandler` does. It can put values into the call, and refuse the stream:
///
/// ```
/// use streamgen_runtime::middleware::{Calling, ContextMap};
/// use streamgen_runtime::{Error, Result, Server};
///
/// async fn begin(calling: &mut Calling) -> Result<()> {
///     if calling.call().metainfo("TENANT").is_none() {
///         return Err(Error::application("no tenant"));
///     }
///     calling.insert_extension(ContextMap::new());
///     Ok(())
/// }
///
/// let server = Server::builder().on_read_stream(begin);
/// ```
pub trait OnReadStream: Send + Sync + 'static {
    /// Looks at the stream's call, and changes it.
    ///
    /// # Errors
    /// Any. The stream ends with it, and neither middleware nor handler runs.
    fn read_stream(&self, calling: &mut Calling) -> impl Future<Output = Result<()>> + Send;
}

/// A function that is an [`OnReadStream`]. The lifetime lets its future borrow the argument.
#[doc(hidden)]
pub trait ReadStreamFn<'a>: Send + Sync {
    type Future: Future<Output = Result<()>> + Send + 'a;

    fn call(&self, calling: &'a mut Calling) -> Self::Future;
}

impl<'a, F, Fut> ReadStreamFn<'a> for F
where
    F: Fn(&'a mut Calling) -> Fut + Send + Sync,
    Fut: Future<Output = Result<()>> + Send + 'a,
{
    type Future = Fut;

    fn call(&self, calling: &'a mut Calling) -> Fut {
        self(calling)
    }
}

impl<F: for<'a> ReadStreamFn<'a> + 'static> OnReadStream for F {
    async fn read_stream(&self, calling: &mut Calling) -> Result<()> {
        self.call(calling).await
    }
}

/// An [`OnReadStream`] whose type is erased, so that a server can hold it.
pub(crate) trait ErasedReadStream: Send + Sync {
    fn read_stream<'a>(&'a self, calling: &'a mut Calling) -> BoxFuture<'a, Result<()>>;
}

impl<H: OnReadStream> ErasedReadStream for H {
    fn read_stream<'a>(&'a self, calling: &'a mut Calling) -> BoxFuture<'a, Result<()>> {
        Box::pin(OnReadStream::read_stream(self, calling))
    }
}
