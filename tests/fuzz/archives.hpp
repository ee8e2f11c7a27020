// What the two archive targets share.
#pragma once

#include "flash/archive/archive.hpp"
#include "fuzz.hpp"

namespace flash::fuzz {

inline void read_archive_of(const std::string& bytes) {
  const MemoryFile file(bytes);
  accepts([&] { read_archive(file.path()); });
}

// Small, so that a large part of what is mutated matters.
inline std::vector<std::string> small_archives() {
  const Column kinds{"kind", "", "", std::vector<std::string>{"a", "b"}};
  const Column times{"time", "s", "", std::vector<double>(100, 0.5)};
  return {archive_bytes({}), archive_bytes({{{"job", "x"}}, {{"events", {}, {kinds}}}}),
          archive_bytes({{}, {{"a/b", {{"n", std::int64_t{1}}, {"x", 0.5}}, {times}}}})};
}

}  // namespace flash::fuzz
