// Values by the numbers of networks: what a search remembers.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <type_traits>
#include <vector>

#include "flash/space/space.hpp"

namespace flash {

// Only grows. Open addressing in a power of two of slots, at most half of them taken: a look-up, of which a
// search makes more than evaluations, divides by nothing and allocates nothing. Values stay where they are.
template <class Value>
class IdMap {
 public:
  // Room for so many before it has to grow.
  explicit IdMap(std::size_t expected) { resize(expected); }

  const Value* find(NetworkId id) const {
    const Entry* entry = slots_[slot_of(id)];
    return entry != nullptr ? &entry->value : nullptr;
  }
  bool contains(NetworkId id) const { return find(id) != nullptr; }
  std::size_t size() const { return size_; }

  // The id is unknown so far.
  const Value& insert(NetworkId id, const Value& value) {
    if (2 * ++size_ > slots_.size()) resize(size_);
    const Entry*& slot = slots_[slot_of(id)];
    slot = std::pmr::polymorphic_allocator<>(&memory_).new_object<Entry>(id, value);
    return slot->value;
  }

 private:
  struct Entry {
    NetworkId id;
    Value value;
  };
  static_assert(std::is_trivially_destructible_v<Entry>);  // the memory goes at once

  std::size_t slot_of(NetworkId id) const {
    const std::size_t mask = slots_.size() - 1;
    const auto folded = static_cast<std::uint64_t>(id) ^ static_cast<std::uint64_t>(id >> 64);
    std::size_t slot = (folded * 0x9e3779b97f4a7c15) >> shift_;  // the golden ratio's: neighbours part
    while (slots_[slot] != nullptr && slots_[slot]->id != id) slot = (slot + 1) & mask;
    return slot;
  }

  void resize(std::size_t values) {
    const std::size_t count = std::bit_ceil(std::max<std::size_t>(4 * values, 16));
    shift_ = 64 - std::countr_zero(count);
    std::vector<const Entry*> entries(count, nullptr);
    slots_.swap(entries);
    for (const Entry* entry : entries)
      if (entry != nullptr) slots_[slot_of(entry->id)] = entry;
  }

  std::size_t size_ = 0;
  int shift_ = 0;
  std::vector<const Entry*> slots_;
  std::pmr::monotonic_buffer_resource memory_{1U << 14};
};

}  // namespace flash
