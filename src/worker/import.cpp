// Kind import: what a table says of a network, so that journal and archive hold it like any measurement.
#include "flash/worker/task_kind.hpp"

namespace flash {
namespace {

struct ImportTask {
  static constexpr std::string_view name = "import";
  using Input = Json;  // the metrics by their keys
  using Output = Json;
  static Input read(const Json& json) { return json.at("values"); }
  static Output run(const Input& input, TaskWorker&) { return input; }
  static Json to_json(const Output& output) { return output; }
};

}  // namespace

const TaskKind& import_kind() {
  static const TaskKindOf<ImportTask> kind;
  return kind;
}

}  // namespace flash
