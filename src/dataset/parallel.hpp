// Work on many files at once.
#pragma once

#include <cstddef>
#include <functional>

namespace flash::dataset {

// Calls work(0), ..., work(count - 1), each once, on as many threads as this process has cores. Where some
// throw, the first in this order has its exception thrown on, whatever the threads' timing; others may then
// be left out.
void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace flash::dataset
