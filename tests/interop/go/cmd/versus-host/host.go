package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os/exec"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"

	"rpcplugin-interop/internal/contract"
	"rpcplugin-interop/internal/process"
	"rpcplugin-interop/kvtest"
)

// host has one plugin at a time, with go-plugin's defaults.
type host struct {
	command  []string
	count    int
	checksum string

	process *exec.Cmd
	client  *plugin.Client
	store   kvtest.KVClient
}

// start is what a host of go-plugin does before its first call.
func (h *host) start() (facts, error) {
	h.process = exec.Command(h.command[0], h.command[1:]...)
	config := &plugin.ClientConfig{
		HandshakeConfig:  contract.Handshake,
		Plugins:          contract.Plugins(nil),
		Cmd:              h.process,
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		Logger:           hclog.NewNullLogger(),
	}
	if h.checksum != "" {
		sum, err := hex.DecodeString(h.checksum)
		if err != nil {
			return nil, err
		}
		config.SecureConfig = &plugin.SecureConfig{Checksum: sum, Hash: sha256.New()}
	}
	h.client = plugin.NewClient(config)
	address, err := h.client.Start()
	if err != nil {
		return nil, err
	}
	found := facts{"process": h.process.Process.Pid, "address": address.String()}
	protocol, err := h.client.Client()
	if err != nil {
		return found, err
	}
	dispensed, err := protocol.Dispense(contract.Name)
	if err != nil {
		return found, err
	}
	h.store = dispensed.(kvtest.KVClient)
	return found, nil
}

// call has no deadline, as a host has none that does not think of it.
func (h *host) call() (facts, error) {
	_, err := h.store.Put(context.Background(), &kvtest.Pair{Key: "alpha", Value: []byte("1")})
	return nil, err
}

// flood is a call during which the plugin prints a lot.
func (h *host) flood() (facts, error) {
	_, err := h.store.Get(context.Background(), &kvtest.Key{Key: "!flood"})
	return nil, err
}

func (h *host) pause() (facts, error) {
	return nil, process.Pause(h.process.Process)
}

func (h *host) stop() (facts, error) {
	h.client.Kill()
	return nil, nil
}
