// Command compression-plugin serves gRPC's test service with go-plugin, as far
// as the cases of compression need it, and refuses what says of itself that it
// is compressed and is not: compression-plugin [ENCODING], in which it answers.
package main

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	test "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/status"

	"rpcplugin-interop/internal/compressed"
	"rpcplugin-interop/internal/contract"
)

// encoding is in what answers are sent.
var encoding = "gzip"

type service struct {
	test.UnimplementedTestServiceServer
}

func (service) UnaryCall(call context.Context, request *test.SimpleRequest) (*test.SimpleResponse, error) {
	if err := expect(call, request.GetExpectCompressed()); err != nil {
		return nil, err
	}
	if err := answer(call, request.GetResponseCompressed().GetValue()); err != nil {
		return nil, err
	}
	return &test.SimpleResponse{Payload: payload(request.GetResponseSize())}, nil
}

func (service) StreamingInputCall(stream test.TestService_StreamingInputCallServer) error {
	size := 0
	for {
		request, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return stream.SendAndClose(&test.StreamingInputCallResponse{AggregatedPayloadSize: int32(size)})
		}
		if err != nil {
			return err
		}
		if err := expect(stream.Context(), request.GetExpectCompressed()); err != nil {
			return err
		}
		size += len(request.GetPayload().GetBody())
	}
}

// expect refuses a message that says of itself what is not so.
func expect(call context.Context, expected *test.BoolValue) error {
	if found := compressed.Of(call).Last(); expected != nil && expected.GetValue() != found {
		return status.Errorf(codes.InvalidArgument, "compressed: said %v, found %v", expected.GetValue(), found)
	}
	return nil
}

// answer chooses how the call is answered.
func answer(call context.Context, compress bool) error {
	if compress {
		return grpc.SetSendCompressor(call, encoding)
	}
	return grpc.SetSendCompressor(call, "identity")
}

func payload(size int32) *test.Payload {
	return &test.Payload{Body: make([]byte, size)}
}

func main() {
	if len(os.Args) > 1 {
		encoding = os.Args[1]
	}
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: contract.Handshake,
		Plugins:         compressed.Plugins(service{}),
		GRPCServer: func(options []grpc.ServerOption) *grpc.Server {
			return grpc.NewServer(append(options, grpc.StatsHandler(compressed.Handler{}))...)
		},
	})
}
