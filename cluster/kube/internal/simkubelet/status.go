package simkubelet

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// next gives the status that a pod has after its present one, and whether that
// is another: waiting, running, and for pods of jobs succeeded.
func (k *kubelet) next(ctx context.Context, pod *corev1.Pod) (corev1.PodStatus, bool) {
	now := pod.Status
	job := ownedByJob(pod)
	switch {
	case now.Phase == corev1.PodSucceeded || now.Phase == corev1.PodFailed:
		return now, false
	case now.Phase == corev1.PodRunning && job:
		return status(pod, finished(), now.PodIP), true
	case now.Phase == corev1.PodRunning && len(now.EphemeralContainerStatuses) == len(pod.Spec.EphemeralContainers):
		return now, false
	case now.Phase == corev1.PodRunning: // kubectl debug has added a container
		return status(pod, running(), now.PodIP), true
	}
	if missing := k.missing(ctx, pod); missing != "" {
		return status(pod, waiting(missing), ""), !isWaiting(pod)
	}
	return status(pod, running(), k.address(pod)), true
}

func ownedByJob(pod *corev1.Pod) bool {
	for _, r := range pod.OwnerReferences {
		if r.Kind == "Job" {
			return true
		}
	}
	return false
}

func isWaiting(pod *corev1.Pod) bool {
	s := pod.Status.ContainerStatuses
	return len(s) > 0 && s[0].State.Waiting != nil
}

// missing names a config map or a secret without which a kubelet would not start
// the pod, or gives "".
func (k *kubelet) missing(ctx context.Context, pod *corev1.Pod) string {
	maps, secrets := references(&pod.Spec)
	for _, name := range maps {
		if _, err := k.client.CoreV1().ConfigMaps(pod.Namespace).Get(ctx, name, metav1.GetOptions{}); apierrors.IsNotFound(err) {
			return fmt.Sprintf("configmap %q not found", name)
		}
	}
	for _, name := range secrets {
		if _, err := k.client.CoreV1().Secrets(pod.Namespace).Get(ctx, name, metav1.GetOptions{}); apierrors.IsNotFound(err) {
			return fmt.Sprintf("secret %q not found", name)
		}
	}
	return ""
}

// references gives the config maps and secrets that are not optional.
func references(spec *corev1.PodSpec) (maps, secrets []string) {
	need := func(list *[]string, name string, optional *bool) {
		if optional == nil || !*optional {
			*list = append(*list, name)
		}
	}
	for _, v := range spec.Volumes {
		if c := v.ConfigMap; c != nil {
			need(&maps, c.Name, c.Optional)
		}
		if s := v.Secret; s != nil {
			need(&secrets, s.SecretName, s.Optional)
		}
	}
	for _, c := range spec.Containers {
		for _, e := range c.EnvFrom {
			if r := e.ConfigMapRef; r != nil {
				need(&maps, r.Name, r.Optional)
			}
			if r := e.SecretRef; r != nil {
				need(&secrets, r.Name, r.Optional)
			}
		}
		for _, e := range c.Env {
			if e.ValueFrom == nil {
				continue
			}
			if r := e.ValueFrom.ConfigMapKeyRef; r != nil {
				need(&maps, r.Name, r.Optional)
			}
			if r := e.ValueFrom.SecretKeyRef; r != nil {
				need(&secrets, r.Name, r.Optional)
			}
		}
	}
	return maps, secrets
}

// A stage is how far the containers of a pod have come.
type stage struct {
	phase  corev1.PodPhase
	ready  bool
	reason string                // of the conditions when not ready
	state  corev1.ContainerState // of every container
	inits  corev1.ContainerState // of every init container
}

func running() stage {
	return stage{
		phase: corev1.PodRunning, ready: true, inits: completed(),
		state: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.Now()}},
	}
}

func finished() stage {
	return stage{phase: corev1.PodSucceeded, reason: "PodCompleted", state: completed(), inits: completed()}
}

func waiting(why string) stage {
	w := corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CreateContainerConfigError", Message: why}}
	return stage{phase: corev1.PodPending, reason: "ContainersNotReady", state: w, inits: w}
}

func completed() corev1.ContainerState {
	now := metav1.Now()
	return corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Completed", StartedAt: now, FinishedAt: now}}
}

// status gives the status of a pod at a stage; no ip means that it has none yet.
func status(pod *corev1.Pod, s stage, ip string) corev1.PodStatus {
	now := metav1.Now()
	st := corev1.PodStatus{Phase: s.phase, StartTime: &now, HostIP: hostIP, HostIPs: []corev1.HostIP{{IP: hostIP}}, PodIP: ip}
	if pod.Status.StartTime != nil {
		st.StartTime = pod.Status.StartTime
	}
	if ip != "" {
		st.PodIPs = []corev1.PodIP{{IP: ip}}
	}
	st.Conditions = conditions(s)
	for _, c := range pod.Spec.Containers {
		st.ContainerStatuses = append(st.ContainerStatuses, containerStatus(pod, c.Name, c.Image, s.state, s.ready))
	}
	for _, c := range pod.Spec.InitContainers {
		state := s.inits
		if c.RestartPolicy != nil { // a sidecar: it runs beside the others
			state = s.state
		}
		st.InitContainerStatuses = append(st.InitContainerStatuses, containerStatus(pod, c.Name, c.Image, state, s.phase != corev1.PodPending))
	}
	for _, c := range pod.Spec.EphemeralContainers {
		st.EphemeralContainerStatuses = append(st.EphemeralContainerStatuses, containerStatus(pod, c.Name, c.Image, s.state, false))
	}
	return st
}

func conditions(s stage) (list []corev1.PodCondition) {
	now := metav1.Now()
	for _, t := range []corev1.PodConditionType{
		corev1.PodReadyToStartContainers, corev1.PodInitialized, corev1.PodReady, corev1.ContainersReady, corev1.PodScheduled,
	} {
		c := corev1.PodCondition{Type: t, Status: corev1.ConditionTrue, LastTransitionTime: now}
		if !s.ready && (t == corev1.PodReady || t == corev1.ContainersReady) {
			c.Status, c.Reason = corev1.ConditionFalse, s.reason
		}
		list = append(list, c)
	}
	return list
}

func containerStatus(pod *corev1.Pod, name, image string, state corev1.ContainerState, ready bool) corev1.ContainerStatus {
	started := state.Running != nil
	s := corev1.ContainerStatus{Name: name, Image: image, Ready: ready, Started: &started, State: state}
	if state.Waiting == nil {
		s.ImageID = "simulated://" + image
		s.ContainerID = fmt.Sprintf("simulated://%s-%s", pod.UID, name)
	}
	return s
}
