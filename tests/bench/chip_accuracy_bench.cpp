// What a trained network of CIFAR-10 has right on the imc chip, by its converters, noise and stuck cells.
//   bench_chip_accuracy FOLDER PRESET ID TRAIN.bin TEST.bin
//                       [TRAIN_IMAGES [TEST_IMAGES [EPOCHS [NOISE_EPOCHS [SEED [PAIRS [ROWS]]]]]]]
// (SEED: of the training and the chip. PAIRS: 1, weights in pairs of columns. ROWS: of a crossbar.)
// trains three networks, or finds their checkpoints in FOLDER: as a job does; with NOISE_EPOCHS more, under noise as of
// a 4-bit ADC and 5 % read noise; with as many more without noise. Prints for each, and every setting, the percentage
// of test images that it has right, with cells stuck half at off, half at on, and the seconds an image. Without
// NOISE_EPOCHS for the first one alone, with ADCs of 4, 5, 6 and 8 bits.
#include <ATen/ATen.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "chip_training.hpp"
#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/core/hash.hpp"
#include "flash/space/families/families.hpp"
#include "flash/train/train_network.hpp"

namespace flash {
namespace {

int number_of(char** arguments, int count, int index, int otherwise) {
  return index < count ? std::atoi(arguments[index]) : otherwise;
}

// The crossbars that are tried.
struct Scheme {
  bool pairs = false;
  int rows = 256;
};

ChipArithmetic chip_of(int adc_bits, double noise, double stuck, const Scheme& scheme, bool whole = false) {
  ChipArithmetic chip;
  chip.crossbar_rows = scheme.rows;
  chip.adc_bits = adc_bits, chip.read_noise = noise;
  chip.stuck_off = chip.stuck_on = stuck / 2;
  chip.adc_whole_range = whole;
  chip.pairs = scheme.pairs;
  return chip;
}

struct Trial {
  const Space& space;
  const Point point;
  const Data& data;
  std::string folder;
  TrainingSettings settings;
  std::uint64_t seed;
  Scheme scheme;

  std::string file(const std::string& name) const { return folder + "/" + name; }
  std::string key(const TrainingSettings& with) const {
    Json json = to_json(with);
    json["images"] = data.train.size();
    json["seed"] = seed;
    return sha256_hex(json.dump());
  }

  // A training with more epochs begins as the first one did, which is not done again: its checkpoint is continued, with
  // the deviations of noise that are not known yet behind its values.
  void go_on(const std::string& name, const TrainingSettings& with, const BuiltNetwork& network) const {
    if (std::filesystem::exists(file(name))) return;
    const Parameters& parameters = network.parameters();
    std::size_t values = 2 * static_cast<std::size_t>(parameters.count());  // and momenta
    for (const at::Tensor& statistic : parameters.running_statistics)
      values += static_cast<std::size_t>(statistic.numel());
    const TrainingExtent extent{
        1 + settings.retries, settings.epochs,
        static_cast<std::int64_t>(
            batch_ends(data.train.size(), static_cast<std::size_t>(settings.batch)).size()),
        static_cast<std::int64_t>(data.judges().size()), values};
    std::optional<TrainingCheckpoint> first =
        CheckpointFile({file("trained"), key(settings), 60, true}).read(extent);
    if (!first) return;
    first->values.resize(values + parameters.weights.size());
    CheckpointFile({file(name), key(with), 60, true}).write(*first);
  }

  void run(const std::string& name, const TrainingSettings& with, bool sweeps_bits) const {
    CheckpointFile checkpoints({file(name), key(with), 60, true});
    const TrainedNetwork trained =
        train_and_keep_network(space, point, data, with, seed, {.checkpoints = &checkpoints, .test = true});
    if (!trained.result.ok) throw Error(ExitCode::bad_data, trained.result.failure);
    const Batches train(data.train, data), test(data.test, data);
    const Input& input = space.definition().input;
    const InferenceGraph graph = trained.network->inference_graph().folded();
    const double ideal = with.chip ? trained.result.ideal_test_accuracy : trained.result.test_accuracy;
    std::printf("%s: ideal %.2f %%, %zu parameters, %.0f s of training\n", name.c_str(), 100 * ideal,
                static_cast<std::size_t>(trained.result.parameters), trained.result.seconds);
    const auto line = [&](const char* what, const ChipArithmetic& chip) {
      const ChipNetwork on_chip = chip_network(graph, train, input, chip, seed);
      const Stopwatch watch;
      const double right = chip_accuracy(on_chip, test, input);
      std::printf("%s: %s | %d | %.0f | %.1f | %.2f | %.4f s\n", name.c_str(), what, chip.adc_bits,
                  100 * chip.read_noise, 100 * (chip.stuck_off + chip.stuck_on), 100 * right,
                  watch.seconds() / static_cast<double>(test.size()));
      std::fflush(stdout);
    };
    line("exact", chip_of(13, 0, 0, scheme, true));
    for (const int bits : sweeps_bits ? std::vector<int>{4, 5, 6, 8} : std::vector<int>{4})
      for (const double noise : {0.0, 0.05}) line("calibrated", chip_of(bits, noise, 0, scheme));
    line("calibrated", chip_of(4, 0.05, 0.01, scheme));
  }
};

void bench(int count, char** arguments) {
  DataSource source;
  source.source = "cifar10";
  source.train = {arguments[4]};
  source.test = {arguments[5]};
  source.train_images = number_of(arguments, count, 6, 0);
  source.test_images = number_of(arguments, count, 7, 0);
  source.validation_share = 0.03;
  const Data data = load_data(source);
  const Preset* preset = find_preset(arguments[2]);
  if (preset == nullptr) throw Error(ExitCode::usage, std::string("no preset ") + arguments[2]);
  SpaceDefinition definition = preset->definition;
  definition.input = {data.train.channels, data.train.side, data.classes};
  const Space space(definition);
  TrainingSettings settings;
  settings.epochs = number_of(arguments, count, 8, 20);
  const int more = number_of(arguments, count, 9, 3);
  const Scheme scheme{number_of(arguments, count, 11, 0) != 0, number_of(arguments, count, 12, 256)};
  const std::uint64_t seed = count > 10 ? std::strtoull(arguments[10], nullptr, 10) : 1;
  const Trial trial{
      space, space.point(std::strtoull(arguments[3], nullptr, 10)), data, arguments[1], settings, seed,
      scheme};
  trial.run("trained", settings, more == 0);
  if (more == 0) return;
  TrainingSettings longer = settings;
  longer.noise_epochs = more;
  for (const bool noisy : {true, false}) {
    const std::string of_scheme = (scheme.pairs ? "-pairs-" : "-") + std::to_string(scheme.rows);
    const std::string name = (noisy ? "under-noise" : "longer") + of_scheme;
    longer.chip = noisy ? chip_of(4, 0.05, 0, scheme) : chip_of(13, 0, 0, scheme, true);
    trial.go_on(name, longer, *build_network(space, trial.point, seed, at::kCPU));
    trial.run(name, longer, false);
  }
}

}  // namespace
}  // namespace flash

int main(int count, char** arguments) {
  if (count < 6) {
    std::fprintf(stderr, "bench_chip_accuracy FOLDER PRESET ID TRAIN.bin TEST.bin [IMAGES ...]\n");
    return 64;
  }
  try {
    flash::bench(count, arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
