# P08: Volumes are the engine's own and the app's own.
package crane.policies.p08

import data.crane.admission.lib

meta := {"id": "P08", "title": "volumes of others", "severity": "high"}

violation contains {
	"path": sprintf("/volumes/%s", [name]),
	"field": "volumes",
	"msg": sprintf("%s uses the volume %s of the driver %s; allowed are %s", [input.service, name, volume.driver, concat(", ", sort(lib.params("P08").drivers))]),
	"fix": "Remove driver: the engine's own volumes are local.",
} if {
	some name, volume in object.get(input, "volumes", {})
	not volume.driver in lib.params("P08").drivers
}

violation contains {
	"path": sprintf("/volumes/%s", [name]),
	"field": "volumes",
	"msg": sprintf("%s uses the volume %s, which is not this app's", [input.service, name]),
	"fix": "Remove external: true, and the app gets a volume of its own.",
} if {
	some name, volume in object.get(input, "volumes", {})
	volume.isForeign == true
}

violation contains {
	"path": sprintf("/HostConfig/VolumesFrom/%d", [i]),
	"field": "volumes_from",
	"msg": sprintf("%s takes volumes of another container: %s", [input.service, from]),
	"fix": "Name the volume under volumes.",
} if {
	some i, from in object.get(lib.host, "VolumesFrom", [])
	not startswith(from, "service:")
}

violation contains {
	"path": "/HostConfig/VolumeDriver",
	"field": "volume_driver",
	"msg": sprintf("%s uses volumes of the driver %s", [input.service, driver]),
	"fix": "Remove it.",
} if {
	driver := object.get(lib.host, "VolumeDriver", "")
	not driver in {"", "local"}
}
