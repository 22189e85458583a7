package main

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	secretv3 "github.com/envoyproxy/go-control-plane/envoy/service/secret/v3"
	"github.com/sirupsen/logrus"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/spire/pkg/agent/endpoints/sdsv3"
	"github.com/spiffe/spire/pkg/agent/manager/cache"
	"github.com/spiffe/spire/pkg/common/api/middleware"
	"github.com/spiffe/spire/pkg/common/rotationutil"
	"github.com/spiffe/spire/proto/spire/common"
	"google.golang.org/grpc"
)

// How often is looked whether an SVID is to be renewed; SPIRE's agent does so every five seconds, too.
const rotationInterval = 5 * time.Second

// workload is one pod: its SVID, which is renewed, and the socket on which Envoy asks for it.
type workload struct {
	id     spiffeid.ID
	folder string
	stop   context.CancelFunc

	mutex       sync.Mutex
	current     *cache.WorkloadUpdate
	subscribers map[*subscriber]struct{}
}

// newWorkload answers on the socket `socket` of a folder until it is closed.
func newWorkload(
	log logrus.FieldLogger, authority *authority, id spiffeid.ID, folder string,
) (*workload, error) {
	ctx, stop := context.WithCancel(context.Background())
	current, err := authority.issue(ctx, id)
	if err != nil {
		stop()
		return nil, err
	}
	w := &workload{id: id, folder: folder, stop: stop, current: current, subscribers: map[*subscriber]struct{}{}}
	// Envoy's user connects, and is nobody whom this process knows.
	if err := os.MkdirAll(folder, 0o755); err != nil {
		stop()
		return nil, err
	}
	socket := filepath.Join(folder, "socket")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		stop()
		return nil, err
	}
	if err := os.Chmod(socket, 0o777); err != nil {
		stop()
		return nil, err
	}
	unary, stream := middleware.Interceptors(middleware.WithLogger(log))
	server := grpc.NewServer(grpc.UnaryInterceptor(unary), grpc.StreamInterceptor(stream))
	// The names that Istio's Envoy asks for, as Istio's documentation has SPIRE's agent answer to them.
	secretv3.RegisterSecretDiscoveryServiceServer(server, sdsv3.New(sdsv3.Config{
		Attestor:              w,
		Manager:               w,
		DefaultSVIDName:       "default",
		DefaultBundleName:     "null",
		DefaultAllBundlesName: "ROOTCA",
	}))
	go server.Serve(listener) // Its error is that it was stopped.
	context.AfterFunc(ctx, server.Stop)
	go w.rotate(ctx, log, authority)
	return w, nil
}

func (w *workload) close() error {
	w.stop()
	return os.RemoveAll(w.folder)
}

// rotate renews the SVID when SPIRE's agent would.
func (w *workload) rotate(ctx context.Context, log logrus.FieldLogger, authority *authority) {
	strategy := rotationutil.NewRotationStrategy(0)
	ticks := time.NewTicker(rotationInterval)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticks.C:
			if !strategy.ShouldRotateX509(now, w.FetchWorkloadUpdate(nil).Identities[0].SVID[0]) {
				continue
			}
			update, err := authority.issue(ctx, w.id)
			if err != nil {
				log.WithError(err).WithField("id", w.id).Error("The SVID is not renewed")
				continue
			}
			w.publish(update)
		}
	}
}

func (w *workload) publish(update *cache.WorkloadUpdate) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.current = update
	for each := range w.subscribers {
		each.offer(update)
	}
}

// Attest knows the pod by the socket on which it asks.
func (w *workload) Attest(context.Context) ([]*common.Selector, error) {
	return []*common.Selector{{Type: "spiffe", Value: w.id.String()}}, nil
}

// FetchWorkloadUpdate is what the pod has now.
func (w *workload) FetchWorkloadUpdate([]*common.Selector) *cache.WorkloadUpdate {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return w.current
}

// SubscribeToCacheChanges is what the pod has now, and each that follows.
func (w *workload) SubscribeToCacheChanges(context.Context, cache.Selectors) (cache.Subscriber, error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	subscriber := &subscriber{workload: w, updates: make(chan *cache.WorkloadUpdate, 1)}
	subscriber.offer(w.current)
	w.subscribers[subscriber] = struct{}{}
	return subscriber, nil
}

// subscriber is one stream of Envoy's.
type subscriber struct {
	workload *workload
	updates  chan *cache.WorkloadUpdate
}

// offer replaces what was not taken yet. Only who holds the workload's mutex calls it.
func (s *subscriber) offer(update *cache.WorkloadUpdate) {
	select {
	case <-s.updates:
	default:
	}
	s.updates <- update
}

func (s *subscriber) Updates() <-chan *cache.WorkloadUpdate { return s.updates }

func (s *subscriber) Finish() {
	s.workload.mutex.Lock()
	defer s.workload.mutex.Unlock()
	delete(s.workload.subscribers, s)
}
