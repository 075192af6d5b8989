package cluster

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"go.yaml.in/yaml/v3"
)

// A secretList is the answer of the API to what Secrets there are.
type secretList struct {
	Items []struct {
		Data map[string]string `json:"data"`
	} `json:"items"`
}

// withoutReleases leaves out what Helm keeps: large, and packed.
const withoutReleases = "type!=helm.sh/release.v1"

// secretsLimit is how long one look may take.
const secretsLimit = 10 * time.Second

// Secrets returns the data of all Secrets of the cluster, values in base64. What
// Helm keeps of its releases is left out. The API is asked directly where the
// kubeconfig has all that takes; a kubeconfig that runs a program for the
// credentials is left to kubectl.
func Secrets(kubeconfig, kubectl string, environ []string) func(context.Context) ([]map[string]string, error) {
	open := sync.OnceValues(func() (*apiClient, error) { return newAPIClient(kubeconfig) })
	return func(ctx context.Context) ([]map[string]string, error) {
		ctx, cancel := context.WithTimeout(ctx, secretsLimit)
		defer cancel()
		var text []byte
		client, err := open()
		if err == nil {
			text, err = client.get(ctx, "/api/v1/secrets?fieldSelector="+withoutReleases)
		} else if errors.Is(err, errNotPlain) {
			text, err = kubectlSecrets(ctx, kubeconfig, kubectl, environ)
		}
		var list secretList
		if err == nil {
			err = json.Unmarshal(text, &list)
		}
		if err != nil {
			return nil, fmt.Errorf("list the Secrets of the cluster: %w", err)
		}
		var all []map[string]string
		for _, s := range list.Items {
			all = append(all, s.Data)
		}
		return all, nil
	}
}

func kubectlSecrets(ctx context.Context, kubeconfig, kubectl string, environ []string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, kubectl, "--kubeconfig", kubeconfig, "get", "secrets", "-A", "-o", "json", "--field-selector", withoutReleases)
	var stderr bytes.Buffer
	cmd.Env, cmd.Stderr, cmd.WaitDelay = environ, &stderr, time.Second
	out, err := cmd.Output()
	if err != nil && stderr.Len() > 0 {
		err = errors.New(strings.TrimSpace(stderr.String()))
	}
	return out, err
}

// errNotPlain says that a kubeconfig needs more than certificates and tokens.
var errNotPlain = errors.New("the kubeconfig has credentials of another sort")

// A kubeconfig is what we read of such a file.
type kubeconfig struct {
	CurrentContext string `yaml:"current-context"`
	Contexts       []struct {
		Name    string
		Context struct{ Cluster, User string }
	}
	Clusters []struct {
		Name    string
		Cluster struct {
			Server     string
			CA         string `yaml:"certificate-authority"`
			CAData     string `yaml:"certificate-authority-data"`
			Insecure   bool   `yaml:"insecure-skip-tls-verify"`
			ServerName string `yaml:"tls-server-name"`
			Proxy      string `yaml:"proxy-url"`
		}
	}
	Users []struct {
		Name string
		User map[string]any
	}
}

// An apiClient asks the API server of a kubeconfig's current context.
type apiClient struct {
	server, token string
	namespace     string // snapshots see this one alone; "" all there is
	http          *http.Client
}

func newAPIClient(file string) (*apiClient, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var k kubeconfig
	if err := yaml.Unmarshal(data, &k); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	cluster, user := "", ""
	for _, c := range k.Contexts {
		if c.Name == k.CurrentContext {
			cluster, user = c.Context.Cluster, c.Context.User
		}
	}
	c := &apiClient{}
	conf := &tls.Config{}
	for _, cl := range k.Clusters {
		if cl.Name != cluster {
			continue
		}
		if cl.Cluster.Proxy != "" {
			return nil, errNotPlain
		}
		c.server, conf.ServerName, conf.InsecureSkipVerify = strings.TrimSuffix(cl.Cluster.Server, "/"), cl.Cluster.ServerName, cl.Cluster.Insecure
		ca, err := inFile(file, cl.Cluster.CAData, cl.Cluster.CA)
		if err != nil {
			return nil, err
		}
		if len(ca) > 0 {
			conf.RootCAs = x509.NewCertPool()
			conf.RootCAs.AppendCertsFromPEM(ca)
		}
	}
	if c.server == "" {
		return nil, errNotPlain
	}
	for _, u := range k.Users {
		if u.Name == user {
			if err := c.user(file, u.User, conf); err != nil {
				return nil, err
			}
		}
	}
	c.http = &http.Client{Transport: &http.Transport{TLSClientConfig: conf, IdleConnTimeout: 30 * time.Second}}
	return c, nil
}

// user takes the credentials of a kubeconfig's user.
func (c *apiClient) user(file string, user map[string]any, conf *tls.Config) error {
	get := func(key string) string { s, _ := user[key].(string); return s }
	for key := range user {
		switch key {
		case "client-certificate", "client-certificate-data", "client-key", "client-key-data", "token":
		default:
			return errNotPlain
		}
	}
	c.token = get("token")
	cert, err := inFile(file, get("client-certificate-data"), get("client-certificate"))
	if err != nil || len(cert) == 0 {
		return err
	}
	key, err := inFile(file, get("client-key-data"), get("client-key"))
	if err != nil {
		return err
	}
	pair, err := tls.X509KeyPair(cert, key)
	conf.Certificates = []tls.Certificate{pair}
	return err
}

// inFile is what a kubeconfig holds as base64, or in another file.
func inFile(config, data, name string) ([]byte, error) {
	if data != "" || name == "" {
		return base64.StdEncoding.DecodeString(data)
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(filepath.Dir(config), name)
	}
	return os.ReadFile(name)
}

func (c *apiClient) get(ctx context.Context, path string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.server+path, nil)
	if err != nil {
		return nil, err
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if answer.StatusCode != http.StatusOK && err == nil {
		var status struct{ Message string }
		json.Unmarshal(text, &status) // else the status alone says it
		err = errors.New(cmp.Or(status.Message, answer.Status))
	}
	return text, err
}
