// Memory that is freed and soon wanted again.
#pragma once

namespace flash {

// While it lives, what this process frees is kept for what it allocates next: a training step frees and allocates
// hundreds of megabytes, and the kernel would fill each page with zeros anew, an eighth of the step's time. In the end
// what is left over goes back. Without effect where the C library is not glibc.
class KeptMemory {
 public:
  KeptMemory();
  ~KeptMemory();
  KeptMemory(const KeptMemory&) = delete;
  KeptMemory& operator=(const KeptMemory&) = delete;
};

}  // namespace flash
