// Command reattach-plugin serves a part of the key-value contract with
// go-plugin, in the two ways in which no host hands it a certificate: in test
// mode, where it prints how to attach, and with TLS of its own.
package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"

	"rpcplugin-interop/internal/contract"
	"rpcplugin-interop/internal/secrets"
)

func main() {
	name := flag.String("test", "", "serve in test mode, and print how to attach to a plugin of this name")
	directory := flag.String("tls", "", "use the certificates in this directory")
	flag.Parse()

	config := &plugin.ServeConfig{
		HandshakeConfig: contract.Handshake,
		Plugins:         contract.Plugins(newService()),
		GRPCServer:      plugin.DefaultGRPCServer,
		Logger:          hclog.New(&hclog.LoggerOptions{Level: hclog.Trace, Output: os.Stderr, JSONFormat: true}),
	}
	if *directory != "" {
		config.TLSProvider = func() (*tls.Config, error) { return secrets.Read(*directory, "plugin") }
	}
	if *name != "" {
		config.Test = testMode(*name)
	}
	plugin.Serve(config)
}

// testMode prints how to attach as soon as that is known, and ends with
// standard input.
func testMode(name string) *plugin.ServeTestConfig {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()

	configs := make(chan *plugin.ReattachConfig, 1)
	stdout := os.Stdout
	go func() {
		if err := printVariable(stdout, name, <-configs); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}()
	return &plugin.ServeTestConfig{Context: ctx, ReattachConfigCh: configs, SyncStdio: true}
}

// address and attachable are the JSON that Terraform's providers print.
type address struct {
	Network string
	String  string
}

type attachable struct {
	Protocol        string
	ProtocolVersion int
	Pid             int
	Test            bool
	Addr            address
}

func printVariable(output io.Writer, name string, config *plugin.ReattachConfig) error {
	value, err := json.Marshal(map[string]attachable{name: {
		Protocol:        string(config.Protocol),
		ProtocolVersion: config.ProtocolVersion,
		Pid:             config.Pid,
		Test:            config.Test,
		Addr:            address{Network: config.Addr.Network(), String: config.Addr.String()},
	}})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(output, "TF_REATTACH_PROVIDERS='%s'\n", value)
	return err
}
