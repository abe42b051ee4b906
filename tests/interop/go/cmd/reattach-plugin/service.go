package main

import (
	"context"
	"fmt"
	"os"
	"sync"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"rpcplugin-interop/kvtest"
)

// service answers the calls that the tests of attaching make.
type service struct {
	kvtest.UnimplementedKVServer

	lock   sync.Mutex
	values map[string][]byte
}

func newService() *service {
	return &service{values: make(map[string][]byte)}
}

func (s *service) Put(_ context.Context, pair *kvtest.Pair) (*kvtest.PutReply, error) {
	s.lock.Lock()
	defer s.lock.Unlock()

	_, replaced := s.values[pair.GetKey()]
	s.values[pair.GetKey()] = pair.GetValue()
	return &kvtest.PutReply{Created: !replaced}, nil
}

func (s *service) Get(_ context.Context, key *kvtest.Key) (*kvtest.Pair, error) {
	s.lock.Lock()
	defer s.lock.Unlock()

	value, found := s.values[key.GetKey()]
	if !found {
		return nil, status.Errorf(codes.NotFound, "no such key: %s", key.GetKey())
	}
	return &kvtest.Pair{Key: key.GetKey(), Value: value}, nil
}

func (s *service) Emit(_ context.Context, request *kvtest.EmitRequest) (*kvtest.EmitReply, error) {
	if _, err := fmt.Fprint(os.Stdout, request.GetStandardOutput()); err != nil {
		return nil, err
	}
	if _, err := fmt.Fprint(os.Stderr, request.GetStandardError()); err != nil {
		return nil, err
	}
	return &kvtest.EmitReply{}, nil
}
