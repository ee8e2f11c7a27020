#include "kept_memory.hpp"

#include <cstdlib>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace flash {

#ifdef __GLIBC__

KeptMemory::KeptMemory() {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

// To where glibc's own adjustment comes once blocks of megabytes are freed: so it is for what else runs here.
KeptMemory::~KeptMemory() {
  mallopt(M_MMAP_MAX, 65536);
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
  malloc_trim(0);
}

#else

KeptMemory::KeptMemory() = default;
KeptMemory::~KeptMemory() {}

#endif

}  // namespace flash
