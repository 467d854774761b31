package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"strconv"
	"time"

	"github.com/bytedance/gopkg/cloud/metainfo"
	"github.com/cloudwego/gopkg/protocol/thrift"
	"github.com/cloudwego/kitex/pkg/kerrors"
	"github.com/cloudwego/kitex/pkg/remote"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/codes"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/status"
	"github.com/cloudwego/kitex/pkg/rpcinfo"
)

// Metainfo keys of the contract.
const (
	keyDo   = "PEER_DO"
	keyID   = "PEER_ID"
	keyBack = "PEER_BACK"
)

// holdLimit ends a hold whose context never ends: Kitex gives ping-pong handlers
// no context that ends with the connection.
const holdLimit = 30 * time.Second

// exitDelay lets the answers leave that were sent before an exit, on a busy machine too.
const exitDelay = 500 * time.Millisecond

// headerSetter is the part of a call that carries header and trailer.
type headerSetter interface {
	setHeader(key, value string) error
	sendHeader(key, value string) error
	setTrailer(key, value string) error
}

// call is one call that a handler serves: what was asked of it, and how far it is.
type call struct {
	outcomes *outcomeTable
	headers  headerSetter
	service  string
	method   string
	id       string
	from     string
	orders   directives
	badOrder error
	recvd    int
	sent     int
}

// begin announces a call and reads its directives: metainfo first, else attrs.
func begin(ctx context.Context, outcomes *outcomeTable, service, method string, attrs map[string]string) *call {
	c := &call{outcomes: outcomes, service: service, method: method, id: attrs["id"]}
	do := attrs["do"]
	if v, ok := metainfo.GetValue(ctx, keyDo); ok {
		do = v
	}
	if v, ok := metainfo.GetValue(ctx, keyID); ok {
		c.id = v
	}
	c.orders, c.badOrder = parseDirectives(do)

	ri := rpcinfo.GetRPCInfo(ctx)
	c.from = ri.From().ServiceName()
	outcomes.set(c.id, outcomeRunning)
	emit("call", fields{
		"do": do, "from": c.from, "id": c.id, "method": method, "service": service,
		"proto":       ri.Config().TransportProtocol().String(),
		"wire-method": ri.Invocation().MethodName(),
	})
	return c
}

// end records how the call ended. Deferred with the address of the handler's error,
// it also sees a panic, which it passes on.
func (c *call) end(err *error) {
	if p := recover(); p != nil {
		c.finish(outcomePanic, nil)
		panic(p)
	}
	c.finish(outcomeOf(*err), *err)
}

func (c *call) finish(how string, err error) {
	c.outcomes.set(c.id, how)
	f := fields{"how": how, "id": c.id, "method": c.method, "recvd": c.recvd, "sent": c.sent}
	if err != nil {
		f["~error"] = err.Error()
	}
	emit("end", f)
}

// due carries out what was ordered for after n messages. done means that the
// handler has to return err.
func (c *call) due(ctx context.Context, n int) (done bool, err error) {
	if c.badOrder != nil {
		return true, c.badOrder
	}
	for _, d := range c.orders {
		if d.at != n {
			continue
		}
		if done, err := c.carryOut(ctx, d); done || err != nil {
			return true, err
		}
	}
	return false, nil
}

func (c *call) carryOut(ctx context.Context, d directive) (done bool, err error) {
	switch d.verb {
	case "ret", "early":
		return true, nil
	case "biz", "grpcbiz", "err", "app", "trans", "status":
		return true, orderedError(d)
	case "panic":
		panic("peer panic")
	case "exit":
		time.Sleep(exitDelay)
		os.Exit(9)
	case "hold":
		return true, c.hold(ctx)
	case "hdr":
		return false, c.setHeaders(false)
	case "sendhdr":
		return false, c.setHeaders(true)
	case "back":
		metainfo.SendBackwardValue(ctx, keyBack, d.arg)
	}
	return false, nil
}

func orderedError(d directive) error {
	switch d.verb {
	case "biz":
		return kerrors.NewBizStatusErrorWithExtra(10001, "peer biz", bizExtra())
	case "grpcbiz":
		return kerrors.NewGRPCBizStatusErrorWithExtra(10002, "peer grpc biz", grpcBizExtra())
	case "app":
		return thrift.NewApplicationException(1900, "peer app error")
	case "trans":
		return remote.NewTransErrorWithMsg(1900, "peer trans error")
	case "status":
		code, err := strconv.ParseUint(d.arg, 10, 32)
		if err != nil {
			return fmt.Errorf("peer bad directive: status=%s", d.arg)
		}
		return status.Err(codes.Code(code), "peer status")
	}
	return errors.New("peer plain error")
}

// bizExtra is the extra map of the biz directive; its values need JSON escaping.
func bizExtra() map[string]string {
	return map[string]string{"k": "v", "quoted": "\"é\n<&>"}
}

// grpcBizExtra is the extra map of the grpcbiz directive.
func grpcBizExtra() map[string]string { return map[string]string{"k": "v"} }

// behindDeadline is how long hold goes on waiting when the deadline of its call has passed. The client has to learn
// of the deadline from its own clock before an answer arrives, and on a busy machine the client wakes late.
const behindDeadline = 500 * time.Millisecond

// hold waits for the call's context to end and gives its error.
func (c *call) hold(ctx context.Context) error {
	emit("hold", fields{"id": c.id, "method": c.method})
	select {
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			time.Sleep(behindDeadline)
		}
		return ctx.Err()
	case <-time.After(holdLimit):
		return errors.New("peer hold limit")
	}
}

func (c *call) setHeaders(send bool) error {
	if c.headers == nil {
		return nil
	}
	if err := c.headers.setHeader("peer-set", "h1"); err != nil {
		return err
	}
	if err := c.headers.setTrailer("peer-trailer", "t1"); err != nil {
		return err
	}
	if send {
		return c.headers.sendHeader("peer-sent", "h2")
	}
	return nil
}

// pause waits before an answer if slow=MS was ordered, also past the end of the call:
// an answer that is too late must not turn into an error that comes in time.
func (c *call) pause() error {
	d, ok := c.orders.find("slow")
	if !ok {
		return nil
	}
	ms, err := strconv.Atoi(d.arg)
	if err != nil {
		return fmt.Errorf("peer bad directive: slow=%s", d.arg)
	}
	time.Sleep(time.Duration(ms) * time.Millisecond)
	return nil
}

// annotate adds what meta, who, deadline and report ask for to an answer's attrs.
func (c *call) annotate(ctx context.Context, attrs map[string]string) map[string]string {
	if !c.orders.has("meta") && !c.orders.has("who") && !c.orders.has("deadline") && !c.orders.has("report") {
		return attrs
	}
	out := maps.Clone(attrs)
	if out == nil {
		out = make(map[string]string)
	}
	if c.orders.has("meta") {
		for k, v := range metainfo.GetAllValues(ctx) {
			out["t:"+k] = v
		}
		for k, v := range metainfo.GetAllPersistentValues(ctx) {
			out["p:"+k] = v
		}
	}
	if c.orders.has("who") {
		out["service"], out["method"], out["from"] = c.service, c.method, c.from
	}
	if c.orders.has("deadline") {
		out["deadline"] = "no"
		if at, ok := ctx.Deadline(); ok {
			out["deadline"] = "yes"
			out["left_ms"] = strconv.FormatInt(time.Until(at).Milliseconds(), 10)
		}
	}
	if d, ok := c.orders.find("report"); ok {
		out["outcome"] = c.outcomes.get(d.arg)
	}
	return out
}
