package main

import (
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// finding is one thing that is wrong with the certificate of a block.
type finding struct {
	code, about, message string
}

// Of at most this life is a certificate that an agent renews at half of it.
const shortLived = 7 * 24 * time.Hour

var keyUsageID = asn1.ObjectIdentifier{2, 5, 29, 15}

// findings are those that Signet looks for in each certificate by itself, by the same rules.
func findings(certificate *x509.Certificate, block int, now time.Time) (found []finding) {
	say := func(code, format string, arguments ...any) {
		found = append(found, finding{code, place(block), fmt.Sprintf(format, arguments...)})
	}
	times(certificate, now, say)
	strength(certificate, say)
	isSpiffe := slices.ContainsFunc(certificate.URIs, func(uri *url.URL) bool { return strings.EqualFold(uri.Scheme, "spiffe") })
	if isSpiffe {
		spiffeID(certificate, say)
	}
	if certificate.IsCA {
		authority(certificate, isSpiffe, say)
	} else {
		leaf(certificate, isSpiffe, say)
	}
	return found
}

func duplicate(block, first int) finding {
	return finding{"duplicate", place(block), fmt.Sprintf("it is the same as certificate %d", first)}
}

func place(block int) string {
	return fmt.Sprintf("certificate %d", block)
}

func times(certificate *x509.Certificate, now time.Time, say func(string, string, ...any)) {
	life, remaining := certificate.NotAfter.Sub(certificate.NotBefore), certificate.NotAfter.Sub(now)
	switch {
	case remaining < 0:
		say("expired", "it expired at %s", certificate.NotAfter)
		return
	case now.Before(certificate.NotBefore):
		say("not-yet-valid", "it is not valid before %s", certificate.NotBefore)
		return
	case remaining < life/10:
		say("expires-soon", "it expires at %s", certificate.NotAfter)
	}
	elapsed := now.Sub(certificate.NotBefore)
	if !certificate.IsCA && life <= shortLived && elapsed > life*51/100 && len(certificate.URIs) == 1 &&
		spiffeProblem(certificate.URIs[0].String()) == "" {
		say("rotation-overdue", "it should have been renewed at half of its life")
	}
}

func strength(certificate *x509.Certificate, say func(string, string, ...any)) {
	least := 0
	switch certificate.PublicKeyAlgorithm {
	case x509.RSA:
		least = 2048
	case x509.ECDSA:
		least = 256
	case x509.Ed25519:
	default:
		say("unsupported-algorithm", "its key is neither EC, Ed25519 nor RSA")
	}
	if bits := size(certificate); bits != 0 && bits < least {
		say("weak-key", "its key has %d bits, and peers ask for at least %d", bits, least)
	}
}

func authority(certificate *x509.Certificate, isSpiffe bool, say func(string, string, ...any)) {
	critical, present := criticality(certificate)
	if present && certificate.KeyUsage&x509.KeyUsageCertSign == 0 {
		say("ca-without-key-cert-sign", "its keyUsage is %b", certificate.KeyUsage)
	}
	if isSpiffe && !critical {
		say("svid-key-usage", "its keyUsage is not there or not critical")
	}
}

func leaf(certificate *x509.Certificate, isSpiffe bool, say func(string, string, ...any)) {
	if certificate.KeyUsage&(x509.KeyUsageCertSign|x509.KeyUsageCRLSign) != 0 {
		say("leaf-may-sign", "its keyUsage is %b", certificate.KeyUsage)
	}
	names := len(certificate.DNSNames) + len(certificate.EmailAddresses) + len(certificate.IPAddresses) + len(certificate.URIs)
	if names == 0 {
		say("missing-san", "it has the subject %s and no subject alternative name", certificate.Subject)
	}
	if !isSpiffe {
		return
	}
	if critical, _ := criticality(certificate); !critical || certificate.KeyUsage&x509.KeyUsageDigitalSignature == 0 {
		say("svid-key-usage", "its keyUsage is %b", certificate.KeyUsage)
	}
	purposes := certificate.ExtKeyUsage
	isBoth := slices.Contains(purposes, x509.ExtKeyUsageServerAuth) && slices.Contains(purposes, x509.ExtKeyUsageClientAuth)
	if len(purposes)+len(certificate.UnknownExtKeyUsage) > 0 && !isBoth {
		say("svid-extended-key-usage", "it is good for %v", purposes)
	}
}

// criticality tells whether keyUsage is critical, and whether it is there.
func criticality(certificate *x509.Certificate) (critical, present bool) {
	for _, extension := range certificate.Extensions {
		if extension.Id.Equal(keyUsageID) {
			return extension.Critical, true
		}
	}
	return false, false
}

func spiffeID(certificate *x509.Certificate, say func(string, string, ...any)) {
	if len(certificate.URIs) != 1 {
		say("spiffe-id-invalid", "it has %d URI SANs", len(certificate.URIs))
		return
	}
	uri := certificate.URIs[0]
	if problem := spiffeProblem(uri.String()); problem != "" {
		say("spiffe-id-invalid", "%s", problem)
	} else if certificate.IsCA != (uri.Path == "") {
		say("spiffe-id-invalid", "a workload's has a path, and a CA's has none")
	}
}

// spiffeProblem is the rule of the SPIFFE ID standard that a URI breaks, or empty.
func spiffeProblem(uri string) string {
	if len(uri) > 2048 {
		return "it is longer than 2048 bytes"
	}
	if len(uri) < 9 || !strings.EqualFold(uri[:9], "spiffe://") {
		return "it does not begin with spiffe://"
	}
	domain, path, hasPath := strings.Cut(uri[9:], "/")
	if domain == "" || strings.ContainsFunc(domain, func(r rune) bool { return !isLower(r) && !isMark(r) }) {
		return "its trust domain has a character that it must not have, or none"
	}
	if !hasPath {
		return ""
	}
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "" || segment == "." || segment == ".." {
			return "its path has a segment that is empty or relative"
		}
		if strings.ContainsFunc(segment, func(r rune) bool { return !isLower(r) && !isUpper(r) && !isMark(r) }) {
			return "its path has a character that it must not have"
		}
	}
	return ""
}

func isLower(r rune) bool { return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' }
func isUpper(r rune) bool { return 'A' <= r && r <= 'Z' }
func isMark(r rune) bool  { return r == '.' || r == '-' || r == '_' }
