// Package secrets reads certificates that a test brings, instead of those that
// go-plugin makes.
package secrets

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"
)

// Read is the configuration of the side with this name, which shows NAME.pem
// and trusts roots-of-NAME.pem. Both roles are filled in, as go-plugin does it.
func Read(directory, name string) (*tls.Config, error) {
	shown, err := tls.LoadX509KeyPair(
		filepath.Join(directory, name+".pem"), filepath.Join(directory, name+"-key.pem"))
	if err != nil {
		return nil, err
	}

	file := filepath.Join(directory, "roots-of-"+name+".pem")
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s holds no certificate", file)
	}

	return &tls.Config{
		Certificates: []tls.Certificate{shown},
		RootCAs:      roots,
		ClientCAs:    roots,
		ClientAuth:   tls.RequireAndVerifyClientCert,
		MinVersion:   tls.VersionTLS12,
		ServerName:   "localhost",
	}, nil
}
