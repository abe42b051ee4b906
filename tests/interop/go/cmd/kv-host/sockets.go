package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin/runner"
)

// shared is the error of a socket that is not for the group, or whose directory
// is not, where it has one of its own.
func shared(socket, group string) error {
	modes := map[string]os.FileMode{socket: 0o660}
	if directory := filepath.Dir(socket); directory != filepath.Clean(os.TempDir()) {
		modes[directory] = 0o770
	}
	for path, mode := range modes {
		found, err := os.Stat(path)
		if err != nil {
			return err
		}
		owner := found.Sys().(*syscall.Stat_t)
		if found.Mode().Perm() != mode || strconv.FormatUint(uint64(owner.Gid), 10) != group {
			return fmt.Errorf("%s has mode %o and group %d", path, found.Mode().Perm(), owner.Gid)
		}
	}
	return nil
}

// started is a plugin that a runner has started: here, on this machine.
type started struct {
	command        *exec.Cmd
	stdout, stderr io.ReadCloser
}

// run prepares the command of the session with what go-plugin says of the
// environment.
func (s *session) run(_ hclog.Logger, prepared *exec.Cmd, _ string) (runner.Runner, error) {
	s.command.Env = prepared.Env
	stdout, err := s.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	stderr, err := s.command.StderrPipe()
	return &started{command: s.command, stdout: stdout, stderr: stderr}, err
}

func (p *started) Start(context.Context) error     { return p.command.Start() }
func (p *started) Diagnose(context.Context) string { return "" }
func (p *started) Stdout() io.ReadCloser           { return p.stdout }
func (p *started) Stderr() io.ReadCloser           { return p.stderr }
func (p *started) Name() string                    { return p.command.Path }
func (p *started) Wait(context.Context) error      { return p.command.Wait() }
func (p *started) Kill(context.Context) error      { return p.command.Process.Kill() }
func (p *started) ID() string                      { return strconv.Itoa(p.command.Process.Pid) }
func (p *started) PluginToHost(network, address string) (string, string, error) {
	return network, address, nil
}
func (p *started) HostToPlugin(network, address string) (string, string, error) {
	return network, address, nil
}
