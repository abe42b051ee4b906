package main

import (
	"errors"
	"flag"
	"fmt"
	"slices"

	"rpcplugin-interop/internal/contract"
)

// options is the command line.
type options struct {
	autoMTLS      bool
	dumpLog       bool
	expectNetwork string
	expectRefusal string
	expectVersion int
	fault         string
	logAs         string
	multiplex     bool
	netRPC        bool
	requireStdio  bool
	runner        bool
	skipHostEnv   bool
	socketGroup   string
	stderrIn      string
	thorough      bool
	versions      []int

	// command is the plugin and its arguments.
	command []string
}

func parseOptions(arguments []string) (*options, error) {
	parsed := &options{}
	flags := flag.NewFlagSet("kv-host", flag.ContinueOnError)
	flags.BoolVar(&parsed.autoMTLS, "auto-mtls", false, "let go-plugin make certificates and use mutual TLS")
	flags.BoolVar(&parsed.dumpLog, "dump-log", false, "print what was logged, one JSON record a line, to standard error at the end")
	flags.StringVar(&parsed.expectNetwork, "expect-network", "", "fail unless the plugin listens on this: unix or tcp")
	flags.StringVar(&parsed.expectRefusal, "expect-refusal", "", "fail unless the plugin is refused with an error that says this")
	flags.IntVar(&parsed.expectVersion, "expect-version", 1, "fail unless this version is agreed on")
	flags.StringVar(&parsed.fault, "fault", "", "order this of the plugin instead of output: kill, panic, exit, hang, pause, reattach or leave")
	flags.StringVar(&parsed.logAs, "log-as", "record", "how the plugin's log must arrive: record (INFO, with its field) or text (the message in any record)")
	flags.BoolVar(&parsed.multiplex, "multiplex", false, "carry everything over one connection")
	flags.BoolVar(&parsed.netRPC, "net-rpc", false, "allow only net/rpc, and do no more with the plugin than to ping it")
	flags.BoolVar(&parsed.requireStdio, "require-stdio", true, "fail unless standard output arrives through the stdio stream")
	flags.BoolVar(&parsed.skipHostEnv, "skip-host-env", false, "give the plugin no variables but those of the handshake")
	flags.BoolVar(&parsed.runner, "runner", false, "start the plugin by a runner, which has go-plugin make a directory for the sockets")
	flags.StringVar(&parsed.socketGroup, "socket-group", "", "fail unless the socket is shared with this group, a number")
	flags.StringVar(&parsed.stderrIn, "stderr-in", "sync", "where standard error must arrive: sync (the stdio stream) or log (the raw pipe)")
	flags.BoolVar(&parsed.thorough, "thorough", false, "check what only our plugins and those of go-plugin promise as well")
	flags.Func("versions", "the versions of the host, with commas between them (default 1)", func(list string) (err error) {
		parsed.versions, err = contract.ParseVersions(list)
		return err
	})
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "usage: kv-host [flags] PLUGIN [ARGUMENTS...]")
		flags.PrintDefaults()
	}
	if err := flags.Parse(arguments); err != nil {
		return nil, err
	}

	parsed.command = flags.Args()
	return parsed, parsed.validate()
}

// validate refuses a misspelt flag, which would otherwise check less than asked.
func (o *options) validate() error {
	switch {
	case len(o.command) == 0:
		return errors.New("no plugin given")
	case !slices.Contains([]string{"", "unix", "tcp"}, o.expectNetwork):
		return fmt.Errorf("-expect-network is unix or tcp, not %q", o.expectNetwork)
	case !slices.Contains([]string{"record", "text"}, o.logAs):
		return fmt.Errorf("-log-as is record or text, not %q", o.logAs)
	case o.fault != "" && faults[o.fault] == nil:
		return fmt.Errorf("-fault is kill, panic, exit, hang, pause, reattach or leave, not %q", o.fault)
	case !slices.Contains([]string{"sync", "log"}, o.stderrIn):
		return fmt.Errorf("-stderr-in is sync or log, not %q", o.stderrIn)
	}
	return nil
}
