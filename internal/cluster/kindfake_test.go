package cluster

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tools makes a PATH with shell scripts for programs and gives an environment
// with nothing else in it.
func tools(t *testing.T, scripts map[string]string) Env {
	t.Helper()
	bin := t.TempDir()
	for name, text := range scripts {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\nPATH=/bin:/usr/bin\n"+text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return Env{CacheDir: t.TempDir(), Environ: []string{"PATH=" + bin}}
}

// kindScript is a kind that says something when it is to create a cluster and
// writes down what it is called with.
// Nodes are there until the second deletion: the first may come too early.
func kindScript(log, create string) string {
	return "echo \"$*\" >> " + log + "\ncase \"$1 $2\" in\n'create cluster') " + create + ";;\n" +
		"'get nodes') [ $(grep -c '^delete' " + log + ") -gt 1 ] || echo x-control-plane;;\nesac\n"
}

func TestKindMessages(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	fails := func(text string) map[string]string {
		return map[string]string{"docker": "", "kind": kindScript(log, "echo 'ERROR: failed to create cluster: "+text+"' >&2; exit 1")}
	}
	output := func(text string) map[string]string {
		return map[string]string{"nerdctl": "", "kind": kindScript(log, "cat >&2 <<'end'\nERROR: failed to create cluster: "+text+"\nend\nexit 1")}
	}
	for name, tt := range map[string]struct {
		scripts    map[string]string
		options    KindOptions
		says, hint string
		deletes    bool
	}{
		"no kind":      {scripts: map[string]string{"docker": ""}, says: "kind is not installed", hint: "go install sigs.k8s.io/kind"},
		"no engine":    {scripts: map[string]string{"kind": ""}, says: "no docker, podman or nerdctl in PATH", hint: "apt-get install docker.io"},
		"engine stops": {scripts: map[string]string{"kind": "", "docker": "echo 'ERROR: Cannot connect to the Docker daemon' >&2; exit 1"}, says: "docker is installed, but it does not run: Cannot connect to the Docker daemon", hint: "systemctl start docker"},
		"wrong name":   {scripts: map[string]string{"kind": "", "docker": ""}, options: KindOptions{Name: "A b"}, says: `"A b" is no name for a cluster`},
		"foreign":      {scripts: map[string]string{"kind": "echo theirs", "docker": ""}, options: KindOptions{Name: "theirs"}, says: "there is a cluster theirs already that probatum has not made"},
		"disk":         {scripts: fails("write x: no space left on device"), says: "the disk is full", hint: "docker system prune", deletes: true},
		"image":        {scripts: fails("failed to pull image kindest/node"), says: "its node image is not here and cannot be pulled", hint: "make kind-image", deletes: true},
		"port":         {scripts: fails("Bind for 0.0.0.0:80 failed: port is already allocated"), says: "a port of its configuration is taken", hint: "extraPortMappings", deletes: true},
		"capabilities": {scripts: fails("unable to apply caps: operation not permitted"), says: "containers may not be privileged here", hint: "make docker", deletes: true},
		"taken since":  {scripts: fails("node(s) already exist for a cluster with the name x"), says: "there is such a cluster already", hint: "another name"},
		"other":        {scripts: fails("something new"), says: "cannot be made: failed to create cluster: something new", hint: "the logs of its nodes are in ", deletes: true},
		"network": {scripts: output(`failed to ensure nerdctl network: command "nerdctl network create -d=bridge --ipv6 --subnet fc00:f853:ccd:e793::/64 kind" failed with error: exit status 1

Command Output: time="2026-11-22T10:39:30Z" level=fatal msg="subnet fc00:f853:ccd:e793::/64 overlaps with other one on this address space"`),
			says: "the addresses of its network are taken here", hint: "nerdctl network create kind", deletes: true},
		"old containerd": {scripts: output(`command "nerdctl run --name x --restart=on-failure:1" failed with error: exit status 1

Command Output: time="2026-11-22T10:40:03Z" level=fatal msg="unsupported restart policy \"on-failure\", supported policies are: [\"always\"]"`),
			says: "containerd is too old for kind", hint: "containerd 1.7 or newer", deletes: true},
		"words of nerdctl": {scripts: output(`failed to ensure nerdctl network: command "nerdctl network create kind" failed with error: exit status 1

Command Output: time="2026-11-22T10:39:29Z" level=warning msg="something is old"
time="2026-11-22T10:39:30Z" level=fatal msg="something \"else\""`),
			says: `cannot be made: failed to create cluster: failed to ensure nerdctl network: something "else"`, hint: "the logs of its nodes are in ", deletes: true},
		"in a node": {scripts: output(`failed to init node with kubeadm: command "nerdctl exec --privileged x kubeadm init" failed with error: exit status 1

Command Output: I1122 10:39:29 initconfiguration.go:261] much
	/usr/local/go/src/runtime/asm_amd64.s:1700`),
			says: "exit status 1", hint: "the logs of its nodes are in ", deletes: true},
		"no version": {scripts: fails(""), options: KindOptions{Kubernetes: "1.20"}, says: "no cluster of Kubernetes 1.20 can be made: kind v0.33.0 has no node image for it", hint: "PROBATUM_NODE_IMAGE", deletes: true},
	} {
		t.Run(name, func(t *testing.T) {
			os.Remove(log)
			env := tools(t, tt.scripts)
			_, err := StartKind(t.Context(), env, tt.options)
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Fatalf("error is %v, want %q in it", err, tt.says)
			}
			var h interface{ Hint() string }
			if hint := errors.As(err, &h); tt.hint != "" && (!hint || !strings.Contains(h.Hint(), tt.hint)) {
				t.Errorf("%v has no hint with %q", err, tt.hint)
			}
			called, _ := os.ReadFile(log)
			if got := strings.Contains(string(called), "delete cluster"); got != tt.deletes {
				t.Errorf("deleted: %v, want %v; kind was called with\n%s", got, tt.deletes, called)
			}
			if list, err := ListKind(env); err != nil || len(list) != 0 {
				t.Errorf("left %v, %v", list, err)
			}
		})
	}
}

