// SPIRE in one process: its certificate authority below an issuer of cert-manager, its Secret Discovery
// Service on a socket for each pod, and a CSI driver that mounts that socket into the pod.
//
// What is SPIRE's own: the authority, how its CA certificate is asked of cert-manager, what is in an SVID,
// when it is renewed, and how Envoy is told. What stands in for the rest: a pod is attested by the volume
// that the kubelet asks for, which names its namespace and service account, in the place of SPIRE's agent
// and of csi.spiffe.io's own driver.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

func main() {
	var settings settings
	flag.StringVar(&settings.trustDomain, "trust-domain", "cluster.local", "of every SVID")
	flag.StringVar(&settings.kubeconfig, "kubeconfig", "", "of the cluster with cert-manager")
	flag.StringVar(&settings.namespace, "namespace", "spire", "where the CertificateRequests are made")
	flag.StringVar(&settings.issuer, "issuer", "spire", "the ClusterIssuer that issues SPIRE's CA certificate")
	flag.DurationVar(&settings.lifetime, "svid-lifetime", time.Hour, "of each SVID")
	flag.StringVar(&settings.kubelet, "kubelet", "", "the root folder of the kubelet")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, settings); err != nil {
		fmt.Fprintln(os.Stderr, "spire:", err)
		os.Exit(1)
	}
}

type settings struct {
	trustDomain, kubeconfig, namespace, issuer, kubelet string
	lifetime                                            time.Duration
}

// run ends when ctx does, or with the first error that cannot be tried again.
func run(ctx context.Context, settings settings) error {
	log := logrus.New()
	trustDomain, err := spiffeid.TrustDomainFromString(settings.trustDomain)
	if err != nil {
		return err
	}
	authority, err := newAuthority(ctx, log, trustDomain, settings)
	if err != nil {
		return err
	}
	// An absolute path, because the kubelet has another working directory.
	folder, err := filepath.Abs(filepath.Join(settings.kubelet, "plugins", driverName))
	if err != nil {
		return err
	}
	driver := newDriver(folder, log, authority)
	return driver.serve(ctx, filepath.Join(settings.kubelet, "plugins_registry", driverName+".sock"))
}
