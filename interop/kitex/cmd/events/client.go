package main

import (
	"context"
	"fmt"
	"time"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/pkg/rpcinfo"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/transport"

	gen "streamgen/interop/kitex/kitex_gen/events"
	"streamgen/interop/kitex/kitex_gen/events/events"
	"streamgen/interop/kitex/patience"
)

// deadline is that of a conversation that ends by it. Everything before takes far less.
const deadline = 5 * time.Second

// conversation is a call of one shape that ends in one way.
type conversation struct {
	shape, ending string
}

// caller makes the call of a conversation.
type caller struct {
	conversation
	proto  string
	traced events.Client
	// gates has no tracer.
	gates events.Client
	log   *log
}

func call(addr, proto string, talk conversation) error {
	protocols := []transport.Protocol{transport.TTHeaderStreaming, transport.TTHeaderFramed}
	if proto == "grpc-thrift" {
		protocols = []transport.Protocol{transport.GRPC}
	}
	options := []client.Option{
		client.WithHostPorts(addr),
		client.WithMetaHandler(transmeta.ClientTTHeaderHandler),
		client.WithConnectTimeout(patience.Connect),
	}
	for _, protocol := range protocols {
		options = append(options, client.WithTransportProtocol(protocol))
	}
	l := newLog()
	l.belongsTo(talk.name(proto))
	traced := append(options,
		client.WithTracer(&tracer{start: func() *log { return l }, finished: func(*log) {}}),
		client.WithStreamOptions(client.WithStreamEventHandler(rpcinfo.ClientStreamEventHandler{
			HandleStreamStartEvent:      streamStart,
			HandleStreamRecvHeaderEvent: streamRecvHeader,
			HandleStreamRecvEvent:       streamRecv,
			HandleStreamSendEvent:       streamSend,
			HandleStreamFinishEvent:     streamFinish,
		})),
	)
	c := caller{talk, proto, events.MustNewClient("events", traced...), events.MustNewClient("events", options...), l}
	if err := c.run(); err != nil {
		return err
	}
	fmt.Println(l)
	return nil
}

func (c conversation) name(proto string) string { return c.shape + "-" + c.ending + " " + proto }

func (c *caller) run() error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if c.ending == "deadline" {
		ctx, cancel = context.WithTimeout(ctx, deadline)
		defer cancel()
	}
	switch c.shape {
	case "unary":
		return c.unary(ctx, cancel)
	case "client":
		return c.client(ctx, cancel)
	case "server":
		return c.server(ctx, cancel)
	}
	return c.bidi(ctx, cancel)
}

func (c *caller) note(text string) *gen.Note {
	return &gen.Note{Text: text, Talk: c.name(c.proto), Ending: c.ending}
}

func (c *caller) open(gate string) error {
	return c.gates.Open(context.Background(), c.note(gate))
}

func (c *caller) await(gate string) error {
	return c.gates.Wait(context.Background(), c.note(gate))
}

// settled returns when all has been told that is told when the stream ends.
func (c *caller) settled() {
	c.log.await("StreamFinish")
	if c.proto == "ttheader-streaming" {
		c.log.await("RPCFinish")
	}
}

func (c *caller) unary(ctx context.Context, cancel func()) error {
	ended := make(chan error, 1)
	go func() {
		_, err := c.traced.Unary(ctx, c.note("hello"))
		ended <- err
	}()
	if err := c.await("begun"); err != nil {
		return err
	}
	if err := c.open("answer"); err != nil {
		return err
	}
	switch c.ending {
	case "cancel":
		cancel()
	case "deadline":
	default:
		if err := c.open("end"); err != nil {
			return err
		}
	}
	err := <-ended
	if c.ending == "cancel" || c.ending == "deadline" {
		if err := c.open("end"); err != nil {
			return err
		}
	}
	if c.proto == "grpc-thrift" {
		c.log.await("StreamFinish")
	}
	return c.expected(err)
}

// expected says whether the conversation has ended as it should.
func (c *caller) expected(err error) error {
	if (err == nil) != (c.ending == "normal") {
		return fmt.Errorf("%s ended with %v", c.name(c.proto), err)
	}
	return nil
}

func (c *caller) client(ctx context.Context, cancel func()) error {
	stream, err := c.traced.Client(ctx)
	if err != nil {
		return err
	}
	for _, text := range answers {
		if err := stream.Send(ctx, c.note(text)); err != nil {
			return err
		}
	}
	if err := c.open("answer"); err != nil {
		return err
	}
	if err := c.await("heard"); err != nil {
		return err
	}
	if err := c.leave(cancel, stream); err != nil {
		return err
	}
	return c.expected(stream.RecvMsg(ctx, &gen.Note{}))
}

// leave brings the end about, and waits for it.
func (c *caller) leave(cancel func(), stream interface {
	CloseSend(context.Context) error
}) error {
	switch c.ending {
	case "cancel":
		cancel()
	case "deadline":
		return nil
	default:
		if err := c.open("end"); err != nil {
			return err
		}
		if c.ending == "normal" && c.shape != "server" {
			if err := stream.CloseSend(context.Background()); err != nil {
				return err
			}
		}
	}
	c.settled()
	return nil
}

func (c *caller) server(ctx context.Context, cancel func()) error {
	stream, err := c.traced.Server(ctx, c.note("hello"))
	if err != nil {
		return err
	}
	if err := c.open("answer"); err != nil {
		return err
	}
	for range answers {
		if _, err := stream.Recv(ctx); err != nil {
			return err
		}
	}
	if err := c.leave(cancel, stream); err != nil {
		return err
	}
	_, err = stream.Recv(ctx)
	if c.ending == "cancel" || c.ending == "deadline" {
		if err := c.open("end"); err != nil {
			return err
		}
	}
	return c.ended(err)
}

func (c *caller) bidi(ctx context.Context, cancel func()) error {
	stream, err := c.traced.Bidi(ctx)
	if err != nil {
		return err
	}
	for i, text := range answers {
		if err := stream.Send(ctx, c.note(text)); err != nil {
			return err
		}
		if i == 0 {
			if err := c.open("answer"); err != nil {
				return err
			}
		}
		if _, err := stream.Recv(ctx); err != nil {
			return err
		}
	}
	if err := c.leave(cancel, stream); err != nil {
		return err
	}
	_, err = stream.Recv(ctx)
	return c.ended(err)
}

// ended is as expected, for a stream whose normal end is io.EOF.
func (c *caller) ended(err error) error {
	if c.ending == "normal" && err.Error() == "EOF" {
		return nil
	}
	return c.expected(err)
}
