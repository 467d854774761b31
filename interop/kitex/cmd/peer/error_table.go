package main

// remoteError is how an exception of the server looks at the client: its code, and the
// end of its text.
type remoteError struct {
	code int32
	text string
}

// errorTable says how a wire tells of errors; interop/SCENARIOS.md shows the tables.
type errorTable struct {
	plain, app, trans             remoteError // of the directives err, app and trans
	panicked                      int32
	unknownMethod, unknownService remoteError // Peer.Missing, Nobody.Missing
	canceled                      int32
	recvTimeout, deadline         int32
	closed                        int32
}

// TTHeader Streaming: Kitex's client hides the exception's type behind one code.
var ttheaderStreamErrors = errorTable{
	plain:          remoteError{codeApplication, "biz error: peer plain error"},
	app:            remoteError{codeApplication, "biz error: peer app error"},
	trans:          remoteError{codeApplication, "biz error: peer trans error"},
	panicked:       codeApplication,
	unknownMethod:  remoteError{codeApplication, "unknown method"},
	unknownService: remoteError{codeApplication, "unknown service"},
	canceled:       12007,
	recvTimeout:    12014,
	deadline:       12015,
	closed:         codeIllegalOperation,
}

// Ping-pong over TTHeader: application exceptions with their types.
var ttheaderErrors = errorTable{
	plain:          remoteError{6, "biz error: peer plain error"},
	app:            remoteError{6, "biz error: peer app error"},
	trans:          remoteError{1900, "peer trans error"}, // Kitex's server adds "[biz error]"
	panicked:       6,
	unknownMethod:  remoteError{1, "unknown method Missing (service Peer)"},
	unknownService: remoteError{20, "unknown service Nobody, method Missing"},
}

// Framed and buffered name no service, so an unknown method is that of no service.
var namelessErrors = errorTable{
	plain:         ttheaderErrors.plain,
	app:           ttheaderErrors.app,
	trans:         ttheaderErrors.trans,
	panicked:      ttheaderErrors.panicked,
	unknownMethod: remoteError{20, "unknown service , method Missing"},
}

// gRPC: status codes, some of them numbers of Thrift and of Kitex.
var grpcErrors = errorTable{
	plain:          remoteError{13, "peer plain error [biz error]"},
	app:            remoteError{13, "peer app error [biz error]"},
	trans:          remoteError{1900, "peer trans error [biz error]"},
	panicked:       13,
	unknownMethod:  remoteError{1, "unknown method Missing"},
	unknownService: remoteError{20, "unknown service Nobody"},
	canceled:       1,
	recvTimeout:    17,
	deadline:       4,
	closed:         13,
}
