package crane.policies.p17_test

import data.crane.policies.p17

test_meta_names_the_policy if p17.meta.id == "P17"

test_good_cases_are_let_through if {
	count(data.admission.p17.good) > 0
	every _, example in data.admission.p17.good {
		count(p17.violation) == 0 with input as example
	}
}

test_bad_cases_are_found_with_place_words_and_fix if {
	count(data.admission.p17.bad) > 0
	every _, example in data.admission.p17.bad {
		found := p17.violation with input as example
		count(found) > 0
		every item in found {
			startswith(item.path, "/")
			item.msg != ""
			item.fix != ""
		}
	}
}
