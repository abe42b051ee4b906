package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"google.golang.org/grpc"

	"rpcplugin-interop/kvtest"
)

// The steps with a stream in one direction or in both.

func list(deadline context.Context, store kvtest.KVClient) error {
	stream, err := store.List(deadline, &kvtest.Prefix{})
	if err != nil {
		return err
	}
	for _, expected := range []*kvtest.Pair{pair("alpha", "1"), pair("beta", "2")} {
		if err := receive(stream, expected); err != nil {
			return err
		}
	}
	return ended(stream)
}

func putAll(deadline context.Context, store kvtest.KVClient) error {
	stream, err := store.PutAll(deadline)
	if err != nil {
		return err
	}
	for _, sent := range []*kvtest.Pair{pair("gamma", "3"), pair("delta", "44")} {
		if err := stream.Send(sent); err != nil {
			return fmt.Errorf("send %s: %w", sent.GetKey(), err)
		}
	}
	summary, err := stream.CloseAndRecv()
	if err != nil {
		return err
	}
	return errors.Join(differ(summary.GetCount(), 2), differ(summary.GetBytes(), 3))
}

// watch sends the second key only when the first is answered: a plugin that
// collects before it answers would be caught by the deadline.
func watch(deadline context.Context, store kvtest.KVClient) error {
	stream, err := store.Watch(deadline)
	if err != nil {
		return err
	}
	for _, expected := range []*kvtest.Pair{pair("alpha", "1"), pair("delta", "44")} {
		if err := ask(stream, expected); err != nil {
			return err
		}
	}
	if err := stream.CloseSend(); err != nil {
		return fmt.Errorf("close: %w", err)
	}
	return ended(stream)
}

// watchMissing has the error arrive behind an answer, where it can only be in
// the trailers.
func watchMissing(deadline context.Context, store kvtest.KVClient) error {
	stream, err := store.Watch(deadline)
	if err != nil {
		return err
	}
	if err := ask(stream, pair("alpha", "1")); err != nil {
		return err
	}
	if err := stream.Send(&kvtest.Key{Key: "missing"}); err != nil {
		return fmt.Errorf("send missing: %w", err)
	}
	_, err = stream.Recv()
	return notFound(err, "missing")
}

func ask(stream grpc.BidiStreamingClient[kvtest.Key, kvtest.Pair], expected *kvtest.Pair) error {
	if err := stream.Send(&kvtest.Key{Key: expected.GetKey()}); err != nil {
		return fmt.Errorf("send %s: %w", expected.GetKey(), err)
	}
	return receive(stream, expected)
}

// pairReceiver is the half that List and Watch have in common.
type pairReceiver interface {
	Recv() (*kvtest.Pair, error)
}

func receive(stream pairReceiver, expected *kvtest.Pair) error {
	answer, err := stream.Recv()
	if err != nil {
		return fmt.Errorf("receive %s: %w", expected.GetKey(), err)
	}
	return same(answer, expected)
}

// ended is nil if the stream has no more answers and no error.
func ended(stream pairReceiver) error {
	answer, err := stream.Recv()
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return fmt.Errorf("end of the stream: %w", err)
	}
	return fmt.Errorf("%s is one answer too many", answer.GetKey())
}
