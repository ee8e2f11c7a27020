#include "flash/train/protocol.hpp"

#include <c10/util/Exception.h>

#include <exception>
#include <filesystem>
#include <new>
#include <optional>

#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/core/json_reader.hpp"
#include "flash/core/machine.hpp"
#include "flash/core/processor.hpp"
#include "flash/dataset/data_digest.hpp"
#include "flash/dataset/dataset.hpp"
#include "flash/space/families/families.hpp"
#include "flash/space/space.hpp"
#include "flash/task/break_even.hpp"
#include "flash/task/compression.hpp"
#include "flash/task/host_measurement.hpp"
#include "flash/task/training.hpp"
#include "flash/train/break_even.hpp"
#include "flash/train/checkpoint_file.hpp"
#include "flash/train/compress_network.hpp"
#include "flash/train/export_fcn.hpp"
#include "flash/train/export_network.hpp"
#include "flash/train/host_latency.hpp"
#include "flash/train/train_network.hpp"

namespace flash {
namespace {

// The last value made from a JSON text: requests of one job name the same space and data again and again.
template <class Value>
class LastUsed {
 public:
  template <class Make>
  const Value& get(const Json& json, const Make& make) {
    std::string key = json.dump();
    if (!value_ || key != key_) {
      value_.reset();  // frees the old one before the new one needs memory
      value_.emplace(make(json));
      key_ = std::move(key);
    }
    return *value_;
  }

