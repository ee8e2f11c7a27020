#include "known_counts.hpp"

#include <mutex>

namespace flash {

std::size_t KnownCounts::Hash::operator()(const Key& key) const {
  constexpr std::size_t odd = 0x9e3779b97f4a7c15;  // the golden ratio's digits: neighbours land far apart
  const auto option = static_cast<std::size_t>(key.parent) * odd + static_cast<std::size_t>(key.option);
  return ((key.table * odd + key.slot) * odd + option) * odd;
}

Counts KnownCounts::at(const Key& key, const std::function<Counts()>& make) {
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = known_.find(key); found != known_.end()) return found->second;
  }
  const Counts counts = make();
  const std::unique_lock lock(mutex_);
  known_.emplace(key, counts);
  return counts;
}

}  // namespace flash
