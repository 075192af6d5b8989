//go:build !kubernetes1.33

package main

import (
	"context"
	"os"

	"github.com/spf13/cobra"
	"k8s.io/component-base/logs"
	runtime "k8s.io/cri-api/pkg/apis/runtime/v1"
	kubectlcmd "k8s.io/kubectl/pkg/cmd"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

// What is called in another way in the release of go-1.33.mod: see release_1.33.go.

func kubeletCommand() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) }

func kubectlCommand() *cobra.Command {
	// Plugins and the .kuberc file are handled while the command is made, before
	// flags are parsed: the log level has to be known by then.
	logs.GlogSetter(kubectlcmd.GetLogVerbosity(os.Args))
	return kubectlcmd.NewDefaultKubectlCommand()
}

func imageSize(i *runtime.Image) uint64 { return i.Size }
