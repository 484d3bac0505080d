// Package dns stands in for lego's collection of DNS vendors: their client libraries are hundreds of modules, and Crane asks for none.
package dns

import (
	"fmt"

	"github.com/go-acme/lego/v5/challenge"
)

// NewDNSChallengeProviderByName refuses every name: a build from source has no DNS vendor.
func NewDNSChallengeProviderByName(name string) (challenge.Provider, error) {
	return nil, fmt.Errorf("the DNS provider %q is not part of this build", name)
}
