// What the pods of the playground run, in the place of the pause image and of Istio's samples sleep and
// httpbin.
//
//	workload pause         waits for its end
//	workload serve :8000   answers every request with its headers, as JSON
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "workload:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, arguments []string) error {
	switch {
	case len(arguments) == 1 && arguments[0] == "pause":
		<-ctx.Done()
		return nil
	case len(arguments) == 2 && arguments[0] == "serve":
		return serve(ctx, arguments[1])
	default:
		return errors.New("usage: workload pause | workload serve ADDRESS:PORT")
	}
}

func serve(ctx context.Context, address string) error {
	server := &http.Server{Addr: address, Handler: http.HandlerFunc(headers)}
	// A pod that is deleted ends at once.
	context.AfterFunc(ctx, func() { server.Close() })
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// headers answers with what Envoy passes on; X-Forwarded-Client-Cert names the peer of a mutual TLS
// connection.
func headers(answer http.ResponseWriter, request *http.Request) {
	first := map[string]string{}
	for name := range request.Header {
		first[name] = request.Header.Get(name)
	}
	answer.Header().Set("Content-Type", "application/json")
	// An error is that of a client that is gone.
	_ = json.NewEncoder(answer).Encode(map[string]any{"headers": first})
}
