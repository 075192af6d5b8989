//go:build linux

// Command held is a container runtime in front of runc, for machines whose root
// lacks some capabilities, as in many CI systems. "docker run --privileged" asks
// for every capability that the kernel knows, and runc gives up on the first that
// it cannot grant. held takes out of a container's specification what this
// process does not hold itself, and hands over to runc.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// capabilities are the names in the order of their bits.
var capabilities = strings.Fields(`CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP
	LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO
	SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE
	AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF
	CHECKPOINT_RESTORE`)

// limits are the resource limits that are lowered to what can be granted; others
// are left as they are inherited.
var limits = map[string]int{"RLIMIT_NOFILE": syscall.RLIMIT_NOFILE, "RLIMIT_CORE": syscall.RLIMIT_CORE}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "held:", err)
		os.Exit(1)
	}
}

// run does not return where all goes well: the process becomes runc.
func run() error {
	runc, err := exec.LookPath("runc")
	if err != nil { // podman cleans up without a PATH
		runc, err = exec.LookPath("/usr/sbin/runc")
	}
	if err != nil {
		return err
	}
	if name := specification(os.Args[1:]); name != "" {
		if err := rewrite(name); err != nil {
			return err
		}
	}
	return syscall.Exec(runc, append([]string{runc}, os.Args[1:]...), os.Environ())
}

// specification finds the JSON file that a command line of runc is about: that
// of the bundle, or of the process for exec. "" where it is about none.
func specification(args []string) string {
	for i, arg := range args {
		switch arg {
		case "create", "run":
			return filepath.Join(flagValue(args[i:], "--bundle", "-b"), "config.json")
		case "exec":
			return flagValue(args[i:], "--process", "-p")
		}
	}
	return ""
}

func flagValue(args []string, names ...string) string {
	for i, arg := range args {
		for _, name := range names {
			if value, ok := strings.CutPrefix(arg, name+"="); ok {
				return value
			}
			if arg == name && i+1 < len(args) {
				return args[i+1]
			}
		}
	}
	return ""
}

// rewrite takes out of a specification what cannot be granted.
func rewrite(name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var spec map[string]any
	if err := json.Unmarshal(data, &spec); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	process := spec // the file of exec holds the process alone
	if p, ok := spec["process"].(map[string]any); ok {
		process = p
	}
	held, err := heldCapabilities()
	if err != nil {
		return err
	}
	dropCapabilities(process, held)
	if !held["CAP_SYS_RESOURCE"] {
		raiseScore(process)
		lowerLimits(process)
	}
	if data, err = json.Marshal(spec); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o600)
}

// heldCapabilities reads what this process may grant at most.
func heldCapabilities() (map[string]bool, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(status)) {
		value, ok := strings.CutPrefix(line, "CapBnd:")
		if !ok {
			continue
		}
		bits, err := strconv.ParseUint(strings.TrimSpace(value), 16, 64)
		if err != nil {
			return nil, fmt.Errorf("read the capabilities of this process: %w", err)
		}
		held := map[string]bool{}
		for i, name := range capabilities {
			held["CAP_"+name] = bits&(1<<i) != 0
		}
		return held, nil
	}
	return nil, fmt.Errorf("/proc/self/status names no capabilities")
}

func dropCapabilities(process map[string]any, held map[string]bool) {
	sets, _ := process["capabilities"].(map[string]any)
	for set, v := range sets {
		list, _ := v.([]any)
		kept := make([]any, 0, len(list))
		for _, c := range list {
			if name, _ := c.(string); held[name] {
				kept = append(kept, c)
			}
		}
		sets[set] = kept
	}
}

// raiseScore raises the score for the out-of-memory killer to our own: it cannot
// be lowered.
func raiseScore(process map[string]any) {
	var own int
	if data, err := os.ReadFile("/proc/self/oom_score_adj"); err == nil {
		own, _ = strconv.Atoi(strings.TrimSpace(string(data)))
	}
	if score, ok := process["oomScoreAdj"].(float64); ok && int(score) < own {
		process["oomScoreAdj"] = own
	}
}

// lowerLimits lowers resource limits to the highest that can be granted.
func lowerLimits(process map[string]any) {
	list, ok := process["rlimits"].([]any)
	if !ok {
		return
	}
	kept := make([]any, 0, len(list))
	for _, v := range list {
		limit, _ := v.(map[string]any)
		name, _ := limit["type"].(string)
		which, known := limits[name]
		var own syscall.Rlimit
		if !known || syscall.Getrlimit(which, &own) != nil {
			continue
		}
		for _, key := range []string{"soft", "hard"} {
			if n, ok := limit[key].(float64); ok && n > float64(own.Max) {
				limit[key] = own.Max
			}
		}
		kept = append(kept, limit)
	}
	process["rlimits"] = kept
}
