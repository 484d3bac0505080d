package crane.policies.p06_test

import data.crane.policies.p06

test_meta_names_the_policy if p06.meta.id == "P06"

test_good_cases_are_let_through if {
	count(data.admission.p06.good) > 0
	every _, example in data.admission.p06.good {
		count(p06.violation) == 0 with input as example
	}
}

test_bad_cases_are_found_with_place_words_and_fix if {
	count(data.admission.p06.bad) > 0
	every _, example in data.admission.p06.bad {
		found := p06.violation with input as example
		count(found) > 0
		every item in found {
			startswith(item.path, "/")
			item.msg != ""
			item.fix != ""
		}
	}
}
