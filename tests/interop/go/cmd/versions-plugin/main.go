// Command versions-plugin serves a contract in several versions with go-plugin:
// versions-plugin VERSION[,VERSION...]. A host starts it.
package main

import (
	"context"
	"fmt"
	"os"
	"sync"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"rpcplugin-interop/internal/contract"
	"rpcplugin-interop/internal/versions"
	"rpcplugin-interop/kvtest"
)

func main() {
	if err := serve(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "versions-plugin:", err)
		os.Exit(1)
	}
}

func serve(arguments []string) error {
	if len(arguments) != 1 {
		return fmt.Errorf("%d arguments, not one: the versions", len(arguments))
	}
	served, err := contract.ParseVersions(arguments[0])
	if err != nil {
		return err
	}
	sets, err := versions.Sets(served, &service{values: make(map[string][]byte)})
	if err != nil {
		return err
	}
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig:  contract.Handshake,
		VersionedPlugins: sets,
		GRPCServer:       plugin.DefaultGRPCServer,
	})
	return nil
}

// service answers what the test asks of the first version.
type service struct {
	kvtest.UnimplementedKVServer

	lock   sync.Mutex
	values map[string][]byte
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
		return nil, status.Errorf(codes.NotFound, "no key %q", key.GetKey())
	}
	return &kvtest.Pair{Key: key.GetKey(), Value: value}, nil
}
