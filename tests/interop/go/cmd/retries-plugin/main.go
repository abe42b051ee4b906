// Command retries-plugin serves calls with go-plugin that fail and say when the
// next try may come: the first failure by the trailer of gRPC's own retries, the
// second by a detail.
package main

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"rpcplugin-interop/internal/contract"
	"rpcplugin-interop/internal/retries"
)

type server struct {
	soon, never, silent atomic.Uint64
}

func (s *server) Soon(ctx context.Context, needed uint64) (uint64, error) {
	calls := s.soon.Add(1)
	switch {
	case calls >= needed:
		return calls, nil
	case calls == 1:
		return 0, pushedBack(ctx, "1", calls)
	}
	detailed, err := failed(calls).WithDetails(&errdetails.RetryInfo{RetryDelay: durationpb.New(time.Millisecond)})
	if err != nil {
		return 0, err
	}
	return 0, detailed.Err()
}

func (s *server) Never(ctx context.Context) (uint64, error) {
	return 0, pushedBack(ctx, "-1", s.never.Add(1))
}

func (s *server) Silent(context.Context) (uint64, error) {
	return 0, failed(s.silent.Add(1)).Err()
}

// pushedBack says so many milliseconds.
func pushedBack(ctx context.Context, milliseconds string, calls uint64) error {
	if err := grpc.SetTrailer(ctx, metadata.Pairs("grpc-retry-pushback-ms", milliseconds)); err != nil {
		return err
	}
	return failed(calls).Err()
}

func failed(calls uint64) *status.Status {
	return status.Newf(codes.Unavailable, "calls: %d", calls)
}

func main() {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: contract.Handshake,
		Plugins:         retries.Plugins(&server{}),
		GRPCServer:      plugin.DefaultGRPCServer,
	})
}
