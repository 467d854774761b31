struct R { 1: i32 a }

service V {
    R l(1: R r) (Streaming.Mode = "server")
    R n(1: R r) (streaming_mode = "server")
    R o(1: R r) (stream.mode = "server")
    R p(1: R r) (streaming.mod = "client")
    R q(1: R r) (streaming = "bidirectional")
    R r(1: R r) (streamingMode)
    R s(1: R r) (stream__Type = "CLIENT")
    R t(1: R r) (streaming.mode = "server", streaming_mode = "server")
    R u(1: R r) (api.streaming = "sse", api.get = "/u", stream = "a")
}
