//! The handlers. This file is yours: streamgen wrote it once, and adds what the IDL gets.

use streamgen_runtime::{BidiStreamingServer, Context, Error, Result, ServerStreamingServer};

use crate::stream_gen::samples::names::r#type;

/// Answers `Builder`.
#[derive(Clone, Debug, Default)]
pub struct BuilderImpl;

impl r#type::builder_2::Builder for BuilderImpl {
    async fn builder(&self, _cx: Context) -> Result<()> {
        let error = Error::application("Builder.builder is not implemented");
        Err(error)
    }

    async fn new(&self, _cx: Context) -> Result<()> {
        let error = Error::application("Builder.new is not implemented");
        Err(error)
    }

    async fn in_memory(&self, _cx: Context) -> Result<()> {
        let error = Error::application("Builder.in_memory is not implemented");
        Err(error)
    }

    async fn clone(&self, _cx: Context) -> Result<()> {
        let error = Error::application("Builder.clone is not implemented");
        Err(error)
    }

    async fn into(&self, _cx: Context) -> Result<()> {
        let error = Error::application("Builder.into is not implemented");
        Err(error)
    }

    async fn fmt(&self, _cx: Context) -> Result<()> {
        let error = Error::application("Builder.fmt is not implemented");
        Err(error)
    }

    async fn r#type(
        &self,
        _cx_: Context,
        _self_: i32,
        _cx: i32,
        _stream: i32,
        _args: i32,
    ) -> Result<i32> {
        let error = Error::application("Builder.type is not implemented");
        Err(error)
    }

    async fn channel(
        &self,
        _cx: Context,
        _handler: r#type::S,
        _method: i32,
    ) -> Result<(), r#type::builder_2::ChannelError> {
        let error = Error::application("Builder.channel is not implemented");
        Err(error.into())
    }

    async fn r#await(
        &self,
        _cx: Context,
        _stream: r#type::S,
        _stream_: ServerStreamingServer<r#type::S>,
    ) -> Result<()> {
        let error = Error::application("Builder.await is not implemented");
        Err(error)
    }

    async fn getHTTPUrl(&self, _cx: Context) -> Result<()> {
        let error = Error::application("Builder.getHTTPUrl is not implemented");
        Err(error)
    }

    async fn get_http_url(&self, _cx: Context) -> Result<()> {
        let error = Error::application("Builder.get_http_url is not implemented");
        Err(error)
    }

    async fn to_string(
        &self,
        _cx: Context,
        _foo: i32,
        _a: i32,
        _b: i32,
        _c: i32,
        _d: i32,
        _e: i32,
        _f: i32,
        _g: i32,
    ) -> Result<i32> {
        let error = Error::application("Builder.to_string is not implemented");
        Err(error)
    }
}

/// Answers `builder`.
#[derive(Clone, Debug, Default)]
pub struct BuilderImpl2;

impl r#type::builder::Builder for BuilderImpl2 {
    async fn builder_client(&self, _cx: Context) -> Result<()> {
        let error = Error::application("builder.BuilderClient is not implemented");
        Err(error)
    }

    async fn builder_server(
        &self,
        _cx: Context,
    ) -> Result<(), r#type::builder::BuilderServerError> {
        let error = Error::application("builder.builder_server is not implemented");
        Err(error.into())
    }
}

/// Answers `H`.
#[derive(Clone, Debug, Default)]
pub struct HImpl;

impl r#type::h::H for HImpl {
    async fn r#mod(
        &self,
        _cx_: Context,
        _stream: BidiStreamingServer<r#type::S, r#type::S>,
    ) -> Result<()> {
        let error = Error::application("H.mod is not implemented");
        Err(error)
    }
}

/// Answers `type`.
#[derive(Clone, Debug, Default)]
pub struct TypeImpl;

impl r#type::r#type::Type for TypeImpl {
    async fn r#type(&self, _cx: Context) -> Result<()> {
        let error = Error::application("type.Type is not implemented");
        Err(error)
    }
}
