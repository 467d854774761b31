//! The methods by which middleware is registered.

/// The methods of a builder that register middleware; `$hooks` is the builder's set.
macro_rules! registration_methods {
    (|$this:ident| $hooks:expr) => {
        /// Adds middleware around each `recv` of a stream. The first that is registered is the
        /// outermost.
        pub fn recv_middleware(
            mut self,
            middleware: impl $crate::middleware::RecvMiddleware,
        ) -> Self {
            let $this = &mut self;
            $hooks.add_recv(middleware);
            self
        }

        /// Adds middleware around each `recv` of a stream; `build` makes it, once, when the client or
        /// the server is built.
        pub fn recv_middleware_builder<M: $crate::middleware::RecvMiddleware>(
            mut self,
            build: impl Fn(&$crate::middleware::BuildContext) -> M + Send + Sync + 'static,
        ) -> Self {
            let $this = &mut self;
            $hooks.add_recv_builder(build);
            self
        }

        /// Adds middleware around each `send` of a stream. The first that is registered is the
        /// outermost.
        pub fn send_middleware(
            mut self,
            middleware: impl $crate::middleware::SendMiddleware,
        ) -> Self {
            let $this = &mut self;
            $hooks.add_send(middleware);
            self
        }

        /// Adds middleware around each `send` of a stream; `build` makes it, once, when the client or
        /// the server is built.
        pub fn send_middleware_builder<M: $crate::middleware::SendMiddleware>(
            mut self,
            build: impl Fn(&$crate::middleware::BuildContext) -> M + Send + Sync + 'static,
        ) -> Self {
            let $this = &mut self;
            $hooks.add_send_builder(build);
            self
        }

        /// Adds a set of middleware, inside of what was registered before.
        pub fn hooks(mut self, hooks: $crate::middleware::Hooks) -> Self {
            let $this = &mut self;
            $hooks.extend(hooks);
            self
        }
    };
}

pub(crate) use registration_methods;

impl super::Hooks {
    registration_methods!(|this| this);
}
