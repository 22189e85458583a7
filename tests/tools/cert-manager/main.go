// The controllers of cert-manager that the playground needs: issuers `selfSigned` and `ca`,
// Certificates, CertificateRequests and Kubernetes' CertificateSigningRequests.
//
// cert-manager's own command is a module of its own that no module proxy has. Its controllers are a
// library: each registers itself when its package is imported, and this runs all that have.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/cert-manager/cert-manager/pkg/controller"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/approver"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/ca"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/selfsigned"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/issuing"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/keymanager"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/readiness"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/requestmanager"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/revisionmanager"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/trigger"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificatesigningrequests/ca"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificatesigningrequests/selfsigned"
	_ "github.com/cert-manager/cert-manager/pkg/controller/clusterissuers"
	_ "github.com/cert-manager/cert-manager/pkg/controller/issuers"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/ca"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/selfsigned"
)

const (
	// Where the Secrets of ClusterIssuers are, as cert-manager's chart has it.
	secretsOfClusterIssuers = "cert-manager"
	// How many of each kind are worked on at once.
	workers = 5
	// When a request that failed is made again; cert-manager itself waits an hour or more, which nobody
	// does who tries things out.
	soonest = 5 * time.Second
	latest  = time.Minute
)

func main() {
	kubeconfig := flag.String("kubeconfig", "", "of the cluster; a pod's own when empty")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *kubeconfig); err != nil {
		fmt.Fprintln(os.Stderr, "cert-manager:", err)
		os.Exit(1)
	}
}

// run ends when ctx does, or with the first error of any controller.
func run(ctx context.Context, kubeconfig string) error {
	factory, err := controller.NewContextFactory(ctx, controller.ContextOptions{
		Kubeconfig:    kubeconfig,
		IssuerOptions: controller.IssuerOptions{ClusterResourceNamespace: secretsOfClusterIssuers},
		CertificateOptions: controller.CertificateOptions{
			CertificateRequestMinimumBackoffDuration: soonest,
			CertificateRequestMaximumBackoffDuration: latest,
		},
	})
	if err != nil {
		return err
	}
	shared, err := factory.Build()
	if err != nil {
		return err
	}
	failures := make(chan error)
	for name, construct := range controller.Known() {
		built, err := construct(factory)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		go func() {
			if err := built.Run(workers, ctx); err != nil {
				failures <- fmt.Errorf("%s: %w", name, err)
			}
		}()
	}
	// After the controllers, because each adds what it watches to these.
	shared.SharedInformerFactory.Start(ctx.Done())
	shared.KubeSharedInformerFactory.Start(ctx.Done())
	select {
	case err := <-failures:
		return err
	case <-ctx.Done():
		return nil
	}
}
