# P12: Memory, processors and processes have limits.
package crane.policies.p12

import data.crane.admission.lib

meta := {"id": "P12", "title": "limits", "severity": "high"}

params := lib.params("P12")

limit(path, field, text) := {
	"path": sprintf("/HostConfig/%s", [path]),
	"field": field,
	"msg": sprintf("%s %s", [input.service, text]),
	"fix": sprintf("Set %s within what is allowed.", [field]),
}

violation contains limit("Memory", "mem_limit", "has no limit of memory") if {
	lib.host.Memory <= 0
}

violation contains limit("Memory", "mem_limit", sprintf("may use %d MiB of memory; at most %d MiB are allowed", [ceil(lib.host.Memory / 1048576), floor(params.memoryBytes / 1048576)])) if {
	lib.host.Memory > params.memoryBytes
}

violation contains limit("NanoCpus", "cpus", "has no limit of processors") if {
	lib.host.Memory
	object.get(lib.host, "NanoCpus", 0) <= 0
	object.get(lib.host, "CpuQuota", 0) <= 0
}

violation contains limit("NanoCpus", "cpus", sprintf("may use %v processors; at most %v are allowed", [lib.host.NanoCpus / 1000000000, params.cpus])) if {
	lib.host.NanoCpus > params.cpus * 1000000000
}

violation contains limit("CpuQuota", "cpu_quota", sprintf("may use more than %v processors", [params.cpus])) if {
	lib.host.CpuQuota > object.get(lib.host, "CpuPeriod", 100000) * params.cpus
}

violation contains limit("PidsLimit", "pids_limit", "has no limit of processes") if {
	lib.host.PidsLimit <= 0
}

violation contains limit("PidsLimit", "pids_limit", sprintf("may have %d processes; at most %d are allowed", [lib.host.PidsLimit, params.pids])) if {
	lib.host.PidsLimit > params.pids
}

violation contains limit("MemorySwap", "memswap_limit", "may swap without a limit") if {
	lib.host.MemorySwap < 0
}

violation contains limit("OomScoreAdj", "oom_score_adj", "asks to be spared when memory is short, at the expense of others") if {
	lib.host.OomScoreAdj < 0
}

violation contains limit("OomKillDisable", "oom_kill_disable", "is not to be ended when its memory is used up") if {
	lib.host.OomKillDisable == true
}

violation contains limit(sprintf("Ulimits/%d", [i]), "ulimits", sprintf("asks for %s of %d; at most %d is allowed", [item.Name, item.Hard, params.ulimit])) if {
	some i, item in object.get(lib.host, "Ulimits", [])
	item.Hard > params.ulimit
}
