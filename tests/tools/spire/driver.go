package main

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"github.com/sirupsen/logrus"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"golang.org/x/sys/unix"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	registration "k8s.io/kubelet/pkg/apis/pluginregistration/v1"
)

// The name by which pods ask for the volume: that of SPIFFE's own driver.
const driverName = "csi.spiffe.io"

// driver mounts a folder with a socket into each pod that has a volume of it, and answers there.
type driver struct {
	csi.UnimplementedIdentityServer
	csi.UnimplementedNodeServer
	registration.UnimplementedRegistrationServer

	folder    string
	log       logrus.FieldLogger
	authority *authority

	mutex     sync.Mutex
	workloads map[string]*workload
}

func newDriver(folder string, log logrus.FieldLogger, authority *authority) *driver {
	return &driver{folder: folder, log: log, authority: authority, workloads: map[string]*workload{}}
}

func (d *driver) endpoint() string { return filepath.Join(d.folder, "csi.sock") }

// serve answers the kubelet, which finds the driver by the registration socket.
func (d *driver) serve(ctx context.Context, registrationSocket string) error {
	server := grpc.NewServer()
	csi.RegisterIdentityServer(server, d)
	csi.RegisterNodeServer(server, d)
	registration.RegisterRegistrationServer(server, d)
	failures := make(chan error)
	// The one that is called first is there first.
	for _, socket := range []string{d.endpoint(), registrationSocket} {
		if err := os.MkdirAll(filepath.Dir(socket), 0o755); err != nil {
			return err
		}
		listener, err := net.Listen("unix", socket)
		if err != nil {
			return err
		}
		go func() { failures <- server.Serve(listener) }()
	}
	d.log.Info("SPIRE answers")
	select {
	case err := <-failures:
		return err
	case <-ctx.Done():
		return nil
	}
}

func (d *driver) GetInfo(context.Context, *registration.InfoRequest) (*registration.PluginInfo, error) {
	return &registration.PluginInfo{
		Type:              registration.CSIPlugin,
		Name:              driverName,
		Endpoint:          d.endpoint(),
		SupportedVersions: []string{"1.0.0"},
	}, nil
}

func (d *driver) NotifyRegistrationStatus(
	_ context.Context, status *registration.RegistrationStatus,
) (*registration.RegistrationStatusResponse, error) {
	if !status.PluginRegistered {
		d.log.Error("The kubelet does not take the driver: " + status.Error)
	}
	return &registration.RegistrationStatusResponse{}, nil
}

func (d *driver) GetPluginInfo(context.Context, *csi.GetPluginInfoRequest) (*csi.GetPluginInfoResponse, error) {
	return &csi.GetPluginInfoResponse{Name: driverName, VendorVersion: "0.0.0"}, nil
}

func (d *driver) Probe(context.Context, *csi.ProbeRequest) (*csi.ProbeResponse, error) {
	return &csi.ProbeResponse{}, nil
}

func (d *driver) GetPluginCapabilities(
	context.Context, *csi.GetPluginCapabilitiesRequest,
) (*csi.GetPluginCapabilitiesResponse, error) {
	return &csi.GetPluginCapabilitiesResponse{}, nil
}

func (d *driver) NodeGetCapabilities(
	context.Context, *csi.NodeGetCapabilitiesRequest,
) (*csi.NodeGetCapabilitiesResponse, error) {
	return &csi.NodeGetCapabilitiesResponse{}, nil
}

func (d *driver) NodeGetInfo(context.Context, *csi.NodeGetInfoRequest) (*csi.NodeGetInfoResponse, error) {
	name, err := os.Hostname()
	return &csi.NodeGetInfoResponse{NodeId: name}, err
}

// NodePublishVolume is the kubelet's wish for a pod's volume; it says whose pod it is, because the
// CSIDriver has podInfoOnMount.
func (d *driver) NodePublishVolume(
	_ context.Context, request *csi.NodePublishVolumeRequest,
) (*csi.NodePublishVolumeResponse, error) {
	pod := request.GetVolumeContext()
	namespace, account := pod["csi.storage.k8s.io/pod.namespace"], pod["csi.storage.k8s.io/serviceAccount.name"]
	id, err := spiffeid.FromSegments(d.authority.trustDomain, "ns", namespace, "sa", account)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	volume := folderOf(request.GetVolumeId())
	if _, known := d.workloads[volume]; !known {
		workload, err := newWorkload(d.log, d.authority, id, filepath.Join(d.folder, volume))
		if err != nil {
			return nil, err
		}
		d.workloads[volume] = workload
	}
	target := request.GetTargetPath()
	if err := os.MkdirAll(target, 0o755); err != nil {
		return nil, err
	}
	if err := unix.Mount(d.workloads[volume].folder, target, "", unix.MS_BIND, ""); err != nil {
		return nil, err
	}
	return &csi.NodePublishVolumeResponse{}, nil
}

// folderOf shortens the hash that the kubelet makes: the path of a socket has at most 107 bytes.
func folderOf(volume string) string {
	name := strings.TrimPrefix(filepath.Base(volume), "csi-")
	return name[:min(len(name), 12)]
}

// NodeUnpublishVolume may be asked twice.
func (d *driver) NodeUnpublishVolume(
	_ context.Context, request *csi.NodeUnpublishVolumeRequest,
) (*csi.NodeUnpublishVolumeResponse, error) {
	target := request.GetTargetPath()
	if err := unix.Unmount(target, unix.MNT_DETACH); err != nil && !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOENT) {
		return nil, err
	}
	if err := os.RemoveAll(target); err != nil {
		return nil, err
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	volume := folderOf(request.GetVolumeId())
	if workload, known := d.workloads[volume]; known {
		delete(d.workloads, volume)
		return &csi.NodeUnpublishVolumeResponse{}, workload.close()
	}
	return &csi.NodeUnpublishVolumeResponse{}, nil
}
