// How many threads a rank may use.
#pragma once

namespace flash {

// The cores that this process may run on, shared with the ranks that the launcher (mpirun or srun, by their
// environment) has put on the same host; at least 1.
unsigned threads_of_rank();

}  // namespace flash
