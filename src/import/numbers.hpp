// Numbers as the cells of a table hold them; internal to the room. What is wrong with a cell is thrown as
// std::invalid_argument, to be put behind the column's name: "holds '1,234', which ...".
#pragma once

#include <cstdint>
#include <string>

namespace flash {

// Whether the cell shows that its table writes decimal commas: "0,35", "12,5", "1,5e-3". "1,234" does not: it
// may be a thousand and more.
bool shows_decimal_comma(const std::string& cell);

// A finite number. Where the table writes decimal commas a point is refused, and the other way round: no
// thousands separators either way.
double read_number(const std::string& cell, bool decimal_comma);

// A whole number, none below 0, as digits; "17.0", as programs write it that take all columns for decimals,
// is one as well, but not "1.000", which may be a thousand. What a spreadsheet has shortened to "1.23E+09" is
// none.
std::uint64_t read_whole_number(const std::string& cell, bool decimal_comma);

}  // namespace flash
