// Cells of an archive's tables, and how a report writes them: what stages tell of their results with.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "flash/archive/table.hpp"

namespace flash::table_text {

// One cell of a table; what is not there is NaN or empty, since a stopped run has what it has.
double number(const Table& table, const char* column, std::size_t row);
// A count, which a double would round above 2^53; 0 where it is not there.
std::uint64_t whole(const Table& table, const char* column, std::size_t row);
std::string text(const Table& table, const char* column, std::size_t row);
// An id in digits: of a column of integers, or of texts, where the space's networks have no numbers for people;
// "" where it is not there.
std::string id(const Table& table, const char* column, std::size_t row);
bool has_numbers(const Table& table, const char* column);
std::size_t rows(const Table* table);
double attribute(const Table& table, const std::string& name);
std::string attribute(const Attributes& attributes, const std::string& name);

// A figure of a table's objective as people are shown it, and its name: its logarithm where attribute `sum` of the
// table says that the objective is exp of a sum.
double shown_objective(const Table& table, double value);
const char* objective_name(const Table& table);

[[gnu::format(printf, 1, 2)]] std::string format(const char* pattern, ...);
// A number in a column of the given width; a dash where there is none.
std::string cell(double value, int width, int digits);

// "wm=2 depth=9 tc=3,0,12 (id 17)", without the id where it is no number for people; of what is known by its id
// alone "network 17".
std::string named(const Table& table, std::size_t row);

// "6 done, 2 failed": the rows of a table of networks by their state.
std::string states(const Table& networks);
bool all_missing(const Table& networks);  // none was ever done

}  // namespace flash::table_text
