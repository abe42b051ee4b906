// Command compression-host starts a plugin with go-plugin and holds gRPC's cases
// of compression with it: compression-host [-encoding NAME] PLUGIN
// [ARGUMENTS...]. It prints a line a case, and its exit status is 0 only if every
// one of them held.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	test "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/status"

	"rpcplugin-interop/internal/compressed"
	"rpcplugin-interop/internal/contract"
)

const patience = time.Minute

// encoding is in what the requests are sent.
var encoding = flag.String("encoding", "gzip", "the encoding of the requests")

func clientUnary(client test.TestServiceClient) error {
	call, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for _, step := range []struct{ compress, said bool }{{false, true}, {true, true}, {false, false}} {
		var options []grpc.CallOption
		if step.compress {
			options = append(options, grpc.UseCompressor(*encoding))
		}
		request := large()
		request.ExpectCompressed = &test.BoolValue{Value: step.said}
		response, err := client.UnaryCall(call, request, options...)
		if step.compress != step.said {
			if status.Code(err) != codes.InvalidArgument {
				return fmt.Errorf("a lie was not found out: %v", err)
			}
			continue
		}
		if err != nil {
			return err
		}
		if size := len(response.GetPayload().GetBody()); size != 314159 {
			return fmt.Errorf("%d bytes came", size)
		}
	}
	return nil
}

// clientStreaming sends all messages of a call compressed, or none: grpc-go has
// no other way.
func clientStreaming(client test.TestServiceClient) error {
	for _, compress := range []bool{true, false} {
		call, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		var options []grpc.CallOption
		if compress {
			options = append(options, grpc.UseCompressor(*encoding))
		}
		stream, err := client.StreamingInputCall(call, options...)
		if err != nil {
			return err
		}
		for _, size := range []int{27182, 45904} {
			request := &test.StreamingInputCallRequest{
				Payload:          &test.Payload{Body: make([]byte, size)},
				ExpectCompressed: &test.BoolValue{Value: compress},
			}
			if err := stream.Send(request); err != nil {
				return err
			}
		}
		response, err := stream.CloseAndRecv()
		if err != nil {
			return err
		}
		if size := response.GetAggregatedPayloadSize(); size != 73086 {
			return fmt.Errorf("%d bytes were counted", size)
		}
	}
	return nil
}

func serverUnary(client test.TestServiceClient) error {
	for _, compress := range []bool{true, false} {
		call, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		call, received := compressed.Watch(call)
		request := large()
		request.ResponseCompressed = &test.BoolValue{Value: compress}
		response, err := client.UnaryCall(call, request)
		if err != nil {
			return err
		}
		if size := len(response.GetPayload().GetBody()); size != 314159 {
			return fmt.Errorf("%d bytes came", size)
		}
		if found := received.All(); !slices.Equal(found, []bool{compress}) {
			return fmt.Errorf("compressed: expected %v, found %v", compress, found)
		}
	}
	return nil
}

func serverStreaming(client test.TestServiceClient) error {
	call, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	call, received := compressed.Watch(call)
	stream, err := client.StreamingOutputCall(call, &test.StreamingOutputCallRequest{
		ResponseParameters: []*test.ResponseParameters{
			{Size: 31415, Compressed: &test.BoolValue{Value: true}},
			{Size: 92653, Compressed: &test.BoolValue{Value: false}},
		},
	})
	if err != nil {
		return err
	}
	var sizes []int
	for {
		response, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		sizes = append(sizes, len(response.GetPayload().GetBody()))
	}
	if !slices.Equal(sizes, []int{31415, 92653}) {
		return fmt.Errorf("answers of %v bytes came", sizes)
	}
	if found := received.All(); !slices.Equal(found, []bool{true, false}) {
		return fmt.Errorf("compressed: %v", found)
	}
	return nil
}

func large() *test.SimpleRequest {
	return &test.SimpleRequest{ResponseSize: 314159, Payload: &test.Payload{Body: make([]byte, 271828)}}
}

func main() {
	flag.Parse()
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  contract.Handshake,
		Plugins:          compressed.Plugins(nil),
		Cmd:              exec.Command(flag.Arg(0), flag.Args()[1:]...),
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		AutoMTLS:         true,
		GRPCDialOptions:  []grpc.DialOption{grpc.WithStatsHandler(compressed.Handler{})},
		Logger:           hclog.New(&hclog.LoggerOptions{Level: hclog.Warn, Output: os.Stderr}),
	})
	failed := run(client)
	client.Kill()
	if failed {
		os.Exit(1)
	}
}

func run(client *plugin.Client) bool {
	connection, err := client.Client()
	if err != nil {
		fmt.Println("FAILED start:", err)
		return true
	}
	dispensed, err := connection.Dispense(compressed.Name)
	if err != nil {
		fmt.Println("FAILED dispense:", err)
		return true
	}
	failed := false
	for _, step := range []struct {
		name string
		run  func(test.TestServiceClient) error
	}{
		{"client_compressed_unary", clientUnary},
		{"client_compressed_streaming", clientStreaming},
		{"server_compressed_unary", serverUnary},
		{"server_compressed_streaming", serverStreaming},
	} {
		if err := step.run(dispensed.(test.TestServiceClient)); err != nil {
			fmt.Printf("FAILED %s: %v\n", step.name, err)
			failed = true
			continue
		}
		fmt.Println("ok", step.name)
	}
	return failed
}
