#include "ready_list.hpp"

#include <algorithm>

#include "flash/core/error.hpp"

namespace flash {
namespace {

void refuse_equal_ids(const std::vector<Task>& tasks) {
  std::vector<std::uint64_t> ids;
  for (const Task& task : tasks) ids.push_back(task.id);
  std::sort(ids.begin(), ids.end());
  if (const auto twin = std::adjacent_find(ids.begin(), ids.end()); twin != ids.end())
    throw Error(ExitCode::internal, "two tasks of one run have the id " + std::to_string(*twin));
}

bool contains(const std::vector<int>& ranks, int rank) {
  return std::find(ranks.begin(), ranks.end(), rank) != ranks.end();
}

}  // namespace

ReadyList::ReadyList(std::vector<Task> tasks, std::vector<int> ranks)
    : tasks_(std::move(tasks)), ranks_(std::move(ranks)), failed_on_(tasks_.size()) {
  refuse_equal_ids(tasks_);
  // A cost that is no number would break the order: it counts as nothing.
  const auto cost = [](const Task& task) { return task.cost == task.cost ? task.cost : 0.0; };
  std::sort(tasks_.begin(), tasks_.end(), [&](const Task& a, const Task& b) {
    return cost(a) != cost(b) ? cost(a) > cost(b) : a.id < b.id;
  });
  for (std::size_t i = 0; i < tasks_.size(); ++i) ready_.insert(ready_.end(), i);
}

std::optional<std::size_t> ReadyList::take(int rank) {
  const auto next = std::find_if(ready_.begin(), ready_.end(), [&](std::size_t i) { return suits(i, rank); });
  if (next == ready_.end()) return std::nullopt;
  const std::size_t index = *next;
  ready_.erase(next);
  return index;
}

void ReadyList::put_back(std::size_t index, int rank) {
  failed_on_[index].push_back(rank);
  ready_.insert(index);
}

// A rank where it failed gets it again only once it has failed on all.
bool ReadyList::suits(std::size_t index, int rank) const {
  const std::vector<int>& failed = failed_on_[index];
  return !contains(failed, rank) ||
         std::all_of(ranks_.begin(), ranks_.end(), [&](int other) { return contains(failed, other); });
}

}  // namespace flash
