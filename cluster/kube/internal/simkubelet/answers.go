package simkubelet

import (
	"fmt"
	"io"
	"strings"
)

// target is a container, or a pod where container is empty.
type target struct{ namespace, pod, container string }

func (t target) String() string {
	return strings.TrimSuffix(t.namespace+"/"+t.pod+"/"+t.container, "/")
}

// logText is what every container has logged.
func logText(t target) string {
	return fmt.Sprintf("simulated: the cluster runs no containers, this stands for the log of %s\nsimulated: end of the log\n", t)
}

// notFound is the exit code of a shell for a command that it does not know.
const notFound = 127

// answer runs a command in a container that does not exist and gives its exit
// code. Only commands whose output follows from the command line can be answered.
func answer(t target, command []string, in io.Reader, out, errs io.Writer) int {
	if len(command) == 0 { // attach
		fmt.Fprintf(out, "simulated: the cluster runs no containers, nothing comes from %s\n", t)
		return 0
	}
	switch command[0] {
	case "true":
		return 0
	case "echo":
		fmt.Fprintln(out, strings.Join(command[1:], " "))
		return 0
	case "cat":
		if len(command) == 1 && in != nil {
			io.Copy(out, in)
			return 0
		}
	}
	fmt.Fprintf(errs, "%s: not found: containers are simulated, they know echo, cat and true\n", command[0])
	return notFound
}

// reply answers what is sent to a port of a pod: one HTTP response, whatever
// was asked.
func reply(t target, port int32, conn io.ReadWriteCloser) error {
	defer conn.Close()
	if _, err := conn.Read(make([]byte, 4096)); err != nil {
		return err
	}
	body := fmt.Sprintf("simulated: the cluster runs no containers, this stands for port %d of %s\n", port, t)
	_, err := fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", len(body), body)
	return err
}
