package runner

import (
	"bytes"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// ownSession gives a process its own session and group, and so no terminal.
func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

func mkfifo(name string) error { return syscall.Mkfifo(name, 0o600) }

// reap waits for cmd, the leader of its session, and ends what it left running.
// The leader is not waited for before that: as long as it is a zombie no other
// process can have its ID.
func reap(cmd *exec.Cmd, mark string) {
	pid := cmd.Process.Pid
	for {
		const byPID = 1
		_, _, errno := syscall.Syscall6(syscall.SYS_WAITID, byPID, uintptr(pid), 0,
			syscall.WEXITED|syscall.WNOWAIT, 0, 0)
		if errno != syscall.EINTR {
			break
		}
	}
	sweep(pid, mark)
	cmd.Wait()
}

// sweep ends the process group and session that leader leads (0: none), and
// every process with mark in its environment, wherever it has gone: a job under
// "set -m", setsid, a daemon. It looks until no process is there that it has
// not looked at, as one that ends meanwhile may have started others, and waits
// until they are gone; but one that even SIGKILL does not end, as it hangs in
// the kernel, is given up after a while.
func sweep(leader int, mark string) {
	if leader > 0 {
		syscall.Kill(-leader, syscall.SIGKILL)
	}
	late := time.Now().Add(5 * time.Second)
	seen, killed := map[int]bool{}, []int{}
	for fresh := true; fresh && time.Now().Before(late); {
		fresh = false
		for _, pid := range processes() {
			if seen[pid] {
				continue
			}
			fresh, seen[pid] = true, true
			if member(pid, leader) || marked(pid, mark) {
				syscall.Kill(pid, syscall.SIGKILL)
				killed = append(killed, pid)
			}
		}
	}
	for _, pid := range killed {
		for !zombie(pid) && time.Now().Before(late) {
			time.Sleep(time.Millisecond)
		}
	}
}

// processes lists the process IDs of the machine but our own.
func processes() (pids []int) {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil && pid != os.Getpid() {
			pids = append(pids, pid)
		}
	}
	return pids
}

// member reports whether a living process is in the session that leader leads.
func member(pid, leader int) bool {
	if leader <= 0 {
		return false
	}
	sid, _, errno := syscall.RawSyscall(syscall.SYS_GETSID, uintptr(pid), 0, 0)
	return errno == 0 && int(sid) == leader && !zombie(pid)
}

// marked reports whether mark was in the environment of pid when it started. A
// zombie's environment is empty.
func marked(pid int, mark string) bool {
	env := environOf(pid)
	return mark != "" && bytes.Contains(append([]byte{0}, env...), []byte("\x00"+mark+"\x00"))
}

// bare holds the processes that really have no environment.
var bare sync.Map

// environOf reads the environment that pid was started with. A process in the
// middle of exec has none for a moment, and must not be missed for that.
func environOf(pid int) []byte {
	if _, ok := bare.Load(pid); ok {
		return nil
	}
	for range 20 {
		env, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/environ")
		if err != nil || len(env) > 0 || zombie(pid) {
			return env
		}
		time.Sleep(time.Millisecond)
	}
	bare.Store(pid, true)
	return nil
}

// zombie reports whether pid has ended and only waits to be asked how.
func zombie(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return true
	}
	i := bytes.LastIndexByte(stat, ')')
	return i < 0 || i+2 >= len(stat) || stat[i+2] == 'Z' || stat[i+2] == 'X'
}

// guard starts a process that waits until this one is gone without having said
// goodbye, by kill -9 say, and then ends every process with mark and removes the
// folders. The function it returns says goodbye.
func guard(mark string, dirs ...string) (func(), error) {
	args := append([]string{"--noprofile", "--norc", "-c", guardScript, "probatum-guard", mark}, dirs...)
	cmd := exec.Command("bash", args...)
	cmd.Dir, cmd.SysProcAttr = "/", ownSession()
	goodbye, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return func() {
		goodbye.Write([]byte("goodbye\n"))
		goodbye.Close()
		cmd.Wait()
	}, nil
}

// A marked process that leads a session takes the session with it, as what was
// started with "env -i" has no mark. A session whose leader is not marked is
// not ours to end.
const guardScript = `
read -r _ && exit 0
quiet=0
for round in {1..50}; do
  quiet=$((quiet+1))
  for f in $(grep -lszFx -e "$1" /proc/[0-9]*/environ); do
    pid=${f#/proc/} pid=${pid%/environ} quiet=0
    for stat in /proc/[0-9]*/stat; do
      { read -r line <"$stat"; } 2>/dev/null || continue
      read -r _ _ _ sid _ <<<"${line##*) }"
      [ "$sid" = "$pid" ] && kill -KILL "${line%% *}" 2>/dev/null
    done
    kill -KILL "$pid" 2>/dev/null
  done
  [ $quiet = 2 ] && break
done
shift
rm -rf -- "$@"
`
