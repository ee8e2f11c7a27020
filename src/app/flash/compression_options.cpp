// What the command line says of a compression: keys of section compress, set in place of the job's.
#include <cmath>
#include <map>
#include <string>

#include "command_options.hpp"
#include "flash/config/document.hpp"
#include "flash/core/error.hpp"
#include "flash/job/job.hpp"
#include "flash/task/compression.hpp"

namespace flash {
namespace {

// A section a layer, "[2]" with keep, bits or both, as the texts that a job has of them.
Json layers_of_file(const std::filesystem::path& path) {
  constexpr const char* kind = "file of layers";
  const ConfigDocument document = read_document(read_config_text(path, kind), path, kind);
  Json layers = Json::array();
  std::map<int, int> lines;  // of each layer's section: [0] and [00] are one
  for (const ConfigDocument::Section& section : document.sections) {
    const auto refuse = [&](int line, const std::string& what) {
      throw Error(ExitCode::bad_job, path.string() + ":" + std::to_string(line) + ": " + what);
    };
    if (!section.is_table)
      refuse(section.line, "write a section for each layer, such as [2], and its keys below");
    std::string text = section.name + ":";
    for (const ConfigDocument::Entry& entry : section.entries) {
      if ((entry.key != "keep" && entry.key != "bits") || !entry.value.is_number())
        refuse(entry.line, section.name + "." + entry.key + ": a layer has numbers keep and bits alone");
      if (!std::isfinite(entry.value.get<double>()))
        refuse(entry.line, section.name + "." + entry.key + ": is nan or inf; write a number");
      text.append(" ").append(entry.key).append(" ").append(entry.value.dump());
    }
    LayerCompression layer;
    try {
      layer = layer_compression(text);
    } catch (const Error& error) {
      refuse(section.line, error.what());
    }
    const auto [before, is_new] = lines.emplace(layer.layer, section.line);
    if (!is_new)
      refuse(section.line, "layer " + std::to_string(layer.layer) + " stands in line " +
                               std::to_string(before->second) + " already; say all of it once");
    layers.push_back(text);
  }
  if (layers.empty()) throw Error(ExitCode::bad_job, path.string() + ": holds no section, such as [2]");
  return layers;
}

void set(Arguments& arguments, const std::string& key, Json value) {
  arguments.overrides.push_back({"compress." + key, std::move(value)});
}

void text_key(CLI::App* sub, Arguments& arguments, const char* option, const char* key,
              const char* description) {
  sub->add_option_function<std::string>(
      option, [&arguments, key](const std::string& text) { set(arguments, key, text); }, description);
}

void whole_key(CLI::App* sub, Arguments& arguments, const char* option, const char* key,
               const char* description) {
  sub->add_option_function<std::string>(
         option,
         [&arguments, key, option](const std::string& text) {
           set(arguments, key, whole_argument(option, text, {.max = 1'000'000}));
         },
         description)
      ->type_name("UINT");
}

void real_key(CLI::App* sub, Arguments& arguments, const char* option, const char* key,
              const char* description, double min = 1) {
  sub->add_option_function<std::string>(
         option,
         [&arguments, key, option, min](const std::string& text) {
           set(arguments, key, real_argument(option, text, {.min = min}));
         },
         description)
      ->type_name("FLOAT");
}

void networks_option(CLI::App* sub, Arguments& arguments) {
  sub->add_option_function<std::vector<std::string>>(
         "--network",
         [&arguments](const std::vector<std::string>& texts) { set(arguments, "networks", texts); },
         "best, a reference network (lenet5, vgg-small, resnet20, ...), an id, or \"wm=2 depth=9 tc=3,0,12\"; may be "
         "repeated")
      ->expected(1)
      ->take_all();
}

// Of both commands.
void training_options(CLI::App* sub, Arguments& arguments) {
  whole_key(sub, arguments, "--bits", "bits", "Bits of a kept weight, 1 to 8; 32: not quantised");
  whole_key(sub, arguments, "--epochs", "epochs", "Epochs of all phases together, behind the training");
  whole_key(sub, arguments, "--seeds", "seeds", "Trainings and compressions of each network");
}

}  // namespace

void sparsity_options(CLI::App* sub, Arguments& arguments) {
  networks_option(sub, arguments);
  text_key(sub, arguments, "--method", "method",
           "cannon, cannon-scratch, blocks, filter, random or magnitude (single weights)");
  real_key(sub, arguments, "--sparsity", "sparsity", "Share of weights that goes", 0);
  real_key(sub, arguments, "--lambda", "lambda",
           "cannon: weight of what sending costs against how large weights are", 0);
  real_key(sub, arguments, "--alpha", "alpha", "cannon-scratch: groups are kept as (1 + hops)^-alpha", 0);
  training_options(sub, arguments);
}

void compression_options(CLI::App* sub, Arguments& arguments) {
  networks_option(sub, arguments);
  text_key(sub, arguments, "--method", "method", "admm, magnitude or smartdeal");
  text_key(sub, arguments, "--target", "target", "Target whose break-even decides which layers are pruned");
  real_key(sub, arguments, "--ratio", "ratio", "Weights over weights kept, of all layers together");
  real_key(sub, arguments, "--macs-ratio", "macs_ratio", "MACs of convolutions over those left, at least");
  whole_key(sub, arguments, "--stages", "stages", "Steps of pruning, each from what the one before kept");
  text_key(sub, arguments, "--groups", "groups", "none, filters or rows: what is kept or pruned together");
  training_options(sub, arguments);
  sub->add_option_function<std::string>(
      "--layers", [&arguments](const std::string& file) { set(arguments, "layers", layers_of_file(file)); },
      "TOML file with a section for each layer that is otherwise: [2], with keep = 0.1, bits = 3 or both");
}

}  // namespace flash
