package schema

import (
	"strings"
	"testing"
)

// What API servers refuse beyond the schemas. A server is asked about the same
// texts in testscripts/cli/cluster/refused.txtar.
func TestBuiltin(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"no image", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n", "6:5 a container needs the field image"},
		{"name", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: My_App\n    image: b\n", "6:11 the name of a container cannot be"},
		{"twice", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - {name: a, image: b}\n  - {name: a, image: c}\n", "7:12 a second container is called"},
		{"no volume", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    image: b\n    volumeMounts: [{name: confg, mountPath: /x}]\n  volumes: [{name: config, emptyDir: {}}]\n", "8:27 the pod has no volume \"confg\""},
		{"volume twice", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: b}]\n  volumes: [{name: v, emptyDir: {}}, {name: v, emptyDir: {}}]\n", "6:45 a second volume is called"},
		{"port", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: b, ports: [{containerPort: 80800}]}]\n", "5:60 containerPort cannot be 80800"},
		{"port name", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: b, ports: [{containerPort: 80, name: a-name-that-is-long}]}]\n", "5:70 the name of a port cannot be"},
		{"labels", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {app: a}}\n  template:\n    metadata: {labels: {app: b}}\n    spec: {containers: [{name: a, image: b}]}\n", "7:30 the pods do not have the label app: a"},
		{"no labels", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {app: a}}\n  template:\n    spec: {containers: [{name: a, image: b}]}\n", "6:3 the pods do not have the label app: a"},
		{"restart of a Deployment", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {app: a}}\n  template:\n    metadata: {labels: {app: a}}\n    spec: {restartPolicy: Never, containers: [{name: a, image: b}]}\n", "8:27 restartPolicy of a Deployment cannot be \"Never\""},
		{"restart of a Job", "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: a, image: b}]}}}\n", "4:26 the pods of a Job need the field restartPolicy"},
		{"Service without ports", "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {a: b}}\n", "4:8 a Service needs the field ports"},
		{"ports without names", "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports:\n  - port: 80\n  - {port: 81, name: b}\n", "6:5 a port needs the field name"},
		{"ExternalName", "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: ExternalName}\n", "4:8 a Service of type ExternalName needs"},
		{"key", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {\"a/b\": c}\n", "4:8 data cannot have the key"},
		{"StatefulSet with claims", "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec:\n  serviceName: a\n  selector: {matchLabels: {app: a}}\n  template:\n    metadata: {labels: {app: a, tier: b}}\n    spec:\n      containers: [{name: a, image: b, volumeMounts: [{name: data, mountPath: /d}]}]\n  volumeClaimTemplates:\n  - metadata: {name: data}\n    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n", "valid by its schema: "},
		{"definition", "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: foos.x.io}\nspec:\n  group: x.io\n  names: {kind: Foo, plural: foos}\n  scope: Namespaced\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties: {a: {x-kubernetes-int-or-string: true}, b: {type: array, items: {type: string}}}\n", "valid by its schema: "},
		{"definition without types", "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: foos.x.io}\nspec:\n  group: x.io\n  names: {kind: Foo, plural: foos}\n  scope: Namespaced\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          a: {properties: {b: {type: string}}}\n", "16:15 the schema is not structural: a needs the field type"},
		{"definition, list without types", "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: foos.x.io}\nspec:\n  group: x.io\n  names: {kind: Foo, plural: foos}\n  scope: Namespaced\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          a: {type: array, items: {}}\n", "16:35 the schema is not structural: a[] needs the field type"},
		{"definition without schema", "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: foos.x.io}\nspec:\n  group: x.io\n  names: {kind: Foo, plural: foos}\n  scope: Namespaced\n  versions:\n  - {name: v1, served: true, storage: true}\n", "9:6 a version needs the field schema.openAPIV3Schema"},
		{"definition, wrong name", "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: foo.x.io}\nspec:\n  group: x.io\n  names: {kind: Foo, plural: foos}\n  scope: Namespaced\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n", "3:18 the name of the definition cannot be"},
		{"definition, nothing stored", "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: foos.x.io}\nspec:\n  group: x.io\n  names: {kind: Foo, plural: foos}\n  scope: Namespaced\n  versions:\n  - name: v1\n    served: true\n    storage: false\n    schema:\n      openAPIV3Schema:\n        type: object\n", "8:3 0 of the versions have storage: true"},
		{"headless", "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {clusterIP: None, selector: {a: b}}\n", "valid by its schema: "},
		{"one port, no name", "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}], type: NodePort}\n", "valid by its schema: "},
		{"mounted", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  initContainers: [{name: i, image: b, volumeMounts: [{name: v, mountPath: /x}]}]\n  containers: [{name: a, image: b, volumeMounts: [{name: v, mountPath: /x}], ports: [{containerPort: 80, name: http-1}]}]\n  volumes: [{name: v, emptyDir: {}}]\n", "valid by its schema: "},
		{"Job", "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {template: {spec: {restartPolicy: OnFailure, containers: [{name: a, image: b}]}}}\n", "valid by its schema: "},
		{"keys", "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {a.b-c_D: x, .x: z}\n", "valid by its schema: "},
	}
	for _, tt := range tests {
		if got := judge(Default, tt.text, Context{}); !strings.HasPrefix(got, tt.want) || strings.Contains(got, "\n") {
			t.Errorf("%s\n%s\n got %s\nwant %s", tt.name, tt.text, got, tt.want)
		}
	}
}
