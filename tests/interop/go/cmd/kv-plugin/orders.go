package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// realOutput is what was standard output before Serve put a pipe in its place:
// what a library in C, or a child, prints to.
var realOutput = os.Stdout

// hangs counts the calls that were ordered to hang.
var hangs atomic.Int64

// obey does what a key says that is an order, and returns the value that is its
// answer. It reports whether it was one.
func (s *service) obey(ctx context.Context, key string) (value string, isOrder bool, err error) {
	switch key {
	case "!panic":
		// gRPC for Go catches no panic of a handler: the process ends.
		panic("the store is on fire")
	case "!exit":
		os.Exit(3)
	case "!hang":
		hangs.Add(1)
		<-ctx.Done()
		return "", true, status.FromContextError(ctx.Err()).Err()
	case "!hangs":
		return strconv.FormatInt(hangs.Load(), 10), true, nil
	case "!version":
		return strconv.Itoa(s.version), true, nil
	case "!flood":
		return "", true, flood()
	}
	mark, isLog := strings.CutPrefix(key, "!log ")
	if isLog {
		s.logger.Info("info of "+mark, "number", 3, "word", "three")
		s.logger.Warn("warn of "+mark, "number", 4, "word", "four")
		s.logger.Error("error of "+mark, "number", 5, "word", "five")
	}
	return "", isLog, nil
}

// flood has a child write far more than a pipe holds, and no end of a line.
func flood() error {
	child := exec.Command("head", "-c", "300000", "/dev/zero")
	child.Stdout = realOutput
	if err := child.Run(); err != nil {
		return status.Error(codes.Internal, errors.Join(errors.New("the flood"), err).Error())
	}
	return nil
}
