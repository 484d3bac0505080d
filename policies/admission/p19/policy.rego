# P19: Instances tell whether they are well, and do not change themselves.
package crane.policies.p19

import data.crane.admission.lib

meta := {"id": "P19", "title": "health check and writable files", "severity": "low"}

violation contains {
	"path": "/Healthcheck",
	"field": "healthcheck",
	"msg": sprintf("nothing tells whether %s is well", [input.service]),
	"fix": "Add a healthcheck.",
} if {
	input.create.HostConfig
	not has_check
}

has_check if {
	test := input.create.Healthcheck.Test
	test[0] != "NONE"
}

has_check if {
	not input.create.Healthcheck
	object.get(input, "image", null) == null
}

has_check if {
	not input.create.Healthcheck
	input.image.hasHealthcheck == true
}

violation contains {
	"path": "/HostConfig/ReadonlyRootfs",
	"field": "read_only",
	"msg": sprintf("%s can change its own files", [input.service]),
	"fix": "Set read_only: true, and mount what it writes to.",
} if {
	input.create.HostConfig
	object.get(lib.host, "ReadonlyRootfs", false) == false
}
