package crane.access_test

import data.crane.access

ask(change) := answer if {
	question := object.union(
		{
			"role": "user",
			"action": "getApp",
			"relation": "own",
			"verbs": null,
			"isAppToken": false,
		},
		change,
	)
	answer := access.decision with input as question
}

test_own_app_is_seen_and_removed if {
	ask({}).allow
	ask({"action": "deleteApp"}).allow
}

test_other_app_is_nobodys_but_admins if {
	not ask({"relation": "other"}).allow
	ask({"role": "admin", "relation": "other"}).allow
}

test_viewer_only_looks if {
	ask({"relation": "viewer"}).allow
	not ask({"relation": "viewer", "action": "postAppScale"}).allow
}

test_operator_scales_and_does_not_deploy if {
	ask({"relation": "operator", "action": "postAppScale"}).allow
	not ask({"relation": "operator", "action": "postAppDeployments"}).allow
}

test_people_are_for_admins if {
	not ask({"relation": "none", "action": "changeUser"}).allow
	ask({"role": "admin", "relation": "none", "action": "changeUser"}).allow
}

test_unknown_action_role_or_relation_is_denied if {
	not ask({"role": "admin", "action": "dropEverything"}).allow
	not ask({"role": "root"}).allow
	not ask({"relation": "friend"}).allow
	ask({"action": "dropEverything"}).reason == "no rule allows this"
}

test_limited_token_does_what_it_is_for if {
	ask({"verbs": ["view"]}).allow
	not ask({"verbs": ["view"], "action": "postAppScale"}).allow
	not ask({"verbs": []}).allow
	ask({"verbs": ["view"], "action": "postAppScale"}).reason == "the token is not good for app.operate"
}

test_limited_token_never_changes_the_account if {
	not ask({"relation": "none", "verbs": ["manage"], "action": "postMeTokens"}).allow
	not ask({"role": "admin", "relation": "none", "verbs": ["manage"], "action": "changeUser"}).allow
	not ask({"relation": "none", "isAppToken": true, "action": "postMeTokens"}).allow
}

test_token_of_some_apps_makes_no_new_ones if {
	ask({"isAppToken": true, "action": "postAppDeployments"}).allow
	not ask({"relation": "none", "isAppToken": true, "action": "postApps"}).allow
	ask({"relation": "none", "isAppToken": true, "action": "getApps"}).allow
}

# A policy that fails here would leave nobody to undo it.
test_admins_are_not_locked_out if {
	every action in ["getMe", "getStatus", "getPolicies", "listUsers", "changeUser", "resetPassword"] {
		ask({"role": "admin", "relation": "none", "action": action}).allow
	}
}
