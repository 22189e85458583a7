package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"time"
)

// verifier parses all that is needed, so that its passes only verify.
func verifier(leavesFile, othersFile, rootsFile, at string) (pass func() (int, error), err error) {
	leaves, err := certificates(leavesFile)
	if err != nil {
		return nil, err
	}
	others, err := pool(othersFile)
	if err != nil {
		return nil, err
	}
	roots, err := pool(rootsFile)
	if err != nil {
		return nil, err
	}
	now, err := time.Parse(time.RFC3339, at)
	options := x509.VerifyOptions{
		Intermediates: others,
		Roots:         roots,
		CurrentTime:   now,
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	}
	return func() (int, error) {
		for _, leaf := range leaves {
			if _, err := leaf.Verify(options); err != nil {
				return 0, err
			}
		}
		return len(leaves), nil
	}, err
}

func pool(file string) (*x509.CertPool, error) {
	all, err := certificates(file)
	pool := x509.NewCertPool()
	for _, certificate := range all {
		pool.AddCert(certificate)
	}
	return pool, err
}

func certificates(file string) (all []*x509.Certificate, err error) {
	bundle, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	for {
		var block *pem.Block
		block, bundle = pem.Decode(bundle)
		if block == nil {
			return all, nil
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, certificate)
	}
}
