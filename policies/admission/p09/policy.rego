# P09: Mounts stay inside, and files in memory small.
package crane.policies.p09

import data.crane.admission.lib

meta := {"id": "P09", "title": "propagation and memory as a disk", "severity": "high"}

violation contains {
	"path": sprintf("/HostConfig/Mounts/%d/BindOptions/Propagation", [i]),
	"field": "volumes",
	"seen": mount.Target,
	"msg": sprintf("mounts that %s makes at %s would appear on this machine", [input.service, mount.Target]),
	"fix": "Remove propagation.",
} if {
	some i, mount in object.get(lib.host, "Mounts", [])
	mount.BindOptions.Propagation in {"shared", "rshared"}
}

violation contains {
	"path": source.pointer,
	"field": "volumes",
	"seen": source.target,
	"msg": sprintf("mounts that %s makes at %s would appear on this machine", [input.service, source.target]),
	"fix": "Remove the option.",
} if {
	some source in lib.sources
	some option in source.options
	option in {"shared", "rshared"}
}

limit := lib.params("P09").memoryBytes

too_large(path, field, seen, bytes) := {
	"path": path,
	"field": field,
	"seen": seen,
	"msg": sprintf("%s may fill %d MiB of memory with files at %s; at most %d MiB are allowed", [input.service, ceil(bytes / 1048576), seen, floor(limit / 1048576)]),
	"fix": "Give it a smaller size, or use a volume.",
}

violation contains too_large(sprintf("/HostConfig/Tmpfs/%s", [target]), "tmpfs", target, bytes) if {
	some target, options in object.get(lib.host, "Tmpfs", {})
	some option in split(options, ",")
	startswith(option, "size=")
	bytes := lib.size_of(trim_prefix(option, "size="))
	bytes > limit
}

violation contains too_large(sprintf("/HostConfig/Mounts/%d", [i]), "volumes", mount.Target, bytes) if {
	some i, mount in object.get(lib.host, "Mounts", [])
	bytes := mount.TmpfsOptions.SizeBytes
	bytes > limit
}

violation contains too_large("/HostConfig/ShmSize", "shm_size", "/dev/shm", bytes) if {
	bytes := lib.host.ShmSize
	bytes > limit
}
