// Package process does to plugins what their hosts must live with.
package process

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// patience is more than a busy machine needs to stop a process.
const patience = 20 * time.Second

// Pause stops a process and waits until no thread of it runs: the signal is
// sent before that is so.
func Pause(process *os.Process) error {
	if err := process.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	for started := time.Now(); time.Since(started) < patience; time.Sleep(time.Millisecond) {
		if isPaused(process.Pid) {
			return nil
		}
	}
	return fmt.Errorf("process %d still runs %v after it was stopped", process.Pid, patience)
}

func isPaused(id int) bool {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", id))
	for _, thread := range threads {
		stat, err := os.ReadFile(thread)
		// The state stands behind the name, which may hold anything but ends in this.
		end := strings.LastIndex(string(stat), ") ")
		if err != nil || end < 0 || stat[end+2] != 'T' {
			return false
		}
	}
	return len(threads) > 0
}
