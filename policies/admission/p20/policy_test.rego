package crane.policies.p20_test

import data.crane.policies.p20

test_meta_names_the_policy if p20.meta.id == "P20"

test_good_cases_are_let_through if {
	count(data.admission.p20.good) > 0
	every _, example in data.admission.p20.good {
		count(p20.violation) == 0 with input as example
	}
}

test_bad_cases_are_found_with_place_words_and_fix if {
	count(data.admission.p20.bad) > 0
	every _, example in data.admission.p20.bad {
		found := p20.violation with input as example
		count(found) > 0
		every item in found {
			startswith(item.path, "/")
			item.msg != ""
			item.fix != ""
		}
	}
}
