// How many threads a rank may use.
#pragma once

namespace flash {

// Where the launcher (mpirun or srun, by their environment) has put this rank.
struct RankPlacement {
  unsigned cores = 1;       // that this rank may run on
  unsigned host_cores = 1;  // that all ranks on its host may run on together
  unsigned ranks = 1;       // on its host
};
RankPlacement rank_placement();

// Its part of the host's cores, but no more than it may run on: ranks that are bound to cores of their own do
// not share them. At least 1.
unsigned threads_of(const RankPlacement& placement);

}  // namespace flash
