// What a search over compression needs beside a search's usual models, as one JSON file.
#pragma once

#include <filesystem>

#include "flash/joint/file_model.hpp"
#include "flash/joint/loss_model.hpp"
#include "flash/search/models.hpp"

namespace flash {

// Fitted on networks that were compressed. Hold for the space, images and trainings of the models beside them.
struct JointModels {
  SpaceDefinition space;
  LossFit loss{};
  FileModel file{};   // with the options, by which a cell's is numbered
  Json provenance{};  // free form
  const std::vector<CellOption>& options() const { return file.options(); }
};

inline constexpr const char* joint_models_file = "compression_models.json";  // in a run directory

Json to_json(const JointModels& models);
JointModels joint_models_from_json(const Json& json);              // throws Error bad_data
JointModels read_joint_models(const std::filesystem::path& path);  // throws Error missing_input, bad_data
// Throws Error bad_data where they were fitted for another space.
void require_same_space(const JointModels& models, const SpaceDefinition& space);

// With a model of file_bytes, by which a search has it in hand: of networks that are not compressed, constant and 4 bytes
// a parameter; cells' own bytes take its place (JointTables).
Models with_file_bytes(Models models, const JointModels& joint);

}  // namespace flash
