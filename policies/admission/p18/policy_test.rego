package crane.policies.p18_test

import data.crane.policies.p18

test_meta_names_the_policy if p18.meta.id == "P18"

test_good_cases_are_let_through if {
	count(data.admission.p18.good) > 0
	every _, example in data.admission.p18.good {
		count(p18.violation) == 0 with input as example
	}
}

test_bad_cases_are_found_with_place_words_and_fix if {
	count(data.admission.p18.bad) > 0
	every _, example in data.admission.p18.bad {
		found := p18.violation with input as example
		count(found) > 0
		every item in found {
			startswith(item.path, "/")
			item.msg != ""
			item.fix != ""
		}
	}
}
