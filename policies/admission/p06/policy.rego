# P06: No instance reaches a container engine.
package crane.policies.p06

import data.crane.admission.lib

meta := {"id": "P06", "title": "the engine's socket", "severity": "critical"}

sockets := {
	"/run/docker.sock",
	"/run/containerd/containerd.sock",
	"/run/crio/crio.sock",
	"/run/podman/podman.sock",
} | {lib.canonical(path) | some path in object.get(input, ["host", "sockets"], [])}

names := {"docker.sock", "containerd.sock", "crio.sock", "podman.sock", "dockershim.sock", "buildkitd.sock"}

violation contains {
	"path": source.pointer,
	"field": "volumes",
	"seen": source.target,
	"msg": sprintf("%s can reach the engine's socket through %s: who has it owns this machine", [input.service, source.path]),
	"fix": "Remove the mount; Crane's API, with a token of its own, is for such needs.",
} if {
	some source in lib.sources
	some place in lib.places(source.path)
	reaches(lib.canonical(place))
}

reaches(path) if regex.split(`/`, path)[count(regex.split(`/`, path)) - 1] in names

reaches(path) if {
	some socket in sockets
	lib.is_within(socket, path)
}

violation contains {
	"path": "/use_api_socket",
	"field": "use_api_socket",
	"msg": sprintf("%s asks for the engine's socket", [input.service]),
	"fix": "Remove use_api_socket.",
} if {
	input.usesApiSocket == true
}
