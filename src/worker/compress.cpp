// Kind compress: flash-trainer trains, compresses and writes the file; its protocol is train/protocol.hpp.
#include <filesystem>
#include <system_error>

#include "ask_trainer.hpp"
#include "flash/core/error.hpp"
#include "flash/task/compression.hpp"
#include "flash/worker/task_kind.hpp"

namespace flash {
namespace {

class CompressKind : public TaskKind {
 public:
  std::string_view name() const override { return "compress"; }
  std::string run(const Json& input, TaskWorker& worker) const override {
    Json request = input;
    for (const char* key : {"network", "training_number", "name", "dense", "folder", "joint"})
      request.erase(key);
    const std::string file = input.at("name").get<std::string>();
    const std::filesystem::path folder = input.at("folder").get<std::string>();
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (!error && !std::filesystem::is_directory(folder, error) && !error)
      error = std::make_error_code(std::errc::not_a_directory);
    // No failure of the network: the run ends, and goes on once that is mended.
    if (error) throw Error(ExitCode::io, "cannot make " + folder.string() + ": " + error.message());
    request["file"] = (folder / file).string();
    // The dense network stays: whoever compresses it otherwise goes on from it.
    if (input.contains("checkpoint")) {
      const Json& own = input.at("checkpoint");
      const std::filesystem::path checkpoints =
          std::filesystem::path(own.at("file").get<std::string>()).parent_path();
      const std::string dense = input.at("dense").get<std::string>();
      request["dense_checkpoint"] = {{"file", (checkpoints / ("dense-" + dense)).string()},
                                     {"key", dense},
                                     {"every_s", own.at("every_s")},
                                     {"last", true}};
    }
    Json result = Json::parse(ask_trainer(request, name(), worker));
    result["files"] = result.at("ok").get<bool>() ? Json::array({file}) : Json::array();
    if (result.at("ok").get<bool>() && result.contains("sent"))
      result["files"].push_back(std::filesystem::path(file).replace_extension(chip_file_ending).string());
    for (const char* key : {"network", "training_number", "space", "id", "seed", "compression"})
      result[key] = input.at(key);
    if (input.contains("joint")) result["joint"] = input.at("joint");
    return result.dump();
  }
};

}  // namespace

const TaskKind& compress_kind() {
  static const CompressKind kind;
  return kind;
}

}  // namespace flash
