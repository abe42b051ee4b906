// Calls a plugin by the code that protoc-gen-go and protoc-gen-go-grpc made of
// the contract that the plugin exports: ledger-host [-auto-mtls] PLUGIN.
//
// It is built at test time beside the generated package, in a module like that
// of the other Go programs. It prints `ok STEP` for what held.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"rpcplugin-interop/ledgerpb"
)

// patience is how long a step may take.
const patience = 30 * time.Second

type ledgerPlugin struct {
	plugin.NetRPCUnsupportedPlugin
}

func (ledgerPlugin) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error { return nil }

func (ledgerPlugin) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, connection *grpc.ClientConn) (any, error) {
	return ledgerpb.NewLedgerClient(connection), nil
}

func main() {
	tls := flag.Bool("auto-mtls", false, "demand mutual TLS")
	flag.Parse()
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig: plugin.HandshakeConfig{
			ProtocolVersion: 1, MagicCookieKey: "KV_INTEROP_COOKIE", MagicCookieValue: "c0ffee5eed",
		},
		Plugins:          plugin.PluginSet{"ledger": ledgerPlugin{}},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		Cmd:              exec.Command(flag.Arg(0)),
		AutoMTLS:         *tls,
		Logger:           hclog.New(&hclog.LoggerOptions{Level: hclog.Info, Output: os.Stderr}),
	})
	err := converse(client)
	client.Kill()
	if err != nil {
		fmt.Fprintln(os.Stderr, "FAILED", err)
		os.Exit(1)
	}
}

func converse(client *plugin.Client) error {
	protocol, err := client.Client()
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	dispensed, err := protocol.Dispense("ledger")
	if err != nil {
		return fmt.Errorf("dispense: %w", err)
	}
	ledger := dispensed.(ledgerpb.LedgerClient)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	ctx = metadata.AppendToOutgoingContext(ctx, "x-caller", "go")
	for _, step := range []struct {
		name string
		run  func(context.Context, ledgerpb.LedgerClient) error
	}{
		{"unary", unary}, {"refused", refused}, {"missing", missing}, {"client-stream", clientStream},
		{"server-stream", serverStream}, {"both-stream", bothStream}, {"deadline", deadline},
	} {
		if err := step.run(ctx, ledger); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
		fmt.Println("ok", step.name)
	}
	return nil
}

func first() *ledgerpb.Entry {
	return &ledgerpb.Entry{
		Account: "ada", Cents: -1234, Purpose: ledgerpb.Purpose_PURPOSE_WAGES, Note: proto.String(""),
		Labels: map[string]uint32{"a": 1, "b": 0}, Proof: &ledgerpb.Entry_Scan{Scan: []byte{0, 255}},
	}
}

func expect(what string, found, expected any) error {
	if found != expected {
		return fmt.Errorf("%s is %v, not %v", what, found, expected)
	}
	return nil
}

func unary(ctx context.Context, ledger ledgerpb.LedgerClient) error {
	count, err := ledger.Book(ctx, first())
	if err != nil {
		return err
	}
	if err := expect("the number of entries", count.Value, uint64(1)); err != nil {
		return err
	}
	balance, err := ledger.Balance(ctx, wrapperspb.String("ada"))
	if err != nil {
		return err
	}
	expected := &ledgerpb.Balance{Account: "ada", Cents: -1234, Caller: "go"}
	return expect(balance.String(), proto.Equal(balance, expected), true)
}

func refused(ctx context.Context, ledger ledgerpb.LedgerClient) error {
	_, err := ledger.Book(ctx, &ledgerpb.Entry{})
	return expect("the status", status.Code(err), codes.InvalidArgument)
}

func missing(ctx context.Context, ledger ledgerpb.LedgerClient) error {
	_, err := ledger.Balance(ctx, wrapperspb.String("bob"))
	refusal := status.Convert(err)
	if err := expect("the status", refusal.Code(), codes.NotFound); err != nil {
		return err
	}
	return expect("the message", refusal.Message(), "no entry of bob")
}

func clientStream(ctx context.Context, ledger ledgerpb.LedgerClient) error {
	stream, err := ledger.BookAll(ctx)
	if err != nil {
		return err
	}
	for cents := range int64(100) {
		if err := stream.Send(&ledgerpb.Entry{Account: "eve", Cents: cents}); err != nil {
			return err
		}
	}
	count, err := stream.CloseAndRecv()
	if err != nil {
		return err
	}
	return expect("the number of entries", count.Value, uint64(100))
}

func serverStream(ctx context.Context, ledger ledgerpb.LedgerClient) error {
	stream, err := ledger.Entries(ctx, wrapperspb.String("ada"))
	if err != nil {
		return err
	}
	entry, err := stream.Recv()
	if err != nil {
		return err
	}
	if err := expect(entry.String(), proto.Equal(entry, first()), true); err != nil {
		return err
	}
	_, err = stream.Recv()
	return expect("the end", err, io.EOF)
}

func bothStream(ctx context.Context, ledger ledgerpb.LedgerClient) error {
	stream, err := ledger.Follow(ctx)
	if err != nil {
		return err
	}
	for cents := range int64(3) {
		if err := stream.Send(&ledgerpb.Entry{Account: "mia"}); err != nil {
			return err
		}
		balance, err := stream.Recv()
		if err != nil {
			return err
		}
		if err := expect("the balance", balance.Cents, cents+1); err != nil {
			return err
		}
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	_, err = stream.Recv()
	return expect("the end", err, io.EOF)
}

func deadline(ctx context.Context, ledger ledgerpb.LedgerClient) error {
	ctx, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
	defer cancel()
	_, err := ledger.Close(ctx, &emptypb.Empty{})
	return expect("the status", status.Code(err), codes.DeadlineExceeded)
}
