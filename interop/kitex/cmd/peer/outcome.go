package main

import (
	"context"
	"errors"
	"sync"

	"github.com/cloudwego/kitex/pkg/kerrors"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/codes"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/status"
)

// How a call ended, as the "end" event and the report directive say it.
const (
	outcomeRunning  = "running"
	outcomeOK       = "ok"
	outcomeBiz      = "biz"
	outcomeError    = "error"
	outcomeCanceled = "canceled"
	outcomeTimeout  = "timeout"
	outcomePanic    = "panic"
	outcomeUnknown  = "unknown"
)

// outcomeTable remembers how each call with an id ended, for the report directive.
type outcomeTable struct {
	mu  sync.Mutex
	how map[string]string
}

func newOutcomeTable() *outcomeTable {
	return &outcomeTable{how: make(map[string]string)}
}

// set records the state of the call id; a call without an id leaves no trace.
func (t *outcomeTable) set(id, how string) {
	if id == "" {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.how[id] = how
}

func (t *outcomeTable) get(id string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if how, ok := t.how[id]; ok {
		return how
	}
	return outcomeUnknown
}

// outcomeOf tells how a handler that returned err ended.
func outcomeOf(err error) string {
	if err == nil {
		return outcomeOK
	}
	if _, ok := kerrors.FromBizStatusError(err); ok {
		return outcomeBiz
	}
	code := codes.OK
	if st, ok := status.FromError(err); ok {
		code = st.Code()
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, kerrors.ErrStreamingTimeout), code == codes.DeadlineExceeded:
		return outcomeTimeout
	case errors.Is(err, context.Canceled), errors.Is(err, kerrors.ErrStreamingCanceled), code == codes.Canceled:
		return outcomeCanceled
	}
	return outcomeError
}
