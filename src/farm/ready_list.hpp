// Which task is next: the dearest first, and a task that failed on one rank goes to another.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "flash/farm/task.hpp"

namespace flash {

class ReadyList {
 public:
  // `ranks`: those that may run tasks. Throws Error internal where two tasks have one id.
  ReadyList(std::vector<Task> tasks, std::vector<int> ranks);

  std::size_t size() const { return tasks_.size(); }
  const Task& task(std::size_t index) const { return tasks_[index]; }
  bool empty() const { return ready_.empty(); }

  // Takes out the next task for this rank; nothing where what is left should go to others.
  std::optional<std::size_t> take(int rank);

  // Puts a task back that failed on that rank.
  void put_back(std::size_t index, int rank);

 private:
  bool suits(std::size_t index, int rank) const;

  std::vector<Task> tasks_;  // dearest first, so that the index is the order
  std::vector<int> ranks_;
  std::vector<std::vector<int>> failed_on_;  // by task; ranks
  std::set<std::size_t> ready_;
};

}  // namespace flash
