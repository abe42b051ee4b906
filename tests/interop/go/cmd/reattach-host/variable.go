package main

import (
	"encoding/json"
	"fmt"
	"net"
	"os"

	"github.com/hashicorp/go-plugin"
)

// attachable is what the variable says of one plugin.
type attachable struct {
	Protocol        string
	ProtocolVersion int
	Pid             int
	Test            bool
	Addr            struct {
		Network string
		String  string
	}
}

// reattachConfig is what the variable says of this plugin.
func reattachConfig(name string) (*plugin.ReattachConfig, error) {
	var plugins map[string]attachable
	if err := json.Unmarshal([]byte(os.Getenv("TF_REATTACH_PROVIDERS")), &plugins); err != nil {
		return nil, fmt.Errorf("variable: %w", err)
	}
	found, known := plugins[name]
	if !known {
		return nil, fmt.Errorf("variable: it does not name %s", name)
	}

	config := &plugin.ReattachConfig{
		Protocol:        plugin.Protocol(found.Protocol),
		ProtocolVersion: found.ProtocolVersion,
		Pid:             found.Pid,
		Test:            found.Test,
	}
	var err error
	switch found.Addr.Network {
	case "unix":
		config.Addr, err = net.ResolveUnixAddr("unix", found.Addr.String)
	case "tcp":
		config.Addr, err = net.ResolveTCPAddr("tcp", found.Addr.String)
	default:
		err = fmt.Errorf("variable: unknown network %q", found.Addr.Network)
	}
	return config, err
}
