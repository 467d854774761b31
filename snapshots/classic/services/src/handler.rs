//! The handlers. This file is yours: streamgen wrote it once, and adds what the IDL gets.

use streamgen_runtime::{
    BidiStreamingServer, ClientStreamingServer, Context, Error, FastStr, Result,
    ServerStreamingServer,
};

use crate::stream_gen::samples::services;

/// Answers `Store`.
#[derive(Clone, Debug, Default)]
pub struct StoreImpl;

impl services::store::Store for StoreImpl {
    async fn get(
        &self,
        _cx: Context,
        _id: i64,
    ) -> Result<services::Item, services::store::GetError> {
        let error = Error::application("Store.get is not implemented");
        Err(error.into())
    }

    async fn put(
        &self,
        _cx: Context,
        _item: services::Item,
        _overwrite: bool,
    ) -> Result<(), services::store::PutError> {
        let error = Error::application("Store.put is not implemented");
        Err(error.into())
    }

    async fn group(
        &self,
        _cx: Context,
        _items: Vec<services::Item>,
        _keys: std::collections::HashSet<FastStr>,
        _limit: i32,
    ) -> Result<std::collections::HashMap<FastStr, Vec<services::Item>>> {
        let error = Error::application("Store.group is not implemented");
        Err(error)
    }

    async fn count(&self, _cx: Context) -> Result<i64> {
        let error = Error::application("Store.count is not implemented");
        Err(error)
    }

    async fn clear(&self, _cx: Context) -> Result<()> {
        let error = Error::application("Store.clear is not implemented");
        Err(error)
    }

    async fn log(&self, _cx: Context, _line: FastStr) -> Result<()> {
        let error = Error::application("Store.log is not implemented");
        Err(error)
    }

    async fn page(&self, _cx: Context, _from: i64, _limit: i32) -> Result<Vec<services::Item>> {
        let error = Error::application("Store.page is not implemented");
        Err(error)
    }

    async fn touch(&self, _cx: Context, _item: services::Item) -> Result<services::Item> {
        let error = Error::application("Store.touch is not implemented");
        Err(error)
    }

    async fn exchange(
        &self,
        _stream: BidiStreamingServer<services::Item, services::Item>,
    ) -> Result<()> {
        let error = Error::application("Store.exchange is not implemented");
        Err(error)
    }

    async fn collect(
        &self,
        _stream: ClientStreamingServer<services::Item>,
    ) -> Result<services::Item> {
        let error = Error::application("Store.collect is not implemented");
        Err(error)
    }

    async fn watch(
        &self,
        _item: services::Item,
        _stream: ServerStreamingServer<services::Item>,
    ) -> Result<()> {
        let error = Error::application("Store.watch is not implemented");
        Err(error)
    }
}

/// Answers `Feed`.
#[derive(Clone, Debug, Default)]
pub struct FeedImpl;

impl services::feed::Feed for FeedImpl {
    async fn follow(
        &self,
        _item: services::Item,
        _stream: ServerStreamingServer<services::Item>,
    ) -> Result<()> {
        let error = Error::application("Feed.follow is not implemented");
        Err(error)
    }
}

/// Answers `Plain`.
#[derive(Clone, Debug, Default)]
pub struct PlainImpl;

impl services::plain::Plain for PlainImpl {
    async fn add(&self, _cx: Context, _a: i32, _b: i32) -> Result<i32> {
        let error = Error::application("Plain.add is not implemented");
        Err(error)
    }
}

/// Answers `Admin`.
#[derive(Clone, Debug, Default)]
pub struct AdminImpl;

impl services::admin::Admin for AdminImpl {
    async fn get(
        &self,
        _cx: Context,
        _id: i64,
    ) -> Result<services::Item, services::admin::GetError> {
        let error = Error::application("Admin.get is not implemented");
        Err(error.into())
    }

    async fn put(
        &self,
        _cx: Context,
        _item: services::Item,
        _overwrite: bool,
    ) -> Result<(), services::admin::PutError> {
        let error = Error::application("Admin.put is not implemented");
        Err(error.into())
    }

    async fn group(
        &self,
        _cx: Context,
        _items: Vec<services::Item>,
        _keys: std::collections::HashSet<FastStr>,
        _limit: i32,
    ) -> Result<std::collections::HashMap<FastStr, Vec<services::Item>>> {
        let error = Error::application("Admin.group is not implemented");
        Err(error)
    }

    async fn count(&self, _cx: Context) -> Result<i64> {
        let error = Error::application("Admin.count is not implemented");
        Err(error)
    }

    async fn clear(&self, _cx: Context) -> Result<()> {
        let error = Error::application("Admin.clear is not implemented");
        Err(error)
    }

    async fn log(&self, _cx: Context, _line: FastStr) -> Result<()> {
        let error = Error::application("Admin.log is not implemented");
        Err(error)
    }

    async fn page(&self, _cx: Context, _from: i64, _limit: i32) -> Result<Vec<services::Item>> {
        let error = Error::application("Admin.page is not implemented");
        Err(error)
    }

    async fn touch(&self, _cx: Context, _item: services::Item) -> Result<services::Item> {
        let error = Error::application("Admin.touch is not implemented");
        Err(error)
    }

    async fn exchange(
        &self,
        _stream: BidiStreamingServer<services::Item, services::Item>,
    ) -> Result<()> {
        let error = Error::application("Admin.exchange is not implemented");
        Err(error)
    }

    async fn collect(
        &self,
        _stream: ClientStreamingServer<services::Item>,
    ) -> Result<services::Item> {
        let error = Error::application("Admin.collect is not implemented");
        Err(error)
    }

    async fn watch(
        &self,
        _item: services::Item,
        _stream: ServerStreamingServer<services::Item>,
    ) -> Result<()> {
        let error = Error::application("Admin.watch is not implemented");
        Err(error)
    }

    async fn shutdown(&self, _cx: Context) -> Result<()> {
        let error = Error::application("Admin.shutdown is not implemented");
        Err(error)
    }
}

/// Answers `Nothing`.
#[derive(Clone, Debug, Default)]
pub struct NothingImpl;

impl services::nothing::Nothing for NothingImpl {}
