// Command voice-host starts a plugin with go-plugin and has it say things: it
// calls the methods named behind the plugin's program, each with its own name
// as the message. What the host's logger makes of the plugin's standard error
// is its standard output, a record a line.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"rpcplugin-interop/internal/contract"
)

// patience bounds the start and each call.
const patience = 20 * time.Second

// linger is for what is still in the plugin's pipe when its call is over.
const linger = 500 * time.Millisecond

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: voice-host PROGRAM METHOD...")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(program string, methods []string) error {
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  contract.Handshake,
		Plugins:          plugin.PluginSet{"voice": &voice{}},
		Cmd:              exec.Command(program),
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		AutoMTLS:         true,
		StartTimeout:     patience,
		Logger: hclog.New(&hclog.LoggerOptions{
			Name:       "voice-host",
			Level:      hclog.Trace,
			Output:     os.Stdout,
			JSONFormat: true,
		}),
	})
	defer client.Kill()
	protocol, err := client.Client()
	if err != nil {
		return err
	}
	dispensed, err := protocol.Dispense("voice")
	if err != nil {
		return err
	}
	for _, method := range methods {
		invoke(dispensed.(*grpc.ClientConn), method)
	}
	time.Sleep(linger)
	return nil
}

// invoke calls a method; its error is for the caller of this program to judge.
func invoke(connection *grpc.ClientConn, method string) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	answer := &wrapperspb.StringValue{}
	err := connection.Invoke(ctx, "/voice.Voice/"+method, wrapperspb.String("said by "+method), answer)
	fmt.Fprintf(os.Stderr, "%s: %v\n", method, err)
}

// voice needs nothing but the connection.
type voice struct {
	plugin.NetRPCUnsupportedPlugin
}

func (*voice) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error { return nil }

func (*voice) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, connection *grpc.ClientConn) (any, error) {
	return connection, nil
}
