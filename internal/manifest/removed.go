package manifest

var (
	selector = "spec.selector is required and must match the labels of the template"
	ingress  = "a backend is service.name and service.port.number (or .name) in place of serviceName and servicePort, each path needs pathType, and spec.backend is spec.defaultBackend"
	hpa      = "a metric has target.type with target.averageUtilization, averageValue or value in place of targetAverageUtilization and targetAverageValue"
	webhook  = "sideEffects and admissionReviewVersions are required"
	flow     = "spec.limited.assuredConcurrencyShares is nominalConcurrencyShares"
	mixer    = "the Mixer component is gone: use the Telemetry API, AuthorizationPolicy or an Envoy filter"
	policies = "mutual TLS (peers) goes into a PeerAuthentication, end-user JWT rules (origins) into a RequestAuthentication, " +
		"what principalBinding demanded into an AuthorizationPolicy; spec.selector.matchLabels replaces targets"
	rbac = "ServiceRole and ServiceRoleBinding together become AuthorizationPolicies, which select workloads by label; without one nothing is restricted"
)

// removed is keyed by "VERSION KIND". The facts of Kubernetes are those of the
// lifecycle methods in k8s.io/api and of the Deprecated API Migration Guide;
// versions that left before the guide began are from the change logs.
var removed = join(
	of("Kubernetes 1.16", "extensions/v1beta1", "apps/v1", selector, "Deployment", "DaemonSet", "ReplicaSet"),
	of("Kubernetes 1.16", "extensions/v1beta1", "networking.k8s.io/v1", "", "NetworkPolicy"),
	of("Kubernetes 1.16", "extensions/v1beta1", "", psp, "PodSecurityPolicy"),
	of("Kubernetes 1.16", "apps/v1beta1", "apps/v1", selector, "Deployment", "StatefulSet", "ReplicaSet"),
	of("Kubernetes 1.16", "apps/v1beta2", "apps/v1", selector, "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"),
	of("Kubernetes 1.16", "apps/v1beta1", "apps/v1", "", "ControllerRevision"),
	of("Kubernetes 1.16", "apps/v1beta2", "apps/v1", "", "ControllerRevision"),

	of("Kubernetes 1.20", "settings.k8s.io/v1alpha1", "", "write the settings into the pods or use a mutating webhook", "PodPreset"),
	of("Kubernetes 1.21", "batch/v2alpha1", "batch/v1", "", "CronJob"),

	of("Kubernetes 1.22", "extensions/v1beta1", "networking.k8s.io/v1", ingress, "Ingress"),
	of("Kubernetes 1.22", "networking.k8s.io/v1beta1", "networking.k8s.io/v1", ingress, "Ingress"),
	of("Kubernetes 1.22", "networking.k8s.io/v1beta1", "networking.k8s.io/v1", "", "IngressClass"),
	of("Kubernetes 1.22", "rbac.authorization.k8s.io/v1beta1", "rbac.authorization.k8s.io/v1", "", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"),
	of("Kubernetes 1.22", "apiextensions.k8s.io/v1beta1", "apiextensions.k8s.io/v1",
		"each entry of spec.versions needs a structural schema.openAPIV3Schema, and spec.version, validation, subresources and additionalPrinterColumns move there", "CustomResourceDefinition"),
	of("Kubernetes 1.22", "admissionregistration.k8s.io/v1beta1", "admissionregistration.k8s.io/v1", webhook, "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"),
	of("Kubernetes 1.22", "apiregistration.k8s.io/v1beta1", "apiregistration.k8s.io/v1", "", "APIService"),
	of("Kubernetes 1.22", "authentication.k8s.io/v1beta1", "authentication.k8s.io/v1", "", "TokenReview"),
	of("Kubernetes 1.22", "authorization.k8s.io/v1beta1", "authorization.k8s.io/v1", "spec.group is spec.groups",
		"SubjectAccessReview", "LocalSubjectAccessReview", "SelfSubjectAccessReview", "SelfSubjectRulesReview"),
	of("Kubernetes 1.22", "certificates.k8s.io/v1beta1", "certificates.k8s.io/v1", "spec.signerName and spec.usages are required", "CertificateSigningRequest"),
	of("Kubernetes 1.22", "coordination.k8s.io/v1beta1", "coordination.k8s.io/v1", "", "Lease"),
	of("Kubernetes 1.22", "scheduling.k8s.io/v1beta1", "scheduling.k8s.io/v1", "", "PriorityClass"),
	of("Kubernetes 1.22", "storage.k8s.io/v1beta1", "storage.k8s.io/v1", "", "CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"),

	of("Kubernetes 1.23", "rbac.authorization.k8s.io/v1alpha1", "rbac.authorization.k8s.io/v1", "", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"),
	of("Kubernetes 1.23", "scheduling.k8s.io/v1alpha1", "scheduling.k8s.io/v1", "", "PriorityClass"),
	of("Kubernetes 1.24", "storage.k8s.io/v1alpha1", "storage.k8s.io/v1", "", "CSIStorageCapacity", "VolumeAttachment"),

	of("Kubernetes 1.25", "policy/v1beta1", "", psp, "PodSecurityPolicy"),
	of("Kubernetes 1.25", "policy/v1beta1", "policy/v1", "an empty spec.selector selects every pod of the namespace", "PodDisruptionBudget"),
	of("Kubernetes 1.25", "batch/v1beta1", "batch/v1", "", "CronJob"),
	of("Kubernetes 1.25", "discovery.k8s.io/v1beta1", "discovery.k8s.io/v1", "an endpoint has nodeName and zone in place of topology", "EndpointSlice"),
	of("Kubernetes 1.25", "events.k8s.io/v1beta1", "events.k8s.io/v1", "involvedObject is regarding, and action, reason, reportingController and reportingInstance are required", "Event"),
	of("Kubernetes 1.25", "autoscaling/v2beta1", "autoscaling/v2", hpa, "HorizontalPodAutoscaler"),
	of("Kubernetes 1.25", "node.k8s.io/v1beta1", "node.k8s.io/v1", "", "RuntimeClass"),
	of("Kubernetes 1.26", "autoscaling/v2beta2", "autoscaling/v2", "", "HorizontalPodAutoscaler"),
	of("Kubernetes 1.26", "flowcontrol.apiserver.k8s.io/v1beta1", "flowcontrol.apiserver.k8s.io/v1", flow, "FlowSchema", "PriorityLevelConfiguration"),
	of("Kubernetes 1.27", "storage.k8s.io/v1beta1", "storage.k8s.io/v1", "", "CSIStorageCapacity"),
	of("Kubernetes 1.29", "flowcontrol.apiserver.k8s.io/v1beta2", "flowcontrol.apiserver.k8s.io/v1", flow, "FlowSchema", "PriorityLevelConfiguration"),
	of("Kubernetes 1.32", "flowcontrol.apiserver.k8s.io/v1beta3", "flowcontrol.apiserver.k8s.io/v1", "", "FlowSchema", "PriorityLevelConfiguration"),
	of("Kubernetes 1.32", "admissionregistration.k8s.io/v1alpha1", "admissionregistration.k8s.io/v1", "", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"),
	of("Kubernetes 1.34", "admissionregistration.k8s.io/v1beta1", "admissionregistration.k8s.io/v1", "", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"),

	istio("Istio 1.6", "authentication.istio.io/v1alpha1 Policy", "security.istio.io/v1 PeerAuthentication and RequestAuthentication", policies),
	istio("Istio 1.6", "authentication.istio.io/v1alpha1 MeshPolicy",
		"security.istio.io/v1 PeerAuthentication", "put it into the root namespace (istio-system) without a selector; what it said about JWT goes into a RequestAuthentication there"),
	istio("Istio 1.6", "rbac.istio.io/v1alpha1 ServiceRole", "security.istio.io/v1 AuthorizationPolicy", rbac),
	istio("Istio 1.6", "rbac.istio.io/v1alpha1 ServiceRoleBinding", "security.istio.io/v1 AuthorizationPolicy", rbac),
	istio("Istio 1.6", "rbac.istio.io/v1alpha1 ClusterRbacConfig", "security.istio.io/v1 AuthorizationPolicy", rbac),
	istio("Istio 1.6", "rbac.istio.io/v1alpha1 RbacConfig", "security.istio.io/v1 AuthorizationPolicy", rbac),
	istio("Istio 1.0", "config.istio.io/v1alpha2 RouteRule", "networking.istio.io/v1 VirtualService", "match and route move into spec.http, and subsets into a DestinationRule"),
	istio("Istio 1.0", "config.istio.io/v1alpha2 DestinationPolicy", "networking.istio.io/v1 DestinationRule", ""),
	istio("Istio 1.0", "config.istio.io/v1alpha2 EgressRule", "networking.istio.io/v1 ServiceEntry", ""),
	istio("Istio 1.8", "config.istio.io/v1alpha2 *", "", mixer),
)

const psp = "use Pod Security admission: label the namespace with pod-security.kubernetes.io/enforce"

func of(in, old, use, changes string, kinds ...string) map[string]API {
	m := map[string]API{}
	for _, k := range kinds {
		a := API{In: in, Changes: changes}
		if use != "" {
			a.Use = use + " " + k
		}
		m[old+" "+k] = a
	}
	return m
}

func istio(in, old, use, changes string) map[string]API {
	return map[string]API{old: {In: in, Use: use, Changes: changes}}
}

func join(ms ...map[string]API) map[string]API {
	all := map[string]API{}
	for _, m := range ms {
		for k, a := range m {
			all[k] = a
		}
	}
	return all
}
