package plane

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// validity is how long certificates hold. A control plane lives for minutes,
// or days as a background cluster; nothing renews them.
const validity = 10 * 365 * 24 * time.Hour

// identity is a key with its certificate.
type identity struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// issue makes a key and a certificate from template, signed by ca, or by
// itself when ca is nil.
func issue(ca *identity, template *x509.Certificate) (*identity, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	if template.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)); err != nil {
		return nil, err
	}
	template.NotBefore = time.Now().Add(-time.Hour) // clocks of clients may be behind
	template.NotAfter = template.NotBefore.Add(validity)
	signer, parent := key, template
	if ca != nil {
		signer, parent = ca.key, ca.cert
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &identity{cert, key}, nil
}

// write stores the identity as dir/name.crt and dir/name.key.
func (id *identity) write(dir, name string) error {
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: id.cert.Raw})
	der, err := x509.MarshalECPrivateKey(id.key)
	if err != nil {
		return err
	}
	key := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})
	if err := os.WriteFile(filepath.Join(dir, name+".crt"), cert, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, name+".key"), key, 0o600)
}

// writePKI writes every certificate and key of a control plane under dir.
func writePKI(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	ca, err := issue(nil, &x509.Certificate{
		Subject: pkix.Name{CommonName: "probatum-ca"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature | x509.KeyUsageCRLSign,
	})
	if err != nil {
		return fmt.Errorf("make the authority: %w", err)
	}
	if err := ca.write(dir, "ca"); err != nil {
		return err
	}
	for name, template := range leaves() {
		id, err := issue(ca, template)
		if err != nil {
			return fmt.Errorf("make certificate %s: %w", name, err)
		}
		if err := id.write(dir, name); err != nil {
			return err
		}
	}
	// The key of service account tokens; its certificate is not used.
	sa, err := issue(nil, &x509.Certificate{Subject: pkix.Name{CommonName: "sa"}})
	if err != nil {
		return fmt.Errorf("make the token key: %w", err)
	}
	return sa.write(dir, "sa")
}

// leaves gives the certificates to issue, by file name. The simulated kubelet
// shows "server" as well: it listens on the same address.
func leaves() map[string]*x509.Certificate {
	const masters = "system:masters"
	return map[string]*x509.Certificate{
		"server": {
			Subject: pkix.Name{CommonName: "kube-apiserver"}, KeyUsage: x509.KeyUsageDigitalSignature,
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
			IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback, net.IPv4(10, 96, 0, 1)},
			DNSNames:    []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"},
		},
		"admin":          clientCert("kubernetes-admin", masters),
		"kubelet-client": clientCert("kube-apiserver-kubelet-client", masters),
		"front-proxy":    clientCert("front-proxy-client"),
	}
}

func clientCert(name string, groups ...string) *x509.Certificate {
	return &x509.Certificate{
		Subject:     pkix.Name{CommonName: name, Organization: groups},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
}
