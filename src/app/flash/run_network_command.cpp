// flash run-network: what a .fcn file holds, and how right it is on images.
#include <cmath>
#include <string>

#include "command_options.hpp"
#include "commands.hpp"
#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/dataset/dataset.hpp"
#include "flash/fcn/file.hpp"
#include "flash/fcn/runtime.hpp"
#include "flash/job/images.hpp"
#include "flash/job/job.hpp"
#include "output.hpp"

namespace flash {
namespace {

CompressedNetwork read_fcn(const std::filesystem::path& path, std::string& bytes) {
  bytes = read_file(path);
  try {
    return network_of_fcn(bytes);
  } catch (const Error& error) {
    throw Error(error.code(), path.string() + ": " + error.what());
  }
}

Json layers_json(const CompressedNetwork& network) {
  Json layers = Json::array();
  for (std::size_t k = 0; k < network.nodes.size(); ++k) {
    const Operator& op = network.graph.nodes()[k].op;
    if (!op.has_matrix()) continue;
    const CompressedMatrix& weights = network.nodes[k].weights;
    const std::int64_t kept = static_cast<std::int64_t>(weights.kept()),
                       places = std::int64_t{op.side_out} * op.side_out;
    constexpr const char* forms[] = {"values", "levels", "shift_add"};
    layers.push_back({{"kind", name(op.kind)},
                      {"form", forms[static_cast<std::size_t>(weights.form)]},
                      {"bits", weights.form == CompressedMatrix::Form::levels      ? weights.levels.bits
                               : weights.form == CompressedMatrix::Form::shift_add ? 4
                                                                                   : 32},
                      {"weights", op.weights()},
                      {"kept", kept},
                      {"macs", op.macs()},
                      {"macs_kept", kept * places}});
  }
  return layers;
}

// Right on the job's test images, and the time that an image takes, one thread.
Json evaluated(const CompressedNetwork& network, const std::filesystem::path& file,
               const Arguments& arguments) {
  Job job = read_job(arguments.images_of);
  resolve_images(job);
  const Data data = load_data(job.data);
  const ImageSet& images = data.test;
  if (images.size() == 0)
    throw Error(ExitCode::missing_input, arguments.images_of.string() + ": there are no test images");
  const NetworkGraph& graph = network.graph;
  const SparseRuntime runtime(network);
  if (images.channels != graph.channels() || images.side != graph.side() ||
      static_cast<std::size_t>(job.space.input.classes) != runtime.classes())
    throw Error(ExitCode::bad_data,
                file.string() + ": is for images of " + std::to_string(graph.channels()) + " x " +
                    std::to_string(graph.side()) + " x " + std::to_string(graph.side()) + " in " +
                    std::to_string(runtime.classes()) + " classes, those of " + arguments.images_of.string() +
                    " are of " + std::to_string(images.channels) + " x " + std::to_string(images.side) +
                    " x " + std::to_string(images.side) + " in " + std::to_string(job.space.input.classes));
  const Stopwatch watch;
  const std::size_t right = runtime.right(images.pixels, images.labels);
  const double seconds = watch.seconds();
  return {{"images", images.size()},
          {"right", right},
          {"accuracy", static_cast<double>(right) / static_cast<double>(images.size())},
          {"us_per_image", 1e6 * seconds / static_cast<double>(images.size())}};
}

std::string text_of(const Json& described) {
  char line[200];
  std::string out;
  const auto bytes = [&](const char* key) { return described.at("bytes").at(key).get<double>(); };
  std::snprintf(line, sizeof line, "%.0f bytes: header %.0f, masks %.0f, values %.0f, biases %.0f\n",
                bytes("file"), bytes("header"), bytes("masks"), bytes("values"), bytes("biases"));
  out += line;
  std::snprintf(line, sizeof line,
                "%lld parameters, %.1f times as large in single precision; %lld of %lld weights kept\n",
                described.at("parameters").get<long long>(), described.at("smaller").get<double>(),
                described.at("kept").get<long long>(), described.at("weights").get<long long>());
  out += line;
  std::snprintf(line, sizeof line, "%-13s%-11s%5s%12s%10s%14s%14s\n", "layer", "form", "bits", "weights",
                "kept", "MACs", "kept");
  out += line;
  for (const Json& layer : described.at("layers")) {
    std::snprintf(line, sizeof line, "%-13s%-11s%5d%12lld%10lld%14lld%14lld\n",
                  layer.at("kind").get<std::string>().c_str(), layer.at("form").get<std::string>().c_str(),
                  layer.at("bits").get<int>(), layer.at("weights").get<long long>(),
                  layer.at("kept").get<long long>(), layer.at("macs").get<long long>(),
                  layer.at("macs_kept").get<long long>());
    out += line;
  }
  if (described.contains("test")) {
    const Json& test = described.at("test");
    std::snprintf(line, sizeof line,
                  "%lld of %lld test images right: %.2f %%; %.1f us an image on one thread\n",
                  test.at("right").get<long long>(), test.at("images").get<long long>(),
                  100 * test.at("accuracy").get<double>(), test.at("us_per_image").get<double>());
    out += line;
  }
  return out;
}

int perform_run_network(const Arguments& arguments) {
  std::string bytes;
  const CompressedNetwork network = read_fcn(arguments.run, bytes);
  FileParts parts;
  fcn_file(network, &parts);
  const NetworkSize size = size_of(network);  // of units that were removed, too
  std::int64_t kept = 0;
  const Json layers = layers_json(network);
  for (const Json& layer : layers) kept += layer.at("kept").get<std::int64_t>();
  Json described{{"file", arguments.run.string()},
                 {"bytes",
                  {{"file", bytes.size()},
                   {"header", parts.header},
                   {"masks", parts.masks},
                   {"values", parts.values},
                   {"biases", parts.biases}}},
                 {"parameters", size.parameters},
                 {"smaller", 4.0 * static_cast<double>(size.parameters) / static_cast<double>(bytes.size())},
                 {"weights", size.weights},
                 {"kept", kept},
                 {"layers", layers}};
  if (!arguments.images_of.empty()) described["test"] = evaluated(network, arguments.run, arguments);
  if (arguments.json)
    print(described);
  else
    print(text_of(described));
  return 0;
}

}  // namespace

Command run_network_command() {
  return {"run-network", "What a compressed network's file holds, and how right it is",
          "flash run-network runs/a/networks/lenet5-admm-85x-3bit-*.fcn --job job.toml",
          [](CLI::App* sub, Arguments& arguments) {
            text_option(sub, "FILE", arguments.run, "A .fcn file")->required();
            text_option(sub, "--job", arguments.images_of, "Job file whose test images it is run on");
          },
          perform_run_network};
}

}  // namespace flash
