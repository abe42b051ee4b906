package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"

	"rpcplugin-interop/internal/contract"
	"rpcplugin-interop/internal/secrets"
	"rpcplugin-interop/kvtest"
)

// patience is how long a step may take.
const patience = 20 * time.Second

// run holds the conversation with the plugin of this name, or with the one of
// this command.
func run(name, directory string, stderr bool, command []string) error {
	output := &capture{}
	config := &plugin.ClientConfig{
		HandshakeConfig:  contract.Handshake,
		Plugins:          contract.Plugins(nil),
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		StartTimeout:     patience,
		SyncStderr:       output,
		Logger:           hclog.New(&hclog.LoggerOptions{Level: hclog.Trace, Output: os.Stderr}),
	}
	var err error
	if directory != "" {
		if config.TLSConfig, err = secrets.Read(directory, "host"); err != nil {
			return err
		}
	}
	if name == "" {
		config.Cmd = exec.Command(command[0], command[1:]...)
	} else if config.Reattach, err = reattachConfig(name); err != nil {
		return err
	}

	client := plugin.NewClient(config)
	defer client.Kill()
	if err := converse(client, output, stderr); err != nil {
		return err
	}
	client.Kill()
	if config.Reattach == nil {
		return ended(client)
	}
	return survived(config.Reattach)
}

func converse(client *plugin.Client, output *capture, stderr bool) error {
	protocol, err := client.Client()
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	dispensed, err := protocol.Dispense(contract.Name)
	if err != nil {
		return fmt.Errorf("dispense: %w", err)
	}
	fmt.Println("ok connect")

	store := dispensed.(kvtest.KVClient)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if _, err := store.Put(ctx, &kvtest.Pair{Key: "go", Value: []byte("was here")}); err != nil {
		return fmt.Errorf("put: %w", err)
	}
	pair, err := store.Get(ctx, &kvtest.Key{Key: "go"})
	if err != nil {
		return fmt.Errorf("get: %w", err)
	}
	if string(pair.GetValue()) != "was here" {
		return fmt.Errorf("get: %q", pair.GetValue())
	}
	fmt.Println("ok call")

	if stderr {
		if _, err := store.Emit(ctx, &kvtest.EmitRequest{StandardError: "through the stream\n"}); err != nil {
			return fmt.Errorf("emit: %w", err)
		}
		if err := output.wait("through the stream\n"); err != nil {
			return fmt.Errorf("stderr: %w", err)
		}
		fmt.Println("ok stderr")
	}
	if err := protocol.Ping(); err != nil {
		return fmt.Errorf("ping: %w", err)
	}
	fmt.Println("ok ping")
	return nil
}

// ended is the error of a plugin that is there although it was ended.
func ended(client *plugin.Client) error {
	if !client.Exited() {
		return errors.New("kill: the plugin is still running")
	}
	fmt.Println("ok kill")
	return nil
}

// survived is the error of a plugin in test mode that is gone.
func survived(config *plugin.ReattachConfig) error {
	if !config.Test {
		return errors.New("survive: the plugin is not in test mode")
	}
	if err := syscall.Kill(config.Pid, 0); err != nil {
		return fmt.Errorf("survive: %w", err)
	}
	fmt.Println("ok survive")
	return nil
}

// capture keeps what is written to it.
type capture struct {
	lock sync.Mutex
	text bytes.Buffer
}

func (c *capture) Write(text []byte) (int, error) {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.text.Write(text)
}

func (c *capture) wait(expected string) error {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		c.lock.Lock()
		found := c.text.String()
		c.lock.Unlock()
		if found == expected {
			return nil
		}
	}
	return errors.New("it did not arrive")
}
