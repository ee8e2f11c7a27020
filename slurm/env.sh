# Sourced by the batch scripts of this folder: what a cluster needs before flash runs. Adapt it to your site.
# module load gcc openmpi hdf5

# Where flash is; FLASH_HOME may point to another build.
: "${FLASH_HOME:=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/build/bin}"
export PATH="$FLASH_HOME:$PATH"

# The words that start flash. FLASH_IMAGE=flash.sif runs the one in a container (flash.def): mpirun and srun stay the
# cluster's own and start a container a rank, so that the container's Open MPI must be of the same series as theirs.
flash=(flash)
if [ -n "${FLASH_IMAGE:-}" ]; then flash=(apptainer exec "$FLASH_IMAGE" flash); fi

# One thread a rank for libraries that would otherwise take all cores; a job's train.threads overrides it.
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1}
