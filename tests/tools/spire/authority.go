package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/spiffe/go-spiffe/v2/bundle/spiffebundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/spire/pkg/agent/manager/cache"
	"github.com/spiffe/spire/pkg/common/catalog"
	"github.com/spiffe/spire/pkg/common/coretypes/x509certificate"
	"github.com/spiffe/spire/pkg/common/health"
	"github.com/spiffe/spire/pkg/common/telemetry"
	"github.com/spiffe/spire/pkg/server/ca"
	"github.com/spiffe/spire/pkg/server/credtemplate"
	"github.com/spiffe/spire/pkg/server/credvalidator"
	"github.com/spiffe/spire/pkg/server/plugin/upstreamauthority"
	"github.com/spiffe/spire/pkg/server/plugin/upstreamauthority/certmanager"
	"github.com/spiffe/spire/proto/spire/common"
)

// authority issues SVIDs below a CA certificate that an issuer of cert-manager signed.
type authority struct {
	ca          *ca.CA
	trustDomain spiffeid.TrustDomain
	lifetime    time.Duration
	// The upstream's roots, which workloads trust.
	roots []*x509.Certificate
}

func newAuthority(
	ctx context.Context, log logrus.FieldLogger, trustDomain spiffeid.TrustDomain, settings settings,
) (*authority, error) {
	builder, err := credtemplate.NewBuilder(credtemplate.Config{TrustDomain: trustDomain})
	if err != nil {
		return nil, err
	}
	validator, err := credvalidator.New(credvalidator.Config{TrustDomain: trustDomain})
	if err != nil {
		return nil, err
	}
	authority := &authority{trustDomain: trustDomain, lifetime: settings.lifetime}
	authority.ca = ca.NewCA(ca.Config{
		Log:           log,
		Metrics:       telemetry.Blackhole{},
		TrustDomain:   trustDomain,
		CredBuilder:   builder,
		CredValidator: validator,
		HealthChecker: health.NewChecker(health.Config{}, log),
	})
	upstream, err := certManager(ctx, log, trustDomain, settings)
	if err != nil {
		return nil, err
	}
	signer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template, err := builder.BuildUpstreamSignedX509CACSR(ctx, credtemplate.UpstreamSignedX509CAParams{
		PublicKey: signer.Public(),
	})
	if err != nil {
		return nil, err
	}
	request, err := x509.CreateCertificateRequest(rand.Reader, template, signer)
	if err != nil {
		return nil, err
	}
	client := ca.NewUpstreamClient(ca.UpstreamClientConfig{UpstreamAuthority: upstream, BundleUpdater: authority})
	rules := ca.X509CAValidator{TrustDomain: trustDomain, CredValidator: validator, Signer: signer}
	chain, err := client.MintX509CA(ctx, request, credtemplate.DefaultX509CATTL, rules.ValidateUpstreamX509CA)
	if err != nil {
		return nil, fmt.Errorf("ClusterIssuer %s issues no CA certificate: %w", settings.issuer, err)
	}
	authority.ca.SetX509CA(&ca.X509CA{Signer: signer, Certificate: chain[0], UpstreamChain: chain})
	return authority, nil
}

// certManager is SPIRE's plugin of that name, configured.
func certManager(
	ctx context.Context, log logrus.FieldLogger, trustDomain spiffeid.TrustDomain, settings settings,
) (upstreamauthority.UpstreamAuthority, error) {
	plugin, err := catalog.LoadBuiltIn(ctx, certmanager.BuiltIn(), catalog.BuiltInConfig{Log: log})
	if err != nil {
		return nil, err
	}
	upstream := new(upstreamauthority.V1)
	configurer, err := plugin.Bind(upstream)
	if err != nil {
		return nil, err
	}
	configuration := fmt.Sprintf(
		"namespace = %q\nissuer_kind = \"ClusterIssuer\"\nissuer_name = %q\nkube_config_file = %q\n",
		settings.namespace, settings.issuer, settings.kubeconfig,
	)
	return upstream, configurer.Configure(ctx, catalog.CoreConfig{TrustDomain: trustDomain}, configuration)
}

// issue makes a new SVID, with a key of its own, and the bundle that goes with it.
func (a *authority) issue(ctx context.Context, id spiffeid.ID) (*cache.WorkloadUpdate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	svid, err := a.ca.SignWorkloadX509SVID(ctx, ca.WorkloadX509SVIDParams{
		PublicKey: key.Public(), SPIFFEID: id, TTL: a.lifetime,
	})
	if err != nil {
		return nil, err
	}
	entry := &common.RegistrationEntry{SpiffeId: id.String()}
	return &cache.WorkloadUpdate{
		Identities: []cache.Identity{{Entry: entry, SVID: svid, PrivateKey: key}},
		Bundle:     spiffebundle.FromX509Authorities(a.trustDomain, a.roots),
	}, nil
}

// SyncX509Roots takes the upstream's roots; the upstream client calls it before anything is issued, and
// cert-manager sends them once.
func (a *authority) SyncX509Roots(_ context.Context, roots []*x509certificate.X509Authority) error {
	a.roots = nil
	for _, root := range roots {
		a.roots = append(a.roots, root.Certificate)
	}
	return nil
}

// AppendJWTKeys is never called: nothing here has a JWT.
func (a *authority) AppendJWTKeys(_ context.Context, keys []*common.PublicKey) ([]*common.PublicKey, error) {
	return keys, nil
}

// LogError is never called: the stream that it is about ends with the first answer.
func (a *authority) LogError(error, string) {}