// Docker is stopped while a cluster is made: two short messages, and the record
// stays, so that the cluster is found.
func TestKindEngineEnds(t *testing.T) {
	stopped := filepath.Join(t.TempDir(), "stopped")
	env := tools(t, map[string]string{
		"docker": "[ ! -e " + stopped + " ] || { echo 'Cannot connect to the Docker daemon.' >&2; exit 1; }\n",
		"kind":   "case \"$1\" in create) touch " + stopped + "; echo 'ERROR: failed to init node with kubeadm: exit status 143' >&2; exit 1;;\ndelete) echo 'ERROR: failed to list nodes' >&2; exit 1;;\nesac\n",
	})
	_, err := StartKind(t.Context(), env, KindOptions{Name: "x"})
	want := "the cluster x cannot be made: docker does not run any more\ndelete the cluster x: docker does not run any more; when it can be deleted, run: probatum cluster delete x"
	if err == nil || err.Error() != want {
		t.Errorf("error is %v, want %s", err, want)
	}
	if !hasHint(err) {
		t.Error("there is no hint")
	}
	if list, _ := ListKind(env); len(list) != 1 || !list[0].Left() {
		t.Errorf("listed %+v", list)
	}
}

// The program that runs containers is what the user names, else the first that
// runs.
func TestEngine(t *testing.T) {
	const runs, idle = "", "echo 'ERROR: no daemon' >&2; exit 1"
	for name, tt := range map[string]struct {
		scripts      map[string]string
		wanted, want string
		err, hint    string
	}{
		"first":       {map[string]string{"docker": runs, "podman": runs, "nerdctl": runs}, "", "docker", "", ""},
		"podman":      {map[string]string{"podman": runs, "nerdctl": runs}, "", "podman", "", ""},
		"nerdctl":     {map[string]string{"nerdctl": runs}, "", "nerdctl", "", ""},
		"what runs":   {map[string]string{"docker": idle, "nerdctl": runs}, "", "nerdctl", "", ""},
		"named":       {map[string]string{"docker": runs, "nerdctl": runs}, "nerdctl", "nerdctl", "", ""},
		"named, idle": {map[string]string{"docker": runs, "podman": idle}, "podman", "", "podman is installed, but it does not run: no daemon", "podman info"},
		"idle":        {map[string]string{"nerdctl": idle}, "", "", "nerdctl is installed, but it does not run: no daemon", "systemctl start containerd"},
		"not there":   {map[string]string{"docker": runs}, "nerdctl", "", "nerdctl, which $KIND_EXPERIMENTAL_PROVIDER names, is not installed", "or unset it"},
		"unknown":     {map[string]string{"docker": runs}, "lxc", "", "$KIND_EXPERIMENTAL_PROVIDER is lxc, which kind does not know", "docker, podman and nerdctl"},
		"none":        {nil, "", "", "nothing that runs containers is installed", "install Docker"},
	} {
		env := tools(t, tt.scripts)
		env.Environ = append(env.Environ, "KIND_EXPERIMENTAL_PROVIDER="+tt.wanted)
		got, err := engine(t.Context(), env)
		if tt.err == "" {
			if err != nil || filepath.Base(got.path) != tt.want {
				t.Errorf("%s: got %s, %v, want %s", name, got.path, err, tt.want)
			}
			continue
		}
		missing, ok := errors.AsType[*MissingError](err)
		if !ok || !strings.Contains(missing.What, tt.err) || !strings.Contains(missing.Help, tt.hint) {
			t.Errorf("%s: got %v, want %s and %s", name, err, tt.err, tt.hint)
		}
	}
}

