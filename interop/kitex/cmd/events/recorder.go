package main

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/cloudwego/kitex/pkg/rpcinfo"
	"github.com/cloudwego/kitex/pkg/stats"
)

// log is what was told of one call, in order.
type log struct {
	mu     sync.Mutex
	told   *sync.Cond
	talk   string
	events []string
}

type logKey struct{}

func newLog() *log {
	l := &log{}
	l.told = sync.NewCond(&l.mu)
	return l
}

// logOf returns the log of the call of that context; nil if the call has none.
func logOf(ctx context.Context) *log {
	l, _ := ctx.Value(logKey{}).(*log)
	return l
}

func (l *log) add(event string) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, event)
	l.told.Broadcast()
}

// await returns when an event of that name has been told.
func (l *log) await(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for !l.has(name) {
		l.told.Wait()
	}
}

func (l *log) has(name string) bool {
	for _, event := range l.events {
		if strings.HasPrefix(event, name) {
			return true
		}
	}
	return false
}

func (l *log) belongsTo(talk string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.talk = talk
}

// String is the line of the log: events are parted by semicolons.
func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.talk + ": " + strings.Join(l.events, "; ")
}

// tracer is told of the beginning and the end of calls.
type tracer struct {
	// finished is called with the log of a call that is over.
	finished func(*log)
	// start returns the log of a call that begins.
	start func() *log
}

func (t *tracer) Start(ctx context.Context) context.Context {
	l := t.start()
	l.add("RPCStart")
	return context.WithValue(ctx, logKey{}, l)
}

func (t *tracer) Finish(ctx context.Context) {
	info := rpcinfo.GetRPCInfo(ctx).Stats()
	l := logOf(ctx)
	event := fmt.Sprintf("RPCFinish%s sent=%d received=%d", failed(info.Error()), info.SendSize(), info.RecvSize())
	l.add(event)
	t.finished(l)
}

var _ stats.Tracer = (*tracer)(nil)

func failed(err error) string {
	if err != nil {
		return " error"
	}
	return ""
}

func streamStart(ctx context.Context, _ rpcinfo.RPCInfo, _ rpcinfo.StreamStartEvent) {
	logOf(ctx).add("StreamStart")
}

func streamRecvHeader(ctx context.Context, _ rpcinfo.RPCInfo, _ rpcinfo.StreamRecvHeaderEvent) {
	logOf(ctx).add("StreamRecvHeader")
}

func streamSend(ctx context.Context, ri rpcinfo.RPCInfo, event rpcinfo.StreamSendEvent) {
	logOf(ctx).add("StreamSend" + message(event.Err, ri.Stats().LastSendSize()))
}

func streamRecv(ctx context.Context, ri rpcinfo.RPCInfo, event rpcinfo.StreamRecvEvent) {
	logOf(ctx).add("StreamRecv" + message(event.Err, ri.Stats().LastRecvSize()))
}

func streamFinish(ctx context.Context, _ rpcinfo.RPCInfo, _ rpcinfo.StreamFinishEvent) {
	logOf(ctx).add("StreamFinish")
}

func message(err error, size uint64) string {
	if err != nil {
		return " error"
	}
	return fmt.Sprintf(" %d", size)
}
