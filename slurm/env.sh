# Sourced by the batch scripts of this folder: what a cluster needs before flash runs. Adapt it to your site.
# module load gcc openmpi hdf5

# Where flash is; FLASH_HOME may point to another build.
: "${FLASH_HOME:=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/build/bin}"
export PATH="$FLASH_HOME:$PATH"

# One thread a rank for libraries that would otherwise take all cores; a job's train.threads overrides it.
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1}
