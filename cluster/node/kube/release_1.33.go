//go:build kubernetes1.33

package main

import (
	"github.com/spf13/cobra"
	runtime "k8s.io/cri-api/pkg/apis/runtime/v1"
	kubectlcmd "k8s.io/kubectl/pkg/cmd"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

func kubeletCommand() *cobra.Command { return kubelet.NewKubeletCommand() }

func kubectlCommand() *cobra.Command { return kubectlcmd.NewDefaultKubectlCommand() }

func imageSize(i *runtime.Image) uint64 { return i.Size_ }
