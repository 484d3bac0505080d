# P04: Devices of the machine are not handed in.
package crane.policies.p04

import data.crane.admission.lib

meta := {"id": "P04", "title": "devices", "severity": "critical"}

fields := {"Devices": "devices", "DeviceCgroupRules": "device_cgroup_rules", "DeviceRequests": "gpus"}

violation contains {
	"path": sprintf("/HostConfig/%s/%d", [key, i]),
	"field": field,
	"msg": sprintf("%s gets at a device of this machine: %s", [input.service, name(device)]),
	"fix": sprintf("Remove %s.", [field]),
} if {
	some key, field in fields
	some i, device in object.get(lib.host, key, [])
}

name(device) := device if is_string(device)

name(device) := object.get(device, "PathOnHost", "by its driver") if is_object(device)
