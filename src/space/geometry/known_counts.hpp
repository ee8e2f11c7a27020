// What slots' options cost, kept from the first time that it is asked for. Internal to the room.
#pragma once

#include <cstdint>
#include <functional>
#include <shared_mutex>
#include <unordered_map>

#include "flash/network/counts.hpp"

namespace flash {

// Shared between threads.
class KnownCounts {
 public:
  struct Key {
    std::size_t table = 0;  // Geometry::table_key
    std::size_t slot = 0;
    std::int64_t parent = -1;
    std::int64_t option = 0;
    bool operator==(const Key&) const = default;
  };
  Counts at(const Key& key, const std::function<Counts()>& make);

 private:
  struct Hash {
    std::size_t operator()(const Key& key) const;
  };
  std::shared_mutex mutex_;
  std::unordered_map<Key, Counts, Hash> known_;
};

}  // namespace flash
