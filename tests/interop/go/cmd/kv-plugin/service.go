package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/go-hclog"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"rpcplugin-interop/kvtest"
)

// service answers the calls.
type service struct {
	kvtest.UnimplementedKVServer

	logger hclog.Logger
	store  *store
	// version is the one of the set to which this belongs.
	version int
}

func newService(logger hclog.Logger, version int) *service {
	return &service{logger: logger, store: newStore(), version: version}
}

func (s *service) Put(_ context.Context, pair *kvtest.Pair) (*kvtest.PutReply, error) {
	return &kvtest.PutReply{Created: s.store.put(pair.GetKey(), pair.GetValue())}, nil
}

func (s *service) Get(ctx context.Context, key *kvtest.Key) (*kvtest.Pair, error) {
	if value, isOrder, err := s.obey(ctx, key.GetKey()); isOrder {
		return &kvtest.Pair{Key: key.GetKey(), Value: []byte(value)}, err
	}
	return s.find(key)
}

func (s *service) List(prefix *kvtest.Prefix, stream grpc.ServerStreamingServer[kvtest.Pair]) error {
	for _, pair := range s.store.list(prefix.GetPrefix()) {
		if err := stream.Send(pair); err != nil {
			return err
		}
	}
	return nil
}

func (s *service) PutAll(stream grpc.ClientStreamingServer[kvtest.Pair, kvtest.Summary]) error {
	summary := &kvtest.Summary{}
	for {
		pair, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return stream.SendAndClose(summary)
		}
		if err != nil {
			return err
		}
		s.store.put(pair.GetKey(), pair.GetValue())
		summary.Count++
		summary.Bytes += uint64(len(pair.GetValue()))
	}
}

func (s *service) Watch(stream grpc.BidiStreamingServer[kvtest.Key, kvtest.Pair]) error {
	for {
		key, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		pair, err := s.find(key)
		if err != nil {
			return err
		}
		if err := stream.Send(pair); err != nil {
			return err
		}
	}
}

func (s *service) Emit(_ context.Context, request *kvtest.EmitRequest) (*kvtest.EmitReply, error) {
	if text := request.GetLog(); text != "" {
		s.logger.Info(text, "source", "emit")
	}
	// go-plugin has put its own pipes in the place of these two; a plugin author
	// who simply prints ends up in the stdio stream.
	if _, err := fmt.Fprint(os.Stdout, request.GetStandardOutput()); err != nil {
		return nil, err
	}
	if _, err := fmt.Fprint(os.Stderr, request.GetStandardError()); err != nil {
		return nil, err
	}
	return &kvtest.EmitReply{}, nil
}

// find is a lookup as both Get and Watch promise it.
func (s *service) find(key *kvtest.Key) (*kvtest.Pair, error) {
	pair, found := s.store.get(key.GetKey())
	if !found {
		return nil, status.Errorf(codes.NotFound, "no such key: %s", key.GetKey())
	}
	return pair, nil
}
