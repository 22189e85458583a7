package main

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"strconv"
	"time"
)

// kept holds the facts of the last certificate, so that none of the work can be left out.
var kept []string

// read reads every fact of each certificate of a bundle.
func read(bundle []byte) (int, error) {
	count := 0
	for {
		var block *pem.Block
		block, bundle = pem.Decode(bundle)
		if block == nil {
			return count, nil
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return count, err
		}
		kept = facts(certificate)
		count++
	}
}

// facts are those that Signet reads of a certificate, as strings.
func facts(certificate *x509.Certificate) []string {
	fingerprint := sha256.Sum256(certificate.Raw)
	facts := []string{
		certificate.Subject.String(),
		certificate.Issuer.String(),
		certificate.SerialNumber.Text(16),
		strconv.Itoa(certificate.Version),
		certificate.NotBefore.Format(time.RFC3339),
		certificate.NotAfter.Format(time.RFC3339),
		strconv.FormatBool(certificate.IsCA),
		strconv.Itoa(certificate.MaxPathLen),
		certificate.PublicKeyAlgorithm.String(),
		size(certificate),
		certificate.SignatureAlgorithm.String(),
		hex.EncodeToString(certificate.SubjectKeyId),
		hex.EncodeToString(certificate.AuthorityKeyId),
		hex.EncodeToString(fingerprint[:]),
	}
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

// size is that of the key, in bits.
func size(certificate *x509.Certificate) string {
	switch key := certificate.PublicKey.(type) {
	case *rsa.PublicKey:
		return strconv.Itoa(key.N.BitLen())
	case *ecdsa.PublicKey:
		return strconv.Itoa(key.Curve.Params().BitSize)
	case ed25519.PublicKey:
		return "256"
	default:
		return ""
	}
}
