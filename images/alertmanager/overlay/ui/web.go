// Package ui answers in place of Alertmanager's web interface, whose built files are not part of the Go module.
package ui

import (
	"io"
	"net/http"

	"github.com/prometheus/common/route"
)

// Register says at the root that this build has the API only.
func Register(r *route.Router) {
	r.Get("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, "Alertmanager, built from source without its web interface. The API is under /api/v2.\n")
	})
}
