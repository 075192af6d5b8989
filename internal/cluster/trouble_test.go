package cluster

import (
	"encoding/json"
	"testing"
)

// What is said of a pod, by what the API says of it.
func TestTrouble(t *testing.T) {
	for name, tt := range map[string]struct{ pod, state, where string }{
		"well":       {`{"status": {"phase": "Running", "containerStatuses": [{"name": "c", "ready": true, "state": {"running": {}}}]}}`, "", ""},
		"done":       {`{"status": {"phase": "Succeeded", "containerStatuses": [{"name": "c", "state": {"terminated": {"reason": "Completed"}}}]}}`, "", ""},
		"starts":     {`{"status": {"phase": "Pending", "containerStatuses": [{"name": "c", "state": {"waiting": {"reason": "PodInitializing"}}}]}}`, "Pending", ""},
		"no node":    {`{"status": {"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "message": "0/1 nodes are available"}]}}`, "Pending: 0/1 nodes are available", ""},
		"no image":   {`{"status": {"phase": "Pending", "containerStatuses": [{"name": "c", "state": {"waiting": {"reason": "ErrImagePull", "message": "not found"}}}]}}`, "container c: ErrImagePull: not found", ""},
		"not ready":  {`{"status": {"phase": "Running", "containerStatuses": [{"name": "c", "state": {"running": {}}}]}}`, "container c is not ready", "c"},
		"ended":      {`{"status": {"phase": "Failed", "containerStatuses": [{"name": "c", "state": {"terminated": {"reason": "Error", "exitCode": 1}}}]}}`, "container c: Error, exit status 1", "c"},
		"init ended": {`{"status": {"phase": "Pending", "initContainerStatuses": [{"name": "i", "state": {"terminated": {"reason": "Error", "exitCode": 2}}}]}}`, "container i: Error, exit status 2", "i"},
		"killed":     {`{"status": {"phase": "Failed", "containerStatuses": [{"name": "c", "state": {"terminated": {"reason": "Error", "exitCode": 137}}}]}}`, "container c: Error, exit status 137", "c"},
		"no memory":  {`{"spec": {"containers": [{"name": "c", "resources": {"limits": {"memory": "32Mi"}}}]}, "status": {"phase": "Failed", "containerStatuses": [{"name": "c", "state": {"terminated": {"reason": "OOMKilled", "exitCode": 137}}}]}}`, "container c: OOMKilled, exit status 137: killed, as one is that needs more memory than its limit, 32Mi", "c"},
		"again and again": {`{"spec": {"containers": [{"name": "c", "resources": {"limits": {"memory": "32Mi"}}}]}, "status": {"phase": "Running", "containerStatuses": [{"name": "c", "restartCount": 2, "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 20s"}}, "lastState": {"terminated": {"reason": "OOMKilled", "exitCode": 137}}}]}}`,
			"container c: CrashLoopBackOff: back-off 20s; before that: OOMKilled, exit status 137: killed, as one is that needs more memory than its limit, 32Mi", "c"},
	} {
		t.Run(name, func(t *testing.T) {
			var p pod
			if err := json.Unmarshal([]byte(tt.pod), &p); err != nil {
				t.Fatal(err)
			}
			if state, where := p.trouble(); state != tt.state || where != tt.where {
				t.Errorf("got %q, %q, want %q, %q", state, where, tt.state, tt.where)
			}
		})
	}
}
