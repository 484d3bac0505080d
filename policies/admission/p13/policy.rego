# P13: Images come from registries that are known.
package crane.policies.p13

import data.crane.admission.lib

meta := {"id": "P13", "title": "registry", "severity": "high"}

# What was built here comes from no registry.
violation contains {
	"path": "/Image",
	"field": "image",
	"msg": sprintf("%s takes its image from %s; allowed are %s", [input.service, substring(name, 0, 120), concat(", ", sort(lib.params("P13").registries))]),
	"fix": "Use an image of an allowed registry.",
} if {
	input.ref
	not input.isBuilt
	not is_allowed
}

name := full_name(input.ref)

# `nginx` is `docker.io/library/nginx`: rules are about the whole name.
full_name(ref) := ref if is_host(split(ref, "/")[0], ref)

full_name(ref) := sprintf("docker.io/%s", [ref]) if {
	contains(ref, "/")
	not is_host(split(ref, "/")[0], ref)
}

full_name(ref) := sprintf("docker.io/library/%s", [ref]) if not contains(ref, "/")

is_host(first, ref) if {
	contains(ref, "/")
	regex.match(`[.:]|^localhost$|^\[`, first)
}

is_allowed if {
	some registry in lib.params("P13").registries
	startswith(name, concat("", [trim_right(registry, "/"), "/"]))
}