// Ctrl-C while a cluster is made leaves nothing.
func TestKindInterrupted(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	env := tools(t, map[string]string{"docker": "", "kind": kindScript(log, "echo created >> "+log+"; exec sleep 100")})
	ctx, cancel := context.WithCancel(t.Context())
	_, err := StartKind(ctx, env, KindOptions{Progress: func(s string) {
		if strings.HasPrefix(s, "make the cluster") {
			go func() {
				for !strings.Contains(read(log), "created") {
					pause(ctx, lockPoll)
				}
				cancel()
			}()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
	if called := read(log); strings.Count(called, "delete cluster") != 2 {
		t.Errorf("the cluster is not deleted until it is gone; kind was called with\n%s", called)
	}
	if list, err := ListKind(env); err != nil || len(list) != 0 {
		t.Errorf("left %v, %v", list, err)
	}
}

func read(name string) string {
	data, _ := os.ReadFile(name)
	return string(data)
}

// What a process that was killed has left is found, and deleted on request.
func TestKindLeft(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	env := tools(t, map[string]string{"docker": "", "kind": kindScript(log, "")})
	dir := filepath.Join(kindDir(env), "old")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "state.json"), []byte(`{"kubernetes": "v1.34.4"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	list, err := ListKind(env)
	if err != nil || len(list) != 1 || !list[0].Left() || list[0].Kubernetes != "v1.34.4" {
		t.Fatalf("found %+v, %v", list, err)
	}
	if err := DeleteKind(t.Context(), env, "theirs"); err == nil || !strings.Contains(err.Error(), "has made no cluster theirs") {
		t.Errorf("deleting a cluster of others: %v", err)
	}
	if err := DeleteKind(t.Context(), env, "old"); err != nil || !strings.Contains(read(log), "delete cluster --name old") {
		t.Errorf("%v; kind was called with\n%s", err, read(log))
	}
	if list, _ := ListKind(env); len(list) != 0 {
		t.Errorf("left %+v", list)
	}
}

// imagesScript is an engine that lists images. With a name and no tag it lists
// what is called so with the tag latest, as nerdctl does: none.
func imagesScript(images ...string) string {
	return "[ $# -gt 4 ] || echo '" + strings.Join(images, "\n") + "'"
}

// nerdctl logs what it says; the messages are what people read.
func TestMessages(t *testing.T) {
	const fatal = `time="2026-11-22T10:38:25Z" level=fatal msg=`
	for _, tt := range []struct{ text, want string }{
		{"", ""},
		{"Error: no such image\n", "Error: no such image"},
		{fatal + `"cannot access containerd socket \"/run/containerd/containerd.sock\": no such file or directory"` + "\n", `cannot access containerd socket "/run/containerd/containerd.sock": no such file or directory`},
		{fatal + `"1 errors:\nno such image: nope:1"`, "1 errors:\nno such image: nope:1"},
		{fatal + "short", "short"},
		{`time="2026-11-22T10:38:25Z" level=info msg="trying next host" error="failed to do request" host="127.0.0.1:9"` + "\n" + fatal + `"failed to resolve reference"`, "failed to resolve reference"},
		{`time="2026-11-22T10:38:25Z" level=warning msg="alone"`, "alone"},
		{"Command Output: " + fatal + `"no"`, "Command Output: no"},
	} {
		if got := messages(tt.text); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

// With nerdctl, kind cannot delete a cluster whose node has ended: it is removed
// all the same.
func TestKindEndedNode(t *testing.T) {
	dir := t.TempDir()
	node := filepath.Join(dir, "node")
	env := tools(t, map[string]string{
		"nerdctl": "[ \"$*\" != 'rm -f -v old-control-plane' ] || rm " + node,
		"kind": "[ -e " + node + " ] || exit 0\ncase \"$1 $2\" in\n'get nodes') echo old-control-plane;;\n" +
			"'delete cluster') echo 'ERROR: failed to delete cluster \"old\": failed to wait for node exit' >&2; exit 1;;\nesac\n",
	})
	record := filepath.Join(kindDir(env), "old")
	for name, text := range map[string]string{node: "", filepath.Join(record, "state.json"): `{"kubernetes": "v1.34.4"}`} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := DeleteKind(t.Context(), env, "old"); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(node); err == nil {
		t.Error("the node is left")
	}
	if list, _ := ListKind(env); len(list) != 0 {
		t.Errorf("left %+v", list)
	}
}

// Images have the whole names that nodes know them by: podman calls one that is
// built or tagged as shop:1 localhost/shop:1.
func TestShortImageNames(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	env := tools(t, map[string]string{"podman": "echo \"$*\" >> " + log})
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for from, want := range map[string]string{
		"./Dockerfile": "build -q -t docker.io/library/shop:1 -f ",
		"web:latest":   "tag web:latest docker.io/library/shop:1\n",
	} {
		os.Remove(log)
		if _, err := Images(t.Context(), env, []ImageSource{{"shop:1", from}}, dir, t.TempDir(), nil); err != nil {
			t.Fatal(err)
		}
		if got := read(log); !strings.Contains(got, want) || !strings.HasSuffix(got, "shop_1.tar docker.io/library/shop:1\n") {
			t.Errorf("%s: podman was called with\n%s\nwant %s and save by the same name", from, got, want)
		}
	}
}

// nerdctl builds images with BuildKit, which has to be installed.
func TestNoBuildKit(t *testing.T) {
	env := tools(t, map[string]string{"nerdctl": `[ "$1" != build ] || { echo 'time="2026-11-22T10:38:35Z" level=fatal msg="no buildkit host is available, tried 2 candidates: exec"' >&2; exit 1; }`})
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte("FROM scratch\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Images(t.Context(), env, []ImageSource{{"x:1", "./Dockerfile"}}, dir, t.TempDir(), nil)
	if want := "make the image x:1 from ./Dockerfile: nerdctl finds no BuildKit, which builds its images"; err == nil || err.Error() != want || !hasHint(err) {
		t.Errorf("got %v, want %s and a hint", err, want)
	}
}

func TestNodeImage(t *testing.T) {
	const built, foreign = "probatum.local/node:v1.34.4", "kindest/node:v1.34.11"
	for _, tt := range []struct {
		images             []string
		version, set, want string
	}{
		{nil, "", "", ""},
		{[]string{foreign, "<none>:<none>", "my.example/probatum.local/node:v1.34.4"}, "", "", ""},
		{[]string{foreign, built, built + "-abc"}, "", "", built},
		{[]string{built}, "1.34", "", built},
		{[]string{built}, "v1.35", "", nodeImages[2]},
		{nil, "1.33.2", "", "kindest/node:v1.33.2"},
		{[]string{built}, ">=1.33", "", built},
		{[]string{built}, ">1.34 <1.37", "", nodeImages[1]},
		{[]string{built}, "1.34", "example.com/n:1", built},
		{[]string{built}, "", "example.com/n:1", "example.com/n:1"},
	} {
		env := tools(t, map[string]string{"nerdctl": imagesScript(tt.images...)})
		env.Environ = append(env.Environ, "PROBATUM_NODE_IMAGE="+tt.set)
		e, err := engine(t.Context(), env)
		if err != nil {
			t.Fatal(err)
		}
		k := &kind{env: env, engine: e, o: KindOptions{Kubernetes: tt.version}}
		if got, err := k.image(t.Context()); err != nil || got != tt.want {
			t.Errorf("image for %q with %q: %q, %v, want %q", tt.version, tt.images, got, err, tt.want)
		}
	}
}

// A release that cluster/node knows nothing of is named, with those that it knows.
func TestNodeRelease(t *testing.T) {
	build := exec.Command(filepath.Join("..", "..", "cluster", "node", "build.sh"), "1.20")
	out, err := build.CombinedOutput()
	want := "build.sh: no release 1.20: there are 1.33, and with no argument that of kube/go.mod\n"
	if build.ProcessState.ExitCode() != 2 || string(out) != want {
		t.Errorf("%v, %q, want exit status 2 and %q", err, out, want)
	}
}
