# P01: Instances do not run privileged.
package crane.policies.p01

import data.crane.admission.lib

meta := {"id": "P01", "title": "privileged", "severity": "critical"}

violation contains {
	"path": "/HostConfig/Privileged",
	"field": "privileged",
	"msg": sprintf("%s runs privileged: it can do everything on this machine", [input.service]),
	"fix": "Remove privileged: true; add the one capability it needs with cap_add.",
} if {
	lib.host.Privileged == true
}

violation contains {
	"path": "/Privileged",
	"field": "privileged",
	"msg": sprintf("a command in %s is to run privileged", [input.service]),
	"fix": "Run it without privileges.",
} if {
	input.exec.privileged == true
}
