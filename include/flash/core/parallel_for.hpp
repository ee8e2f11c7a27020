// Work in many pieces on a few threads.
#pragma once

#include <cstddef>
#include <functional>

namespace flash {

// Calls body(index, thread) once for each index below `count`, on `threads` threads numbered from 0, of which
// the caller is the last; at least 1, at most `count`. Indices are handed out in ascending order, each to the
// next thread that is free. Returns when every thread has ended.
//
// Where calls throw, no further index is handed out, those in hand are ended, and the exception of the least
// index is thrown on: always the same one, since whatever is below an index that fails was handed out before.
// std::system_error where a thread cannot be started.
void parallel_for(std::size_t count, std::size_t threads,
                  const std::function<void(std::size_t index, std::size_t thread)>& body);

}  // namespace flash
