// Command retries-host starts a plugin with go-plugin and has grpc-go repeat the
// calls that fail: retries-host PLUGIN [ARGUMENTS...]. It prints a line a method.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"rpcplugin-interop/internal/contract"
	"rpcplugin-interop/internal/retries"
)

// patience is how long a call may take on a busy machine, and less than the pause
// between two tries of a method whose plugin is to say a shorter one. Of that
// pause grpc-go takes a part by chance, which is all but never so small.
const patience = time.Minute

const policy = `{"methodConfig": [
	{"name": [{"service": "test.Retries", "method": "Soon"}], "retryPolicy": {
		"maxAttempts": 3, "initialBackoff": "36000s", "maxBackoff": "36000s", "backoffMultiplier": 1,
		"retryableStatusCodes": ["UNAVAILABLE"]}},
	{"name": [{"service": "test.Retries"}], "retryPolicy": {
		"maxAttempts": 3, "initialBackoff": "0.001s", "maxBackoff": "0.001s", "backoffMultiplier": 1,
		"retryableStatusCodes": ["UNAVAILABLE"]}}
]}`

func main() {
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  contract.Handshake,
		Plugins:          retries.Plugins(nil),
		Cmd:              exec.Command(os.Args[1], os.Args[2:]...),
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		AutoMTLS:         true,
		StartTimeout:     patience,
		GRPCDialOptions:  []grpc.DialOption{grpc.WithDefaultServiceConfig(policy)},
		Logger:           hclog.New(&hclog.LoggerOptions{Level: hclog.Warn, Output: os.Stderr}),
	})
	err := run(client)
	client.Kill()
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}

func run(client *plugin.Client) error {
	connection, err := client.Client()
	if err != nil {
		return err
	}
	dispensed, err := connection.Dispense(retries.Name)
	if err != nil {
		return err
	}
	calls := dispensed.(*retries.Client)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if found, err := calls.Soon(ctx, 3); err != nil || found != 3 {
		return fmt.Errorf("soon: after %d calls: %w", found, err)
	}
	fmt.Println("ok soon")
	for _, step := range []struct{ method, name, expected string }{
		{"Never", "never", "calls: 1"},
		{"Silent", "silent", "calls: 3"},
	} {
		err := calls.Fail(ctx, step.method)
		// Of tries that were all used up grpc-go says so before the last failure.
		if status.Code(err) != codes.Unavailable || !strings.HasSuffix(status.Convert(err).Message(), step.expected) {
			return fmt.Errorf("%s: expected %q, found %w", step.name, step.expected, err)
		}
		fmt.Println("ok", step.name)
	}
	return nil
}
