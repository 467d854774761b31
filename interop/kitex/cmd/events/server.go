package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/cloudwego/kitex/pkg/kerrors"
	"github.com/cloudwego/kitex/pkg/rpcinfo"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/server"

	gen "streamgen/interop/kitex/kitex_gen/events"
	"streamgen/interop/kitex/kitex_gen/events/events"
)

func serve(addr string) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	svr := events.NewServer(&handler{newGates()},
		server.WithListener(listener),
		server.WithMetaHandler(transmeta.ServerTTHeaderHandler),
		server.WithTracer(&tracer{start: newLog, finished: printTalk}),
		server.WithStreamOptions(server.WithStreamEventHandler(rpcinfo.ServerStreamEventHandler{
			HandleStreamStartEvent:  streamStart,
			HandleStreamRecvEvent:   streamRecv,
			HandleStreamSendEvent:   streamSend,
			HandleStreamFinishEvent: streamFinish,
		})),
	)
	fmt.Printf("listening %s\n", listener.Addr())
	return svr.Run()
}

// printTalk prints the events of a conversation. Calls that belong to none open gates, and are left out.
func printTalk(l *log) {
	if l.talk != "" {
		fmt.Println(l)
	}
}

type handler struct {
	gates *gates
}

func (h *handler) Open(_ context.Context, gate *gen.Note) error {
	h.gates.open(gate.Talk, gate.Text)
	return nil
}

func (h *handler) Wait(_ context.Context, gate *gen.Note) error {
	h.gates.await(gate.Talk, gate.Text)
	return nil
}

// begins says that the handler runs, and waits until the client lets it go on.
func (h *handler) begins(ctx context.Context, first *gen.Note) {
	logOf(ctx).belongsTo(first.Talk)
	h.gates.open(first.Talk, "begun")
	h.gates.await(first.Talk, "answer")
}

// ends returns what the handler ends with, once the client lets it end.
func (h *handler) ends(first *gen.Note) error {
	h.gates.await(first.Talk, "end")
	switch first.Ending {
	case "biz":
		return kerrors.NewBizStatusError(404, "not here")
	case "error", "cancel", "deadline":
		return errors.New("failed")
	case "panic":
		panic("as asked")
	}
	return nil
}

func (h *handler) Unary(ctx context.Context, req *gen.Note) (*gen.Note, error) {
	h.begins(ctx, req)
	if err := h.ends(req); err != nil {
		return nil, err
	}
	return &gen.Note{Text: "answer"}, nil
}

func (h *handler) Client(ctx context.Context, stream gen.Events_ClientServer) error {
	first, err := stream.Recv(ctx)
	if err != nil {
		return err
	}
	h.begins(ctx, first)
	if _, err := stream.Recv(ctx); err != nil {
		return err
	}
	h.gates.open(first.Talk, "heard")
	if ended, err := closed(ctx, first, stream); ended {
		return err
	}
	if err := h.ends(first); err != nil {
		return err
	}
	if _, err := stream.Recv(ctx); !errors.Is(err, io.EOF) {
		return fmt.Errorf("not the end: %v", err)
	}
	return stream.SendAndClose(ctx, &gen.Note{Text: "answer"})
}

func (h *handler) Server(ctx context.Context, req *gen.Note, stream gen.Events_ServerServer) error {
	h.begins(ctx, req)
	for _, text := range answers {
		if err := stream.Send(ctx, &gen.Note{Text: text}); err != nil {
			return err
		}
	}
	return h.ends(req)
}

func (h *handler) Bidi(ctx context.Context, stream gen.Events_BidiServer) error {
	first, err := stream.Recv(ctx)
	if err != nil {
		return err
	}
	h.begins(ctx, first)
	for i, text := range answers {
		if i > 0 {
			if _, err := stream.Recv(ctx); err != nil {
				return err
			}
		}
		if err := stream.Send(ctx, &gen.Note{Text: text}); err != nil {
			return err
		}
	}
	if ended, err := closed(ctx, first, stream); ended {
		return err
	}
	if err := h.ends(first); err != nil {
		return err
	}
	if _, err := stream.Recv(ctx); !errors.Is(err, io.EOF) {
		return fmt.Errorf("not the end: %v", err)
	}
	return nil
}

// closed waits in Recv for the client to give the stream up, if it will.
func closed(ctx context.Context, first *gen.Note, stream interface {
	Recv(context.Context) (*gen.Note, error)
}) (bool, error) {
	if first.Ending != "cancel" && first.Ending != "deadline" {
		return false, nil
	}
	_, err := stream.Recv(ctx)
	return true, err
}

var answers = []string{"one", "two two"}
