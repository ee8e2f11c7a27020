// What the two archive targets share.
#pragma once

#include "../format_1.hpp"
#include "flash/archive/archive.hpp"
#include "flash/core/hash.hpp"
#include "fuzz.hpp"

namespace flash::fuzz {

inline void read_archive_of(const std::string& bytes) {
  const MemoryFile file(bytes);
  accepts([&] { read_archive(file.path()); });
}

inline constexpr std::string_view seal_mark = "\nflash-archive sha256 ";

inline std::string sealed(const std::string& body) {
  return body + std::string(seal_mark) + sha256_hex(body) + "\n";
}

// Of format 2, and the last of format 1. Small, so that a large part of what is mutated matters.
inline std::vector<std::string> small_archives() {
  const Column kinds{"kind", "", "", std::vector<std::string>{"a", "b"}};
  const Column times{"time", "s", "", std::vector<double>(100, 0.5)};
  return {archive_bytes({}), archive_bytes({{{"job", "x"}}, {{"events", {}, {kinds}}}}),
          archive_bytes({{}, {{"a/b", {{"n", std::int64_t{1}}, {"x", 0.5}}, {times}}}}),
          sealed(unsealed_format_1_archive({"a", "bc"}))};
}

}  // namespace flash::fuzz
