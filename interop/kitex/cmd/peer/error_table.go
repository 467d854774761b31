package main

// remoteError is how an exception of the server looks at the client: its code, and the
// end of its text.
type remoteError struct {
	code int32
	text string
	// alsoCode is what servers other than Kitex say; 0 if the same.
	alsoCode int32
}

// hasCode: whether a server says this code, ours or one that may be any.
func (want remoteError) hasCode(code int32, ours bool) bool {
	if want.alsoCode != 0 && code == want.alsoCode {
		return true
	}
	return code == want.code && (want.alsoCode == 0 || !ours)
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
	plain:          remoteError{code: codeApplication, text: "biz error: peer plain error"},
	app:            remoteError{code: codeApplication, text: "biz error: peer app error"},
	trans:          remoteError{code: codeApplication, text: "biz error: peer trans error"},
	panicked:       codeApplication,
	unknownMethod:  remoteError{code: codeApplication, text: "unknown method"},
	unknownService: remoteError{code: codeApplication, text: "unknown service"},
	canceled:       12007,
	recvTimeout:    12014,
	deadline:       12015,
	closed:         codeIllegalOperation,
}

// Ping-pong over TTHeader: application exceptions with their types.
var ttheaderErrors = errorTable{
	plain:          remoteError{code: 6, text: "biz error: peer plain error"},
	app:            remoteError{code: 6, text: "biz error: peer app error"},
	trans:          remoteError{code: 1900, text: "peer trans error"}, // Kitex's server adds "[biz error]"
	panicked:       6,
	unknownMethod:  remoteError{code: 1, text: "unknown method Missing (service Peer)"},
	unknownService: remoteError{code: 20, text: "unknown service Nobody, method Missing"},
}

// kitexpbErrors: the same, of the services of peer.proto.
var kitexpbErrors = func() errorTable {
	table := ttheaderErrors
	table.unknownMethod.text = "unknown method Missing (service PeerPb)"
	return table
}()

// Framed and buffered name no service, so an unknown method is that of no service.
var namelessErrors = errorTable{
	plain:         ttheaderErrors.plain,
	app:           ttheaderErrors.app,
	trans:         ttheaderErrors.trans,
	panicked:      ttheaderErrors.panicked,
	unknownMethod: remoteError{code: 20, text: "unknown service , method Missing"},
}

// gRPC: status codes, some of them numbers of Thrift and of Kitex.
var grpcErrors = errorTable{
	plain:          remoteError{code: 13, text: "peer plain error [biz error]"},
	app:            remoteError{code: 13, text: "peer app error [biz error]"},
	trans:          remoteError{code: 1900, text: "peer trans error [biz error]"},
	panicked:       13,
	unknownMethod:  remoteError{code: 1, text: "unknown method Missing"},
	unknownService: remoteError{code: 20, text: "unknown service Nobody"},
	canceled:       1,
	recvTimeout:    17,
	deadline:       4,
	closed:         13,
}

// grpcPbErrors: over Protobuf, what is unknown has gRPC's own number at every server but Kitex's.
var grpcPbErrors = func() errorTable {
	table := grpcErrors
	table.unknownMethod.alsoCode = unimplemented
	table.unknownService.alsoCode = unimplemented
	return table
}()

// unimplemented is gRPC's status UNIMPLEMENTED.
const unimplemented = 12
