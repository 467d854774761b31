package main

import (
	"errors"
	"maps"
	"strings"

	"github.com/cloudwego/kitex/pkg/kerrors"
	"github.com/cloudwego/kitex/pkg/remote"
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
	codeCanceled         = 12007
	codeRecvTimeout      = 12014
	codeDeadline         = 12015
)

// classify gives the class and code of an error.
func classify(err error) (errorClass, int32) {
	var pe *peerthrift.PeerException
	var oe *peerthrift.OtherException
	var te *ttstream.Exception
	var remoteErr *remote.TransError
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
func (s *session) expectRemote(err error, code int32, suffix string) {
	s.expectError(err, classRemote, code)
	if !strings.HasSuffix(err.Error(), suffix) {
		s.fail("error text %q, want it to end in %q", err, suffix)
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
func (s *session) expectBiz(err error) {
	s.expectError(err, classBiz, 10001)
	biz, _ := kerrors.FromBizStatusError(err)
	equal(s, "biz message", biz.BizMessage(), "peer biz")
	if !maps.Equal(biz.BizExtra(), bizExtra()) {
		s.fail("biz extra: got %v, want %v", biz.BizExtra(), bizExtra())
	}
}