 private:
  std::string key_;
  std::optional<Value> value_;
};

const Space& space_of(const Json& json) {
  static LastUsed<Space> last;
  return last.get(json, [](const Json& definition) { return Space(space_definition_from_json(definition)); });
}

// `images`: data_digest that the images are to have, "" where any will do.
const Data& data_of(const Json& json, const std::string& images = "") {
  static LastUsed<Data> last;
  return last.get(Json::array({json, images}), [&](const Json& made_from) {
    const DataSource source = data_source_from_json(made_from[0]);
    Data data = load_data(source);
    if (!images.empty() && data_digest(source) != images)
      throw Error(ExitCode::bad_data, "the images have changed since this run was started");
    return data;
  });
}

std::optional<CheckpointFile> checkpoints_of(const Json& request, const char* key = "checkpoint") {
  std::optional<CheckpointFile> checkpoints;
  if (request.contains(key)) checkpoints.emplace(checkpoint_settings_from_json(request.at(key)));
  return checkpoints;
}

NetworkId id_of(const JsonReader& reader) {
  const Json& id = reader.at("id");
  try {
    return id_from_json(id);
  } catch (const Error&) {
    reader.fail("has a wrong value at key 'id': expected an integer from 0 on");
  }
}

Json run_export(const Json& request, const JsonReader& reader, const Space& space) {
  std::optional<CheckpointFile> checkpoints = checkpoints_of(request);
  ExportOrder order;
  order.id = id_of(reader);
  order.seed = reader.get<std::uint64_t>("seed");
  order.folder = reader.get<std::string>("folder");
  if (reader.get<bool>("train")) {
    order.training = training_settings_from_json(reader.at("training"));
    order.data = reader.at("data");
    order.images = request.value("images", "");
  }
  order.checkpoints = checkpoints ? &*checkpoints : nullptr;
  order.replace = request.value("replace", false);
  return export_network(space, order,
                        [&order]() -> const Data& { return data_of(order.data, order.images); });
}

// The file is written here: it is as long as the request is short.
Json run_compress(const Json& request, const JsonReader& reader, const Space& space, const Point& point) {
  std::optional<CheckpointFile> dense = checkpoints_of(request, "dense_checkpoint");
  std::optional<CheckpointFile> compressed = checkpoints_of(request, "checkpoint");
  const CompressedTraining made = compress_network(
      space, point, data_of(reader.at("data"), request.value("images", "")),
      training_settings_from_json(reader.at("training")),
      compression_settings_from_json(reader.at("compression")), reader.get<std::uint64_t>("seed"),
      {dense ? &*dense : nullptr, compressed ? &*compressed : nullptr});
  if (made.result.ok) {
    std::filesystem::path file = reader.get<std::string>("file");
    write_file_atomically(file, made.file);
    if (!made.chips.is_null())
      write_file_atomically(file.replace_extension(chip_file_ending), made.chips.dump() + "\n");
  }
  Json reply = to_json(made.result);
  reply["forms"] = Json::array();
  for (const LayerForm& form : made.forms) reply["forms"].push_back(to_json(form));
  return reply;
}

// A compressed network has its space within itself.
Json run_export_fcn(const Json& request, const JsonReader& reader) {
  FcnExportOrder order;
  order.file = reader.get<std::string>("file");
  order.folder = reader.get<std::string>("folder");
  if (request.contains("data")) order.calibration = reader.get<std::size_t>("calibration");
  return export_fcn(order,
                    [&]() -> const Data& { return data_of(reader.at("data"), request.value("images", "")); });
}

Json run(const Json& request) {
  const JsonReader reader(request, "request");
  const auto command = reader.get<std::string>("command");
  if (command == "export_fcn") return run_export_fcn(request, reader);
  if (command != "train" && command != "measure" && command != "export" && command != "compress" &&
      command != "break_even")
    reader.fail(
        "has a wrong value at key 'command': expected train, measure, export, compress, break_even or "
        "export_fcn, not '" +
        command + "'");
  const Space& space = space_of(reader.at("space"));
  const Point point = space.point(id_of(reader));
  if (command == "export") return run_export(request, reader, space);
  if (command == "compress") return run_compress(request, reader, space, point);
  const auto seed = reader.get<std::uint64_t>("seed");
  if (command == "break_even")
    return to_json(measure_break_evens(space.lower(point, seed),
                                       break_even_settings_from_json(reader.at("break_even")), seed));
  if (command == "measure") {
    const HostMeasurementSettings settings = host_measurement_settings_from_json(reader.at("host"));
    Json answer = to_json(measure_host_latency(space, point, settings, seed));
    answer["device"] = settings.device == "cpu" ? processor_name() : settings.device;
    Machine machine = this_machine();
    machine.libraries = libtorch_versions();
    answer["machine"] = to_json(machine);
    return answer;
  }
  const TrainingSettings settings = training_settings_from_json(reader.at("training"));
  std::optional<CheckpointFile> checkpoints = checkpoints_of(request);
  TrainingExtras extras{checkpoints ? &*checkpoints : nullptr, request.value("test", false)};
  if (request.contains("gates")) extras.gates = epoch_gates_from_json(request.at("gates"));
  return to_json(train_network(space, point, data_of(reader.at("data"), request.value("images", "")),
                               settings, seed, extras));
}

const char* const out_of_memory = "out of memory: use a smaller batch, or fewer ranks on this machine";

std::string error_reply(const std::string& message, ExitCode code) {
  const std::string line = message.substr(0, message.find('\n'));  // LibTorch adds a stack trace
  return Json{{"error", line}, {"code", static_cast<int>(code)}}.dump(-1, ' ', false,
                                                                      Json::error_handler_t::replace);
}

// LibTorch has no type of its own for exhausted memory on the CPU, and what runs TorchScript gives every error
// one type, its cause behind the place: "...\nRuntimeError: the cause\n...".
std::string libtorch_error(const std::string& message) {
  if (message.find("allocate memory") != std::string::npos ||
      message.find("out of memory") != std::string::npos ||
      message.find("std::bad_alloc") != std::string::npos)
    return out_of_memory;
  constexpr std::string_view before_cause = "RuntimeError: ";
  const std::size_t cause = message.rfind(before_cause);
  return cause == std::string::npos ? message : message.substr(cause + before_cause.size());
}

}  // namespace

std::string answer(const std::string& request) {
  try {
    return run(Json::parse(request)).dump();
  } catch (const Error& error) {
    return error_reply(error.what(), error.code());
  } catch (const Json::exception& error) {
    return error_reply("request is not valid JSON: " + std::string(error.what()), ExitCode::bad_data);
  } catch (const std::bad_alloc&) {
    return error_reply(out_of_memory, ExitCode::internal);
  } catch (const c10::Error& error) {
    const std::string what = libtorch_error(error.msg());
    return error_reply(what == out_of_memory ? what : "LibTorch: " + what, ExitCode::internal);
  } catch (const std::exception& error) {
    return error_reply(libtorch_error(error.what()), ExitCode::internal);
  } catch (...) {
    return error_reply("unknown exception", ExitCode::internal);
  }
}

}  // namespace flash
