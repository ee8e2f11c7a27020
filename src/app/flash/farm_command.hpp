// What the commands that use the farm have in common: flash run, train, calibrate, fit, sweep, compare.
#pragma once

#include <functional>
#include <string>

#include "commands.hpp"
#include "flash/archive/archive.hpp"
#include "flash/run/run.hpp"

namespace flash {

// The job with what the command line changes in it.
Job job_for(const Arguments& arguments);

// The digest of the job's images. A command that trains nothing does without where they are not there.
KnownImages images_of(const Arguments& arguments, const Job& job, bool trains);

// Rank 0 does the work while the other ranks serve it. Returns the exit code. What `check` refuses, the run does not
// remember as its job.
int with_farm(const Arguments& arguments, bool trains, const std::function<int(Run&, const Job&)>& work,
              const std::function<void(const Job&)>& check = {});

// Each writes the archive, prints, and returns the exit code.
int stopped(Run& run);  // what a stop leaves; the same command goes on
int report(const Arguments& arguments, const ArchiveContents& contents);
int report(const Arguments& arguments, Run& run,
           const Stage& stage);  // an error where the stage failed

}  // namespace flash
