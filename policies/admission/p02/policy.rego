# P02: Namespaces of the machine and of containers that are not the app's are not shared.
package crane.policies.p02

import data.crane.admission.lib

meta := {"id": "P02", "title": "host or foreign namespaces", "severity": "critical"}

kinds := {
	"NetworkMode": "network_mode",
	"PidMode": "pid",
	"IpcMode": "ipc",
	"UTSMode": "uts",
	"UsernsMode": "userns_mode",
	"CgroupnsMode": "cgroup",
}

violation contains {
	"path": sprintf("/HostConfig/%s", [key]),
	"field": field,
	"msg": sprintf("%s shares the %s namespace of %s", [input.service, field, whose(value)]),
	"fix": sprintf("Remove %s: an app has namespaces of its own.", [field]),
} if {
	some key, field in kinds
	value := object.get(lib.host, key, "")
	whose(value)
}

whose(value) := "this machine" if lower(trim_space(value)) == "host"

whose(value) := "another container" if startswith(value, "container:")

# Everybody's containers without a network of their own are on it.
violation contains {
	"path": "/HostConfig/NetworkMode",
	"field": "network_mode",
	"msg": sprintf("%s joins the engine's common network, where other apps can reach it", [input.service]),
	"fix": "Remove network_mode: an app has networks of its own.",
} if {
	object.get(lib.host, "NetworkMode", "") in {"bridge", "default"}
}
