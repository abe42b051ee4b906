// Command versions-host speaks a contract in the version that it agrees on with
// the plugin that it starts: versions-host [flags] PLUGIN [ARGUMENTS...].
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"

	"rpcplugin-interop/internal/contract"
	"rpcplugin-interop/internal/versions"
	"rpcplugin-interop/kvtest"
)

// patience is how long a call may take on a busy machine.
const patience = 60 * time.Second

func main() {
	if err := run(); err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}

func run() error {
	own := flag.String("versions", "1", "the versions of the host, with commas between them")
	expected := flag.Int("expect-version", 1, "fail unless this version is agreed on")
	refusal := flag.String("expect-refusal", "", "fail unless the plugin is refused with an error that says this")
	autoMTLS := flag.Bool("auto-mtls", false, "let go-plugin make certificates and use mutual TLS")
	flag.Parse()
	if flag.NArg() == 0 {
		return errors.New("no plugin given")
	}
	known, err := contract.ParseVersions(*own)
	if err != nil {
		return err
	}
	sets, err := versions.Sets(known, nil)
	if err != nil {
		return err
	}
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  contract.Handshake,
		VersionedPlugins: sets,
		Cmd:              exec.Command(flag.Arg(0), flag.Args()[1:]...),
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		AutoMTLS:         *autoMTLS,
		StartTimeout:     patience,
		Logger:           hclog.New(&hclog.LoggerOptions{Output: io.Discard}),
	})
	defer client.Kill()

	_, err = client.Start()
	if *refusal != "" {
		if err == nil || !strings.Contains(err.Error(), *refusal) {
			return fmt.Errorf("not refused with %q: %w", *refusal, err)
		}
		fmt.Println("ok refused")
		return nil
	}
	if err != nil {
		return err
	}
	if agreed := client.NegotiatedVersion(); agreed != *expected {
		return fmt.Errorf("version %d was agreed on, not %d", agreed, *expected)
	}
	fmt.Println("ok version")
	if err := converse(client); err != nil {
		return err
	}
	fmt.Println("ok conversation")
	return nil
}

// converse calls what the version that was agreed on has.
func converse(client *plugin.Client) error {
	protocol, err := client.Client()
	if err != nil {
		return err
	}
	dispensed, err := protocol.Dispense(versions.Name)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	first := &kvtest.Pair{Key: "one", Value: []byte("1")}
	switch store := dispensed.(type) {
	case kvtest.KVClient:
		if _, err := store.Put(ctx, first); err != nil {
			return err
		}
		found, err := store.Get(ctx, &kvtest.Key{Key: "one"})
		return compare(found, err)
	case *versions.Store:
		if _, err := store.Exchange(ctx, first); err != nil {
			return err
		}
		found, err := store.Exchange(ctx, &kvtest.Pair{Key: "one", Value: []byte("2")})
		return compare(found, err)
	default:
		return fmt.Errorf("%T was dispensed", dispensed)
	}
}

func compare(found *kvtest.Pair, err error) error {
	if err == nil && !bytes.Equal(found.GetValue(), []byte("1")) {
		err = fmt.Errorf("found %q", found.GetValue())
	}
	return err
}
