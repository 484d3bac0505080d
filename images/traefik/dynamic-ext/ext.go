// Package ext supplies the two extension points that Traefik's module names but does not ship.
package ext

// HTTP extends a dynamic HTTP configuration by nothing.
type HTTP struct{}

// Router extends a dynamic HTTP router by nothing.
type Router struct{}
