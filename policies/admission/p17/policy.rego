# P17: What runs was scanned, as it is and lately.
package crane.policies.p17

import data.crane.admission.lib

meta := {"id": "P17", "title": "no usable scan", "severity": "high"}

params := lib.params("P17")

hour := 3600000

report(msg, fix) := {"path": "/Image", "field": "image", "msg": sprintf("the image of %s %s", [input.service, msg]), "fix": fix}

# Before the images are looked at (`scan` absent) nothing is said.
violation contains report("was not scanned", "Deploy it again: an image is scanned before anything starts.") if {
	input.scan == null
}

violation contains report(sprintf("could not be scanned: %s", [object.get(input.scan, "reason", "no reason given")]), "Look at why: crane scan APP; scanned again with the next deployment.") if {
	input.scan.state == "failed"
}

violation contains report("was scanned as another image than the one that is to run", "Deploy it again.") if {
	input.scan.imageId != input.imageId
}

violation contains report(sprintf("was scanned more than %d hours ago", [params.maxAgeHours]), "Deploy it again: it is scanned anew.") if {
	input.now - input.scan.startedAt > params.maxAgeHours * hour
}

violation contains report(sprintf("was compared with a vulnerability database of more than %d days ago", [floor(params.databaseMaxAgeHours / 24)]), "Bring a newer one: crane scan db import FILE") if {
	is_number(input.scan.databaseAt)
	input.now - input.scan.databaseAt > params.databaseMaxAgeHours * hour
}

# Not knowing is not the same as knowing that something is wrong: how much it counts is a setting of its own.
violation contains object.union(report("was compared with nothing: there is no vulnerability database on this machine", "Bring one: crane scan db import FILE"), ceiling) if {
	input.scan.state == "no-database"
}

violation contains object.union(report("could not be judged: neither an operating system nor packages were recognised in it", "Use an image with a package database, or accept that nothing is known of it."), ceiling) if {
	input.scan.state == "nothing-recognised"
}

ceiling := {} if params.unknown == "deny"

ceiling := {"ceiling": params.unknown} if params.unknown != "deny"
