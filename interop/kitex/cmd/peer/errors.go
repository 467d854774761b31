package main

import (
	"errors"
	"maps"
	"strings"

	"github.com/cloudwego/kitex/pkg/kerrors"
	"github.com/cloudwego/kitex/pkg/remote"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/codes"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/grpc"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/status"
	"github.com/cloudwego/kitex/pkg/remote/trans/ttstream"

	"streamgen/interop/kitex/kitex_gen/peerthrift"
)

// errorClass sorts the errors of Kitex's client, as the table in interop/SCENARIOS.md does.
type errorClass string

const (
	classBiz       errorClass = "biz"
	classDeclared  errorClass = "declared"
	classRemote    errorClass = "remote"
	classCanceled  errorClass = "canceled"
	classTimeout   errorClass = "timeout"
	classClosed    errorClass = "closed"
	classTransport errorClass = "transport"
	classProtocol  errorClass = "protocol"
	classOther     errorClass = "other"
)

// Codes of TTHeader Streaming that classify needs by number; Kitex exports none of them.
const (
	codeApplication      = 12001 // the server's exception
	codeIllegalFrame     = 12004 // also: the peer closed the connection
	codeIllegalOperation = 12005 // Send on a closed stream
	codeTransportClosing = 12006
)

// codeRecvTimeout is the gRPC status that Kitex adds for a Recv timeout.
const codeRecvTimeout codes.Code = 17

// classify gives the class and code of an error.
func classify(err error) (errorClass, int32) {
	var pe *peerthrift.PeerException
	var oe *peerthrift.OtherException
	var te *ttstream.Exception
	var remoteErr *remote.TransError
	var lost grpc.ConnectionError
	if biz, ok := kerrors.FromBizStatusError(err); ok {
		return classBiz, biz.BizStatusCode()
	}
	switch {
	case errors.As(err, &pe):
		return classDeclared, pe.Code
	case errors.As(err, &oe):
		return classDeclared, 0
	case errors.As(err, &te):
		return classifyStream(te), te.TypeId()
	case errors.Is(err, kerrors.ErrRPCTimeout):
		return classTimeout, 0
	case errors.As(err, &remoteErr):
		return classRemote, remoteErr.TypeID()
	case errors.As(err, &lost):
		return classTransport, 0
	}
	if st, ok := status.FromError(err); ok {
		return classifyStatus(st), int32(st.Code())
	}
	switch {
	case errors.Is(err, kerrors.ErrRemoteOrNetwork), errors.Is(err, kerrors.ErrGetConnection):
		return classTransport, 0
	}
	return classOther, 0
}

func classifyStream(err *ttstream.Exception) errorClass {
	switch {
	case err.TypeId() == codeApplication:
		return classRemote
	case err.TypeId() == codeIllegalOperation:
		return classClosed
	case err.TypeId() == codeIllegalFrame, err.TypeId() == codeTransportClosing:
		return classTransport
	case errors.Is(err, kerrors.ErrStreamingTimeout):
		return classTimeout
	case errors.Is(err, kerrors.ErrStreamingCanceled):
		return classCanceled
	}
	return classProtocol
}

// classifyStatus sorts by code, save for two texts: Kitex's server tells an unknown method
// by Thrift's number for it, 1, which is CANCELLED in gRPC; and its client says INTERNAL
// where a stream has ended before a Send.
func classifyStatus(st *status.Status) errorClass {
	if st.Message() == "the stream is done" {
		return classClosed
	}
	switch st.Code() {
	case codes.Canceled:
		if strings.HasPrefix(st.Message(), "unknown method") {
			return classRemote
		}
		return classCanceled
	case codes.DeadlineExceeded, codeRecvTimeout:
		return classTimeout
	case codes.Unavailable:
		return classTransport
	}
	return classRemote
}

// expectError prints err and expects its class and code.
func (s *session) expectError(err error, class errorClass, code int32) {
	if err == nil {
		s.fail("no error, want %s %d", class, code)
	}
	gotClass, gotCode := classify(err)
	emit("error", fields{"class": gotClass, "code": gotCode, "~text": err.Error()})
	if gotClass != class || gotCode != code {
		s.fail("error %s %d (%v), want %s %d", gotClass, gotCode, err, class, code)
	}
}

// expectClass is expectError for errors whose code depends on the moment.
func (s *session) expectClass(err error, class errorClass) {
	if err == nil {
		s.fail("no error, want %s", class)
	}
	gotClass, gotCode := classify(err)
	emit("error", fields{"class": gotClass, "~code": gotCode, "~text": err.Error()})
	if gotClass != class {
		s.fail("error %s %d (%v), want %s", gotClass, gotCode, err, class)
	}
}

// expectRemote expects an exception of the server whose text ends in suffix.
func (s *session) expectRemote(err error, want remoteError) {
	s.expectError(err, classRemote, want.code)
	if !strings.HasSuffix(err.Error(), want.text) {
		s.fail("error text %q, want it to end in %q", err, want.text)
	}
}

// expectUnknown is expectRemote for what is unknown: servers may differ in its code.
func (s *session) expectUnknown(err error, want remoteError) {
	if want.alsoCode == 0 {
		s.expectRemote(err, want)
		return
	}
	s.expectClass(err, classRemote)
	_, code := classify(err)
	if !want.hasCode(code, s.ours) || !strings.HasSuffix(err.Error(), want.text) {
		s.fail("error %d %q, want %d or %d and the text to end in %q", code, err, want.code, want.alsoCode, want.text)
	}
}

// expectRemoteWith expects an exception of the server whose text contains part.
func (s *session) expectRemoteWith(err error, code int32, part string) {
	s.expectError(err, classRemote, code)
	if !strings.Contains(err.Error(), part) {
		s.fail("error text %q, want it to contain %q", err, part)
	}
}

// expectBiz expects the business status of the biz directive.
func (s *session) expectBiz(err error) { s.expectBizStatus(err, 10001, "peer biz", bizExtra()) }

func (s *session) expectBizStatus(err error, code int32, message string, extra map[string]string) {
	s.expectError(err, classBiz, code)
	biz, _ := kerrors.FromBizStatusError(err)
	equal(s, "biz message", biz.BizMessage(), message)
	if !maps.Equal(biz.BizExtra(), extra) {
		s.fail("biz extra: got %v, want %v", biz.BizExtra(), extra)
	}
}
