// Models that a job takes from a file: do they hold for what the job asks for?
#pragma once

#include <string>
#include <vector>

#include "flash/job/job.hpp"
#include "flash/search/models.hpp"

namespace flash {

// What the job has otherwise than what its file's models were fitted from, as far as the file says: the
// target, the chip, the host's batch, threads and device, the machine, the measured table, the reading of
// NN-Degree. One line each.
std::vector<std::string> doubts(const Models& models, const Job& job);

// In provenance["doubts"], where there are any.
void set_doubts(Models& models, const Job& job);

// The models of the job's file, their doubts in provenance["doubts"], where warnings() finds them: answers go
// out, but never without a word. Throws as read_models_of.
Models file_models(const Job& job);

// What a dry run has to say of the job's models file: its doubts, and what run_models would throw if the run
// fitted nothing itself.
std::vector<std::string> models_file_warnings(const Job& job);

}  // namespace flash
