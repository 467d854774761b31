//! The `futures` traits of the typed streams.

/// `Sink`: `start_send` after `poll_ready` never waits. Flushing waits for middleware, and has nothing
/// to do without: a queued message is written without further ado. Closing is `$close`.
macro_rules! impl_sink {
    (
        $ty:ident<$($param:ident),+>,
        $item:ident,
        |$this:ident| $outlet:expr,
        |$end:ident, $cx:ident| $close:expr
    ) => {
        impl<$($param: Message),+> futures_sink::Sink<$item> for $ty<$($param),+> {
            type Error = $crate::error::Error;

            fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
                let $this = self.get_mut();
                $outlet.poll_ready(cx)
            }

            fn start_send(self: Pin<&mut Self>, message: $item) -> Result<()> {
                let $this = self.get_mut();
                $outlet.start_send(message)
            }

            fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
                let $this = self.get_mut();
                $outlet.poll_flush(cx)
            }

            fn poll_close(self: Pin<&mut Self>, $cx: &mut Context<'_>) -> Poll<Result<()>> {
                let $end = self.get_mut();
                $close
            }
        }
    };
}

/// `Stream`: ends behind the first error, except a message that did not decode or a `recv` that
/// timed out alone, after which the stream goes on.
macro_rules! impl_stream {
    ($ty:ident<$($param:ident),+>, $item:ident) => {
        impl<$($param: Message),+> futures_core::Stream for $ty<$($param),+> {
            type Item = Result<$item>;

            fn poll_next(
                mut self: Pin<&mut Self>,
                cx: &mut Context<'_>,
            ) -> Poll<Option<Result<$item>>> {
                self.inbound.poll_next(cx)
            }
        }
    };
}

/// `Debug` without looking inside: there is a connection behind every stream.
macro_rules! debug_stream {
    ($ty:ident<$($param:ident),+>) => {
        impl<$($param),+> std::fmt::Debug for $ty<$($param),+> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($ty)).finish_non_exhaustive()
            }
        }
    };
}

pub(super) use {debug_stream, impl_sink, impl_stream};
