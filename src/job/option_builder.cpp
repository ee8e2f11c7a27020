#include "option_builder.hpp"

#include "flash/space/families/families.hpp"

namespace flash {

Job default_job() {
  Job job;
  job.name = "job";
  job.space = find_preset("flash-63b")->definition;
  return job;
}

}  // namespace flash
