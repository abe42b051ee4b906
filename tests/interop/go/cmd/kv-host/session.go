package main

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"

	"rpcplugin-interop/internal/contract"
	"rpcplugin-interop/kvtest"
)

// startPatience is how long the plugin may take to print its handshake line.
const startPatience = 20 * time.Second

// session is one plugin process and everything it said.
type session struct {
	options *options
	command *exec.Cmd
	config  *plugin.ClientConfig
	client  *plugin.Client
	started bool

	log            logbook
	standardOutput capture
	standardError  capture
}

func newSession(options *options) *session {
	created := &session{
		options: options,
		command: exec.Command(options.command[0], options.command[1:]...),
	}
	created.config = &plugin.ClientConfig{
		HandshakeConfig:  contract.Handshake,
		Plugins:          contract.Plugins(nil),
		Cmd:              created.command,
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		AutoMTLS:         options.autoMTLS,
		SkipHostEnv:      options.skipHostEnv,
		StartTimeout:     startPatience,
		SyncStdout:       &created.standardOutput,
		SyncStderr:       &created.standardError,

		GRPCBrokerMultiplex: options.multiplex,

		Logger: hclog.New(&hclog.LoggerOptions{
			Name:       "kv-host",
			Level:      hclog.Trace,
			Output:     &created.log.text,
			JSONFormat: true,
		}),
	}
	if options.versions != nil {
		created.config.Plugins = nil
		created.config.VersionedPlugins = contract.Versions(options.versions, nil)
	}
	if options.socketGroup != "" {
		created.config.UnixSocketConfig = &plugin.UnixSocketConfig{Group: options.socketGroup}
	}
	if options.runner {
		created.config.Cmd = nil
		created.config.RunnerFunc = created.run
	}
	if options.netRPC {
		created.config.AllowedProtocols = []plugin.Protocol{plugin.ProtocolNetRPC}
	}
	created.client = plugin.NewClient(created.config)
	return created
}

// begin starts the plugin, checks what was agreed in the handshake and returns
// the store of the plugin.
func (s *session) begin(report *report) (kvtest.KVClient, bool) {
	started := time.Now()
	address, err := s.client.Start()
	if expected := s.options.expectRefusal; expected != "" {
		report.check("refused", refusal(err, expected))
		return nil, false
	}
	if !report.check("start", err, milliseconds(started)) {
		return nil, false
	}
	s.started = true

	if s.options.netRPC {
		report.check("net-rpc", differ(s.client.Protocol(), plugin.ProtocolNetRPC))
		s.ping(report)
		// The answer to the request to end races with the end, so go-plugin may
		// say that it had to kill: that it has ended is all there is to check.
		s.started = false
		return nil, false
	}

	network := address.Network()
	if expected := s.options.expectNetwork; expected != "" {
		report.check("network", differ(network, expected), network)
	}
	if expected := s.options.socketGroup; expected != "" {
		report.check("socket-group", shared(address.String(), expected))
	}
	report.check("version", differ(s.client.NegotiatedVersion(), s.options.expectVersion))
	report.check("protocol", differ(s.client.Protocol(), plugin.ProtocolGRPC))
	if s.options.autoMTLS {
		report.check("auto-mtls", s.pinned())
	}

	connected := time.Now()
	store, err := s.dispense()
	if s.options.multiplex {
		report.check("multiplex", s.multiplexed())
	}
	return store, report.check("dispense", err, milliseconds(connected))
}

// refusal is the error of a plugin that should have been refused for a reason.
func refusal(err error, expected string) error {
	if err == nil {
		return errors.New("the plugin was accepted")
	}
	if !strings.Contains(err.Error(), expected) {
		return fmt.Errorf("refused for another reason than %q: %w", expected, err)
	}
	return nil
}

// pinned is the error of a plugin that was offered mutual TLS and answered
// without a certificate.
func (s *session) pinned() error {
	if s.config.TLSConfig == nil || s.config.TLSConfig.RootCAs == nil {
		return errors.New("the handshake line had no certificate")
	}
	return nil
}

// multiplexed is the error of a host that does not have streams share its
// connection. Only its log says whether it does.
func (s *session) multiplexed() error {
	connections := s.log.find(func(entry record) bool { return entry.message() == "client muxer connected" })
	return differ(len(connections), 1)
}

func (s *session) dispense() (kvtest.KVClient, error) {
	protocol, err := s.client.Client()
	if err != nil {
		return nil, err
	}
	dispensed, err := protocol.Dispense(contract.Name)
	if err != nil {
		return nil, err
	}
	return dispensed.(kvtest.KVClient), nil
}

// ping asks the health service, the way go-plugin does.
func (s *session) ping(report *report) {
	report.check("ping", within(stepPatience, func() error {
		protocol, err := s.client.Client()
		if err != nil {
			return err
		}
		return protocol.Ping()
	}))
}

// end stops the plugin and checks that it went by itself, and gladly.
func (s *session) end(report *report) {
	if !s.started {
		// Nothing was agreed that could be ended well; the process that may be
		// left over goes all the same.
		s.client.Kill()
		return
	}

	started := time.Now()
	err := within(stepPatience, func() error {
		s.client.Kill()
		return s.ended()
	})
	if !report.check("kill", err, milliseconds(started)) {
		// The plugin must not outlive the test; whether it was still there
		// changes nothing any more.
		_ = s.command.Process.Kill()
	}
}

// ended is the error of a plugin that had to be killed, or that ended with an
// error of its own.
func (s *session) ended() error {
	if !s.client.Exited() {
		return errors.New("the plugin is still running")
	}
	complaints := s.log.find(func(entry record) bool {
		return entry.message() == "plugin failed to exit gracefully" ||
			entry.message() == "error closing client during Kill"
	})
	if len(complaints) > 0 {
		return errors.New(complaints[0].message())
	}
	if !s.command.ProcessState.Success() {
		return fmt.Errorf("the plugin ended with %v", s.command.ProcessState)
	}
	return nil
}
