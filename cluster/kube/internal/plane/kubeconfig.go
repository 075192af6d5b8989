package plane

import (
	"os"
	"path/filepath"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// contextName is what "kubectl config current-context" prints.
const contextName = "probatum"

// writeKubeconfig writes a kubeconfig for the administrator. Certificates are
// in it, not beside it, so that it may be copied.
func writeKubeconfig(file, pki, server string) error {
	var data [3][]byte
	for i, name := range []string{"ca.crt", "admin.crt", "admin.key"} {
		b, err := os.ReadFile(filepath.Join(pki, name))
		if err != nil {
			return err
		}
		data[i] = b
	}
	config := api.NewConfig()
	config.Clusters[contextName] = &api.Cluster{Server: server, CertificateAuthorityData: data[0]}
	config.AuthInfos["admin"] = &api.AuthInfo{ClientCertificateData: data[1], ClientKeyData: data[2]}
	config.Contexts[contextName] = &api.Context{Cluster: contextName, AuthInfo: "admin"}
	config.CurrentContext = contextName
	return clientcmd.WriteToFile(*config, file)
}
