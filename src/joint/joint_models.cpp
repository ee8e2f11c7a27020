#include "flash/joint/joint_models.hpp"

#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/core/json_reader.hpp"
#include "flash/core/parse_json.hpp"
#include "flash/hardware/file_bytes.hpp"
#include "flash/space/families/families.hpp"

namespace flash {
namespace {

constexpr const char* format = "flash-compression-models";
constexpr int version = 1;

}  // namespace

Json to_json(const JointModels& models) {
  return {{"format", format},
          {"version", version},
          {"space", to_json(models.space)},
          {"loss", to_json(models.loss)},
          {"file", to_json(models.file)},
          {"provenance", models.provenance}};
}

JointModels joint_models_from_json(const Json& json) {
  const JsonReader reader(json, "models of compression");
  if (reader.get<std::string>("format") != format)
    reader.fail("are no flash models of compression: wrong 'format'");
  if (reader.get<int>("version") != version)
    reader.fail("have a format version that this flash does not read: it reads " + std::to_string(version));
  return {.space = space_definition_from_json(reader.at("space")),
          .loss = loss_fit_from_json(reader.at("loss")),
          .file = file_model_from_json(reader.at("file")),
          .provenance = reader.at("provenance")};
}

JointModels read_joint_models(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  try {
    return joint_models_from_json(parse_json(text));
  } catch (const Error& error) {
    throw Error(error.code(), path.string() + ": " + error.what());
  }
}

void require_same_space(const JointModels& models, const SpaceDefinition& space) {
  if (models.space != space)
    throw Error(
        ExitCode::bad_data,
        "the models of compression were fitted for another space or other images: fit them for this job");
}

Models with_file_bytes(Models models, const JointModels& joint) {
  models.metrics[file_bytes()] = MetricModel{joint.file.constant(), {{"parameters", sizeof(float)}}};
  return models;
}

}  // namespace flash
