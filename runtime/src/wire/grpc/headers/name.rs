//! Names of gRPC's and Kitex's own headers.

use http::HeaderName;

pub(in super::super) const GRPC_ACCEPT_ENCODING: HeaderName =
    HeaderName::from_static("grpc-accept-encoding");
pub(in super::super) const GRPC_ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");
pub(in super::super) const GRPC_MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
pub(in super::super) const GRPC_MESSAGE_TYPE: HeaderName =
    HeaderName::from_static("grpc-message-type");
pub(in super::super) const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
pub(in super::super) const GRPC_STATUS_DETAILS: HeaderName =
    HeaderName::from_static("grpc-status-details-bin");
pub(in super::super) const GRPC_TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");
/// The code of a business error.
pub(in super::super) const BIZ_STATUS: HeaderName = HeaderName::from_static("biz-status");
/// The map of a business error, as JSON.
pub(in super::super) const BIZ_EXTRA: HeaderName = HeaderName::from_static("biz-extra");
/// The calling service.
pub(in super::super) const SOURCE_SERVICE: HeaderName = HeaderName::from_static("source-service");
