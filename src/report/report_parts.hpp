// What the parts of the report's text share: cells of an archive's tables, and how they are written.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "flash/archive/table.hpp"

namespace flash {

// One cell of a table; what is not there is NaN or empty, since a stopped run has what it has.
double number(const Table& table, const char* column, std::size_t row);
// A count or an id, which a double would round above 2^53; 0 where it is not there.
std::uint64_t whole(const Table& table, const char* column, std::size_t row);
std::string text(const Table& table, const char* column, std::size_t row);
std::size_t rows(const Table* table);
double attribute(const Table& table, const std::string& name);
std::string attribute(const Attributes& attributes, const std::string& name);

[[gnu::format(printf, 1, 2)]] std::string format(const char* pattern, ...);
// A number in a column of the given width; a dash where there is none.
std::string cell(double value, int width, int digits);

// "6 done, 2 failed": the rows of a table of networks by their state.
std::string states(const Table& networks);

std::string comparison_text(const ArchiveContents& archive);  // report_comparison.cpp

// report_hardware.cpp. The table of what was measured, and its target's name; nullptr where there is none.
const Table* hardware_table(const ArchiveContents& archive, std::string& target);
std::string hardware_text(const ArchiveContents& archive);
// Of each metric's model one sentence, or "": see verdict().
std::vector<std::string> hardware_verdicts(const ArchiveContents& archive);

}  // namespace flash
