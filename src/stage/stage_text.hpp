// What stages say of their results in a report, by the archive alone: whole lines, or "". Internal to the room.
#pragma once

#include <string>

#include "flash/archive/table.hpp"
#include "flash/stage/stage.hpp"

namespace flash {

std::string training_text(const ArchiveContents& archive);  // the networks trained, the predictors fitted
std::string hardware_text(const ArchiveContents& archive);  // the networks measured, the models fitted
std::string sweep_text(const ArchiveContents& archive);     // the best of each constraint set
std::string comparison_text(const ArchiveContents& archive,
                            const ReportOptions& options);      // the methods of each constraint set
std::string confirmation_text(const ArchiveContents& archive);  // the networks confirmed
std::string compression_text(const ArchiveContents& archive);   // the networks compressed
std::string kept_text(const ArchiveContents& archive);          // the files of those whose weights are kept

}  // namespace flash
