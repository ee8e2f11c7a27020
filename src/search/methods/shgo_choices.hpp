// Hierarchical SHGO where a space is one of many choices. Internal to the room.
#pragma once

#include "flash/search/search.hpp"

namespace flash {

// Level 1 searches the shape; level 2 what each bounded quantity is to cost against the others. Prices choose an
// option in each slot by the models' tables, as dear as the bounds allow; exchanges of one or two options mend and
// better what they chose. At last each option in turn is held fast while prices choose the rest. An evaluation is a
// configuration that comes out of that.
void search_choices_by_shgo(Tracker& tracker);

}  // namespace flash
