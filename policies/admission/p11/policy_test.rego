package crane.policies.p11_test

import data.crane.policies.p11

test_meta_names_the_policy if p11.meta.id == "P11"

test_good_cases_are_let_through if {
	count(data.admission.p11.good) > 0
	every _, example in data.admission.p11.good {
		count(p11.violation) == 0 with input as example
	}
}

test_bad_cases_are_found_with_place_words_and_fix if {
	count(data.admission.p11.bad) > 0
	every _, example in data.admission.p11.bad {
		found := p11.violation with input as example
		count(found) > 0
		every item in found {
			startswith(item.path, "/")
			item.msg != ""
			item.fix != ""
		}
	}
}
