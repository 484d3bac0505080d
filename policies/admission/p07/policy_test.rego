package crane.policies.p07_test

import data.crane.policies.p07

test_meta_names_the_policy if p07.meta.id == "P07"

test_good_cases_are_let_through if {
	count(data.admission.p07.good) > 0
	every _, example in data.admission.p07.good {
		count(p07.violation) == 0 with input as example
	}
}

test_bad_cases_are_found_with_place_words_and_fix if {
	count(data.admission.p07.bad) > 0
	every _, example in data.admission.p07.bad {
		found := p07.violation with input as example
		count(found) > 0
		every item in found {
			startswith(item.path, "/")
			item.msg != ""
			item.fix != ""
		}
	}
}
