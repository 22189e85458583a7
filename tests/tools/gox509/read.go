package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"os"
	"strconv"
	"time"
)

// entry is what is known of one certificate of a file.
type entry struct {
	// Which PEM block it is, from 1, and the line and the byte at which that begins.
	block, line, offset int
	facts               []string
	findings            []finding
}

// kept holds what the last pass read, so that none of the work can be left out.
var kept []entry

// reader reads a bundle as of a time.
func reader(file, at string) (pass func() (int, error), err error) {
	bundle, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	now, err := time.Parse(time.RFC3339, at)
	return func() (int, error) {
		kept, err = read(bundle, now)
		return len(kept), err
	}, err
}

// read reads every fact of each certificate of a bundle, and what is wrong with it.
func read(bundle []byte, now time.Time) (entries []entry, err error) {
	first := make(map[[sha256.Size]byte]int)
	line := 1
	for rest := bundle; ; {
		block, after := pem.Decode(rest)
		if block == nil {
			return entries, nil
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		begin := bytes.Index(rest, []byte("-----BEGIN "))
		line += bytes.Count(rest[:begin], []byte("\n"))
		fingerprint := sha256.Sum256(certificate.Raw)
		one := entry{
			block:    len(entries) + 1,
			line:     line,
			offset:   len(bundle) - len(rest) + begin,
			facts:    facts(certificate, fingerprint),
			findings: findings(certificate, len(entries)+1, now),
		}
		if earlier, twice := first[fingerprint]; twice {
			one.findings = append(one.findings, duplicate(one.block, earlier))
		} else {
			first[fingerprint] = one.block
		}
		entries = append(entries, one)
		line += bytes.Count(rest[begin:len(rest)-len(after)], []byte("\n"))
		rest = after
	}
}

// facts are those that Signet reads of a certificate, as strings.
func facts(certificate *x509.Certificate, fingerprint [sha256.Size]byte) []string {
	// Of the usual certificate these are all.
	facts := make([]string, 0, 20)
	facts = append(facts,
		certificate.Subject.String(),
		certificate.Issuer.String(),
		certificate.SerialNumber.Text(16),
		strconv.Itoa(certificate.Version),
		certificate.NotBefore.Format(time.RFC3339),
		certificate.NotAfter.Format(time.RFC3339),
		strconv.FormatBool(certificate.IsCA),
		strconv.Itoa(certificate.MaxPathLen),
		certificate.PublicKeyAlgorithm.String(),
		strconv.Itoa(size(certificate)),
		certificate.SignatureAlgorithm.String(),
		hex.EncodeToString(certificate.SubjectKeyId),
		hex.EncodeToString(certificate.AuthorityKeyId),
		hex.EncodeToString(fingerprint[:]),
	)
	facts = append(facts, certificate.DNSNames...)
	facts = append(facts, certificate.EmailAddresses...)
	for _, address := range certificate.IPAddresses {
		facts = append(facts, address.String())
	}
	for _, uri := range certificate.URIs {
		facts = append(facts, uri.String())
	}
	for usage := x509.KeyUsageDigitalSignature; usage <= x509.KeyUsageDecipherOnly; usage <<= 1 {
		if certificate.KeyUsage&usage != 0 {
			facts = append(facts, strconv.Itoa(int(usage)))
		}
	}
	for _, usage := range certificate.ExtKeyUsage {
		facts = append(facts, usage.String())
	}
	for _, usage := range certificate.UnknownExtKeyUsage {
		facts = append(facts, usage.String())
	}
	facts = append(facts, certificate.PermittedDNSDomains...)
	facts = append(facts, certificate.ExcludedDNSDomains...)
	facts = append(facts, certificate.PermittedURIDomains...)
	facts = append(facts, certificate.ExcludedURIDomains...)
	facts = append(facts, certificate.CRLDistributionPoints...)
	facts = append(facts, certificate.OCSPServer...)
	facts = append(facts, certificate.IssuingCertificateURL...)
	for _, extension := range certificate.UnhandledCriticalExtensions {
		facts = append(facts, extension.String())
	}
	return facts
}

// size is that of the key, in bits; 0 where that is not known.
func size(certificate *x509.Certificate) int {
	switch key := certificate.PublicKey.(type) {
	case *rsa.PublicKey:
		return key.N.BitLen()
	case *ecdsa.PublicKey:
		return key.Curve.Params().BitSize
	case ed25519.PublicKey:
		return 256
	default:
		return 0
	}
}
