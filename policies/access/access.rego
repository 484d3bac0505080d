# Who may do what. Denied unless a rule says otherwise: an action that is not in the table is nobody's.
#
# Each action has a kind and a verb (`app.view`); a role is granted verbs on kinds by what the app is to who asks: their own,
# shared with them as viewer, operator or owner, or somebody else's. A token may be limited to verbs, and to some apps.
package crane.access

default decision := {"allow": false, "reason": "no rule allows this"}

decision := {"allow": true, "reason": sprintf("%v may %v %v (%v)", [input.role, verb, kind, input.relation])} if {
	is_granted
	is_in_token
}

decision := {"allow": false, "reason": sprintf("the token is not good for %v", [classification])} if {
	is_granted
	not is_in_token
}

decision := {"allow": false, "reason": sprintf("%v may not %v %v (%v)", [input.role, verb, kind, input.relation])} if {
	classification
	not is_granted
}

classification := data.access.actions[input.action]

kind := split(classification, ".")[0]

verb := split(classification, ".")[1]

is_granted if verb in data.access.grants[input.role][kind][input.relation]

# What changes the account itself, or other people, is no matter of a token that was limited.
is_in_token if {
	input.verbs == null
	not input.isAppToken
}

is_in_token if {
	input.verbs == null
	input.isAppToken
	is_for_app_tokens
}

is_in_token if {
	verb in input.verbs
	not input.isAppToken
	not is_account
}

is_in_token if {
	verb in input.verbs
	input.isAppToken
	is_for_app_tokens
}

is_account if {
	kind in {"self", "people"}
	verb != "view"
}

# Lists show the apps of the token only; new apps would be none of them.
is_for_app_tokens if kind == "app"

is_for_app_tokens if {
	kind in {"apps", "self", "platform"}
	verb == "view"
}
