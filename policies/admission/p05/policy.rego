# P05: The engine's confinement is not weakened.
package crane.policies.p05

import data.crane.admission.lib

meta := {"id": "P05", "title": "weakened confinement", "severity": "critical"}

violation contains {
	"path": sprintf("/HostConfig/SecurityOpt/%d", [i]),
	"field": "security_opt",
	"seen": option,
	"msg": sprintf("%s weakens its confinement: %s", [input.service, substring(option, 0, 80)]),
	"fix": "Remove it from security_opt.",
} if {
	some i, option in object.get(lib.host, "SecurityOpt", [])
	is_weak(lower(replace(trim_space(option), ":", "=")))
}

is_weak(option) if {
	startswith(option, "seccomp=")
	option != "seccomp=builtin"
}

is_weak(option) if {
	startswith(option, "apparmor=")
	not option in {"apparmor=docker-default", "apparmor=runtime/default"}
}

is_weak(option) if option in {"label=disable", "systempaths=unconfined", "no-new-privileges=false"}

is_weak(option) if startswith(option, "label=type=spc_t")

violation contains {
	"path": sprintf("/HostConfig/%s", [key]),
	"field": "security_opt",
	"seen": "systempaths=unconfined",
	"msg": sprintf("%s sees paths of the system that are hidden otherwise", [input.service]),
	"fix": "Remove systempaths=unconfined from security_opt.",
} if {
	some key in ["MaskedPaths", "ReadonlyPaths"]
	lib.host[key] == []
}

violation contains {
	"path": "/HostConfig/SecurityOpt",
	"field": "security_opt",
	"msg": sprintf("%s can gain privileges: no-new-privileges is not set", [input.service]),
	"fix": "Add no-new-privileges:true to security_opt.",
} if {
	options := lib.host.SecurityOpt
	not forbids_gaining(options)
}

forbids_gaining(options) if {
	some option in options
	startswith(lower(option), "no-new-privileges")
}

violation contains {
	"path": sprintf("/HostConfig/Sysctls/%s", [name]),
	"field": "sysctls",
	"seen": name,
	"msg": sprintf("%s sets %s of the kernel; allowed are %s", [input.service, substring(name, 0, 80), concat(", ", sort(lib.params("P05").sysctls))]),
	"fix": "Remove it from sysctls.",
} if {
	some name, _ in object.get(lib.host, "Sysctls", {})
	not name in lib.params("P05").sysctls
}

violation contains {
	"path": "/HostConfig/CgroupParent",
	"field": "cgroup_parent",
	"msg": sprintf("%s is put into a control group of the machine: %s", [input.service, substring(parent, 0, 80)]),
	"fix": "Remove cgroup_parent: limits are set by deploy.resources.",
} if {
	parent := object.get(lib.host, "CgroupParent", "")
	parent != ""
}

violation contains {
	"path": "/HostConfig/Runtime",
	"field": "runtime",
	"msg": sprintf("%s is run by %s, and not by what confines all others", [input.service, substring(runtime, 0, 80)]),
	"fix": "Remove runtime.",
} if {
	runtime := object.get(lib.host, "Runtime", "")
	not runtime in {"", "runc"}
}
