package manifest

import (
	"strings"
	"sync"
)

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
var removed = sync.OnceValue(func() map[string]API {
	return join(
		of("Kubernetes 1.16", "extensions/v1beta1", "apps/v1", selector, "Deployment", "DaemonSet", "ReplicaSet"),
		of("Kubernetes 1.16", "extensions/v1beta1", "networking.k8s.io/v1", "", "NetworkPolicy"),
		of("Kubernetes 1.16", "extensions/v1beta1", "", psp, "PodSecurityPolicy"),
		of("Kubernetes 1.16", "apps/v1beta1", "apps/v1", selector, "Deployment", "StatefulSet", "ReplicaSet"),
		of("Kubernetes 1.16", "apps/v1beta2", "apps/v1", selector, "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"),
		of("Kubernetes 1.16", "apps/v1beta1", "apps/v1", "", "ControllerRevision", "DeploymentRollback"),
		of("Kubernetes 1.16", "apps/v1beta2", "apps/v1", "", "ControllerRevision"),
		of("Kubernetes 1.16", "extensions/v1beta1", "", "use kubectl rollout undo", "DeploymentRollback"),
		of("Kubernetes 1.16", "extensions/v1beta1", "autoscaling/v1", "", "Scale"),
		of("Kubernetes 1.16", "apps/v1beta1", "autoscaling/v1", "", "Scale"),
		of("Kubernetes 1.16", "apps/v1beta2", "autoscaling/v1", "", "Scale"),

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
		of("Kubernetes 1.22", "admission.k8s.io/v1beta1", "admission.k8s.io/v1", "the response has to carry its uid, and apiVersion and kind", "AdmissionReview"),
		of("Kubernetes 1.25", "policy/v1beta1", "policy/v1", "", "Eviction"),
		of("Kubernetes 1.32", "authentication.k8s.io/v1alpha1", "authentication.k8s.io/v1", "", "SelfSubjectReview"),
		of("Kubernetes 1.33", "authentication.k8s.io/v1beta1", "authentication.k8s.io/v1", "", "SelfSubjectReview"),
		of("Kubernetes 1.35", "storage.k8s.io/v1alpha1", "storage.k8s.io/v1", "", "VolumeAttributesClass"),
		of("Kubernetes 1.35", "apidiscovery.k8s.io/v2beta1", "apidiscovery.k8s.io/v2", "", "APIGroupDiscovery"),

		goes("Kubernetes 1.34", "Kubernetes 1.37", "storage.k8s.io/v1beta1", "storage.k8s.io/v1", "VolumeAttributesClass"),
		goes("Kubernetes 1.34", "Kubernetes 1.37", "networking.k8s.io/v1beta1", "networking.k8s.io/v1", "IPAddress", "ServiceCIDR"),
		goes("Kubernetes 1.34", "Kubernetes 1.37", "certificates.k8s.io/v1alpha1", "certificates.k8s.io/v1beta1", "ClusterTrustBundle"),
		goes("Kubernetes 1.35", "Kubernetes 1.38", "admissionregistration.k8s.io/v1alpha1", "admissionregistration.k8s.io/v1beta1", "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"),
		goes("Kubernetes 1.35", "Kubernetes 1.38", "resource.k8s.io/v1beta1", "resource.k8s.io/v1", "DeviceClass", "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice"),
		goes("Kubernetes 1.36", "Kubernetes 1.39", "resource.k8s.io/v1beta2", "resource.k8s.io/v1", "DeviceClass", "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice"),
		goes("Kubernetes 1.35", "Kubernetes 1.38", "coordination.k8s.io/v1alpha2", "coordination.k8s.io/v1beta1", "LeaseCandidate"),
		goes("Kubernetes 1.36", "Kubernetes 1.39", "coordination.k8s.io/v1beta1", "", "LeaseCandidate"),
		goes("Kubernetes 1.36", "Kubernetes 1.39", "resource.k8s.io/v1alpha3", "resource.k8s.io/v1beta2", "DeviceTaintRule"),
		goes("Kubernetes 1.33", "", "v1", "discovery.k8s.io/v1 EndpointSlice", "Endpoints"),
		goes("Kubernetes 1.19", "", "v1", "", "ComponentStatus"),

		// The Gateway API tells in its definitions what it serves: the version is the
		// first that no longer does.
		of("Gateway API 0.5", "networking.x-k8s.io/v1alpha1", "gateway.networking.k8s.io/v1",
			"a route names its Gateways in parentRefs, and forwardTo is backendRefs", "HTTPRoute", "TLSRoute", "TCPRoute", "UDPRoute"),
		of("Gateway API 0.5", "networking.x-k8s.io/v1alpha1", "gateway.networking.k8s.io/v1",
			"routes choose their Gateway with parentRefs, and a listener has allowedRoutes in place of routes", "Gateway"),
		of("Gateway API 0.5", "networking.x-k8s.io/v1alpha1", "gateway.networking.k8s.io/v1", "spec.controller is spec.controllerName", "GatewayClass"),
		of("Gateway API 0.5", "networking.x-k8s.io/v1alpha1", "", "use a BackendTLSPolicy for TLS to a Service", "BackendPolicy"),
		of("Gateway API 0.6", "gateway.networking.k8s.io/v1alpha2", "gateway.networking.k8s.io/v1beta1 ReferenceGrant", "the fields are the same", "ReferencePolicy"),
		of("Gateway API 0.8", "gateway.networking.k8s.io/v1alpha2", "gateway.networking.k8s.io/v1", "", "GatewayClass", "Gateway", "HTTPRoute"),
		of("Gateway API 1.1", "gateway.networking.k8s.io/v1alpha2", "gateway.networking.k8s.io/v1",
			"spec.targetRef is the list spec.targetRefs, and spec.tls is spec.validation with caCertificateRefs and wellKnownCACertificates", "BackendTLSPolicy"),
		of("Gateway API 1.2", "gateway.networking.k8s.io/v1alpha2", "gateway.networking.k8s.io/v1", "", "GRPCRoute"),
		of("Gateway API 1.2", "gateway.networking.k8s.io/v1alpha2", "gateway.networking.k8s.io/v1beta1", "", "ReferenceGrant"),
		of("Gateway API 1.3", "gateway.networking.k8s.io/v1alpha2", "gateway.networking.x-k8s.io/v1alpha1 XBackendTrafficPolicy", "it is in the experimental channel alone", "BackendLBPolicy"),
		of("Gateway API 1.5", "gateway.networking.x-k8s.io/v1alpha1", "gateway.networking.k8s.io/v1 ListenerSet", "", "XListenerSet"),
		goes("Gateway API 1.4", "", "gateway.networking.k8s.io/v1alpha3", "gateway.networking.k8s.io/v1", "BackendTLSPolicy"),
		goes("Gateway API 1.5", "", "gateway.networking.k8s.io/v1alpha2", "gateway.networking.k8s.io/v1", "TLSRoute"),
		goes("Gateway API 1.5", "", "gateway.networking.k8s.io/v1alpha3", "gateway.networking.k8s.io/v1", "TLSRoute"),
		goes("Gateway API 1.6", "", "gateway.networking.k8s.io/v1alpha2", "gateway.networking.k8s.io/v1", "TCPRoute", "UDPRoute"),

		of("cert-manager 0.11", "certmanager.k8s.io/v1alpha1", "cert-manager.io/v1", certificate, "Certificate"),
		of("cert-manager 0.11", "certmanager.k8s.io/v1alpha1", "cert-manager.io/v1", "", "Issuer", "ClusterIssuer", "CertificateRequest"),
		of("cert-manager 0.11", "certmanager.k8s.io/v1alpha1", "acme.cert-manager.io/v1", "", "Order", "Challenge"),
		certManager("v1alpha2"), certManager("v1alpha3"), certManager("v1beta1"),

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
})

const psp = "use Pod Security admission: label the namespace with pod-security.kubernetes.io/enforce"

// mixed are versions of which other kinds are served.
var mixed = map[string]bool{"admissionregistration.k8s.io/v1beta1": true, "authentication.k8s.io/v1beta1": true, "certificates.k8s.io/v1beta1": true,
	"coordination.k8s.io/v1beta1": true, "networking.k8s.io/v1beta1": true, "storage.k8s.io/v1beta1": true, "storage.k8s.io/v1alpha1": true,
	"gateway.networking.k8s.io/v1alpha2": true, "gateway.networking.x-k8s.io/v1alpha1": true, "config.istio.io/v1alpha2": true}

const certificate = "keyAlgorithm, keySize and keyEncoding are privateKey.algorithm, size and encoding, and organization is subject.organizations"

// of makes the entries of a version that is gone. Use is a version, or a version
// and a kind.
func of(in, old, use, changes string, kinds ...string) map[string]API {
	m := map[string]API{}
	for _, k := range kinds {
		a := API{In: in, Use: use, Changes: changes}
		if use != "" && !strings.Contains(use, " ") {
			a.Use = use + " " + k
		}
		m[old+" "+k] = a
	}
	return m
}

// goes makes those of a version that is still served. In may not be known.
func goes(since, in, old, use string, kinds ...string) map[string]API {
	m := of(in, old, use, "", kinds...)
	for k, a := range m {
		a.Since = since
		m[k] = a
	}
	return m
}

func certManager(version string) map[string]API {
	const in = "cert-manager 1.6"
	changes := "emailSANs are emailAddresses, and uriSANs uris"
	if version == "v1alpha2" {
		changes = certificate + "; " + changes
	}
	if version == "v1beta1" {
		changes = ""
	}
	return join(
		of(in, "cert-manager.io/"+version, "cert-manager.io/v1", changes, "Certificate"),
		of(in, "cert-manager.io/"+version, "cert-manager.io/v1", "", "Issuer", "ClusterIssuer"),
		of(in, "cert-manager.io/"+version, "cert-manager.io/v1", "spec.csr is spec.request", "CertificateRequest"),
		of(in, "acme.cert-manager.io/"+version, "acme.cert-manager.io/v1", "spec.csr of an Order is spec.request", "Order", "Challenge"),
	)
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
