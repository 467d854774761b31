//! The methods by which middleware is registered.

/// Two methods that register one kind of middleware. `$direct` notes that of one kind of call.
macro_rules! registration {
    (
        $this:ident, $list:expr, $middleware:ident, $add:ident, $add_builder:ident, $around:literal
        $(, $direct:expr)?
    ) => {
        #[doc = concat!(
            "Adds middleware around ", $around, ". The first that is registered is the outermost."
        )]
        pub fn $add(mut self, middleware: impl $crate::middleware::$middleware) -> Self {
            let $this = &mut self;
            $list.add(middleware);
            $($direct = Some(stringify!($add));)?
            self
        }

        #[doc = concat!(
            "Adds middleware around ", $around, "; `build` makes it, once, when the client or the ",
            "server is built."
        )]
        pub fn $add_builder<M: $crate::middleware::$middleware>(
            mut self,
            build: impl Fn(&$crate::middleware::BuildContext) -> M + Send + Sync + 'static,
        ) -> Self {
            let $this = &mut self;
            $list.add_builder(build);
            $($direct = Some(stringify!($add_builder));)?
            self
        }
    };
}

/// The methods of a builder that register middleware; `$hooks` is the builder's set.
macro_rules! registration_methods {
    (|$this:ident| $hooks:expr) => {
        $crate::middleware::registration!(
            $this,
            $hooks.calls,
            Middleware,
            middleware,
            middleware_builder,
            "each call: the creation of a stream at a client, the whole handler at a server, and \
             calls without stream"
        );
        $crate::middleware::registration!(
            $this,
            $hooks.unary,
            Middleware,
            unary_middleware,
            unary_middleware_builder,
            "each call without stream, whatever wire carries it",
            $hooks.direct.unary
        );
        $crate::middleware::registration!(
            $this,
            $hooks.streams,
            Middleware,
            stream_middleware,
            stream_middleware_builder,
            "the creation of each stream at a client, and each handler of a stream at a server",
            $hooks.direct.streams
        );
        $crate::middleware::registration!(
            $this,
            $hooks.recv,
            RecvMiddleware,
            recv_middleware,
            recv_middleware_builder,
            "each `recv` of a stream",
            $hooks.direct.streams
        );
        $crate::middleware::registration!(
            $this,
            $hooks.send,
            SendMiddleware,
            send_middleware,
            send_middleware_builder,
            "each `send` of a stream",
            $hooks.direct.streams
        );

        /// Adds a tracer, which is told of each call, its streams and messages; see
        /// [`Tracer`]($crate::middleware::Tracer). Of several, the first that is added is told first,
        /// but of a call's end last, as in Kitex.
        pub fn tracer(mut self, tracer: impl $crate::middleware::Tracer) -> Self {
            let $this = &mut self;
            $hooks.tracers.push(std::sync::Arc::new(tracer));
            self
        }

        /// Adds a set of middleware and tracers, inside of what was registered before. A set may have
        /// middleware for kinds of calls that there are not, because several clients and servers may
        /// share it.
        pub fn hooks(mut self, hooks: $crate::middleware::Hooks) -> Self {
            let $this = &mut self;
            $hooks.extend(hooks);
            self
        }
    };
}

/// The method of a server's builder that registers hooks which run before all middleware.
macro_rules! on_read_stream_method {
    (|$this:ident| $hooks:expr) => {
        /// Adds a hook that runs when a stream arrives, before all middleware, as Kitex's
        /// `MetaHandler.OnReadStream` does. The first that is added runs first.
        pub fn on_read_stream(mut self, hook: impl $crate::middleware::OnReadStream) -> Self {
            let $this = &mut self;
            $hooks.read_stream.push(std::sync::Arc::new(hook));
            $hooks.direct.streams = Some(stringify!(on_read_stream));
            self
        }
    };
}

pub(crate) use {on_read_stream_method, registration, registration_methods};

impl super::Hooks {
    registration_methods!(|this| this);
    on_read_stream_method!(|this| this);
}
